#include "storage/failures.h"

#include <algorithm>

#include "storage/query.h"

namespace fortnight::storage {

std::string_view error_code(const std::vector<std::string>& scalars) {
  const auto found = std::find_if(scalars.begin(), scalars.end(),
                                  [](const std::string& scalar) { return !scalar.empty(); });
  return found == scalars.end() ? std::string_view() : *found;
}

Failures::Kind Failures::kind_of(std::string_view endpoint, std::int32_t status,
                                 std::string_view code) {
  // The length of the endpoint comes first, so that different kinds never have the same bytes.
  scratch_ = std::to_string(endpoint.size()) + ' ' + std::to_string(status) + ' ';
  scratch_.append(endpoint).append(code);
  const std::optional<std::uint32_t> kind = kinds_.intern(scratch_);
  full_ = full_ || !kind;
  if (!kind) return 0;
  if (*kind == failures_.size()) {
    FailureGroup& failure = failures_.emplace_back();
    failure.endpoint = endpoint;
    failure.status = status;
    failure.code = code;
    text_bytes_ += endpoint.size() + code.size();
  }
  return *kind;
}

Failures::Account Failures::account_of(std::string_view name) {
  const std::optional<std::uint32_t> account = accounts_.intern(name);
  full_ = full_ || !account;
  return account.value_or(0);
}

void Failures::see(Kind kind, Account account) {
  const std::uint64_t pair = std::uint64_t{kind} << 32 | account;
  if (seen_.insert(pair).second) ++failures_[kind].accounts;
}

void Failures::widen(FailureGroup& failure, const FailureSighting& first,
                     const FailureSighting& last) {
  if (failure.calls == 0 || first < failure.first) failure.first = first;
  if (failure.calls == 0 || failure.last < last) failure.last = last;
}

void Failures::add(Kind kind, Account account, const FailureSighting& seen,
                   std::string_view call_id) {
  FailureGroup& failure = failures_[kind];
  if (is_last(kind, seen)) failure.call_id = call_id;
  widen(failure, seen, seen);
  ++failure.calls;
  ++calls_;
  see(kind, account);
}

void Failures::add(const CallRecord& call) {
  const Kind kind = kind_of(call.field(TextField::endpoint), call.status, error_code(call.scalars));
  const Account account = account_of(call.field(TextField::account));
  add(kind, account, {call.ts, call.ts_digits, call.ref}, call.field(TextField::call_id));
}

void Failures::add(const Failures& other) {
  std::vector<Kind> here;  // the others' kinds
  for (const FailureGroup& of : other.failures_) {
    here.push_back(kind_of(of.endpoint, of.status, of.code));
    FailureGroup& failure = failures_[here.back()];
    if (is_last(here.back(), of.last)) failure.call_id = of.call_id;
    widen(failure, of.first, of.last);
    failure.calls += of.calls;
  }
  calls_ += other.calls_;
  std::vector<Account> accounts;
  for (std::size_t i = 0; i < other.accounts_.entries().size(); ++i) {
    accounts.push_back(account_of(other.accounts_.entries()[i]));
  }
  for (const std::uint64_t pair : other.seen_) {
    see(here[pair >> 32], accounts[static_cast<std::uint32_t>(pair)]);
  }
}

std::size_t Failures::bytes() const {
  if (full_) return std::numeric_limits<std::size_t>::max();
  constexpr std::size_t kInTable = 24;  // of a hash, its number and free slots
  std::size_t bytes = failures_.capacity() * sizeof(FailureGroup) + text_bytes_;
  for (const DictionaryBuilder* names : {&kinds_, &accounts_}) {
    bytes += names->entries().memory() + names->entries().size() * kInTable;
  }
  return bytes + seen_.size() * 2 * sizeof(std::uint64_t);
}

FailureAnswer answer_of(FoundFailures&& found) {
  const std::uint64_t calls = found.failures.calls();
  return {found.failures.take(), calls, found.completeness};
}

}  // namespace fortnight::storage
