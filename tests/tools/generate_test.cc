#include <simdjson.h>

#include <boost/test/unit_test.hpp>
#include <map>
#include <set>

#include "tools/generate/answer_key.h"
#include "tools/generate/hostile.h"
#include "tools/generate/ids.h"
#include "tools/generate/stream.h"
#include "tools/generate/traffic.h"

BOOST_AUTO_TEST_SUITE(generate)

namespace {

using namespace fortnight::generate;

constexpr Micros kFrom = 1'763'000'000 * kSecond;

struct Run {
  std::vector<std::string> lines;
  std::string key;
};

Run run(std::uint64_t seed, std::uint64_t calls, const Disorder& disorder = {}) {
  const World world(seed, 2'000);
  CallWriter writer(world, seed);
  AnswerKey key;
  Run result;
  Stream stream(
      writer, seed, disorder, [&](std::string_view line) { result.lines.emplace_back(line); },
      &key);
  Traffic traffic(kFrom, kFrom + 14 * kDay, calls, seed);
  Random random(seed);
  while (const auto time = traffic.next(random)) stream.call_at(*time);
  stream.finish();
  result.key = key.json();
  return result;
}

std::uint64_t number(simdjson::dom::element json) { return json.get_uint64().value(); }

// Kind and value of each ID of a call.
std::set<std::pair<std::string, std::string>> ids_of(simdjson::dom::element call) {
  std::set<std::pair<std::string, std::string>> ids;
  ids.emplace("call_id", call["call_id"].get_string().value());
  const auto named = call["ids"].get_object().value();
  for (const auto entry : named) {
    if (entry.value.is_string()) {
      ids.emplace(entry.key, entry.value.get_string().value());
      continue;
    }
    const auto several = entry.value.get_array().value();
    for (const auto id : several) ids.emplace(entry.key, id.get_string().value());
  }
  return ids;
}

}  // namespace

BOOST_AUTO_TEST_CASE(same_seed_same_bytes) {
  const Run first = run(7, 3'000, {.bad = 0.01, .odd = 0.01, .shuffle = kSecond, .late = 0.01});
  const Run second = run(7, 3'000, {.bad = 0.01, .odd = 0.01, .shuffle = kSecond, .late = 0.01});
  BOOST_TEST(first.lines == second.lines);
  BOOST_TEST(first.key == second.key);
  BOOST_TEST(run(8, 3'000).lines != run(7, 3'000).lines);
}

// The key equals the counts of an independent reader of the lines.
BOOST_AUTO_TEST_CASE(key_equals_recount) {
  const Run made = run(3, 20'000, {.shuffle = 5 * kSecond, .late = 0.02});
  simdjson::dom::parser parser;
  simdjson::dom::parser key_parser;
  const auto key = key_parser.parse(made.key).value();
  BOOST_TEST(number(key["calls"]) == 20'000U);
  BOOST_TEST(number(key["lines"]) == made.lines.size());

  std::map<std::string, std::map<std::string, std::pair<std::uint64_t, std::uint64_t>>> recount;
  std::uint64_t errors = 0;
  for (const std::string& line : made.lines) {
    const auto call = parser.parse(line).value();
    const std::int64_t status = call["status"].get_int64().value();
    const bool error = status >= 400;
    errors += error ? 1 : 0;
    const auto count = [&](const char* field, const std::string& value) {
      auto& counts = recount[field][value];
      ++counts.first;
      counts.second += error ? 1 : 0;
    };
    for (const char* field : {"account", "endpoint", "method", "revision"}) {
      count(field, std::string(call[field].get_string().value()));
    }
    count("status", std::to_string(status));
    const std::string ts(call["ts"].get_string().value());
    count("day", ts.substr(0, 10));
    std::string minute = ts.substr(14, 2);
    minute = minute < "15" ? "00" : minute < "30" ? "15" : minute < "45" ? "30" : "45";
    count("quarter", ts.substr(0, 14) + minute + ":00Z");
  }
  BOOST_TEST(number(key["errors"]) == errors);
  for (const auto& [field, values] : recount) {
    std::size_t seen = 0;
    const auto answers = key[field].get_object().value();
    for (const auto entry : answers) {
      ++seen;
      const auto& counts = values.at(std::string(entry.key));
      BOOST_TEST(number(entry.value.at(0)) == counts.first);
      BOOST_TEST(number(entry.value.at(1)) == counts.second);
    }
    BOOST_TEST(seen == values.size());
  }
}

// Every sampled ID has the number of calls in the key, and exactly these lines.
BOOST_AUTO_TEST_CASE(sampled_ids_find_their_lines) {
  const Run made = run(5, 20'000);
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> bearing;
  simdjson::dom::parser parser;
  for (const std::string& line : made.lines) {
    for (const auto& id : ids_of(parser.parse(line).value())) bearing[id].push_back(line);
  }
  const auto key = parser.parse(made.key).value();
  const auto sampled = key["ids"].get_array().value();
  std::set<std::string> kinds;
  for (const auto entry : sampled) {
    const std::string kind(entry["kind"].get_string().value());
    const std::vector<std::string>& expected =
        bearing.at({kind, std::string(entry["id"].get_string().value())});
    kinds.insert(kind);
    BOOST_TEST(number(entry["calls"]) == expected.size());
    std::size_t i = 0;
    const auto lines = entry["lines"].get_array().value();
    for (const auto line : lines) BOOST_TEST(line.get_string().value() == expected[i++]);
    BOOST_TEST(i == std::min<std::size_t>(expected.size(), 20));
  }
  BOOST_TEST(kinds == (std::set<std::string>{"async_job_id", "call_id", "error_id", "metric_id",
                                             "resource_id"}));
}

BOOST_AUTO_TEST_CASE(lines_are_as_large_and_as_varied_as_life) {
  const Run made = run(1, 30'000);
  std::size_t bytes = 0;
  std::set<std::string> statuses, endpoints, accounts, revisions;
  simdjson::dom::parser parser;
  for (const std::string& line : made.lines) {
    bytes += line.size() + 1;
    const auto call = parser.parse(line).value();
    statuses.insert(std::to_string(call["status"].get_int64().value()));
    endpoints.insert(std::string(call["method"].get_string().value()) +
                     std::string(call["endpoint"].get_string().value()));
    accounts.insert(std::string(call["account"].get_string().value()));
    revisions.insert(std::string(call["revision"].get_string().value()));
  }
  const double mean = static_cast<double>(bytes) / static_cast<double>(made.lines.size());
  BOOST_TEST(mean > 1'000);
  BOOST_TEST(mean < 1'120);
  BOOST_TEST(statuses.size() == 12U);
  BOOST_TEST(endpoints.size() == 50U);
  BOOST_TEST(accounts.size() > 1'500U);
  BOOST_TEST(revisions.size() == 8U);
}

BOOST_AUTO_TEST_CASE(disorder_changes_only_the_order) {
  std::vector<std::string> straight = run(2, 4'000).lines;
  std::vector<std::string> shuffled = run(2, 4'000, {.shuffle = kHour, .late = 0.05}).lines;
  BOOST_TEST(straight != shuffled);
  std::sort(straight.begin(), straight.end());
  std::sort(shuffled.begin(), shuffled.end());
  BOOST_TEST(straight == shuffled);
}

BOOST_AUTO_TEST_CASE(odd_lines_are_json_objects_and_rejected_ones_are_counted) {
  const Run made = run(4, 2'000, {.bad = 0.2, .odd = 0.2});
  simdjson::dom::parser parser;
  const auto key = parser.parse(made.key).value();
  BOOST_TEST(number(key["calls"]) == 2'000U);
  BOOST_TEST(number(key["rejects"]) > 300U);
  BOOST_TEST(made.lines.size() == number(key["calls"]) + number(key["rejects"]));
}

BOOST_AUTO_TEST_CASE(traffic_is_ascending_and_within_its_range) {
  Traffic traffic(kFrom + 123, kFrom + kHour + 77, 5'000, 1);
  Random random(1);
  Micros last = kFrom + 123;
  int drawn = 0;
  while (const auto time = traffic.next(random)) {
    BOOST_REQUIRE(*time >= last);
    BOOST_REQUIRE(*time < kFrom + kHour + 77);
    last = *time;
    ++drawn;
  }
  BOOST_TEST(drawn == 5'000);
}

BOOST_AUTO_TEST_CASE(instants_are_written_and_read) {
  std::string text;
  append_rfc3339(text, 1'763'626'530'123'456, 6);
  BOOST_TEST(text == "2025-11-20T08:15:30.123456Z");
  BOOST_TEST(parse_instant(text).value() == 1'763'626'530'123'456);
  BOOST_TEST(parse_instant("2025-11-20").value() == 1'763'596'800 * kSecond);
  BOOST_TEST(parse_instant("2025-11-20T08:15:30.5Z").value() == 1'763'626'530'500'000);
  for (const char* wrong :
       {"", "2025", "2025-13-01", "2025-02-30", "2025-11-20T", "2025-11-20 08:15",
        "2025-11-20T08:15:30", "2025-11-20T25:00:00Z", "tomorrow"}) {
    BOOST_TEST(!parse_instant(wrong), wrong);
  }
  text.clear();
  append_http_date(text, 1'763'626'530'123'456);
  BOOST_TEST(text == "Thu, 20 Nov 2025 08:15:30 GMT");
}

BOOST_AUTO_TEST_CASE(base64_is_url_safe_and_unpadded) {
  std::string text;
  append_base64url(text, "light work.");
  BOOST_TEST(text == "bGlnaHQgd29yay4");
  text.clear();
  append_base64url(text, "\xff\xfe");
  BOOST_TEST(text == "__4");
}

BOOST_AUTO_TEST_SUITE_END()
