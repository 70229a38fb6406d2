#include "query/group.h"

#include <fmt/format.h>

#include "query/vocabulary.h"

namespace fortnight::query {

Parsed<Grouping> parse_grouping(const Question& question, std::string_view option) {
  const std::vector<std::string_view>& names = choices_of(option);
  const Value* value = question.option(option);
  if (value == nullptr) {
    return bad_request(1, fmt::format("{} needs {}=, one of {}", question.words->name, option,
                                      fmt::join(names, " ")));
  }
  const bool known = value->text == "status" || text_field(value->text);
  if (known) return Grouping{value->text, text_field(value->text)};
  return bad_request(value->column,
                     fmt::format("no field \"{}\"{}; expected one of {}", value->text,
                                 did_you_mean(value->text, names), fmt::join(names, " ")));
}

void apply(const Grouping& grouping, storage::CountQuery& query) {
  query.by_field = grouping.field;
  query.by_status = !grouping.field;
}

void write_group(const Grouping& grouping, std::string_view value, bool other,
                 const Context& context, storage::JsonWriter& row) {
  if (other) {
    row.key(grouping.name).text(value).key("past_cap").boolean(true);
  } else if (grouping.field == storage::TextField::account) {
    write_account(value, context, row);
  } else if (grouping.field) {
    row.key(grouping.name).text_or_null(value);
  } else if (value.empty() || value == "0") {
    row.key(grouping.name).null();
  } else {
    row.key(grouping.name).raw(value);
  }
}

}  // namespace fortnight::query
