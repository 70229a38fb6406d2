// FOLLOW: calls as they arrive. The store numbers calls in the order of arrival, so the calls since
// the last poll are a range of numbers. They are sent in that order, so the ref of the last one
// says where another FOLLOW continues (after=).
#include <algorithm>
#include <vector>

#include "query/answer.h"
#include "query/disclosure.h"
#include "query/pointer_values.h"

namespace fortnight::query {

namespace {

constexpr std::uint64_t kRowsAPoll = 500;
// Rows that are sorted together take at most this much, or are one.
constexpr std::size_t kMostBytes = 256U << 10;
// A reader that is more calls behind than this skips them and gets {"missed":N}.
constexpr std::uint64_t kMostBehind = 100'000;

class FollowOfStore final : public Follow {
 public:
  FollowOfStore(std::shared_ptr<const Context> context, ParsedRequest request)
      : context_(std::move(context)), request_(std::move(request)) {
    query_.predicates = request_.predicates;
    query_.order = storage::Order::oldest_first;
    query_.limit = kRowsAPoll + 1;
    prepare_rows(query_);
  }

  Parsed<void> begin() {
    FORTNIGHT_ASSIGN(values_, PointerValues::of(request_));
    values_.prepare(query_);
    FORTNIGHT_ASSIGN(next_, next_arrival());
    const Value* after = request_.option("after");
    if (after == nullptr) return {};
    const std::optional<storage::Ref> ref = storage::Ref::parse(after->text);
    if (!ref) return bad_request(after->column, "no ref: take it from a row's \"ref\"");
    // The ref of a call that hasn't arrived is that of another store.
    if (ref->seq < next_) next_ = ref->seq + 1;
    return {};
  }

  [[nodiscard]] bool has_more() const override {
    const Parsed<std::uint64_t> arrival = next_arrival();
    return !arrival || next_ != *arrival;  // poll() reports the error
  }

  // Only the number of the ref counts.
  [[nodiscard]] std::string position() const override {
    return next_ == 0 ? std::string() : storage::Ref{0, next_ - 1}.to_string();
  }

  State poll(Sink& sink, const storage::Budget& budget) override {
    ScanProgress progress;
    return told(step({*context_, request_, sink, budget, progress}));
  }

  Result<void> record(std::size_t bytes) override {
    if (request_.disclosure == nullptr) return {};
    auto recorded = request_.disclosure->record(bytes, context_->now());
    if (!recorded) error_ = not_recorded(recorded.error());
    return recorded;
  }

  State finish(Sink& sink, const storage::Budget& budget) override {
    if (const Parsed<void> fixed = fix_end(); !fixed) return told(fixed.error());
    return poll(sink, budget);
  }

  void miss_the_rest(Sink& sink, const storage::Budget& budget) override {
    ScanProgress progress;
    const Parsed<void> skipped = skip_the_rest({*context_, request_, sink, budget, progress});
    if (!skipped) told(skipped.error());
  }

  [[nodiscard]] Closing closing() const override {
    if (error_) return *error_;
    Summary summary;
    summary.json().key("calls").number(calls_).key("missed").number(missed_);
    return Closing(summary.close());
  }

 private:
  // A row that waits for rows of calls that arrived before it.
  struct Row {
    storage::Ref ref;
    std::string json;
  };

  State told(const Parsed<State>& state) {
    if (state) return *state;
    if (!error_) error_ = state.error();
    return State::ended;
  }

  // The number that the next call to arrive will get.
  [[nodiscard]] Parsed<std::uint64_t> next_arrival() const {
    const auto next = request_.store->next_seq();
    if (!next) return store_error(next.error());
    return *next;
  }

  Parsed<void> fix_end() {
    if (end_) return {};
    FORTNIGHT_ASSIGN(end_, next_arrival());
    return {};
  }

