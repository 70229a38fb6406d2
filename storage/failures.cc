#include "storage/failures.h"

#include <algorithm>

#include "storage/store.h"

namespace fortnight::storage {
namespace {

std::string_view code_of(const CallRecord& call) {
  const auto found = std::find_if(call.scalars.begin(), call.scalars.end(),
                                  [](const std::string& scalar) { return !scalar.empty(); });
  return found == call.scalars.end() ? std::string_view() : *found;
}

}  // namespace

Failures::Failure& Failures::at(std::string_view endpoint, std::int32_t status,
                                std::string_view code) {
  // The endpoint's length first: whatever texts hold, no two kinds are the same bytes.
  scratch_ = std::to_string(endpoint.size()) + ' ' + std::to_string(status) + ' ';
  scratch_.append(endpoint).append(code);
  const std::optional<std::uint32_t> index = kinds_.intern(scratch_);
  full_ = full_ || !index;
  if (!index) return failures_.front();
  if (*index == failures_.size()) {
    Failure& failure = failures_.emplace_back();
    failure.endpoint = endpoint;
    failure.status = status;
    failure.code = code;
    text_bytes_ += endpoint.size() + code.size();
  }
  return failures_[*index];
}

void Failures::see(std::uint32_t failure, std::string_view account) {
  const std::optional<std::uint32_t> code = accounts_.intern(account);
  full_ = full_ || !code;
  if (!code) return;
  const std::uint64_t pair = std::uint64_t{failure} << 32 | *code;
  if (seen_.insert(pair).second) ++failures_[failure].accounts;
}

void Failures::widen(Failure& failure, const Sighting& first, const Sighting& last,
                     std::string_view call_id) {
  if (failure.calls == 0 || first < failure.first) failure.first = first;
  if (failure.calls == 0 || failure.last < last) {
    failure.last = last;
    failure.call_id = call_id;
  }
}

void Failures::add(const CallRecord& call) {
  Failure& failure = at(call.field(TextField::endpoint), call.status, code_of(call));
  const Sighting seen{call.ts, call.ts_digits, call.ref};
  widen(failure, seen, seen, call.field(TextField::call_id));
  ++failure.calls;
  ++calls_;
  see(static_cast<std::uint32_t>(&failure - failures_.data()), call.field(TextField::account));
}

void Failures::add(const Failures& other) {
  std::vector<std::uint32_t> here;  // the others' failures
  for (const Failure& of : other.failures_) {
    Failure& failure = at(of.endpoint, of.status, of.code);
    widen(failure, of.first, of.last, of.call_id);
    failure.calls += of.calls;
    here.push_back(static_cast<std::uint32_t>(&failure - failures_.data()));
  }
  calls_ += other.calls_;
  for (const std::uint64_t pair : other.seen_) {
    see(here[pair >> 32], other.accounts_.entries()[static_cast<std::uint32_t>(pair)]);
  }
}

std::size_t Failures::bytes() const {
  if (full_) return std::numeric_limits<std::size_t>::max();
  constexpr std::size_t kInTable = 24;  // of a hash, its number and free room
  std::size_t bytes = failures_.capacity() * sizeof(Failure) + text_bytes_;
  for (const DictionaryBuilder* names : {&kinds_, &accounts_}) {
    bytes += names->entries().memory() + names->entries().size() * kInTable;
  }
  return bytes + seen_.size() * 2 * sizeof(std::uint64_t);
}

}  // namespace fortnight::storage
