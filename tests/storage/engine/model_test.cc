// The engine compared with the naive store: the same calls and queries, whatever happens to the
// engine's files meanwhile.
#include <boost/test/unit_test.hpp>
#include <random>

#include "tests/support/effort.h"
#include "tests/support/engine_under_test.h"
#include "tests/support/model_store.h"
#include "tests/support/native_lines.h"
#include "tests/support/random_calls.h"

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(engine_model)

namespace {

constexpr Day kFirstDay = 20'000;

struct Pair {
  explicit Pair(unsigned seed) : random(seed) { engine.start(now); }

  void append(std::size_t calls) {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < calls; ++i) {
      // Whole minutes, so that ties are frequent, and sometimes a day late.
      const auto minutes = static_cast<TimeNs>(random() % (random() % 4 == 0 ? 1500 : 90));
      lines.push_back(tests::random_line(random, now - minutes * 60 * kNsPerSecond));
    }
    const auto split = random() % 4 == 0 ? tests::Split::plain : tests::Split::shapes;
    BOOST_REQUIRE(model.append(tests::native_append(lines, split), now));
    BOOST_REQUIRE(engine.store().append(tests::native_append(lines, split), now));
    BOOST_REQUIRE(engine.store().sync());
  }

  // A random event: calls arrive, time passes, maintenance runs, or the engine crashes.
  void live() {
    append(random() % 120 + 1);
    now += static_cast<TimeNs>(random() % 300) * 60 * kNsPerSecond;
    switch (random() % 4) {
      case 0:
        engine.seal(now);
        break;
      case 1:
        engine.restart(now);
        break;
      case 2:
        engine.seal(now);
        engine.restart(now);
        break;
      default:
        break;
    }
  }

  TimeNs instant() {
    const auto minutes =
        static_cast<std::uint64_t>((now - day_start(kFirstDay)) / kNsPerSecond / 60);
    return day_start(kFirstDay) +
           static_cast<TimeNs>(random() % (minutes + 60)) * 60 * kNsPerSecond;
  }

  std::mt19937_64 random;
  TimeNs now = day_start(kFirstDay) + 20 * kNsPerHour;
  tests::ModelStore model;
  tests::EngineUnderTest engine;
};

// The result of scan() as text, with all details.
std::vector<std::string> scanned(const Store& store, const CallQuery& query) {
  std::vector<std::string> out;
  const auto summary = store.scan(query, {}, [&](CallRecord&& call) {
    std::string text = call.ref.to_string() + " " + std::to_string(call.ts) + " " +
                       std::to_string(call.status) + " " + std::to_string(call.duration_ns) + " " +
                       std::to_string(call.ts_digits);
    for (const std::string& field : call.text) text += "|" + field;
    for (const auto& [kind, value] : call.ids) text += "|" + kind + "=" + value;
    for (const std::string& scalar : call.scalars) text += "|" + scalar;
    out.push_back(text + call.line);
    return true;
  });
  BOOST_REQUIRE_MESSAGE(summary, (summary ? "" : summary.error().message));
  if (query.order == Order::any) std::sort(out.begin(), out.end());
  out.push_back(summary->more ? "more" : "all");
  BOOST_REQUIRE(summary->completeness.complete);
  return out;
}

CountGroups counted(const Store& store, const CountQuery& query, TimeNs now) {
  auto answer = store.count(query, now, {});
  BOOST_REQUIRE_MESSAGE(answer, (answer ? "" : answer.error().message));
  return std::move(answer->groups);
}

