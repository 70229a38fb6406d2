#include "storage/call/latency_sketch.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <random>

namespace fortnight::storage {
BOOST_AUTO_TEST_SUITE(latency_sketch)

namespace {

// Durations from nanoseconds to hours, most of them short.
std::vector<std::int64_t> random_durations(std::uint64_t seed, std::size_t count) {
  std::mt19937_64 random(seed);
  std::lognormal_distribution<> milliseconds(3, 2.5);
  std::vector<std::int64_t> durations(count);
  for (std::int64_t& duration : durations) {
    duration = static_cast<std::int64_t>(milliseconds(random) * 1e6);
  }
  return durations;
}

LatencySketch sketch_of(const std::vector<std::int64_t>& durations) {
  LatencySketch sketch;
  for (const std::int64_t duration : durations) sketch.add(duration);
  return sketch;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_quantile_is_within_its_error) {
  for (const std::size_t count : {1U, 2U, 10U, 9999U}) {
    auto durations = random_durations(count, count);
    const LatencySketch sketch = sketch_of(durations);
    std::sort(durations.begin(), durations.end());
    for (const double q : {0.0, 0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0}) {
      const auto rank = static_cast<std::size_t>(q * static_cast<double>(count - 1));
      const auto exact = static_cast<double>(durations[rank]);
      BOOST_TEST(std::abs(*sketch.quantile(q) - exact) <= exact * kSketchError * 1.0001);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_duration_has_a_bin_near_it) {
  for (std::int64_t duration = 1; duration > 0 && duration < (std::int64_t{1} << 61);
       duration += 1 + duration / 97) {
    const std::uint32_t bin = sketch_bin(duration);
    BOOST_REQUIRE(bin < kSketchBins);
    const auto exact = static_cast<double>(duration);
    BOOST_REQUIRE(std::abs(sketch_bin_value(bin) - exact) <= exact * kSketchError * 1.0001);
  }
  const std::int64_t longest = std::numeric_limits<std::int64_t>::max();
  BOOST_TEST(sketch_bin(longest) < kSketchBins);
  const auto exact = static_cast<double>(longest);
  BOOST_TEST(std::abs(sketch_bin_value(sketch_bin(longest)) - exact) <= exact * kSketchError);
  BOOST_TEST(sketch_bin(0) == 0U);
  BOOST_TEST(sketch_bin(-5) == 0U);
  BOOST_TEST(sketch_bin_value(0) == 0.0);
}

BOOST_AUTO_TEST_CASE(merging_loses_nothing) {
  const auto durations = random_durations(3, 5000);
  LatencySketch merged;
  for (std::size_t from = 0; from < durations.size(); from += 500) {
    const auto begin = durations.begin() + static_cast<std::ptrdiff_t>(from);
    merged.merge(sketch_of({begin, begin + 500}));
  }
  BOOST_TEST((merged == sketch_of(durations)));
  BOOST_TEST(merged.count() == 5000U);
}

BOOST_AUTO_TEST_CASE(an_empty_sketch_has_no_quantile) {
  LatencySketch sketch;
  BOOST_TEST(!sketch.quantile(0.5).has_value());
  sketch.merge(LatencySketch());
  BOOST_TEST(sketch.count() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::storage
