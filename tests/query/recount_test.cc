// Aggregates compared with those of obvious code on the same lines.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>
#include <random>
#include <set>

#include "base/civil_time.h"
#include "query/service.h"
#include "tests/support/engine_under_test.h"
#include "tests/support/flat_line.h"
#include "tests/support/native_lines.h"
#include "tests/support/random_calls.h"

using namespace fortnight;

namespace recount {

using Random = std::mt19937_64;
using Words = std::vector<std::string>;
using tests::FlatLine;

class Rows final : public query::Sink {
 public:
  bool row(std::string_view json) override {
    rows.push_back(tests::flatten(std::string(json)));
    return true;
  }
  std::vector<FlatLine> rows;
};

struct Line {
  FlatLine flat;
  TimeNs ts;
  [[nodiscard]] int status() const {
    const std::string text = flat.at("/status");
    return text.empty() ? 0 : std::stoi(text);
  }
  [[nodiscard]] bool failed() const { return status() >= 400; }
};

struct Fixture {
  Fixture() {
    // Rollups of past days have most values under `(other)`. While calls are kept, answers don't
    // show it.
    engine.caps = {.accounts = 2, .endpoints = 2, .revisions = 1, .methods = 1};
    engine.error_codes = {"/a", "/request/a", "/request/b/0"};
    engine.start(now);
    context.store = &engine.store();
    context.now = [this] { return now; };
    context.error_code_pointers = engine.error_codes;
    Random random(31);
    for (int batch = 0; batch < 6; ++batch) append(random);
  }
  void append(Random& random) {
    Words texts;
    for (int i = 0; i < 150; ++i) {
      const auto back = static_cast<TimeNs>(random() % (3 * 96)) * kNsPerQuarter;
      texts.push_back(tests::random_line(random, now - back - 1));
      lines.push_back({tests::flatten(texts.back()), now - back - 1});
    }
    engine.engine().append(tests::native_append(texts), now).value();
    engine.engine().sync().value();
    if (random() % 2 == 0) engine.seal(now);
  }
  FlatLine ask(const std::string& request) {
    Rows found;
    const std::string closing = query::execute(context, request, found, {});
    BOOST_REQUIRE_MESSAGE(closing.starts_with("OK "), request << ": " << closing);
    rows = std::move(found.rows);
    return tests::flatten(closing.substr(3));
  }

  TimeNs now = tests::utc("2026-11-20T12:00:00Z");
  tests::EngineUnderTest engine;
  query::Context context;
  std::vector<Line> lines;  // all within last-4-days
  std::vector<FlatLine> rows;
};

// A time as answers in UTC write it.
TimeNs instant(const std::string& text) { return tests::utc(text.substr(0, text.find('+')) + "Z"); }
std::string text(std::uint64_t number) { return std::to_string(number); }

}  // namespace recount

BOOST_FIXTURE_TEST_SUITE(recount, recount::Fixture)

BOOST_AUTO_TEST_CASE(errors_by_endpoint_status_and_code) {
  struct Group {
    std::uint64_t calls = 0;
    std::set<std::string> accounts;
    std::string first, last;
  };
  std::map<std::tuple<std::string, std::string, std::string>, Group> expected;
  std::uint64_t failed = 0;
  for (const Line& line : lines) {
    if (!line.failed()) continue;
    std::string code;
    for (const std::string& pointer : context.error_code_pointers) {
      if (code.empty()) code = line.flat.at(pointer);
    }
    Group& group = expected[{line.flat.at("/endpoint"), line.flat.at("/status"), code}];
    const std::string ts = line.flat.at("/ts");
    if (group.calls++ == 0 || ts < group.first) group.first = ts;
    group.last = std::max(group.last, ts);
    group.accounts.insert(line.flat.at("/account"));
    ++failed;
  }
  const FlatLine summary = ask("ERRORS n=10000 date=last-4-days");
  BOOST_TEST(summary.at("/groups") == text(expected.size()));
  BOOST_TEST(summary.at("/errors") == text(failed));
  BOOST_REQUIRE_EQUAL(rows.size(), expected.size());
  std::uint64_t before = failed;
  for (const FlatLine& row : rows) {
    const Group& group = expected[{row.at("/endpoint"), row.at("/status"), row.at("/code")}];
    BOOST_TEST(row.at("/calls") == text(group.calls));
    BOOST_TEST(row.at("/accounts") == text(group.accounts.size()));
    BOOST_TEST(row.at("/first") == group.first);
    BOOST_TEST(row.at("/last") == group.last);
    BOOST_TEST(group.calls <= before);  // largest first
    before = group.calls;
  }
  BOOST_TEST(rows.size() > 20U);
}