  // Sends the calls of the next range of numbers.
  Parsed<State> step(const VerbContext& verb) {
    if (!request_.reader->valid(context_->now())) {
      return RequestError("not-authenticated", "the token has ended");
    }
    FORTNIGHT_ASSIGN(const std::uint64_t end, end_ ? *end_ : next_arrival());
    FORTNIGHT_TRY(skip_what_is_too_far_back(verb, end));
    if (next_ == end) return end_ ? State::ended : State::idle;
    std::optional<std::vector<Row>> rows;
    while (!rows) {
      query_.first_seq = next_;
      query_.end_seq = std::min(end, next_ + range_);
      FORTNIGHT_ASSIGN(rows, rows_of_range(verb));
      if (!rows) range_ /= 2;
    }
    if (rows->size() < kRowsAPoll / 2) range_ = std::min(2 * range_, kMostBehind);
    for (const Row& row : *rows) {
      if (!verb.sink.has_room(row.json.size())) {
        next_ = row.ref.seq;
        return State::more;
      }
      if (query_.with_line) disclose(request_, row.ref);
      FORTNIGHT_TRY(give(verb, row.json));
      ++calls_;
      next_ = row.ref.seq + 1;
    }
    next_ = query_.end_seq;
    if (next_ != end) return State::more;
    return end_ ? State::ended : State::idle;
  }

  // The rows of the query, in the order of arrival; nothing if they are too many or too large to be
  // sorted. The rows of one number never are.
  Parsed<std::optional<std::vector<Row>>> rows_of_range(const VerbContext& verb) const {
    std::vector<Row> rows;
    std::size_t bytes = 0;
    bool too_many = false;
    const auto scanned = request_.store->scan(query_, verb.budget, [&](storage::CallRecord&& call) {
      Row& row = rows.emplace_back(Row{call.ref, {}});
      values_.make_row(std::move(call), *context_, row.json);
      bytes += row.json.size();
      too_many = rows.size() > kRowsAPoll || (bytes > kMostBytes && rows.size() > 1);
      return !too_many;
    });
    if (!scanned) return store_error(scanned.error());
    if (too_many) return std::optional<std::vector<Row>>();
    std::sort(rows.begin(), rows.end(),
              [](const Row& a, const Row& b) { return a.ref.seq < b.ref.seq; });
    return std::optional(std::move(rows));
  }

  // Counts the matching calls whose numbers are in [first, end).
  Parsed<std::uint64_t> count(std::uint64_t first, std::uint64_t end,
                              const storage::Budget& budget) const {
    storage::CallQuery query = query_;
    query.first_seq = first;
    query.end_seq = end;
    query.limit = std::numeric_limits<std::uint64_t>::max();
    query.with_line = false;
    std::uint64_t calls = 0;
    const auto summary = request_.store->scan(query, budget, [&](storage::CallRecord&&) {
      ++calls;
      return true;
    });
    if (!summary) return store_error(summary.error());
    return calls;
  }

  Parsed<void> skip_what_is_too_far_back(const VerbContext& verb, std::uint64_t end) {
    if (end - next_ <= kMostBehind) return {};
    return skip_to(verb, end - kMostBehind);
  }

  // Skips the calls that arrived and weren't sent.
  Parsed<void> skip_the_rest(const VerbContext& verb) {
    FORTNIGHT_TRY(fix_end());
    return skip_to(verb, *end_);
  }

  Parsed<void> skip_to(const VerbContext& verb, std::uint64_t kept) {
    FORTNIGHT_ASSIGN(const std::uint64_t missed, count(next_, kept, verb.budget));
    next_ = kept;
    missed_ += missed;
    if (missed == 0) return {};
    std::string row;
    JsonWriter(row).open_object().key("missed").number(missed).close_object();
    return give(verb, row);
  }

  std::shared_ptr<const Context> context_;
  ParsedRequest request_;
  storage::CallQuery query_;
  PointerValues values_;              // of each row
  std::uint64_t next_ = 0;            // calls with lower numbers are done
  std::uint64_t range_ = kRowsAPoll;  // how many numbers are scanned at once
  // Number of the first call that is no longer part of the answer.
  std::optional<std::uint64_t> end_;
  std::uint64_t calls_ = 0;
  std::uint64_t missed_ = 0;
  std::optional<RequestError> error_;
};

}  // namespace

Follow::Started Follow::start(std::shared_ptr<const Context> context, const RequestLine& line) {
  Parsed<ParsedRequest> request = understand(*context, line);
  if (!request) return {nullptr, request.error()};
  auto follow = std::make_unique<FollowOfStore>(std::move(context), std::move(*request));
  if (const Parsed<void> begun = follow->begin(); !begun) return {nullptr, begun.error()};
  return {std::move(follow), {}};
}

}  // namespace fortnight::query
