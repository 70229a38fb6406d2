#include "storage/packing/distinct_sketch.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>

namespace fortnight::storage {
BOOST_AUTO_TEST_SUITE(distinct_sketch)

BOOST_AUTO_TEST_CASE(estimates_are_within_the_stated_error) {
  BOOST_TEST(DistinctSketch().estimate() == 0U);
  double squares = 0;
  int estimates = 0;
  for (int set = 0; set < 40; ++set) {
    DistinctSketch sketch;
    int next = 1;
    for (int count = 1; count <= 20000; ++count) {
      sketch.add(std::to_string(set) + "/" + std::to_string(count));
      if (count != next) continue;
      next *= 3;
      const double error = static_cast<double>(sketch.estimate()) / count - 1;
      BOOST_TEST(std::abs(error) < 5 * kDistinctError, set << ", " << count << ": " << error);
      squares += error * error;
      ++estimates;
    }
  }
  BOOST_TEST(std::sqrt(squares / estimates) < kDistinctError);
}

BOOST_AUTO_TEST_CASE(merged_sketches_are_those_of_the_union) {
  DistinctSketch one;
  DistinctSketch two;
  DistinctSketch both;
  for (int i = 0; i < 5000; ++i) {
    const std::string name = "ACC" + std::to_string(i);
    if (i < 3000) one.add(name);
    if (i >= 2000) two.add(name);
    both.add(name);
    both.add(name);
  }
  one.merge(two);
  one.merge(DistinctSketch());
  BOOST_TEST(one.estimate() == both.estimate());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::storage
