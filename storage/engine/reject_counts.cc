#include "storage/engine/reject_counts.h"

#include <algorithm>

#include "storage/packing/limits.h"

namespace fortnight::storage {
namespace {

constexpr TimeNs kWidths[] = {kNsPerSecond, kNsPerQuarter, kNsPerDay};
// The least bytes that one item of each kind takes; bounds the counts that are read.
constexpr std::uint64_t kLeastKind = 2;
constexpr std::uint64_t kLeastCount = 4;

// A bucket must begin and end at valid instants.
TimeNs bucketed(TimeNs at) {
  return std::clamp(at, kMinTime + 2 * kNsPerDay, kMaxTime - 2 * kNsPerDay);
}

}  // namespace

std::uint32_t RejectCounts::kind_of(std::string_view source, std::string_view reason) {
  // Newest first, since consecutive rejects are mostly alike.
  for (std::size_t i = kinds_.size(); i-- > 0;) {
    if (kinds_[i].first == source && kinds_[i].second == reason) {
      return static_cast<std::uint32_t>(i);
    }
  }
  kinds_.emplace_back(source, reason);
  return static_cast<std::uint32_t>(kinds_.size() - 1);
}

void RejectCounts::put(TimeNs from, TimeNs width, std::uint32_t kind, std::uint64_t count) {
  counts_[{from, width, kind}] += count;
  kept_ += count;
}

void RejectCounts::add(TimeNs at, std::string_view source, std::string_view reason,
                       std::uint64_t count) {
  total_ += count;
  at = bucketed(at);
  put(floor_div(at, kNsPerSecond) * kNsPerSecond, kNsPerSecond, kind_of(source, reason), count);
  if (counts_.size() > kMaxRejectCounts) fit();
}

bool RejectCounts::take(TimeNs at, std::string_view source, std::string_view reason) {
  at = bucketed(at);
  const auto kind = std::find_if(kinds_.begin(), kinds_.end(), [&](const auto& known) {
    return known.first == source && known.second == reason;
  });
  if (kind == kinds_.end()) return false;
  for (const TimeNs width : kWidths) {
    const auto number = static_cast<std::uint32_t>(kind - kinds_.begin());
    const auto found = counts_.find({floor_div(at, width) * width, width, number});
    if (found == counts_.end() || found->second == 0) continue;
    --found->second;
    --kept_;
    return true;
  }
  return false;
}

RejectCounts& RejectCounts::operator+=(const RejectCounts& other) {
  total_ += other.total_;
  for (const auto& [key, count] : other.counts_) {
    const auto& [from, width, kind] = key;
    const auto& [source, reason] = other.kinds_[kind];
    put(from, width, kind_of(source, reason), count);
  }
  if (counts_.size() > kMaxRejectCounts) fit();
  return *this;
}

void RejectCounts::fit() {
  while (counts_.size() > kMaxRejectCounts) {
    if (coarsen_older_half(kNsPerQuarter) || coarsen_older_half(kNsPerDay)) continue;
    drop_older_half();
  }
}

// Returns whether there are fewer counts now.
bool RejectCounts::coarsen_older_half(TimeNs width) {
  const std::size_t before = counts_.size();
  const std::uint64_t kept = kept_;
  Counts finer;
  auto next = counts_.begin();
  for (std::size_t i = 0; i < before / 2; ++i) {
    const auto at = next++;
    if (std::get<1>(at->first) < width) finer.insert(counts_.extract(at));
  }
  for (const auto& [key, count] : finer) {
    put(floor_div(std::get<0>(key), width) * width, width, std::get<2>(key), count);
  }
  kept_ = kept;
  return counts_.size() < before;
}

void RejectCounts::drop_older_half() {
  for (std::size_t i = counts_.size() / 2; i > 0; --i) {
    kept_ -= counts_.begin()->second;
    counts_.erase(counts_.begin());
  }
}

std::uint64_t RejectCounts::count(const RejectFilter& filter) const {
  const bool all = filter.sources.empty() && filter.reasons.empty();
  if (all && filter.from == kMinTime && filter.to == kMaxTime) return kept_;
  std::vector<bool> meant;
  for (const auto& [source, reason] : kinds_) meant.push_back(filter.passes(source, reason));
  constexpr TimeNs kWidest = kNsPerDay;
  const TimeNs begin = filter.from < kMinTime + kWidest ? kMinTime : filter.from - kWidest;
  std::uint64_t sum = 0;
  for (auto at = counts_.lower_bound({begin, 0, 0}); at != counts_.end(); ++at) {
    const auto& [from, width, kind] = at->first;
    if (from >= filter.to) break;
    if (from + width > filter.from && meant[kind]) sum += at->second;
  }
  return sum;
}

void RejectCounts::encode(ByteWriter& out) const {
  out.varint(total_);
  out.varint(kinds_.size());
  for (const auto& [source, reason] : kinds_) {
    out.text(source);
    out.text(reason);
  }
  out.varint(counts_.size());
  std::int64_t second = 0;
  for (const auto& [key, count] : counts_) {
    const auto& [from, width, kind] = key;
    const std::int64_t begin = from / kNsPerSecond;
    out.signed_varint(begin - second);
    second = begin;
    out.u8(static_cast<std::uint8_t>(std::find(std::begin(kWidths), std::end(kWidths), width) -
                                     std::begin(kWidths)));
    out.varint(kind);
    out.varint(count);
  }
}

RejectCounts RejectCounts::decode(ByteReader& in) {
  RejectCounts counts;
  counts.total_ = in.varint();
  for (std::uint64_t left = in.count(kLeastKind); left > 0 && in.ok(); --left) {
    const std::string_view source = in.text();
    counts.kinds_.emplace_back(source, in.text());
  }
  std::uint64_t second = 0;  // wraps around if the input is damaged; checked below
  for (std::uint64_t left = in.count(kLeastCount); left > 0 && in.ok(); --left) {
    second += static_cast<std::uint64_t>(in.signed_varint());
    const std::uint8_t width = in.u8();
    const std::uint64_t kind = in.varint();
    const std::uint64_t count = in.varint();
    const auto begin = static_cast<std::int64_t>(second);
    const bool sound = width < std::size(kWidths) && kind < counts.kinds_.size() &&
                       is_day(floor_div(begin, kNsPerDay / kNsPerSecond));
    if (!sound) {
      in.fail();
      break;
    }
    counts.put(begin * kNsPerSecond, kWidths[width], static_cast<std::uint32_t>(kind), count);
  }
  return counts;
}

}  // namespace fortnight::storage
