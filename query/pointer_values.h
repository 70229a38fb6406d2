// The values that calls have at JSON pointers: with= of LOGS and FOLLOW, fields= of EXPORT.
#pragma once

#include <string>
#include <vector>

#include "base/json_walk.h"
#include "base/json_writer.h"
#include "query/parsed_request.h"
#include "query/service.h"
#include "storage/query.h"

namespace fortnight::query {

// Writes what a filter by the pointer would test: a scalar, an array of scalars where the pointer
// leads to or through an array, or null.
void write_scalars(std::string_view line, const JsonPointer& pointer, JsonWriter& out);

// The error for a value of a list that has been given before.
RequestError given_twice(const Value& value);

// The pointers of with=, which adds the member `values` to the rows of calls.
class PointerValues {
 public:
  static Parsed<PointerValues> of(const ParsedRequest& request);

  // Makes the query read what make_row() needs. Without with=, that is nothing.
  void prepare(storage::CallQuery& query) const;
  // Builds the row of a call in an empty string: its members without `line`, then `values`.
  void make_row(storage::CallRecord&& call, const Context& context, std::string& row) const;

 private:
  struct Named {
    std::string name;
    JsonPointer pointer;
  };
  std::vector<Named> pointers_;
};

}  // namespace fortnight::query
