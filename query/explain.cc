// EXPLAIN: what a request would read. The verb runs against a store that plans instead of reading,
// so EXPLAIN reports the same errors as the request itself.
#include <optional>

#include "query/verbs.h"

namespace fortnight::query {

namespace {

using storage::Budget;
using storage::ScanSummary;

// Has no calls. Keeps the plan of the first read of a request; later reads of the same request read
// the same files.
class PlanningStore final : public storage::Store {
 public:
  explicit PlanningStore(const storage::Store& store) : store_(store) {}

  [[nodiscard]] const std::optional<ScanSummary>& plan() const { return plan_; }

  Result<void> scan_into(const storage::CallQuery& query, const Budget&,
                         const storage::CallVisitor&, ScanSummary&) const override {
    return keep([&] { return explain(query); });
  }
  Result<storage::CountAnswer> count(const storage::CountQuery& query, TimeNs,
                                     const Budget&) const override {
    FORTNIGHT_TRY(keep([&] { return explain_count(query); }));
    return storage::CountAnswer{};
  }
  Result<std::optional<storage::CallRecord>> fetch(const storage::Ref& ref,
                                                   const Budget&) const override {
    plan_.emplace().steps.push_back("one call, " + ref.to_string() + ", by its day and number");
    return std::optional<storage::CallRecord>();
  }
  Result<ScanSummary> explain(const storage::CallQuery& query) const override {
    return store_.explain(query);
  }
  Result<ScanSummary> explain_count(const storage::CountQuery& query) const override {
    return store_.explain_count(query);
  }

  std::optional<storage::TimeRange> extent() const override { return store_.extent(); }

  std::map<std::string, std::string> positions() const override { return {}; }
  storage::StoreStatus status(TimeNs) const override { return {}; }
  Result<void> append(storage::Append&&, TimeNs) override { return read_only(); }
  Result<void> sync() override { return read_only(); }
  Result<void> drop_day(Day) override { return read_only(); }

 private:
  static Error read_only() { return {ErrorCode::unsupported, "nothing is done here"}; }

  template <typename Explain>
  Result<void> keep(Explain&& explain) const {
    if (plan_) return {};
    FORTNIGHT_ASSIGN(plan_, explain());
    return {};
  }

  const storage::Store& store_;
  mutable std::optional<ScanSummary> plan_;  // of one request, on one thread
};

class NoRows final : public Sink {
 public:
  bool row(std::string_view) override { return true; }
};

Parsed<ScanSummary> plan_of(const VerbContext& verb) {
  if (verb.request.words->verb == Verb::follow) {
    ScanSummary plan;
    plan.steps = {"every call is tested as it arrives"};
    return plan;
  }
  const PlanningStore store(*verb.context.store);
  Context context = verb.context;
  context.store = &store;
  NoRows no_rows;
  ScanProgress progress;
  FORTNIGHT_TRY(answer_verb({context, verb.request, no_rows, verb.budget, progress}));
  if (!store.plan()) return nothing_to_explain();
  return *store.plan();
}

}  // namespace

RequestError nothing_to_explain() {
  return bad_request(1,
                     "EXPLAIN goes before a verb that reads calls, as in EXPLAIN LOGS status=500");
}

Answer answer_explain(const VerbContext& verb) {
  const ParsedRequest& request = verb.request;
  FORTNIGHT_ASSIGN(const ScanSummary plan, plan_of(verb));
  for (const std::string& step : plan.steps) {
    std::string row;
    JsonWriter(row).open_object().key("step").text(step).close_object();
    FORTNIGHT_TRY(give(verb, row));
  }
  Summary summary;
  summary.json().key("verb").text(request.words->name);
  if (request.words->verb != Verb::follow) summary.period(request, request.period);
  summary.json().key("days").number(plan.days);
  summary.json().key("blocks").number(plan.blocks_considered);
  summary.json().key("blocks_to_read").number(plan.blocks_read);
  summary.json().key("bytes_to_read").number(plan.bytes_read);
  return summary.close();
}

}  // namespace fortnight::query
