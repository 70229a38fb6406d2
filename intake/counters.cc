#include <numeric>

#include "intake/mapper.h"

namespace fortnight::intake {
namespace {

constexpr std::array<std::string_view, kReasons> kReasonNames = {
    "not-json", "not-object", "no-time", "bad-time", "too-long",
    "not-utf8", "too-old",    "future",  "no-zone",  "not-allowed"};

}  // namespace

std::string_view reason_name(Reason reason) {
  return kReasonNames[static_cast<std::size_t>(reason)];
}

std::uint64_t Counters::rejected_total() const {
  return std::accumulate(rejected.begin(), rejected.end(), std::uint64_t{0});
}

Counters& Counters::operator+=(const Counters& other) {
  lines += other.lines;
  bytes += other.bytes;
  calls += other.calls;
  skipped += other.skipped;
  duplicates += other.duplicates;
  mended += other.mended;
  truncated += other.truncated;
  without_method += other.without_method;
  without_path += other.without_path;
  without_status += other.without_status;
  for (std::size_t i = 0; i < kReasons; ++i) rejected[i] += other.rejected[i];
  return *this;
}

}  // namespace fortnight::intake
