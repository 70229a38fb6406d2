#include "storage/failures.h"

#include <algorithm>
#include <bit>
#include <map>
#include <tuple>

#include "storage/query.h"

namespace fortnight::storage {

static_assert(kAccountsError == kDistinctError);

namespace {

// The key of a set of accounts: the kind, and the upper bits of the accounts' numbers.
constexpr std::uint32_t kAccountsOfKey = 64;
constexpr unsigned kKindShift = 32;
constexpr std::uint64_t kAccountMask = (std::uint64_t{1} << kKindShift) - 1;

std::uint64_t seen_key(std::uint32_t kind, std::uint32_t account) {
  return std::uint64_t{kind} << kKindShift | account / kAccountsOfKey;
}

}  // namespace

std::string_view error_code(const std::vector<std::string>& scalars) {
  const auto found = std::find_if(scalars.begin(), scalars.end(),
                                  [](const std::string& scalar) { return !scalar.empty(); });
  return found == scalars.end() ? std::string_view() : *found;
}

Failures::Kind Failures::kind_of(const FailureName& name) {
  // The length of the endpoint comes first, so that different kinds never have the same bytes.
  scratch_ = std::to_string(name.endpoint.size());
  scratch_ += name.endpoint_past_cap ? '*' : ' ';
  scratch_ += std::to_string(name.status);
  scratch_ += name.code_past_cap ? '*' : ' ';
  scratch_.append(name.endpoint).append(name.code);
  const std::optional<std::uint32_t> kind = kinds_.intern(scratch_);
  full_ = full_ || !kind;
  if (!kind) return 0;
  if (*kind == failures_.size()) {
    FailureGroup& failure = failures_.emplace_back();
    failure.endpoint = name.endpoint;
    failure.status = name.status;
    failure.code = name.code;
    failure.endpoint_past_cap = name.endpoint_past_cap;
    failure.code_past_cap = name.code_past_cap;
    text_bytes_ += name.endpoint.size() + name.code.size();
  }
  return *kind;
}

Failures::Account Failures::account_of(std::string_view name) {
  const std::optional<std::uint32_t> account = accounts_.intern(name);
  full_ = full_ || !account;
  return account.value_or(0);
}

void Failures::see(Kind kind, Account account) {
  std::uint64_t& accounts = seen_[seen_key(kind, account)];
  const std::uint64_t bit = std::uint64_t{1} << (account % kAccountsOfKey);
  if ((accounts & bit) == 0) ++failures_[kind].accounts;
  accounts |= bit;
}

template <typename Visit>
void Failures::for_each_seen(Visit&& visit) const {
  for (const auto& [key, accounts] : seen_) {
    const auto kind = static_cast<Kind>(key >> kKindShift);
    const auto first = static_cast<Account>(key & kAccountMask) * kAccountsOfKey;
    for (std::uint64_t left = accounts; left != 0; left &= left - 1) {
      visit(kind, first + static_cast<Account>(std::countr_zero(left)));
    }
  }
}

void Failures::see(Kind kind, std::uint32_t at, std::uint8_t rank) {
  sketches_[kind].add(at, rank);
}

void Failures::widen(FailureGroup& failure, const FailureSighting& first,
                     const FailureSighting& last) {
  if (failure.calls == 0 || first < failure.first) failure.first = first;
  if (failure.calls == 0 || failure.last < last) failure.last = last;
}

void Failures::add(Kind kind, Account account, const FailureSighting& seen,
                   std::string_view call_id) {
  FailureGroup& failure = failures_[kind];
  if (is_last(kind, seen)) {
    failure.call_id = call_id;
    failure.call_id_unknown = false;
  }
  widen(failure, seen, seen);
  ++failure.calls;
  ++calls_;
  see(kind, account);
}

void Failures::add(Kind kind, std::uint64_t calls, const FailureSighting& first,
                   const FailureSighting& last) {
  FailureGroup& failure = failures_[kind];
  if (is_last(kind, last)) {
    failure.call_id.clear();
    failure.call_id_unknown = true;
  }
  widen(failure, first, last);
  failure.calls += calls;
  calls_ += calls;
}

void Failures::add(const CallRecord& call) {
  const Kind kind = kind_of({.endpoint = call.field(TextField::endpoint),
                             .status = call.status,
                             .code = error_code(call.scalars)});
  const Account account = account_of(call.field(TextField::account));
  add(kind, account, {call.ts, call.ts_digits, call.ref}, call.field(TextField::call_id));
}

void Failures::add(const Failures& other) {
  std::vector<Kind> here;  // the others' kinds
  for (const FailureGroup& of : other.failures_) {
    here.push_back(
        kind_of({of.endpoint, of.status, of.code, of.endpoint_past_cap, of.code_past_cap}));
    FailureGroup& failure = failures_[here.back()];
    if (is_last(here.back(), of.last)) {
      failure.call_id = of.call_id;
      failure.call_id_unknown = of.call_id_unknown;
    }
    widen(failure, of.first, of.last);
    failure.calls += of.calls;
  }
  calls_ += other.calls_;
  std::vector<Account> accounts;
  for (std::size_t i = 0; i < other.accounts_.entries().size(); ++i) {
    accounts.push_back(account_of(other.accounts_.entries()[i]));
  }
  other.for_each_seen([&](Kind kind, Account account) { see(here[kind], accounts[account]); });
  for (const auto& [kind, sketch] : other.sketches_) sketches_[here[kind]].merge(sketch);
}

void Failures::forget_call_ids() {
  for (FailureGroup& failure : failures_) {
    failure.call_id.clear();
    failure.call_id_unknown = true;
  }
}

std::vector<FailureGroup> Failures::take() {
  if (!sketches_.empty()) {
    for_each_seen([&](Kind kind, Account account) {
      const auto sketch = sketches_.find(kind);
      if (sketch != sketches_.end()) sketch->second.add(accounts_.entries()[account]);
    });
  }
  for (const auto& [kind, sketch] : sketches_) {
    FailureGroup& failure = failures_[kind];
    failure.accounts = std::clamp(sketch.estimate(), failure.accounts, failure.calls);
    failure.accounts_estimated = true;
  }
  return std::move(failures_);
}

std::size_t Failures::bytes() const {
  if (full_) return std::numeric_limits<std::size_t>::max();
  constexpr std::size_t kInTable = 24;  // of a hash, its number and free slots
  std::size_t bytes = failures_.capacity() * sizeof(FailureGroup) + text_bytes_;
  for (const DictionaryBuilder* names : {&kinds_, &accounts_}) {
    bytes += names->entries().memory() + names->entries().size() * kInTable;
  }
  bytes += sketches_.size() * (kSketchRegisters + sizeof(DistinctSketch) + kInTable);
  return bytes + seen_.size() * 2 * sizeof(decltype(seen_)::value_type);
}

void note_first_ever(const std::vector<FailureGroup>& others, std::vector<FailureGroup>& groups) {
  using Kind = std::tuple<std::string_view, std::int32_t, std::string_view, bool, bool>;
  const auto kind_of = [](const FailureGroup& of) {
    return Kind{of.endpoint, of.status, of.code, of.endpoint_past_cap, of.code_past_cap};
  };
  std::map<Kind, FailureSighting> first;
  for (const FailureGroup& other : others) first.emplace(kind_of(other), other.first);
  for (FailureGroup& group : groups) {
    const auto known = first.find(kind_of(group));
    if (known == first.end()) continue;
    if (!group.first_ever || known->second < *group.first_ever) group.first_ever = known->second;
  }
}

FailureAnswer answer_of(FoundFailures&& found) {
  const std::uint64_t calls = found.failures.calls();
  return {found.failures.take(), calls,      found.completeness, found.basis,
          found.rounded,         found.late, found.uncounted};
}

}  // namespace fortnight::storage
