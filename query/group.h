// The grouping of counts: by= and field=.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "query/answer.h"
#include "storage/query.h"

namespace fortnight::query {

struct Grouping {
  enum class By : std::uint8_t { field, status, code };
  std::string name;
  By by = By::field;
  storage::TextField field = storage::TextField::account;
  std::vector<std::string> pointers;  // of error codes

  // Whether a group's value means that the field is absent.
  [[nodiscard]] bool absent(std::string_view value) const {
    return value.empty() || (by == By::status && value == "0");
  }
};

// Parses the option's grouping; an error if it is missing or unknown.
Parsed<Grouping> parse_grouping(const VerbContext& verb, std::string_view option);

void apply(const Grouping& grouping, storage::CountQuery& query);
// Writes the member that names a row's group; null for an absent value. With `other`, the group is
// the calls counted past a cap, and a second member says so.
void write_group(const Grouping& grouping, std::string_view value, bool other,
                 const Context& context, JsonWriter& row);

}  // namespace fortnight::query
