// The slowest endpoints of many, against the quantiles of all.
#include "tools/client/slowest.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace fortnight::client {

BOOST_AUTO_TEST_SUITE(slowest)

namespace {

using Durations = std::map<std::string, std::vector<double>>;

// Counts as the server does: at most `rows` endpoints, those with the most calls.
class Server {
 public:
  explicit Server(Durations durations, std::size_t rows = 100'000)
      : durations_(std::move(durations)), rows_(rows) {}

  SlowestEndpoints::Count count() {
    return [this](double ms) -> Result<SlowestEndpoints::Calls> {
      ++asked;
      std::vector<std::pair<double, std::string>> counted;
      for (const auto& [name, times] : durations_) {
        const auto slow =
            std::count_if(times.begin(), times.end(), [&](double time) { return time >= ms; });
        if (slow > 0) counted.emplace_back(-static_cast<double>(slow), name);
      }
      std::sort(counted.begin(), counted.end());
      counted.resize(std::min(counted.size(), rows_));
      SlowestEndpoints::Calls calls;
      for (const auto& [negative, name] : counted) calls.emplace(name, -negative);
      return calls;
    };
  }

  [[nodiscard]] double longest() const {
    double longest = 0;
    for (const auto& [name, times] : durations_) {
      longest = std::max(longest, *std::max_element(times.begin(), times.end()));
    }
    return longest;
  }

  // The value that more than 5 % of the calls reach.
  [[nodiscard]] double slow_ms(const std::string& name) const {
    std::vector<double> times = durations_.at(name);
    std::sort(times.begin(), times.end(), std::greater<>());
    return times[static_cast<std::size_t>(std::floor(static_cast<double>(times.size()) * 0.05))];
  }

  [[nodiscard]] std::vector<double> all_slow_ms() const {
    std::vector<double> all;
    for (const auto& [name, times] : durations_) all.push_back(slow_ms(name));
    std::sort(all.begin(), all.end(), std::greater<>());
    return all;
  }

  int asked = 0;

 private:
  Durations durations_;
  std::size_t rows_;
};

std::vector<std::string> found(SlowestEndpoints& slowest, Server& server) {
  server.asked = 0;
  auto names = slowest.find(server.longest(), server.count());
  BOOST_REQUIRE(names);
  std::sort(names->begin(), names->end());
  return *names;
}

Durations random_durations(std::mt19937& random, int endpoints) {
  std::lognormal_distribution<double> typical(3, 2);
  std::lognormal_distribution<double> spread(0, 0.7);
  std::geometric_distribution<int> calls(0.02);
  Durations durations;
  for (int i = 0; i < endpoints; ++i) {
    const double middle = typical(random);
    auto& times = durations["/api/" + std::to_string(i)];
    for (int call = calls(random); call >= 0; --call) times.push_back(middle * spread(random));
  }
  return durations;
}

}  // namespace

BOOST_AUTO_TEST_CASE(they_are_the_slowest_of_all) {
  std::mt19937 random(7);
  for (const int endpoints : {1, 20, 40, 41, 100, 2000}) {
    Server server(random_durations(random, endpoints));
    SlowestEndpoints slowest;
    const auto names = found(slowest, server);
    const std::size_t least = std::min<std::size_t>(endpoints, SlowestEndpoints::kFew);
    BOOST_TEST_REQUIRE(names.size() >= least);
    BOOST_TEST(names.size() <= SlowestEndpoints::kMost);
    std::vector<double> times;
    for (const std::string& name : names) times.push_back(server.slow_ms(name));
    std::sort(times.begin(), times.end(), std::greater<>());
    const std::vector<double> all = server.all_slow_ms();
    BOOST_TEST(std::equal(times.begin(), times.end(), all.begin()), endpoints);
    // The next refresh has the bound already.
    BOOST_TEST(found(slowest, server) == names, boost::test_tools::per_element());
    BOOST_TEST(server.asked <= 2);
  }
}

BOOST_AUTO_TEST_CASE(a_rare_slow_one_among_many_busy_ones) {
  Durations durations;
  for (int i = 0; i < 500; ++i) durations["/busy/" + std::to_string(i)].assign(100, 5);
  durations["/rare"] = {60'000};
  Server server(durations);
  SlowestEndpoints slowest;
  const auto names = found(slowest, server);
  BOOST_TEST(std::count(names.begin(), names.end(), "/rare") == 1);
  BOOST_TEST(names.size() == SlowestEndpoints::kMost);
  // It is so rare that the count of all calls has no row for it.
  Server short_lists(durations, 500);
  SlowestEndpoints other;
  const auto of_short = found(other, short_lists);
  BOOST_TEST(std::count(of_short.begin(), of_short.end(), "/rare") == 1);
}

BOOST_AUTO_TEST_CASE(durations_change_between_refreshes) {
  std::mt19937 random(8);
  SlowestEndpoints slowest;
  for (int refresh = 0; refresh < 20; ++refresh) {
    Server server(random_durations(random, refresh % 3 == 0 ? 30 : 700));
    const auto names = found(slowest, server);
    BOOST_TEST(server.asked <= 13);
    double least = 1e9;
    for (const std::string& name : names) least = std::min(least, server.slow_ms(name));
    BOOST_TEST(least == server.all_slow_ms()[names.size() - 1]);
  }
}

BOOST_AUTO_TEST_CASE(no_calls_and_failures) {
  SlowestEndpoints slowest;
  const auto none = [](double) -> Result<SlowestEndpoints::Calls> {
    return SlowestEndpoints::Calls();
  };
  BOOST_TEST(slowest.find(0, none)->empty());
  const auto fails = [](double) -> Result<SlowestEndpoints::Calls> { return io_error("gone"); };
  BOOST_TEST(!slowest.find(10, fails));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::client