CallQuery random_scan(Pair& pair) {
  CallQuery query;
  query.predicates = tests::random_predicates(pair.random);
  if (pair.random() % 2 == 0) query.from = pair.instant();
  if (pair.random() % 2 == 0) query.to = pair.instant();
  if (pair.random() % 2 == 0) query.order = Order::oldest_first;
  if (pair.random() % 3 == 0) query.after = Cursor{pair.instant(), pair.random() % 500};
  if (pair.random() % 4 == 0) query.first_seq = pair.random() % 500;
  if (pair.random() % 4 == 0) query.end_seq = pair.random() % 1000;
  query.limit = pair.random() % 60;
  if (pair.random() % 4 == 0) {
    query.order = Order::any;
    query.after.reset();
    query.limit = std::numeric_limits<std::uint64_t>::max();
  }
  query.with_line = pair.random() % 2 == 0;
  query.with_ids = pair.random() % 4 != 0;
  if (pair.random() % 4 == 0) query.fields = pair.random();
  if (pair.random() % 3 == 0) query.pointers = {"/path", "/response/body/errors/0/code", "/ids"};
  return query;
}

CountQuery random_count(Pair& pair) {
  CountQuery query;
  for (std::uint64_t i = pair.random() % 5 + 2; i > 0; --i) query.edges.push_back(pair.instant());
  std::sort(query.edges.begin(), query.edges.end());
  query.edges.erase(std::unique(query.edges.begin(), query.edges.end()), query.edges.end());
  if (query.edges.size() < 2) query.edges.push_back(query.edges[0] + 1);
  query.predicates = tests::random_predicates(pair.random);
  if (pair.random() % 5 == 0) {
    query.by_code = {"/a", "/request/a", "/request/b/0"};
  } else if (pair.random() % 3 == 0) {
    query.by_status = true;
  } else if (pair.random() % 2 == 0) {
    query.by_field = static_cast<TextField>(pair.random() % kTextFields);
  }
  return query;
}

// A new query or a repeated one.
template <typename Query, typename Make>
Query again(std::vector<Query>& asked, Pair& pair, Make&& make) {
  if (!asked.empty() && pair.random() % 2 == 0) return asked[pair.random() % asked.size()];
  asked.push_back(make(pair));
  return asked.back();
}

FailureQuery random_failures(Pair& pair) {
  FailureQuery query;
  query.predicates = tests::random_predicates(pair.random);
  if (pair.random() % 2 == 0) query.from = pair.instant();
  if (pair.random() % 2 == 0) query.to = pair.instant();
  query.codes = {"/response/body/errors/0/code"};
  query.first_ever = pair.random() % 2 == 0;  // known for the configured codes only
  if (!query.first_ever && pair.random() % 2 == 0) query.codes = {"/path", "/ids"};
  return query;
}

