#include "query/restricted_store.h"

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "base/checksum.h"
#include "query/call_row.h"
#include "query/filters.h"
#include "storage/call/truncated.h"

namespace fortnight::query {
namespace {

using access::Right;
using storage::Budget;
using storage::CallRecord;
using storage::Predicate;
using storage::TextField;
using Predicates = std::vector<Predicate>;

bool reads_lines(const Predicate& predicate) {
  using Subject = Predicate::Subject;
  return predicate.subject == Subject::text || predicate.subject == Subject::pointer ||
         predicate.subject == Subject::code;
}

// query/permission.h refuses such requests.
Error hidden() { return {ErrorCode::unsupported, "it is hidden from this reader"}; }

class RestrictedStore final : public storage::StoreReader {
 public:
  RestrictedStore(const access::Identity& reader, const storage::StoreReader& store)
      : store_(store), calls_(reader.may(Right::calls)), bodies_(reader.may(Right::bodies)) {
    auto own = own_calls(reader);
    if (!own) return;
    accounts_ = *reader.accounts();
    own_.push_back(*std::move(own));
  }

  Result<void> scan_into(const storage::CallQuery& query, const Budget& budget,
                         const storage::CallVisitor& visit,
                         storage::ScanSummary& summary) const override {
    FORTNIGHT_ASSIGN(const storage::CallQuery restricted, restrict(query));
    return store_.scan_into(restricted, budget, visit, summary);
  }

  Result<storage::CountAnswer> count(const storage::CountQuery& query, TimeNs now,
                                     const Budget& budget) const override {
    storage::CountQuery restricted = query;
    FORTNIGHT_ASSIGN(restricted.predicates, restrict(query.predicates));
    if (!bodies_ && !query.by_code.empty()) return hidden();
    FORTNIGHT_ASSIGN(storage::CountAnswer answer, store_.count(restricted, now, budget));
    // Calls of unnamed accounts may be anybody's. Those of unmatched endpoints are the reader's
    // own.
    if (restricts_accounts() && answer.past_cap.calls > answer.past_cap.unmatched) {
      answer.completeness.complete = false;
      answer.completeness.untested = 0;
      answer.past_cap = {};
    }
    return answer;
  }

  Result<storage::FailureAnswer> failures(const storage::FailureQuery& query,
                                          const Budget& budget) const override {
    storage::FailureQuery restricted = query;
    FORTNIGHT_ASSIGN(restricted.predicates, restrict(query.predicates));
    if (!bodies_) restricted.codes.clear();
    // When other accounts had an error isn't for this reader.
    if (restricts_accounts() || !bodies_) restricted.first_ever = false;
    FORTNIGHT_ASSIGN(storage::FailureAnswer answer, store_.failures(restricted, budget));
    if (!calls_) {
      for (storage::FailureGroup& group : answer.groups) {
        group.call_id.clear();
        group.call_id_unknown = false;
      }
    }
    return answer;
  }

  Result<storage::LatencyAnswer> latency(const storage::LatencyQuery& query, TimeNs now,
                                         const Budget& budget) const override {
    storage::LatencyQuery restricted = query;
    FORTNIGHT_ASSIGN(restricted.predicates, restrict(query.predicates));
    return store_.latency(restricted, now, budget);
  }

  Result<std::optional<CallRecord>> fetch(const storage::Ref& ref,
                                          const Budget& budget) const override {
    FORTNIGHT_ASSIGN(std::optional<CallRecord> found, store_.fetch(ref, budget));
    const auto is_own = [&] {
      const std::string_view account = found->field(TextField::account);
      return std::binary_search(accounts_.begin(), accounts_.end(), account);
    };
    if (found && restricts_accounts() && !is_own()) found.reset();
    if (found && !bodies_) {
      prepare_row(*found);
      found->line.clear();
    }
    return found;
  }

  Result<std::uint64_t> next_seq() const override { return store_.next_seq(); }

  Result<storage::RejectPage> rejects(const storage::RejectQuery& query,
                                      const Budget& budget) const override {
    if (restricts_accounts() || !bodies_) return hidden();
    return store_.rejects(query, budget);
  }
  // Rejected lines have no account.
  Result<std::uint64_t> count_rejects(const storage::RejectFilter& filter) const override {
    if (restricts_accounts()) return std::uint64_t{0};
    return store_.count_rejects(filter);
  }

  Result<storage::ScanSummary> explain(const storage::CallQuery& query) const override {
    FORTNIGHT_ASSIGN(const storage::CallQuery restricted, restrict(query));
    return store_.explain(restricted);
  }
  Result<storage::ScanSummary> explain_count(const storage::CountQuery& query) const override {
    storage::CountQuery restricted = query;
    FORTNIGHT_ASSIGN(restricted.predicates, restrict(query.predicates));
    return store_.explain_count(restricted);
  }

  [[nodiscard]] std::optional<storage::TimeRange> extent() const override {
    return store_.extent();
  }

  [[nodiscard]] std::optional<std::uint64_t> fingerprint(TimeNs from, TimeNs to) const override {
    const std::optional<std::uint64_t> all = store_.fingerprint(from, to);
    if (!all) return std::nullopt;
    std::string text;
    ByteWriter out(text);
    out.u64(*all);
    out.u8(bodies_ ? 1 : 0);
    for (const std::string& account : accounts_) out.text(account);
    return checksum64(text);
  }

  void write_status(TimeNs now, JsonWriter& out) const override {
    if (!restricts_accounts()) store_.write_status(now, out);
  }

 private:
  [[nodiscard]] bool restricts_accounts() const { return !own_.empty(); }

  [[nodiscard]] Result<Predicates> restrict(Predicates predicates) const {
    if (!bodies_ && std::any_of(predicates.begin(), predicates.end(), reads_lines)) {
      return hidden();
    }
    predicates.insert(predicates.end(), own_.begin(), own_.end());
    return predicates;
  }

  [[nodiscard]] Result<storage::CallQuery> restrict(const storage::CallQuery& query) const {
    storage::CallQuery restricted = query;
    FORTNIGHT_ASSIGN(restricted.predicates, restrict(query.predicates));
    if (bodies_) return restricted;
    restricted.with_line = false;
    const bool reads = std::any_of(
        query.pointers.begin(), query.pointers.end(),
        [](const std::string& pointer) { return pointer != storage::kTruncatedPointer; });
    if (reads) return hidden();
    return restricted;
  }

  const storage::StoreReader& store_;
  const bool calls_;
  const bool bodies_;
  std::vector<std::string> accounts_;  // ascending
  Predicates own_;                     // that a call belongs to one of them; empty: all
};

}  // namespace

std::optional<Predicate> own_calls(const access::Identity& reader) {
  if (!reader.accounts()) return std::nullopt;
  Predicate own;
  own.subject = Predicate::Subject::field;
  own.field = TextField::account;
  for (const std::string& account : *reader.accounts()) own.patterns.push_back(exactly(account));
  return own;
}

std::shared_ptr<const storage::StoreReader> store_for(const access::Identity& reader,
                                                      const storage::StoreReader& store) {
  const bool whole = reader.may(Right::calls) && reader.may(Right::bodies);
  if (!reader.accounts() && whole) {
    return {std::shared_ptr<const storage::StoreReader>(), &store};
  }
  return std::make_shared<const RestrictedStore>(reader, store);
}

}  // namespace fortnight::query
