#include "query/group.h"

#include <fmt/format.h>

#include "config/nearest_name.h"
#include "query/vocabulary.h"

namespace fortnight::query {

Parsed<Grouping> parse_grouping(const VerbContext& verb, std::string_view option) {
  using By = Grouping::By;
  const ParsedRequest& request = verb.request;
  const std::vector<std::string_view>& names = choices_of(option);
  const Value* value = request.option(option);
  if (value == nullptr) {
    return bad_request(1, fmt::format("{} needs {}=, one of {}", request.words->name, option,
                                      fmt::join(names, " ")));
  }
  if (const auto field = text_field(value->text)) {
    return Grouping{value->text, By::field, *field, {}};
  }
  if (value->text == "status") return Grouping{value->text, By::status, {}, {}};
  if (value->text == "code") {
    return Grouping{value->text, By::code, {}, verb.context.error_code_pointers};
  }
  const std::string_view nearest = config::nearest_name(value->text, names);
  return bad_request(value->column,
                     fmt::format("no field \"{}\"{}; expected one of {}", value->text,
                                 did_you_mean(nearest), fmt::join(names, " ")),
                     nearest);
}

void apply(const Grouping& grouping, storage::CountQuery& query) {
  if (grouping.by == Grouping::By::field) query.by_field = grouping.field;
  query.by_status = grouping.by == Grouping::By::status;
  query.by_code = grouping.pointers;
}

void write_group(const Grouping& grouping, std::string_view value, bool other,
                 const Context& context, JsonWriter& row) {
  const bool account =
      grouping.by == Grouping::By::field && grouping.field == storage::TextField::account;
  if (other) {
    row.key(grouping.name).text(value).key("past_cap").boolean(true);
  } else if (account) {
    write_account(value, context, row);
  } else if (grouping.absent(value)) {
    row.key(grouping.name).null();
  } else if (grouping.by == Grouping::By::status) {
    row.key(grouping.name).raw(value);
  } else {
    row.key(grouping.name).text(value);
  }
}

}  // namespace fortnight::query
