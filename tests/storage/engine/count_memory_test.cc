// A count whose groups exceed the query's memory ends with an error, for groups from any source.
#include <boost/test/unit_test.hpp>

#include "tests/support/engine_under_test.h"
#include "tests/support/native_lines.h"

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(count_memory)

namespace {

constexpr TimeNs kNow = day_start(20'000) + 12 * kNsPerHour;
constexpr int kGroups = 5000;
// Enough for the counts, but not for their names.
constexpr std::uint64_t kTooLittle = kGroups * sizeof(Counts) * 4;
constexpr std::uint64_t kEnough = 16U << 20;

// Each call has its own account and call_id.
void append_calls(Engine& engine, int first, int count) {
  std::vector<std::string> lines;
  for (int i = first; i < first + count; ++i) {
    const std::string number = std::to_string(1'000'000 + i);
    lines.push_back(R"({"ts":"2024-10-04T08:00:00Z","call_id":"a-call-of-some-length-)" + number +
                    R"(","account":"an-account-of-some-length-)" + number + R"("})");
  }
  engine.append(tests::native_append(lines), kNow).value();
}

Result<CountAnswer> count_by(const Engine& engine, TextField field, std::uint64_t max_memory) {
  CountQuery query;
  query.edges = {day_start(19'999), day_start(20'001)};
  query.by_field = field;
  return engine.count(query, kNow, Budget(max_memory));
}

void check(const Engine& engine) {
  for (const TextField field : {TextField::account, TextField::call_id}) {
    const auto refused = count_by(engine, field, kTooLittle);
    BOOST_REQUIRE(!refused);
    BOOST_TEST((refused.error().code == ErrorCode::limit));
    // The error says what the user can do.
    BOOST_TEST(refused.error().message.find("query.max_memory") != std::string::npos);
    BOOST_TEST(count_by(engine, field, kEnough).value().groups.size() == kGroups);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(groups_of_the_head) {
  tests::EngineUnderTest store;
  store.start(kNow);
  append_calls(store.engine(), 0, kGroups);
  check(store.engine());
}

BOOST_AUTO_TEST_CASE(groups_of_several_files_add_up) {
  tests::EngineUnderTest store;
  store.start(kNow);
  for (int file = 0; file < 5; ++file) {
    append_calls(store.engine(), file * kGroups / 5, kGroups / 5);
    store.engine().flush().value();
  }
  check(store.engine());
}

// Durations far apart make a large sketch for each hour.
BOOST_AUTO_TEST_CASE(quantiles_of_the_head_and_of_files) {
  constexpr int hours = 48;
  tests::EngineUnderTest store;
  store.start(kNow);
  std::vector<std::string> lines;
  for (int hour = 0; hour < hours; ++hour) {
    const std::string ts = "2024-10-0" + std::to_string(2 + hour / 24) + "T" +
                           (hour % 24 < 10 ? "0" : "") + std::to_string(hour % 24) + ":30:00Z";
    for (const char* duration : {"0.000001", "1000000000"}) {
      lines.push_back("{\"ts\":\"" + ts + "\",\"duration_ms\":" + duration + "}");
    }
  }
  store.engine().append(tests::native_append(lines), kNow).value();
  LatencyQuery query;
  for (int hour = 0; hour <= hours; ++hour) {
    query.edges.push_back(day_start(19'998) + hour * kNsPerHour);
  }
  const auto held_by = [&](std::uint64_t max_memory) {
    return store.engine().latency(query, kNow, Budget(max_memory));
  };
  for (const bool flushed : {false, true}) {
    if (flushed) store.engine().flush().value();
    const auto refused = held_by(hours * 8'000);
    BOOST_REQUIRE(!refused);
    BOOST_TEST((refused.error().code == ErrorCode::limit));
    BOOST_TEST(refused.error().message.find("query.max_memory") != std::string::npos);
    const LatencyAnswer answer = held_by(kEnough).value();
    BOOST_TEST(answer.sketches.at(hours - 1).count() == 2U);
  }
}

// A smaller answer is given only if no larger share can be had.
BOOST_AUTO_TEST_CASE(values_past_a_cap_need_the_memory_of_all_values) {
  tests::EngineUnderTest store;
  store.caps.accounts = 10;
  store.start(kNow);
  append_calls(store.engine(), 0, kGroups);
  store.seal(kNow + 2 * kNsPerDay);  // the day is over
  CountQuery query;
  query.edges = {day_start(19'999), day_start(20'001)};
  query.by_field = TextField::account;
  const Budget growing(kTooLittle, {}, Budget::Share::may_grow);
  const auto refused = store.engine().count(query, kNow, growing);
  BOOST_REQUIRE(!refused);
  BOOST_TEST((refused.error().code == ErrorCode::limit));
  BOOST_TEST(growing.outgrown());
  const Budget last(kTooLittle);
  const CountAnswer folded = store.engine().count(query, kNow, last).value();
  BOOST_TEST(folded.past_cap.calls != 0U);
  BOOST_TEST(folded.groups.size() < kGroups);
  BOOST_TEST(store.engine().count(query, kNow, Budget(kEnough)).value().groups.size() == kGroups);
}

BOOST_AUTO_TEST_SUITE_END()
