#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>
#include <set>

#include "query/service.h"
#include "tests/support/flat_line.h"
#include "tests/support/model_store.h"
#include "tests/support/native_lines.h"

using namespace fortnight;

namespace follow {

class Rows final : public query::Sink {
 public:
  bool row(std::string_view json) override {
    lines.emplace_back(json);
    return true;
  }
  std::vector<std::string> lines;
};

struct Fixture {
  Fixture() {
    context->store = &model;
    context->now = [] { return tests::utc("2026-11-20T12:00:00Z"); };
  }
  void append(std::size_t calls, int status) {
    const std::string line =
        R"({"ts":"2026-11-20T11:00:00Z","status":)" + std::to_string(status) + "}";
    BOOST_REQUIRE(
        model.append(tests::native_append(std::vector<std::string>(calls, line)), context->now()));
  }
  tests::ModelStore model;
  std::shared_ptr<query::Context> context = std::make_shared<query::Context>();
};

}  // namespace follow

BOOST_FIXTURE_TEST_SUITE(follow, follow::Fixture)

BOOST_AUTO_TEST_CASE(sends_matching_arrivals_once) {
  append(3, 500);
  auto [follow, error] =
      query::Follow::start(context, query::RequestLine("FOLLOW status=5xx", access::everybody()));
  BOOST_REQUIRE(follow);
  Rows rows;
  BOOST_TEST((follow->poll(rows, {}) == query::Follow::State::idle));
  BOOST_TEST(rows.lines.empty());
  append(2, 500);
  append(2, 200);
  BOOST_TEST((follow->poll(rows, {}) == query::Follow::State::idle));
  BOOST_TEST(rows.lines.size() == 2U);
  BOOST_TEST((follow->poll(rows, {}) == query::Follow::State::idle));
  BOOST_TEST(rows.lines.size() == 2U);
  BOOST_TEST(follow->closing().line == R"(OK {"calls":2,"missed":0})");
}

