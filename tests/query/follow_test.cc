#include <boost/test/unit_test.hpp>

#include "query/service.h"
#include "tests/support/model_store.h"
#include "tests/support/native_lines.h"

using namespace fortnight;

namespace {

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

}  // namespace

BOOST_FIXTURE_TEST_SUITE(follow, Fixture)

BOOST_AUTO_TEST_CASE(gives_what_arrives_and_matches_once) {
  append(3, 500);
  auto [follow, error] = query::Follow::start(context, "FOLLOW status=5xx");
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
  BOOST_TEST(follow->closing() == R"(OK {"calls":2,"missed":0})");
}

BOOST_AUTO_TEST_CASE(a_burst_is_given_in_pieces_while_more_arrives) {
  auto [follow, error] = query::Follow::start(context, "FOLLOW");
  append(1'200, 200);
  Rows rows;
  BOOST_TEST((follow->poll(rows, {}) == query::Follow::State::more));
  BOOST_TEST(rows.lines.size() == 500U);
  append(10, 200);
  while (follow->poll(rows, {}) == query::Follow::State::more) continue;
  follow->poll(rows, {});
  BOOST_TEST(rows.lines.size() == 1'210U);
}

BOOST_AUTO_TEST_CASE(a_reader_that_is_too_far_behind_is_told_what_it_missed) {
  auto [follow, error] = query::Follow::start(context, "FOLLOW status=200");
  append(30'000, 200);
  append(30'000, 404);
  append(70'000, 200);
  Rows rows;
  while (follow->poll(rows, {}) == query::Follow::State::more) continue;
  BOOST_TEST(rows.lines.front() == R"({"missed":30000})");
  BOOST_TEST(rows.lines.size() == 70'001U);
  BOOST_TEST(follow->closing() == R"(OK {"calls":70000,"missed":30000})");
}

BOOST_AUTO_TEST_CASE(bad_requests_are_told_at_the_start) {
  BOOST_TEST(query::Follow::start(context, "FOLLOW date=today")
                 .error.starts_with("ERR bad-request column 8: unknown name \"date\" for FOLLOW"));
}

BOOST_AUTO_TEST_SUITE_END()
