#include "storage/call/latency_sketch.h"

#include <algorithm>
#include <cmath>

#include "base/require.h"

namespace fortnight::storage {
namespace {

constexpr double kGamma = (1 + kSketchError) / (1 - kSketchError);

}  // namespace

std::uint32_t sketch_bin(std::int64_t duration_ns) {
  static const double log_gamma = std::log(kGamma);
  if (duration_ns <= 0) return 0;
  const double power = std::ceil(std::log(static_cast<double>(duration_ns)) / log_gamma);
  return std::min(1 + static_cast<std::uint32_t>(power), kSketchBins - 1);
}

double sketch_bin_value(std::uint32_t bin) {
  if (bin == 0) return 0;
  return 2 * std::pow(kGamma, static_cast<double>(bin) - 1) / (kGamma + 1);
}

void LatencySketch::add_bin(std::uint32_t bin, std::uint64_t count) {
  FORTNIGHT_REQUIRE(bin < kSketchBins);
  if (count == 0) return;
  if (counts_.empty()) first_ = bin;
  if (bin < first_) {
    counts_.insert(counts_.begin(), first_ - bin, 0);
    first_ = bin;
  }
  if (bin - first_ >= counts_.size()) counts_.resize(bin - first_ + 1);
  counts_[bin - first_] += count;
  count_ += count;
}

void LatencySketch::merge(const LatencySketch& other) {
  other.for_each_bin([&](std::uint32_t bin, std::uint64_t count) { add_bin(bin, count); });
}

std::optional<double> LatencySketch::quantile(double q) const {
  FORTNIGHT_REQUIRE(q >= 0 && q <= 1);
  if (count_ == 0) return std::nullopt;
  const auto rank = static_cast<std::uint64_t>(q * static_cast<double>(count_ - 1));
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    below += counts_[i];
    if (below > rank) return sketch_bin_value(first_ + static_cast<std::uint32_t>(i));
  }
  return sketch_bin_value(first_ + static_cast<std::uint32_t>(counts_.size()) - 1);
}

bool operator==(const LatencySketch& a, const LatencySketch& b) {
  if (a.count_ != b.count_) return false;
  std::vector<std::pair<std::uint32_t, std::uint64_t>> bins;
  a.for_each_bin([&](std::uint32_t bin, std::uint64_t count) { bins.emplace_back(bin, count); });
  std::size_t next = 0;
  bool same = true;
  b.for_each_bin([&](std::uint32_t bin, std::uint64_t count) {
    same = same && next < bins.size() && bins[next] == std::pair{bin, count};
    ++next;
  });
  return same && next == bins.size();
}

}  // namespace fortnight::storage
