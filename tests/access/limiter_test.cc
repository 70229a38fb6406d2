#include "access/limiter.h"

#include <boost/test/unit_test.hpp>
#include <deque>
#include <random>
#include <thread>

#include "base/ip_address.h"
#include "tests/support/simulated_file_system.h"

namespace fortnight::access {
namespace limiter {

constexpr TimeNs kNow = 1'795'000'000 * kNsPerSecond;
constexpr TimeNs kSecond = kNsPerSecond;
using Kind = Limiter::Kind;

struct Fixture {
  faults::SimulatedFileSystem files;

  // Whether a try is counted and checked, and so not refused.
  static bool tries(Limiter& limiter, std::string_view name, std::string_view peer,
                    TimeNs now = kNow) {
    const std::string address = network_of(peer);
    return limiter.begin({{Kind::name, name}, {Kind::peer, address}}, now).counted.has_value();
  }
};

}  // namespace limiter

BOOST_FIXTURE_TEST_SUITE(limiter, limiter::Fixture)

using namespace limiter;

BOOST_AUTO_TEST_CASE(a_name_has_five_tries_in_fifteen_minutes_from_all_addresses) {
  Limiter limiter(files);
  for (int i = 0; i < 5; ++i) {
    BOOST_TEST(tries(limiter, "jo", "192.0.2." + std::to_string(i), kNow + i * kSecond));
  }
  BOOST_TEST(!tries(limiter, "jo", "192.0.2.9", kNow + 5 * kSecond));
  BOOST_TEST(tries(limiter, "flo", "192.0.2.9", kNow + 5 * kSecond));
  const auto refused = limiter.begin({{Kind::name, "jo"}}, kNow + 5 * kSecond);
  BOOST_TEST(refused.wait == kTryPeriod - 5 * kSecond);
  // Refused tries don't prolong it.
  BOOST_TEST(!tries(limiter, "jo", "192.0.2.9", kNow + kTryPeriod - 1));
  BOOST_TEST(tries(limiter, "jo", "192.0.2.9", kNow + kTryPeriod));
  BOOST_TEST(!tries(limiter, "jo", "192.0.2.9", kNow + kTryPeriod));
  BOOST_TEST(tries(limiter, "jo", "192.0.2.9", kNow + kTryPeriod + kSecond));
}

BOOST_AUTO_TEST_CASE(an_address_has_five_tries_of_all_names) {
  Limiter limiter(files);
  for (int i = 0; i < 5; ++i) BOOST_TEST(tries(limiter, std::to_string(i), "192.0.2.1"));
  BOOST_TEST(!tries(limiter, "jo", "192.0.2.1"));
  BOOST_TEST(tries(limiter, "jo", "192.0.2.2"));
  // Tokens are counted apart: they can't lock people out, nor the other way round.
  BOOST_TEST(limiter.begin({{Kind::token_peer, "192.0.2.1"}}, kNow).counted.has_value());
}

BOOST_AUTO_TEST_CASE(loopback_stands_for_many) {
  Limiter limiter(files);
  for (std::size_t i = 0; i < kLoopbackTries; ++i) {
    BOOST_TEST(tries(limiter, std::to_string(i), i % 2 == 0 ? "127.0.0.1" : "::ffff:127.0.0.1"));
  }
  BOOST_TEST(!tries(limiter, "jo", "127.0.0.1"));
  BOOST_TEST(tries(limiter, "jo", "::1"));
}

BOOST_AUTO_TEST_CASE(a_right_try_is_not_counted) {
  Limiter limiter(files);
  for (int i = 0; i < 50; ++i) {
    const auto admission = limiter.begin({{Kind::name, "jo"}}, kNow);
    BOOST_REQUIRE(admission.counted.has_value());
    limiter.take_back(*admission.counted);
  }
  BOOST_TEST(limiter.size() == 0U);
  // Nor does it forgive the wrong ones.
  for (int i = 0; i < 4; ++i) BOOST_TEST(tries(limiter, "jo", "192.0.2.1"));
  limiter.take_back(*limiter.begin({{Kind::name, "jo"}}, kNow).counted);
  BOOST_TEST(tries(limiter, "jo", "192.0.2.1"));
  BOOST_TEST(!tries(limiter, "jo", "192.0.2.1"));
}

BOOST_AUTO_TEST_CASE(limiter_lost_at_restart) {
  {
    Limiter limiter(files);
    for (int i = 0; i < 5; ++i) tries(limiter, "jo", "192.0.2.1");
    BOOST_REQUIRE(limiter.keep(kNow));
  }
  const auto after = files.crashed(faults::Loss::everything, 1);
  Limiter limiter(*after);
  BOOST_TEST(!limiter.unreadable().has_value());
  BOOST_TEST(!tries(limiter, "jo", "192.0.2.7", kNow + 1));
  BOOST_TEST(!tries(limiter, "flo", "192.0.2.1", kNow + 1));
  BOOST_TEST(tries(limiter, "flo", "192.0.2.2", kNow + 1));
}

BOOST_AUTO_TEST_CASE(the_file_has_neither_names_nor_addresses) {
  Limiter limiter(files);
  tries(limiter, "a-password-typed-as-a-name", "192.0.2.1");
  BOOST_REQUIRE(limiter.keep(kNow));
  const std::string text = files.contents(std::string(kTriesFile));
  BOOST_TEST(text.find("password") == std::string::npos);
  BOOST_TEST(text.find("192.0.2") == std::string::npos);
  // Another host has other digests of the same.
  faults::SimulatedFileSystem others;
  Limiter other(others);
  tries(other, "a-password-typed-as-a-name", "192.0.2.1");
  BOOST_REQUIRE(other.keep(kNow));
  BOOST_TEST(others.contents(std::string(kTriesFile)) != text);
}

BOOST_AUTO_TEST_CASE(a_damaged_file_is_counted_anew) {
  {
    Limiter limiter(files);
    tries(limiter, "jo", "192.0.2.1");
    BOOST_REQUIRE(limiter.keep(kNow));
  }
  const std::string good = files.contents(std::string(kTriesFile));
  for (const std::string& damaged :
       {std::string(), std::string("{}"), good.substr(0, good.size() / 2), "x" + good,
        std::string(R"({"version":2,"key":"","tries":{}})"),
        std::string(R"({"version":1,"key":"00","tries":{}})")}) {
    files.put(std::string(kTriesFile), damaged);
    Limiter limiter(files);
    BOOST_TEST(limiter.unreadable().has_value(), damaged);
    BOOST_TEST(limiter.size() == 0U);
    BOOST_TEST(tries(limiter, "jo", "192.0.2.1"));
    BOOST_TEST(limiter.keep(kNow).has_value());
    BOOST_TEST(Limiter(files).size() == 2U);
  }
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_set_back_locks_nobody_out_for_long) {
  Limiter limiter(files);
  for (int i = 0; i < 5; ++i) tries(limiter, "jo", "192.0.2.1", kNow + 365 * kNsPerDay);
  BOOST_TEST(!tries(limiter, "jo", "192.0.2.1", kNow));
  const auto refused = limiter.begin({{Kind::name, "jo"}}, kNow);
  BOOST_TEST(refused.wait <= kTryPeriod);
}

BOOST_AUTO_TEST_CASE(memory_is_bounded_and_the_oldest_is_forgotten_first) {
  Limiter limiter(files);
  for (int i = 0; i < 5; ++i) limiter.begin({{Kind::name, "first"}}, kNow);
  for (int i = 0; i < 5; ++i) limiter.begin({{Kind::name, "last"}}, kNow + 30'000);
  for (int i = 0; i < 25'000; ++i) limiter.begin({{Kind::name, std::to_string(i)}}, kNow + i);
  BOOST_TEST(limiter.size() <= 10'000U);
  BOOST_TEST(!limiter.begin({{Kind::name, "last"}}, kNow + 30'001).counted.has_value());
  BOOST_TEST(limiter.begin({{Kind::name, "first"}}, kNow + 30'001).counted.has_value());
  // Names don't push out addresses.
  limiter.begin({{Kind::peer, "192.0.2.1"}}, kNow);
  const std::size_t before = limiter.size();
  for (int i = 0; i < 12'000; ++i) limiter.begin({{Kind::name, "x" + std::to_string(i)}}, kNow + i);
  BOOST_TEST(limiter.size() >= before - 10'000);
  BOOST_REQUIRE(limiter.keep(kNow + 2 * kTryPeriod));
  BOOST_TEST(limiter.size() == 0U);
}

BOOST_AUTO_TEST_CASE(tries_at_the_same_time_are_limited_too) {
  Limiter limiter(files);
  std::atomic<int> counted{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) {
        if (limiter.begin({{Kind::name, "jo"}}, kNow).counted) ++counted;
        (void)limiter.keep(kNow);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  BOOST_TEST(counted == 5);
}

// Random tries, also right ones, compared with a list of all of them.
BOOST_AUTO_TEST_CASE(it_agrees_with_a_naive_model) {
  std::mt19937_64 random(22);
  Limiter limiter(files);
  std::map<std::string, std::deque<TimeNs>> model;
  TimeNs now = kNow;
  for (int i = 0; i < 20'000; ++i) {
    now += static_cast<TimeNs>(random() % 120) * kSecond;
    const std::string name = "n" + std::to_string(random() % 4);
    const std::string peer = "192.0.2." + std::to_string(random() % 6);
    bool expected = true;
    for (const std::string& subject : {name, peer}) {
      auto& times = model[subject];
      while (!times.empty() && now - times.front() >= kTryPeriod) times.pop_front();
      expected = expected && times.size() < kTries;
    }
    const auto admission = limiter.begin({{Kind::name, name}, {Kind::peer, peer}}, now);
    BOOST_REQUIRE(admission.counted.has_value() == expected);
    if (!expected) {
      BOOST_REQUIRE((admission.wait > 0 && admission.wait <= kTryPeriod));
    } else if (random() % 3 == 0) {
      limiter.take_back(*admission.counted);
    } else {
      model[name].push_back(now);
      model[peer].push_back(now);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace fortnight::access
