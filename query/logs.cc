// LOGS: a page of calls.
#include "query/cursor.h"
#include "query/pointer_values.h"
#include "query/verbs.h"

namespace fortnight::query {

namespace {

struct Page {
  storage::CallQuery query;
  PointerValues values;
  RequestMark mark;  // of the first page, which had the period
};

Parsed<Page> page_of(const VerbContext& verb) {
  constexpr std::uint64_t default_page = 50;
  const ParsedRequest& request = verb.request;
  storage::CallQuery query = call_query(request);
  FORTNIGHT_ASSIGN(query.limit, request.number("limit", default_page, verb.context.limits.rows));
  FORTNIGHT_ASSIGN(query.order, request.order(storage::Order::newest_first));
  RequestMark mark = RequestMark::of(request, query.order);
  if (const Value* value = request.option("cursor")) {
    const std::optional<PageCursor> cursor = PageCursor::parse(value->text);
    if (!cursor) return bad_request(value->column, "no cursor: take it from a summary's \"next\"");
    FORTNIGHT_TRY(cursor->check(request, query.order, *value));
    query.from = cursor->from;
    query.to = cursor->to;
    query.after = cursor->after;
    if (cursor->mark) mark = *cursor->mark;
  }
  prepare_rows(query);
  FORTNIGHT_ASSIGN(PointerValues values, PointerValues::of(request));
  values.prepare(query);
  return Page{std::move(query), std::move(values), mark};
}

}  // namespace

Parsed<Plan> plan_logs(const VerbContext& verb) {
  FORTNIGHT_ASSIGN(Page page, page_of(verb));
  return Plan{std::move(page.query)};
}

Answer answer_logs(const VerbContext& verb) {
  const ParsedRequest& request = verb.request;
  FORTNIGHT_ASSIGN(const Page page, page_of(verb));
  const storage::CallQuery& query = page.query;
  FORTNIGHT_ASSIGN(const storage::ScanSummary scanned,
                   scan_rows(verb, query, [&](storage::CallRecord&& call, std::string& row) {
                     page.values.make_row(std::move(call), verb.context, row);
                   }));
  const std::uint64_t calls = verb.progress.given.calls;
  const Period period{query.from, query.to};
  Summary summary;
  summary.json().key("calls").number(calls);
  summary.completeness(scanned.completeness, period.everything(), calls != 0);
  FORTNIGHT_TRY(summary.rejected(verb, period));
  summary.period(request, period);
  if (scanned.more) {
    const PageCursor next{verb.progress.last, query.from, query.to, page.mark};
    summary.json().key("next").text(next.to_string());
  }
  if (calls == 0) query.after ? summary.no_data() : summary.no_data(verb, query);
  return summary.close();
}

}  // namespace fortnight::query
