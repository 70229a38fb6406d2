// The engine's rejects compared with the naive store's, over flushes, crashes and retention.
#include <boost/test/unit_test.hpp>
#include <random>
#include <string>
#include <vector>

#include "tests/support/engine_under_test.h"
#include "tests/support/model_store.h"
#include "tests/support/status_text.h"

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(rejects_model)

namespace {

constexpr TimeNs kStart = 20'000 * kNsPerDay + 12 * kNsPerHour;

struct Pair {
  explicit Pair(unsigned seed) : random(seed) { engine.start(now); }

  void append() {
    for (std::uint64_t left = random() % 8; left > 0; --left) {
      Append append;
      for (std::uint64_t i = random() % 5; i > 0; --i) {
        append.rejects.push_back({now, "s" + std::to_string(random() % 3),
                                  random() % 2 == 0 ? "not-json" : "no-time", "detail",
                                  random() % 99, std::string(random() % 30, 'x')});
      }
      Append same;
      same.rejects = append.rejects;
      BOOST_REQUIRE(model.append(std::move(same), now));
      BOOST_REQUIRE(engine.store().append(std::move(append), now));
      // Ties are frequent, and the clock sometimes goes back.
      if (random() % 3 == 0) now += static_cast<TimeNs>(random() % 90) * kNsPerSecond;
      if (random() % 20 == 0) now -= 100 * kNsPerSecond;
    }
    BOOST_REQUIRE(engine.store().sync());
  }

  void live() {
    append();
    now += static_cast<TimeNs>(random() % 40) * kNsPerHour;
    if (random() % 3 == 0) {
      engine.expire(now);
      model.expire(now);
    }
    if (random() % 3 == 0) engine.restart(now);
  }

  RejectQuery query() {
    RejectQuery out;
    const auto instant = [&] {
      return kStart + static_cast<TimeNs>(random() % static_cast<std::uint64_t>(
                                                         (now - kStart) / kNsPerSecond + 100)) *
                          kNsPerSecond;
    };
    if (random() % 2 == 0) out.filter.from = instant();
    if (random() % 2 == 0) out.filter.to = instant();
    if (random() % 3 == 0) out.filter.sources = {{{TextPattern{{"s1"}}}, random() % 2 == 0}};
    if (random() % 3 == 0) out.filter.reasons = {{{TextPattern{{"not", ""}}}, random() % 2 == 0}};
    out.limit = random() % 9 + 1;
    return out;
  }

  std::mt19937_64 random;
  TimeNs now = kStart;
  tests::ModelStore model;
  tests::EngineUnderTest engine;
};

std::vector<std::string> texts_of(const RejectPage& page) {
  std::vector<std::string> out;
  for (const auto& [number, reject] : page.rejects) {
    out.push_back(std::to_string(number) + " " + std::to_string(reject.at) + " " + reject.source +
                  " " + reject.reason + " " + std::to_string(reject.offset) + " " + reject.bytes);
  }
  out.push_back(page.more ? "more" : "all");
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_engine_gives_and_counts_rejects_as_the_model_does) {
  std::size_t given = 0;
  for (unsigned seed = 1; seed <= 12; ++seed) {
    Pair pair(seed);
    for (int step = 0; step < 25; ++step) {
      pair.live();
      for (int i = 0; i < 10; ++i) {
        RejectQuery query = pair.query();
        BOOST_TEST(pair.engine.store().count_rejects(query.filter).value() ==
                   pair.model.count_rejects(query.filter).value());
        // Page by page.
        for (int page = 0; page < 5; ++page) {
          const RejectPage expected = pair.model.rejects(query, {}).value();
          const RejectPage got = pair.engine.store().rejects(query, {}).value();
          BOOST_TEST(texts_of(got) == texts_of(expected), boost::test_tools::per_element());
          BOOST_TEST(got.completeness.complete);
          given += got.rejects.size();
          if (!expected.more) break;
          const NumberedReject& last = expected.rejects.back();
          query.after = RejectCursor{last.reject.at, last.number};
        }
      }
    }
  }
  BOOST_TEST(given > 5'000U);
}

// More rejects than fit into one file: all are there, in order, after a restart.
BOOST_AUTO_TEST_CASE(a_flush_of_many_rejects_writes_several_files) {
  Pair pair(1);
  constexpr int kAppends = 12;
  for (int i = 0; i < kAppends; ++i) {
    Append append;
    for (int j = 0; j < 1'000; ++j) {
      append.rejects.push_back({pair.now, "s", "not-json", "", static_cast<std::uint64_t>(j),
                                std::string(1'000, static_cast<char>('a' + i))});
    }
    BOOST_REQUIRE(pair.engine.store().append(std::move(append), pair.now));
  }
  BOOST_REQUIRE(pair.engine.store().sync());
  pair.engine.expire(pair.now);
  BOOST_TEST(
      tests::status_text(pair.engine.store(), pair.now).find("\"rejects_files\":{\"files\":3,") !=
      std::string::npos);
  pair.engine.restart(pair.now);
  RejectQuery query;
  query.limit = 5'000;
  std::size_t given = 0;
  for (int page = 0; page < 3; ++page) {
    const RejectPage got = pair.engine.store().rejects(query, {}).value();
    for (const auto& [number, reject] : got.rejects) {
      BOOST_REQUIRE(number == 12'000U - 1 - given);
      BOOST_REQUIRE(reject.offset == number % 1'000);
      ++given;
    }
    if (!got.more) break;
    query.after = RejectCursor{got.rejects.back().reject.at, got.rejects.back().number};
  }
  BOOST_TEST(given == 12'000U);
  BOOST_TEST(pair.engine.store().count_rejects({}).value() == 12'000U);
}

BOOST_AUTO_TEST_CASE(a_query_that_asks_for_more_than_it_may_hold_ends_with_an_error) {
  Pair pair(1);
  Append append;
  for (int i = 0; i < 100; ++i) {
    append.rejects.push_back({pair.now, "s", "not-json", "", 0, std::string(1000, 'x')});
  }
  BOOST_REQUIRE(pair.engine.store().append(std::move(append), pair.now));
  RejectQuery query;
  query.limit = 100;
  const Budget budget(50'000);
  const auto page = pair.engine.store().rejects(query, budget);
  BOOST_REQUIRE(!page);
  BOOST_TEST((page.error().code == ErrorCode::limit));
  query.limit = 10;
  BOOST_TEST(pair.engine.store().rejects(query, budget).value().rejects.size() == 10U);
}

BOOST_AUTO_TEST_SUITE_END()
