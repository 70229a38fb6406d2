// Counts by endpoint while scanners try paths, compared with a naive fold of the calls themselves.
#include "storage/engine/unmatched_endpoints.h"

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <map>
#include <random>
#include <set>
#include <tuple>

#include "base/civil_time.h"
#include "tests/support/effort.h"
#include "tests/support/engine_under_test.h"
#include "tests/support/native_lines.h"

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(engine_unmatched_endpoints)

namespace {

constexpr TimeNs kBegin = day_start(20'000);
constexpr std::size_t kMost = 3;

std::string call_line(TimeNs ts, const std::string& endpoint, int status,
                      const std::string& account = "A") {
  std::string line = R"({"ts":")";
  append_rfc3339(ts, 9, line);
  return line + R"(","account":")" + account + R"(","method":"GET","status":)" +
         std::to_string(status) + R"(,"endpoint":")" + endpoint + "\"}";
}

struct FoldingEngine {
  tests::EngineUnderTest under_test;
  TimeNs now = kBegin + 20 * kNsPerHour;
  FoldingEngine() {
    under_test.caps = {.unmatched_endpoints = kMost};
    under_test.start(now);
  }
  Engine& engine() { return under_test.engine(); }
  void append(const std::vector<std::string>& lines) {
    engine().append(tests::native_append(lines), now).value();
  }
  CountAnswer by_endpoint(std::vector<Predicate> predicates = {}) {
    CountQuery query;
    query.edges = {kBegin, kBegin + 7 * kNsPerHour, kBegin + 2 * kNsPerDay};
    query.by_field = TextField::endpoint;
    query.predicates = std::move(predicates);
    return engine().count(query, now, {}).value();
  }
};

Predicate field_is(TextField field, const std::string& value) {
  Predicate predicate;
  predicate.field = field;
  predicate.patterns = {{{value}}};
  return predicate;
}

Predicate status_is(std::int32_t status) {
  Predicate predicate;
  predicate.subject = Predicate::Subject::status;
  predicate.statuses = {{status, status}};
  return predicate;
}

// The groups by name, `(other)` under a name that no test gives to an endpoint.
using Groups = std::map<std::string, std::array<Counts, 2>>;
constexpr const char* kOther = "the others";

Groups groups_of(const CountAnswer& answer) {
  Groups groups;
  for (CountGroups::Group group = 0; group < answer.groups.size(); ++group) {
    const bool other = answer.groups.is_other(group);
    auto& counts = groups[other ? kOther : std::string(answer.groups.name(group))];
    answer.groups.each_bucket(
        group, [&](std::size_t bucket, const Counts& some) { counts.at(bucket) += some; });
  }
  return groups;
}

struct NaiveCall {
  TimeNs ts;
  std::string endpoint;
  int status;
  std::string account;
};

// `account`: of the counted calls, or empty: all. `status`: likewise, or 0.
Groups naive(const std::vector<NaiveCall>& calls, const std::string& account, int status) {
  std::set<std::string> matched;
  Groups all;
  for (const NaiveCall& call : calls) {
    if (!account.empty() && call.account != account) continue;
    if (call.status != 404) matched.insert(call.endpoint);
    if (status != 0 && call.status != status) continue;
    const std::size_t bucket = call.ts < kBegin + 7 * kNsPerHour ? 0 : 1;
    all[call.endpoint].at(bucket) += {1, call.status >= 400 ? 1U : 0U};
  }
  std::vector<std::tuple<std::int64_t, std::string>> unmatched;
  for (const auto& [endpoint, counts] : all) {
    const auto total = static_cast<std::int64_t>(counts[0].calls + counts[1].calls);
    if (!matched.contains(endpoint)) unmatched.emplace_back(-total, endpoint);
  }
  std::sort(unmatched.begin(), unmatched.end());
  for (std::size_t i = kMost; i < unmatched.size(); ++i) {
    const std::string& endpoint = std::get<1>(unmatched[i]);
    for (std::size_t bucket = 0; bucket < 2; ++bucket) {
      all[kOther].at(bucket) += all[endpoint].at(bucket);
    }
    all.erase(endpoint);
  }
  return all;
}

}  // namespace

