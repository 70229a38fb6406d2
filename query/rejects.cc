// REJECTS: a page of rejected lines.
#include "query/cursor.h"
#include "query/filters.h"
#include "query/reject_row.h"
#include "query/verbs.h"

namespace fortnight::query {
namespace {

constexpr storage::Order kOrder = storage::Order::newest_first;

Parsed<storage::RejectQuery> reject_query(const VerbContext& verb, RequestMark& mark) {
  constexpr std::uint64_t default_page = 50;
  const ParsedRequest& request = verb.request;
  storage::RejectQuery query;
  // The end is exclusive. A period that ends now includes rejects of this very instant.
  const bool ends_now = request.period.to == request.now;
  query.filter = {request.period.from, request.period.to + (ends_now ? 1 : 0),
                  text_tests(request, "source"), text_tests(request, "reason")};
  FORTNIGHT_ASSIGN(query.limit, request.number("limit", default_page, verb.context.limits.rows));
  if (const Value* value = request.option("cursor")) {
    const std::optional<PageCursor> cursor = PageCursor::parse(value->text);
    if (!cursor) return bad_request(value->column, "no cursor: take it from a summary's \"next\"");
    FORTNIGHT_TRY(cursor->check(request, kOrder, *value));
    if (cursor->mark) mark = *cursor->mark;
    query.filter.from = cursor->from;
    query.filter.to = cursor->to;
    query.after = storage::RejectCursor{cursor->after.ts, cursor->after.seq};
  }
  return query;
}

Parsed<void> give_rows(const VerbContext& verb, const storage::RejectPage& page) {
  std::string row;
  for (const storage::NumberedReject& numbered : page.rejects) {
    row.clear();
    JsonWriter json(row);
    json.open_object();
    write_reject(numbered.reject, json);
    json.close_object();
    FORTNIGHT_TRY(give(verb, row));
  }
  return {};
}

}  // namespace

Answer answer_rejects(const VerbContext& verb) {
  RequestMark mark = RequestMark::of(verb.request, kOrder);
  FORTNIGHT_ASSIGN(const storage::RejectQuery query, reject_query(verb, mark));
  const storage::StoreReader& store = *verb.request.store;
  const auto page = store.rejects(query, verb.budget);
  if (!page) return store_error(page.error());
  const auto count = store.count_rejects(query.filter);
  if (!count) return store_error(count.error());
  FORTNIGHT_TRY(give_rows(verb, *page));
  const Period period{query.filter.from, query.filter.to};
  Summary summary;
  summary.json().key("rejects").number(page->rejects.size()).key("rejected").number(*count);
  summary.completeness(page->completeness, period.everything(), true);
  summary.period(verb.request, period);
  if (page->more) {
    const storage::NumberedReject& last = page->rejects.back();
    const PageCursor next{{last.reject.at, last.number}, period.from, period.to, mark};
    summary.json().key("next").text(next.to_string());
  }
  if (page->rejects.empty()) summary.no_data();
  return summary.close();
}

}  // namespace fortnight::query