BOOST_AUTO_TEST_CASE(a_jobs_calls_in_their_order) {
  for (const std::string job : {"i-1", "I-1", "i*4", "none"}) {
    std::vector<const Line*> expected;
    for (const Line& line : lines) {
      const Words ids = {line.flat.at("/ids/async_job_id"), line.flat.at("/ids/async_job_id/0"),
                         line.flat.at("/ids/async_job_id/1")};
      if (std::find(ids.begin(), ids.end(), job) != ids.end()) expected.push_back(&line);
    }
    std::stable_sort(expected.begin(), expected.end(),
                     [](const Line* a, const Line* b) { return a->ts < b->ts; });
    const FlatLine summary = ask("JOB " + job);
    BOOST_REQUIRE_EQUAL(rows.size(), expected.size());
    std::uint64_t errors = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      errors += expected[i]->failed() ? 1 : 0;
      const char* const stage = expected[i]->failed() ? "error" : i == 0 ? "submission" : "poll";
      BOOST_TEST(rows[i].at("/stage") == stage);
      BOOST_TEST(rows[i].at("/ts") == expected[i]->flat.at("/ts"));
      BOOST_TEST(rows[i].at("/call_id") == expected[i]->flat.at("/call_id"));
    }
    BOOST_TEST(summary.at("/errors") == text(errors));
  }
}

BOOST_AUTO_TEST_CASE(the_largest_values_and_the_rest) {
  for (const std::string key :
       {"account", "method", "endpoint", "path", "status", "revision", "call_id"}) {
    // The two counts by day, and over all days.
    std::map<std::string, std::map<std::string, std::pair<int, int>>> by_value;
    std::map<std::string, int> totals;
    for (const Line& line : lines) {
      const std::string value = line.flat.at("/" + key);
      auto& [calls, errors] = by_value[value][line.flat.at("/ts").substr(0, 10)];
      calls += 1;
      errors += line.failed() ? 1 : 0;
      ++totals[value];
    }
    std::vector<std::pair<int, std::string>> largest;
    for (const auto& [value, calls] : totals) largest.emplace_back(-calls, value);
    std::sort(largest.begin(), largest.end());
    constexpr std::size_t most = 2;
    ask("ACTIVITY date=last-4-days step=1d n=2 by=" + key);
    std::map<std::string, std::pair<int, int>> rest;  // by day
    std::set<std::string> days;
    std::uint64_t rests = 0;
    for (const FlatLine& row : rows) {
      const std::string day = row.at("/t").substr(0, 10);
      const std::pair<int, int> counts{std::stoi(row.at("/calls")), std::stoi(row.at("/errors"))};
      days.insert(day);
      if (row.at("/rest").empty()) {
        const std::string value = row.at("/" + key);
        const bool large = std::any_of(largest.begin(), largest.begin() + most,
                                       [&](const auto& one) { return one.second == value; });
        BOOST_TEST(large, key << " " << value);
        BOOST_TEST((by_value[value][day] == counts), key << " " << value);
      } else {
        rests = std::stoull(row.at("/rest"));
        rest[day] = counts;
      }
    }
    BOOST_TEST(days.size() == 4U);
    BOOST_TEST(rests == largest.size() - most, key);
    for (const std::string& day : days) {
      std::pair<int, int> expected{0, 0};
      for (std::size_t i = most; i < largest.size(); ++i) {
        const auto& [calls, errors] = by_value[largest[i].second][day];
        expected.first += calls;
        expected.second += errors;
      }
      BOOST_TEST((rest[day] == expected), key << " " << day);
    }
  }
}

