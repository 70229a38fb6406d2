// Erasures compared with naive stores, whatever happens to the engine's files meanwhile: single
// calls are those of a store that never had the erased ones, and counts are those of a store that
// still has them.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>
#include <string>
#include <vector>

#include "tests/support/effort.h"
#include "tests/support/engine_under_test.h"
#include "tests/support/model_store.h"
#include "tests/support/native_lines.h"
#include "tests/support/random_calls.h"
#include "tests/support/status_text.h"

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(erasure_model)

namespace {

constexpr Day kErasureDay = 20'000;

struct Stores {
  explicit Stores(unsigned seed) : random(seed) { engine.start(now); }

  void append(std::size_t calls) {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < calls; ++i) {
      const auto minutes = static_cast<TimeNs>(random() % (random() % 4 == 0 ? 1500 : 90));
      lines.push_back(tests::random_line(random, now - minutes * 60 * kNsPerSecond));
    }
    const auto split = random() % 4 == 0 ? tests::Split::plain : tests::Split::shapes;
    for (Store* store : {static_cast<Store*>(&all), static_cast<Store*>(&left), &engine.store()}) {
      BOOST_REQUIRE(store->append(tests::native_append(lines, split), now));
      BOOST_REQUIRE(store->sync());
    }
  }

  void erase() {
    ErasureOrder order;
    while (order.predicates.empty()) order.predicates = tests::random_predicates(random);
    order.now = random() % 2 == 0;
    order.by = "a test";
    order.filter = "text";
    const auto erased = engine.engine().erase(order, {}, now);
    BOOST_REQUIRE_MESSAGE(erased, (erased ? "" : erased.error().message));
    BOOST_TEST(erased->erasure.calls() == left.erase(order.predicates));
    BOOST_TEST(erased->completeness.complete);
    ++erasures;
  }

  // A random event: calls arrive, are erased, time passes, maintenance runs, or the engine crashes.
  void live() {
    append(random() % 120 + 1);
    if (random() % 2 == 0) erase();
    now += static_cast<TimeNs>(random() % 300) * 60 * kNsPerSecond;
    if (random() % 2 == 0) engine.seal(now);
    if (random() % 2 == 0) engine.restart(now);
  }

  // The edge of a quarter hour.
  TimeNs edge() {
    const auto quarters =
        static_cast<std::uint64_t>((now - day_start(kErasureDay)) / kNsPerQuarter);
    return day_start(kErasureDay) + static_cast<TimeNs>(random() % (quarters + 4)) * kNsPerQuarter;
  }

  std::mt19937_64 random;
  TimeNs now = day_start(kErasureDay) + 20 * kNsPerHour;
  std::uint64_t erasures = 0;
  tests::ModelStore all;
  tests::ModelStore left;
  tests::EngineUnderTest engine;
};

std::vector<std::string> calls_of(const Store& store, const CallQuery& query) {
  std::vector<std::string> calls;
  const auto summary = store.scan(query, {}, [&](CallRecord&& call) {
    std::string text = call.ref.to_string() + call.line;
    for (const auto& [kind, value] : call.ids) text += "|" + kind + "=" + value;
    calls.push_back(std::move(text));
    return true;
  });
  BOOST_REQUIRE_MESSAGE(summary, (summary ? "" : summary.error().message));
  BOOST_TEST(summary->completeness.complete);
  return calls;
}

// Counts by names that rollups have are those of all calls; others are those of the calls left.
void compare_counts(Stores& stores) {
  CountQuery query;
  for (int i = 0; i < 4; ++i) query.edges.push_back(stores.edge());
  std::sort(query.edges.begin(), query.edges.end());
  query.edges.erase(std::unique(query.edges.begin(), query.edges.end()), query.edges.end());
  if (query.edges.size() < 2) query.edges.push_back(query.edges[0] + kNsPerQuarter);
  const bool by_calls = stores.random() % 2 == 0;
  if (by_calls) {
    query.by_field = TextField::path;
    query.predicates = tests::random_predicates(stores.random);
  } else {
    constexpr TextField kNamed[] = {TextField::account, TextField::endpoint, TextField::method};
    query.by_field = kNamed[stores.random() % std::size(kNamed)];
  }
  const tests::ModelStore& model = by_calls ? stores.left : stores.all;
  const auto expected = model.count(query, stores.now, {});
  const auto counted = stores.engine.store().count(query, stores.now, {});
  BOOST_REQUIRE(expected);
  BOOST_REQUIRE_MESSAGE(counted, (counted ? "" : counted.error().message));
  BOOST_TEST((counted->groups == expected->groups));
}

void compare(Stores& stores) {
  for (int i = 0; i < 6; ++i) {
    CallQuery query;
    query.predicates = tests::random_predicates(stores.random);
    query.with_line = true;
    query.limit = stores.random() % 2 == 0 ? 20 : std::numeric_limits<std::uint64_t>::max();
    if (stores.random() % 2 == 0) query.order = Order::oldest_first;
    if (stores.random() % 3 == 0) query.first_seq = stores.random() % 500;
    if (stores.random() % 3 == 0) query.after = Cursor{stores.edge(), stores.random() % 500};
    BOOST_TEST((calls_of(stores.engine.store(), query) == calls_of(stores.left, query)));
    compare_counts(stores);
    FailureQuery failures;
    failures.codes = {"/response/body/errors/0/code"};
    const auto expected = stores.left.failures(failures, {});
    const auto found = stores.engine.store().failures(failures, {});
    BOOST_REQUIRE((expected && found));
    BOOST_TEST(found->calls == expected->calls);
  }
  // Every ref: those of erased calls lead nowhere, and the others still to their calls.
  CallQuery every;
  every.limit = std::numeric_limits<std::uint64_t>::max();
  BOOST_REQUIRE(stores.all.scan(every, {}, [&](CallRecord&& call) {
    const auto expected = stores.left.fetch(call.ref, {});
    const auto found = stores.engine.store().fetch(call.ref, {});
    BOOST_REQUIRE((expected && found));
    BOOST_REQUIRE_EQUAL(found->has_value(), expected->has_value());
    if (*found) BOOST_TEST((*found)->line == (*expected)->line);
    return true;
  }));
}

}  // namespace

BOOST_AUTO_TEST_CASE(erased_calls_are_in_no_answer_and_counts_stay) {
  for (unsigned seed = 1; seed <= tests::rounds(12U); ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      Stores stores(seed);
      for (int event = 0; event < 12; ++event) {
        stores.live();
        compare(stores);
      }
      // Half a day later the files are rewritten.
      stores.now += kErasedFilesRewrittenAfter;
      stores.engine.seal(stores.now);
      compare(stores);
      const std::string status = tests::status_text(stores.engine.engine(), stores.now);
      const std::string nothing = R"("erasures":{"pending":0,"calls_in_files":0,"files":0,)"
                                  R"("overdue":false,"since":null})";
      BOOST_TEST(status.find(nothing) != std::string::npos);
      const auto certificates = stores.engine.engine().certificates();
      BOOST_REQUIRE(certificates);
      BOOST_TEST(certificates->size() == stores.erasures);
      for (const std::string& line : *certificates) {
        BOOST_TEST(line.find("\"finished\":null") == std::string::npos, line);
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
