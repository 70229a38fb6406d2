// The differences between a call and a successful one, those that may explain a failure first.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>

#include "base/json_writer.h"
#include "storage/query.h"

namespace fortnight::query {

// The places at which some successful calls differ from each other. A difference there is less
// likely to explain why another call failed.
class VaryingPlaces {
 public:
  // Compares the lines of these calls. Of fewer than two calls, no place varies.
  explicit VaryingPlaces(std::span<const storage::CallRecord> calls);

  [[nodiscard]] bool contains(const std::string& pointer) const {
    return pointers_.contains(pointer);
  }

 private:
  std::set<std::string, std::less<>> pointers_;
};

// Writes the members `diff` and, if there are too many differences, `diff_more` into an open row.
// Leaves out IDs and times of the calls themselves.
void write_differences(const storage::CallRecord& call, const storage::CallRecord& twin,
                       const VaryingPlaces& varying, JsonWriter& row);

}  // namespace fortnight::query