// The result of failures() as texts, with all details.
std::vector<std::string> failed(const Store& store, const FailureQuery& query) {
  const auto answer = store.failures(query, {});
  BOOST_REQUIRE_MESSAGE(answer, (answer ? "" : answer.error().message));
  BOOST_REQUIRE(answer->completeness.complete);
  std::vector<std::string> out = {std::to_string(answer->calls)};
  for (FailureGroup failure : answer->groups) {
    BOOST_TEST(store.read_newest(failure, {}).value());
    out.push_back(failure.endpoint + "|" + std::to_string(failure.status) + "|" + failure.code +
                  "|" + std::to_string(failure.calls) + "|" + std::to_string(failure.accounts) +
                  "|" + failure.call_id);
    BOOST_TEST(!failure.accounts_estimated);
    BOOST_TEST(failure.first_ever.has_value() == query.first_ever);
    if (failure.first_ever) {
      const FailureSighting& first = std::min(*failure.first_ever, failure.first);
      out.back() += "|" + first.ref.to_string() + "|" + std::to_string(first.ts);
    }
    for (const FailureSighting* seen : {&failure.first, &failure.last}) {
      out.back() += "|" + seen->ref.to_string() + "|" + std::to_string(seen->ts) + "|" +
                    std::to_string(seen->ts_digits);
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_engine_answers_as_the_model_does) {
  std::size_t given = 0;
  std::size_t kinds = 0;
  for (unsigned seed = 1; seed <= 4; ++seed) {
    Pair pair(seed);
    std::vector<CountQuery> counts;
    std::vector<FailureQuery> failure_queries;
    for (int step = 0; step < 14; ++step) {
      pair.live();
      for (int i = 0; i < tests::rounds(60); ++i) {
        BOOST_TEST_CONTEXT("seed " << seed << ", step " << step << ", question " << i) {
          const CallQuery scan = random_scan(pair);
          const std::vector<std::string> expected = scanned(pair.model, scan);
          given += expected.size() - 1;
          BOOST_TEST(scanned(pair.engine.store(), scan) == expected,
                     boost::test_tools::per_element());
          // Repeated queries: remembered counts of files and new ones must add up.
          const CountQuery count = again(counts, pair, random_count);
          BOOST_TEST((counted(pair.engine.store(), count, pair.now) ==
                      counted(pair.model, count, pair.now)));
          const FailureQuery failures = again(failure_queries, pair, random_failures);
          const std::vector<std::string> model_failures = failed(pair.model, failures);
          kinds += model_failures.size() - 1;
          BOOST_TEST(failed(pair.engine.store(), failures) == model_failures,
                     boost::test_tools::per_element());
        }
      }
    }
  }
  BOOST_TEST(given > tests::rounds(10'000U));
  BOOST_TEST(kinds > tests::rounds(1'000U));
}

BOOST_AUTO_TEST_CASE(a_plan_names_how_each_filter_is_tested) {
  Pair pair(1);
  pair.append(50);
  pair.engine.engine().flush().value();
  CallQuery query;
  query.predicates.resize(4);
  query.predicates[0].subject = Predicate::Subject::status;
  query.predicates[0].statuses = {{0, 999}};
  query.predicates[1].subject = Predicate::Subject::field;
  query.predicates[1].field = TextField::method;
  query.predicates[1].patterns = {{{"", ""}}, {{""}}};  // any, or none
  query.predicates[2].subject = Predicate::Subject::pointer;
  query.predicates[2].name = "/request/a";
  query.predicates[2].patterns = {{{"", ""}}};
  query.predicates[3].subject = Predicate::Subject::any_id;
  query.predicates[3].patterns = {{{"i-1"}}};
  const ScanSummary plan = pair.engine.store().explain(query).value();
  const std::string& step = plan.steps.at(0);
  for (const char* words :
       {".part: ", "id by the ID index, 1 blocks; ", "status by the key index, ",
        "method by the key index, ", "/request/a by its columns; ", "1 of 1 blocks to read"}) {
    BOOST_TEST(step.find(words) != std::string::npos, step);
  }
}

BOOST_AUTO_TEST_CASE(a_plan_of_a_count_names_rollups_and_cut_quarters) {
  Pair pair(1);
  pair.append(300);
  pair.engine.engine().flush().value();
  const auto plan_of = [&](TimeNs from, TimeNs to, std::vector<Predicate> predicates) {
    CountQuery query;
    query.edges = {from, to};
    query.predicates = std::move(predicates);
    return pair.engine.store().explain_count(query).value();
  };
  const TimeNs day = day_start(day_of(pair.now));
  Predicate get;
  get.subject = Predicate::Subject::field;
  get.field = TextField::method;
  get.patterns = {{{"GET"}}};
  const ScanSummary whole = plan_of(day - 3 * kNsPerDay, day + kNsPerDay, {get});
  BOOST_TEST(whole.days > 0U);
  BOOST_TEST(whole.blocks_considered == 0U);
  BOOST_TEST(whole.steps.at(0).starts_with("rollups: "), whole.steps.at(0));

  const ScanSummary cut = plan_of(day - 3 * kNsPerDay + 1, day + kNsPerDay, {get});
  BOOST_TEST(cut.steps.at(0).starts_with("rollups: "), cut.steps.at(0));
  BOOST_TEST(cut.steps.back().starts_with("part of a quarter, "), cut.steps.back());

  get.field = TextField::path;  // rollups don't have it
  const ScanSummary calls = plan_of(day - 3 * kNsPerDay, day + kNsPerDay, {get});
  BOOST_TEST(calls.blocks_read > 0U);
  BOOST_TEST(calls.steps.at(0).starts_with("parts/"), calls.steps.at(0));
}

BOOST_AUTO_TEST_SUITE_END()
