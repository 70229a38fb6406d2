// A sketch of durations: quantiles within 1 % of the true value, mergeable without further loss.
//
// After Masson, Rim and Lee, "DDSketch: A Fast and Fully-Mergeable Quantile Sketch with
// Relative-Error Guarantees", PVLDB 12(12), 2019. Bin i counts the durations in (g^(i-2), g^(i-1)]
// nanoseconds, with g = 1.01 / 0.99; bin 0 counts durations of 0 or less. Bins are never collapsed:
// all positive 64-bit durations fall into about 2,200 bins.
//
// Not thread-safe while it is modified.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace fortnight::storage {

inline constexpr double kSketchError = 0.01;  // relative
inline constexpr std::uint32_t kSketchBins = 2187;

// The bin of a duration in nanoseconds; less than kSketchBins.
std::uint32_t sketch_bin(std::int64_t duration_ns);
// The duration in nanoseconds that represents a bin: within kSketchError of each of its durations.
double sketch_bin_value(std::uint32_t bin);

class LatencySketch {
 public:
  void add(std::int64_t duration_ns) { add_bin(sketch_bin(duration_ns), 1); }
  // Requires bin < kSketchBins.
  void add_bin(std::uint32_t bin, std::uint64_t count);
  void merge(const LatencySketch& other);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  // The duration, in nanoseconds, of the call of rank floor(q * (count - 1)) in ascending order;
  // nothing if the sketch is empty. Requires 0 <= q <= 1.
  [[nodiscard]] std::optional<double> quantile(double q) const;

  // Calls `visit(bin, count)` for each bin that isn't empty, in ascending order.
  template <typename Visit>
  void for_each_bin(Visit&& visit) const {
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      if (counts_[i] != 0) visit(first_ + static_cast<std::uint32_t>(i), counts_[i]);
    }
  }
  // Approximate bytes of memory.
  [[nodiscard]] std::size_t memory() const { return counts_.capacity() * sizeof(counts_[0]); }

  friend bool operator==(const LatencySketch& a, const LatencySketch& b);

 private:
  std::uint32_t first_ = 0;  // the bin of counts_[0]
  // A contiguous run of bins, since durations are close together.
  std::vector<std::uint64_t> counts_;
  std::uint64_t count_ = 0;
};

}  // namespace fortnight::storage