BOOST_AUTO_TEST_CASE(a_burst_is_sent_in_pieces_while_more_arrives) {
  auto [follow, error] =
      query::Follow::start(context, query::RequestLine("FOLLOW", access::everybody()));
  append(1'200, 200);
  Rows rows;
  BOOST_TEST((follow->poll(rows, {}) == query::Follow::State::more));
  BOOST_TEST(rows.lines.size() == 500U);
  append(10, 200);
  while (follow->poll(rows, {}) == query::Follow::State::more) continue;
  follow->poll(rows, {});
  BOOST_TEST(rows.lines.size() == 1'210U);
}

BOOST_AUTO_TEST_CASE(a_reader_that_is_too_far_behind_gets_the_missed_count) {
  auto [follow, error] =
      query::Follow::start(context, query::RequestLine("FOLLOW status=200", access::everybody()));
  append(30'000, 200);
  append(30'000, 404);
  append(70'000, 200);
  Rows rows;
  while (follow->poll(rows, {}) == query::Follow::State::more) continue;
  BOOST_TEST(rows.lines.front() == R"({"missed":30000})");
  BOOST_TEST(rows.lines.size() == 70'001U);
  BOOST_TEST(follow->closing().line == R"(OK {"calls":70000,"missed":30000})");
}

// Bursts of any length, between polls of a reader that accepts some of the rows: the rows sent and
// those missed are together all matching calls, without repetition.
BOOST_AUTO_TEST_CASE(sent_and_missed_calls_are_all_matching_calls) {
  std::mt19937_64 random(5);
  auto [follow, error] =
      query::Follow::start(context, query::RequestLine("FOLLOW status=200", access::everybody()));
  Rows rows;
  std::uint64_t matching = 0;
  for (int burst = 0; burst < 3; ++burst) {
    const std::size_t calls = burst % 2 == 0 ? 110'000 + random() % 20'000 : random() % 3'000;
    append(calls, 200);
    append(random() % 5'000, 404);
    matching += calls;
    for (std::uint64_t polls = random() % 40; polls > 0; --polls) follow->poll(rows, {});
  }
  while (follow->poll(rows, {}) == query::Follow::State::more) continue;
  while (follow->poll(rows, {}) == query::Follow::State::more) continue;
  std::uint64_t missed = 0;
  std::set<std::string> given;
  for (const std::string& row : rows.lines) {
    const tests::FlatLine flat = tests::flatten(row);
    const std::string gap = flat.at("/missed");
    missed += gap.empty() ? 0 : std::stoull(gap);
    if (gap.empty()) BOOST_REQUIRE(given.insert(flat.at("/ref")).second);
  }
  BOOST_TEST(given.size() + missed == matching);
  BOOST_TEST(missed > 10'000U);
  BOOST_TEST(follow->closing().line == "OK {\"calls\":" + std::to_string(given.size()) +
                                           ",\"missed\":" + std::to_string(missed) + "}");
}

// The peer closes its side while calls are being sent: calls that arrived until then are sent too,
// later ones aren't.
BOOST_AUTO_TEST_CASE(finish_sends_the_calls_that_had_arrived) {
  auto [follow, error] =
      query::Follow::start(context, query::RequestLine("FOLLOW status=200", access::everybody()));
  append(700, 200);
  Rows rows;
  BOOST_TEST((follow->poll(rows, {}) == query::Follow::State::more));
  append(600, 200);
  BOOST_TEST((follow->finish(rows, {}) == query::Follow::State::more));
  append(5, 200);
  while (follow->finish(rows, {}) == query::Follow::State::more) continue;
  BOOST_TEST(rows.lines.size() == 1'300U);
  BOOST_TEST(follow->closing().line == R"(OK {"calls":1300,"missed":0})");
}

BOOST_AUTO_TEST_CASE(unsent_calls_at_the_end_count_as_missed) {
  auto [follow, error] =
      query::Follow::start(context, query::RequestLine("FOLLOW status=200", access::everybody()));
  append(120'000, 200);
  Rows rows;
  follow->poll(rows, {});
  BOOST_TEST(rows.lines.size() == 501U);  // calls that are too far back were missed at once
  append(30, 404);
  append(70, 200);
  follow->miss_the_rest(rows, {});
  BOOST_TEST(rows.lines.size() == 502U);
  BOOST_TEST(rows.lines.back() == R"({"missed":99570})");
  BOOST_TEST(follow->closing().line == R"(OK {"calls":500,"missed":119570})");
}

// Times decrease while calls arrive, so the orders of time and of arrival are opposite.
BOOST_AUTO_TEST_CASE(calls_are_sent_in_the_order_of_arrival_and_resumed_by_their_refs) {
  std::vector<std::string> lines;
  for (int i = 0; i < 1'700; ++i) {
    lines.push_back(R"({"ts":"2026-11-20T11:00:00.)" + std::to_string(999'999'999 - i) +
                    R"(Z","status":)" + (i % 3 == 0 ? "200" : "404") + "}");
  }
  BOOST_REQUIRE(model.append(tests::native_append(lines), context->now()));
  Rows all;
  auto first = query::Follow::start(
      context, query::RequestLine("FOLLOW after=0-0 status=200", access::everybody()));
  BOOST_REQUIRE(first.follow);
  while (first.follow->poll(all, {}) == query::Follow::State::more) continue;
  std::vector<std::string> refs;
  for (const std::string& row : all.lines) refs.push_back(tests::flatten(row).at("/ref"));
  BOOST_TEST(refs.size() == 567U);
  const auto arrival = [](const std::string& ref) { return storage::Ref::parse(ref)->seq; };
  BOOST_TEST(std::is_sorted(refs.begin(), refs.end(),
                            [&](const auto& a, const auto& b) { return arrival(a) < arrival(b); }));
  for (const std::size_t at : {0U, 1U, 499U, 500U, 565U, 566U}) {
    Rows rest;
    auto again = query::Follow::start(
        context, query::RequestLine("FOLLOW status=200 after=" + refs[at], access::everybody()));
    BOOST_REQUIRE(again.follow);
    while (again.follow->poll(rest, {}) == query::Follow::State::more) continue;
    BOOST_TEST(
        rest.lines == std::vector<std::string>(
                          all.lines.begin() + static_cast<std::ptrdiff_t>(at) + 1, all.lines.end()),
        "after " << at);
  }
}

// A reader that makes room for a few rows at a time gets each call once.
BOOST_AUTO_TEST_CASE(a_range_that_is_sent_in_pieces_has_no_gap_and_no_repeat) {
  class Narrow final : public query::Sink {
   public:
    bool has_room(std::size_t) override { return room > 0; }
    bool row(std::string_view json) override {
      --room;
      refs.push_back(tests::flatten(json).at("/ref"));
      return true;
    }
    int room = 0;
    std::vector<std::string> refs;
  };
  auto [follow, error] =
      query::Follow::start(context, query::RequestLine("FOLLOW", access::everybody()));
  append(1'000, 200);
  Narrow narrow;
  BOOST_TEST(follow->has_more());
  while (follow->has_more()) {
    narrow.room = 7;
    follow->poll(narrow, {});
    BOOST_REQUIRE(narrow.refs.size() > 0U);
    BOOST_TEST(storage::Ref::parse(follow->position())->seq + 1 >=
               storage::Ref::parse(narrow.refs.back())->seq);
  }
  BOOST_TEST(narrow.refs.size() == 1'000U);
  BOOST_TEST(std::set<std::string>(narrow.refs.begin(), narrow.refs.end()).size() == 1'000U);
}

// A call of another store, or of this one before it was replaced.
BOOST_AUTO_TEST_CASE(a_ref_from_the_future_begins_now) {
  append(3, 200);
  auto [follow, error] =
      query::Follow::start(context, query::RequestLine("FOLLOW after=0-zzz", access::everybody()));
  append(1, 200);
  Rows rows;
  follow->poll(rows, {});
  BOOST_TEST(rows.lines.size() == 1U);
}

BOOST_AUTO_TEST_CASE(bad_requests_are_rejected_at_the_start) {
  BOOST_TEST(
      query::Follow::start(context, query::RequestLine("FOLLOW after=x", access::everybody()))
          .error.line.starts_with("ERR bad-request column 14: no ref"));
  BOOST_TEST(
      query::Follow::start(context, query::RequestLine("FOLLOW date=today", access::everybody()))
          .error.line.starts_with("ERR bad-request column 8: unknown name \"date\" for FOLLOW"));
}

BOOST_AUTO_TEST_SUITE_END()
