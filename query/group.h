// What counts can be grouped by: by= and field=.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "query/answer.h"
#include "storage/store.h"

namespace fortnight::query {

struct Grouping {
  enum class By : std::uint8_t { field, status, code };
  std::string name;
  By by = By::field;
  storage::TextField field = storage::TextField::account;
  std::vector<std::string> pointers;  // of error codes

  // Whether a group's value stands for none.
  [[nodiscard]] bool absent(std::string_view value) const {
    return value.empty() || (by == By::status && value == "0");
  }
};

// The grouping that the option names; an error where it is not given or names none.
Parsed<Grouping> parse_grouping(const VerbContext& verb, std::string_view option);

void apply(const Grouping& grouping, storage::CountQuery& query);
// The member of a row that says which group it is of; an absent value is null. `other`: it is the
// group of what is counted past a cap; then another member says so.
void write_group(const Grouping& grouping, std::string_view value, bool other,
                 const Context& context, JsonWriter& row);

}  // namespace fortnight::query