// The day is open: first in memory, then in a part, then both.
BOOST_AUTO_TEST_CASE(scanned_paths_share_a_row_from_their_first_call) {
  FoldingEngine engine;
  std::vector<std::string> lines;
  for (int i = 0; i < 100; ++i) {
    lines.push_back(call_line(kBegin + i * kNsPerHour / 60, "/scan/" + std::to_string(i), 404));
  }
  lines.push_back(call_line(kBegin, "/api/a", 200));
  lines.push_back(call_line(kBegin, "/api/broken", 500));
  lines.push_back(call_line(kBegin, "/scan/7", 404));
  for (int round = 0; round < 3; ++round) {
    if (round != 1) engine.append(lines);
    if (round == 1) engine.engine().flush().value();
    const std::uint64_t times = round == 2 ? 2 : 1;
    const CountAnswer answer = engine.by_endpoint();
    const Groups groups = groups_of(answer);
    BOOST_TEST(groups.size() == 2 + kMost + 1);
    BOOST_TEST(groups.contains("/api/a"));
    BOOST_TEST(groups.contains("/api/broken"));
    BOOST_TEST(groups.at("/scan/7")[0].calls == 2 * times);
    BOOST_TEST(groups.at(kOther)[0].calls == 97 * times);
    BOOST_TEST(groups.at(kOther)[0].errors == 97 * times);
    BOOST_TEST(answer.past_cap.calls == 97 * times);
    BOOST_TEST(answer.past_cap.unmatched == 97 * times);
    BOOST_TEST(answer.completeness.complete);
    // A filter names each.
    const Groups one = groups_of(engine.by_endpoint({field_is(TextField::endpoint, "/scan/50")}));
    BOOST_TEST(one.at("/scan/50")[0].calls == times);
  }
  // One that answers after all has its row, with the 404s of before.
  engine.append({call_line(kBegin + kNsPerHour, "/scan/50", 200)});
  BOOST_TEST(groups_of(engine.by_endpoint()).at("/scan/50")[0].calls == 3U);
  BOOST_TEST(groups_of(engine.by_endpoint({status_is(404)})).at("/scan/50")[0].calls == 2U);
}

BOOST_AUTO_TEST_CASE(answers_equal_a_naive_fold) {
  std::mt19937_64 random(1);
  for (std::uint64_t round = 0; round < fortnight::tests::rounds(20U); ++round) {
    FoldingEngine engine;
    std::vector<NaiveCall> calls;
    for (int step = 0; step < 6; ++step) {
      std::vector<std::string> lines;
      for (auto count = 1 + random() % 12; count > 0; --count) {
        const NaiveCall call{kBegin + static_cast<TimeNs>(random() % (19 * kNsPerHour)),
                             "/" + std::to_string(random() % 12),
                             random() % 6 == 0 ? 200 : (random() % 12 == 0 ? 500 : 404),
                             random() % 3 == 0 ? "B" : "A"};
        lines.push_back(call_line(call.ts, call.endpoint, call.status, call.account));
        calls.push_back(call);
      }
      engine.append(lines);
      if (random() % 3 == 0) engine.engine().flush().value();
      const auto check = [&](std::vector<Predicate> predicates, const std::string& account,
                             int status) {
        const Groups found = groups_of(engine.by_endpoint(std::move(predicates)));
        BOOST_REQUIRE((found == naive(calls, account, status)));
      };
      check({}, "", 0);
      check({field_is(TextField::account, "B")}, "B", 0);
      check({status_is(404)}, "", 404);
      check({field_is(TextField::account, "A"), status_is(404)}, "A", 404);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
