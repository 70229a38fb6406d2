// FOLLOW: calls as they arrive. The store numbers calls in the order of arrival, so the calls since
// the last poll are a range of numbers.
#include "query/answer.h"

namespace fortnight::query {

namespace {

using storage::CallRecord;

constexpr std::uint64_t kRowsAPoll = 500;
// A reader that is more calls behind than this skips them and gets {"missed":N}.
constexpr std::uint64_t kMostBehind = 100'000;

class FollowOfStore final : public Follow {
 public:
  FollowOfStore(std::shared_ptr<const Context> context, ParsedRequest request)
      : context_(std::move(context)), request_(std::move(request)) {
    query_.predicates = request_.predicates;
    query_.order = storage::Order::oldest_first;
    prepare_rows(query_);
  }

  // The number that the next call to arrive will get.
  Parsed<std::uint64_t> next_arrival() const {
    const auto next = context_->store->next_seq();
    if (!next) return store_error(next.error());
    return *next;
  }
  void begin_at(std::uint64_t next) { query_.first_seq = query_.end_seq = next; }

  State poll(Sink& sink, const storage::Budget& budget) override {
    ScanProgress progress;
    return told(step({*context_, request_, sink, budget, progress}));
  }

  State finish(Sink& sink, const storage::Budget& budget) override {
    if (const Parsed<void> fixed = fix_end(); !fixed) return told(fixed.error());
    return poll(sink, budget);
  }

  void miss_the_rest(const storage::Budget& budget) override {
    if (const Parsed<void> counted = count_the_rest(budget); !counted) told(counted.error());
  }

  [[nodiscard]] std::string closing() const override {
    if (!error_.empty()) return error_;
    Summary summary;
    summary.json().key("calls").number(calls_).key("missed").number(missed_);
    return summary.close();
  }

 private:
  State told(const Parsed<State>& state) {
    if (state) return *state;
    error_ = closing_line(state.error());
    return State::ended;
  }

  Parsed<void> fix_end() {
    if (end_) return {};
    FORTNIGHT_ASSIGN(end_, next_arrival());
    return {};
  }

  // Calls numbered [first_seq, end_seq) are being sent in the order of their time, and have been
  // sent up to `after`.
  Parsed<State> step(const VerbContext& verb) {
    if (query_.first_seq == query_.end_seq) {
      FORTNIGHT_ASSIGN(query_.end_seq, end_ ? *end_ : next_arrival());
      query_.after.reset();
      FORTNIGHT_TRY(skip_what_is_too_far_back(verb));
    }
    if (query_.first_seq == query_.end_seq) return all_given();
    query_.limit = kRowsAPoll;
    const auto summary = scan_to_sink(verb, query_, [&](const CallRecord& call, JsonWriter& row) {
      write_call(call, *context_, row);
    });
    calls_ += verb.progress.given.calls;
    if (verb.progress.given.calls != 0) query_.after = verb.progress.last;
    if (!summary && is_pause(summary.error())) return State::more;
    if (!summary) return summary.error();
    if (summary->more) return State::more;
    query_.first_seq = query_.end_seq;
    return all_given();
  }

  // All calls numbered below end_seq are sent.
  [[nodiscard]] State all_given() const {
    if (!end_) return State::idle;
    return query_.end_seq == *end_ ? State::ended : State::more;
  }

  // Counts the calls that a query would return.
  Parsed<std::uint64_t> count(storage::CallQuery query, const storage::Budget& budget) const {
    query.limit = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t calls = 0;
    const auto summary = context_->store->scan(query, budget, [&](CallRecord&&) {
      ++calls;
      return true;
    });
    if (!summary) return store_error(summary.error());
    return calls;
  }

  Parsed<void> skip_what_is_too_far_back(const VerbContext& verb) {
    if (query_.end_seq - query_.first_seq <= kMostBehind) return {};
    storage::CallQuery skipped = query_;
    skipped.end_seq = query_.end_seq - kMostBehind;
    FORTNIGHT_ASSIGN(const std::uint64_t missed, count(skipped, verb.budget));
    query_.first_seq = skipped.end_seq;
    missed_ += missed;
    if (missed == 0) return {};
    std::string row;
    JsonWriter(row).open_object().key("missed").number(missed).close_object();
    return give(verb, row);
  }

  // Counts the unsent rest of the current range, and the calls that arrived since.
  Parsed<void> count_the_rest(const storage::Budget& budget) {
    FORTNIGHT_TRY(fix_end());
    FORTNIGHT_ASSIGN(const std::uint64_t left, count(query_, budget));
    storage::CallQuery since = query_;
    since.first_seq = query_.end_seq;
    since.end_seq = *end_;
    since.after.reset();
    FORTNIGHT_ASSIGN(const std::uint64_t arrived, count(since, budget));
    missed_ += left + arrived;
    query_.first_seq = query_.end_seq = *end_;
    return {};
  }

  std::shared_ptr<const Context> context_;
  ParsedRequest request_;
  storage::CallQuery query_;
  std::optional<std::uint64_t>
      end_;  // number of the first call that is no longer part of the answer
  std::uint64_t calls_ = 0;
  std::uint64_t missed_ = 0;
  std::string error_;
};

}  // namespace

Follow::Started Follow::start(std::shared_ptr<const Context> context, const RequestLine& line) {
  Parsed<ParsedRequest> request = understand(*context, line);
  if (!request) return {nullptr, closing_line(request.error())};
  auto follow = std::make_unique<FollowOfStore>(std::move(context), std::move(*request));
  const Parsed<std::uint64_t> next = follow->next_arrival();
  if (!next) return {nullptr, closing_line(next.error())};
  follow->begin_at(*next);
  return {std::move(follow), {}};
}

}  // namespace fortnight::query
