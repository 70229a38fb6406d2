// What counts can be grouped by: by= and field=.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "query/answer.h"
#include "storage/store.h"

namespace fortnight::query {

struct Grouping {
  std::string name;
  std::optional<storage::TextField> field;  // nothing: by status
};

// The grouping that the option names; an error where it is not given or names none.
Parsed<Grouping> parse_grouping(const Question& question, std::string_view option);

void apply(const Grouping& grouping, storage::CountQuery& query);
// The member of a row that says which group it is of; an absent value is null. `other`: it is the
// group of what is counted past a cap; then another member says so.
void write_group(const Grouping& grouping, std::string_view value, bool other,
                 const Context& context, storage::JsonWriter& row);

}  // namespace fortnight::query
