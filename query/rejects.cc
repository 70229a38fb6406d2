// REJECTS: a page of lines that could not be taken in.
#include "query/cursor.h"
#include "query/filters.h"
#include "query/reject_row.h"
#include "query/verbs.h"

namespace fortnight::query {
namespace {

std::vector<storage::TextTest> tests_of(const Question& question, std::string_view name) {
  const auto found = question.options.find(name);
  if (found == question.options.end()) return {};
  storage::TextTest test;
  test.negated = found->second.op == Operator::not_equal;
  for (const Value& value : found->second.values) test.patterns.push_back(pattern_of(value.text));
  return {std::move(test)};
}

constexpr storage::Order kOrder = storage::Order::newest_first;

Parsed<storage::RejectQuery> reject_query(const Asking& asking, RequestMark& mark) {
  constexpr std::uint64_t default_page = 50;
  const Question& question = asking.question;
  storage::RejectQuery query;
  // What was rejected just now is of a period that ends now.
  const bool ends_now = question.period.to == question.now;
  query.filter = {question.period.from, question.period.to + (ends_now ? 1 : 0),
                  tests_of(question, "source"), tests_of(question, "reason")};
  FORTNIGHT_ASSIGN(query.limit, question.number("limit", default_page, asking.context.limits.rows));
  if (const Value* value = question.option("cursor")) {
    const std::optional<PageCursor> cursor = PageCursor::parse(value->text);
    if (!cursor) return bad_request(value->column, "no cursor: take it from a summary's \"next\"");
    FORTNIGHT_TRY(cursor->check(question, kOrder, *value));
    if (cursor->mark) mark = *cursor->mark;
    query.filter.from = cursor->from;
    query.filter.to = cursor->to;
    query.after = storage::RejectCursor{cursor->after.ts, cursor->after.seq};
  }
  return query;
}

Parsed<void> give_rows(const Asking& asking, const storage::RejectPage& page) {
  std::string row;
  for (const storage::NumberedReject& numbered : page.rejects) {
    row.clear();
    storage::JsonWriter json(row);
    json.open_object();
    write_reject(numbered.reject, json);
    json.close_object();
    FORTNIGHT_TRY(give(asking, row));
  }
  return {};
}

}  // namespace

Answer answer_rejects(const Asking& asking) {
  RequestMark mark = RequestMark::of(asking.question, kOrder);
  FORTNIGHT_ASSIGN(const storage::RejectQuery query, reject_query(asking, mark));
  const storage::Store& store = *asking.context.store;
  const auto page = store.rejects(query, asking.budget);
  if (!page) return store_error(page.error());
  const auto count = store.count_rejects(query.filter);
  if (!count) return store_error(count.error());
  FORTNIGHT_TRY(give_rows(asking, *page));
  const Period period{query.filter.from, query.filter.to};
  Summary summary;
  summary.json().key("rejects").number(page->rejects.size()).key("rejected").number(*count);
  summary.completeness(page->completeness, period.everything(), true);
  summary.period(asking.question, period);
  if (page->more) {
    const storage::NumberedReject& last = page->rejects.back();
    const PageCursor next{{last.reject.at, last.number}, period.from, period.to, mark};
    summary.json().key("next").text(next.to_string());
  }
  if (page->rejects.empty()) summary.no_data();
  return summary.close();
}

}  // namespace fortnight::query