BOOST_AUTO_TEST_CASE(quantiles_are_within_a_hundredth) {
  Random random(33);
  std::size_t checked = 0;
  for (int i = 0; i < 60; ++i) {
    // Rollups have whole hours of all endpoints or of one; other queries read calls.
    const bool whole = random() % 2 == 0;
    const std::string endpoint = random() % 2 == 0 ? "/api/events" : "";
    const bool method = random() % 3 == 0;
    const std::string minute = whole ? "00" : "10";
    const FlatLine summary =
        ask("ACTIVITY quantiles=0,0.5,0.95,0.99,1 step=1h from=2026-11-18T0" + text(random() % 10) +
            ":" + minute + " to=2026-11-20T11:" + minute +
            (endpoint.empty() ? "" : " endpoint=" + endpoint) + (method ? " method=GET" : ""));
    BOOST_TEST(summary.at("/quantiles_basis") == (whole && !method ? "rollups" : "calls"));
    for (std::size_t row = 0; row <= rows.size(); ++row) {
      const bool all = row == rows.size();
      const bool last = all || row + 1 == rows.size();
      const TimeNs begin = std::max(instant(all ? summary.at("/from") : rows[row].at("/t")),
                                    instant(summary.at("/from")));
      const TimeNs end = instant(last ? summary.at("/to") : rows[row + 1].at("/t"));
      std::vector<double> durations;
      for (const Line& line : lines) {
        const std::string duration = line.flat.at("/duration_ms");
        const bool asked = line.ts >= begin && line.ts < end && !duration.empty() &&
                           (endpoint.empty() || line.flat.at("/endpoint") == endpoint) &&
                           (!method || line.flat.at("/method") == "GET");
        if (asked) durations.push_back(std::stod(duration));
      }
      std::sort(durations.begin(), durations.end());
      for (const std::string q : {"0", "0.5", "0.95", "0.99", "1"}) {
        const std::string found = (all ? summary : rows[row]).at("/quantiles/" + q);
        BOOST_REQUIRE_EQUAL(found.empty(), durations.empty());
        if (found.empty()) continue;
        const auto rank =
            static_cast<std::size_t>(std::stod(q) * static_cast<double>(durations.size() - 1));
        const double exact = durations[rank];
        // Answers are rounded to a microsecond.
        BOOST_TEST(std::abs(std::stod(found) - exact) <= exact * 0.01 + 0.0006,
                   found << " " << exact);
        ++checked;
      }
    }
  }
  BOOST_TEST(checked > 3'000U);
}

// Scanned paths share a row, of an open day and of a sealed one. Every endpoint is exact in a
// filter while calls are kept, and every named one for ever.
BOOST_AUTO_TEST_CASE(scanned_paths_share_a_row) {
  constexpr std::size_t kNamed = 4;
  tests::EngineUnderTest scanned;
  scanned.caps.unmatched_endpoints = kNamed;
  scanned.start(now);
  context.store = &scanned.store();
  std::map<std::string, int> expected;
  Random random(34);
  const auto append = [&](int count) {
    Words texts;
    for (int i = 0; i < count; ++i) {
      const bool scan = i % 3 != 0;
      const std::string endpoint =
          scan ? "/scan/" + text(std::min(random() % 60, random() % 60)) : "/api/" + text(i % 2);
      const bool found = !scan && i % 12 < 6;
      const TimeNs ts =
          tests::utc("2026-11-18T00:00:00Z") + static_cast<TimeNs>(random() % 96) * kNsPerQuarter;
      std::string line = R"({"ts":")";
      append_rfc3339(ts, 0, line);
      texts.push_back(line + R"(","status":)" + (found ? "200" : "404") + R"(,"endpoint":")" +
                      endpoint + "\"}");
      ++expected[endpoint];
    }
    scanned.engine().append(tests::native_append(texts), now).value();
    scanned.engine().sync().value();
  };
  const std::string period = " tz=UTC from=2026-11-18T00:00:00Z to=2026-11-19T00:00:00Z";
  const auto named = [&] {
    std::map<std::string, int> calls;
    for (const FlatLine& row : rows) calls[row.at("/endpoint")] = std::stoi(row.at("/calls"));
    return calls;
  };
  const auto check_row = [&] {
    const FlatLine summary = ask("TOP by=endpoint n=1000" + period);
    BOOST_TEST(rows.size() == 2 + kNamed + 1);
    BOOST_TEST(summary.at("/complete") == "true");
    std::uint64_t hidden = 0;
    for (const auto& [endpoint, calls] : expected) {
      const auto found = named();
      const bool is_named = found.contains(endpoint);
      if (is_named) BOOST_TEST(found.at(endpoint) == calls, endpoint);
      if (!is_named) hidden += static_cast<std::uint64_t>(calls);
    }
    BOOST_TEST(named().contains("/api/0"));
    BOOST_TEST(named().contains("/api/1"));
    BOOST_TEST(named().at("(other)") == static_cast<int>(hidden));
    BOOST_TEST(summary.at("/values_past_cap") == text(hidden));
    return named();
  };
  append(600);
  for (const int late : {0, 60}) {
    if (late != 0) append(late);
    check_row();
    scanned.seal(now);
    check_row();
    for (const auto& [endpoint, calls] : expected) {
      const FlatLine summary = ask("ACTIVITY endpoint=" + endpoint + period);
      BOOST_TEST(summary.at("/calls") == text(static_cast<std::uint64_t>(calls)), endpoint);
      BOOST_TEST(summary.at("/complete") == "true");
    }
  }
  const auto before = check_row();
  now += 20 * kNsPerDay;
  scanned.expire(now);
  BOOST_TEST((check_row() == before));
  for (const auto& [endpoint, calls] : expected) {
    const FlatLine summary = ask("ACTIVITY endpoint=" + endpoint + period);
    const bool is_named = before.contains(endpoint);
    BOOST_TEST(summary.at("/calls") == (is_named ? std::to_string(calls) : "0"), endpoint);
    BOOST_TEST(summary.at("/complete") == (is_named ? "true" : "false"), endpoint);
  }
}

// One call per quarter hour, so that the number of calls of a local hour or day is that of its
// quarter hours.
BOOST_AUTO_TEST_CASE(the_period_before_a_change_of_clocks) {
  Words texts;
  const TimeNs first = tests::utc("2026-10-30T00:00:00Z");
  for (TimeNs ts = first; ts < tests::utc("2026-11-04T00:00:00Z"); ts += kNsPerQuarter) {
    std::string line = R"({"ts":")";
    append_rfc3339(ts, 0, line);
    texts.push_back(line + R"(Z","account":"clocks","status":200})");
  }
  engine.engine().append(tests::native_append(texts), now).value();
  engine.engine().sync().value();
  const std::string common = " account=clocks tz=America/New_York step=1h";
  const std::map<std::string, std::pair<std::string, std::string>> days = {
      {"2026-11-01", {"100", "96"}},  // 25 hours, compared with a day of 24
      {"2026-11-02", {"96", "100"}},  // the day after
  };
  for (const auto& [day, counts] : days) {
    const FlatLine summary = ask("ACTIVITY compare=previous date=" + day + common);
    BOOST_TEST(summary.at("/calls") == counts.first);
    BOOST_TEST(summary.at("/previous/calls") == counts.second);
    std::uint64_t in_rows = 0;
    for (const FlatLine& row : rows) in_rows += std::stoul(row.at("/previous_calls"));
    BOOST_TEST(text(in_rows) == counts.second, day);
  }
}

BOOST_AUTO_TEST_SUITE_END()
