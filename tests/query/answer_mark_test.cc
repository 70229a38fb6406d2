#include "query/answer_mark.h"

#include <boost/test/unit_test.hpp>
#include <set>

#include "tests/support/engine_under_test.h"
#include "tests/support/native_lines.h"

using namespace fortnight;

namespace answer_mark {

constexpr TimeNs kLater = 3 * kNsPerHour;

struct Fixture {
  Fixture() {
    tested.start(now);
    context.store = &tested.store();
    context.now = [this] { return now; };
  }
  void append(const std::vector<std::string>& lines) {
    BOOST_REQUIRE(tested.store().append(tests::native_append(lines), now));
    BOOST_REQUIRE(tested.store().sync());
  }
  std::optional<std::uint64_t> mark(const std::string& request) const {
    return query::answer_mark(context, query::RequestLine(request, access::everybody()));
  }

  TimeNs now = tests::utc("2026-11-20T12:00:00Z");
  tests::EngineUnderTest tested;
  query::Context context;
};

const std::string kDay = "LOGS date=2026-11-18";

}  // namespace answer_mark

BOOST_FIXTURE_TEST_SUITE(answer_mark, Fixture)

BOOST_AUTO_TEST_CASE(sealed_days_have_marks_until_they_change) {
  append({R"({"ts":"2026-11-18T10:00:00Z","status":200})",
          R"({"ts":"2026-11-19T10:00:00Z","status":500})",
          R"({"ts":"2026-11-20T10:00:00Z","status":200})"});
  BOOST_TEST(!mark(kDay));  // in the head
  tested.seal(now);
  const auto first = mark(kDay);
  BOOST_REQUIRE(first.has_value());
  BOOST_TEST(!mark("LOGS date=today"));
  BOOST_TEST(!mark("LOGS date=all"));
  BOOST_TEST(!mark("LOGS from=2026-11-18 to=2026-11-20T11:00"));
  BOOST_TEST(!mark("ACTIVITY date=yesterday tz=America/Los_Angeles"));  // reaches into today
  BOOST_TEST(!mark("SHOW x"));
  BOOST_TEST(!mark("FOLLOW"));
  BOOST_TEST(!mark("STATUS"));
  BOOST_TEST(!mark("LOGS date=2026-11-18 limit=0"));
  BOOST_TEST(!mark("NONSENSE"));
  // The same files, and later the same answer.
  now += kLater;
  BOOST_TEST(*mark(kDay) == *first);
  append({R"({"ts":"2026-11-20T14:00:00Z","status":200})"});
  BOOST_TEST(*mark(kDay) == *first);
  tested.restart(now);
  context.store = &tested.store();
  BOOST_TEST(*mark(kDay) == *first);
  // Another call of the day, until it is sealed again.
  append({R"({"ts":"2026-11-18T11:00:00Z","status":200})"});
  BOOST_TEST(!mark(kDay));
  tested.seal(now);
  BOOST_REQUIRE(mark(kDay).has_value());
  BOOST_TEST(*mark(kDay) != *first);
  // The day is dropped; its counts stay.
  const auto counts = mark("ACTIVITY date=2026-11-18");
  now = tests::utc("2026-12-05T12:00:00Z");
  tested.expire(now);
  BOOST_REQUIRE(counts.has_value());
  BOOST_TEST((mark("ACTIVITY date=2026-11-18") != counts));
}

BOOST_AUTO_TEST_CASE(marks_depend_on_the_request_and_the_settings) {
  append({R"({"ts":"2026-11-17T10:00:00Z","status":200})",
          R"({"ts":"2026-11-18T10:00:00Z","status":200})"});
  tested.seal(now);
  std::set<std::uint64_t> marks;
  const std::vector<std::string> requests = {kDay,
                                             kDay + " limit=3",
                                             kDay + " order=oldest",
                                             kDay + " tz=Asia/Kathmandu",
                                             "EXPORT date=2026-11-18",
                                             "ACTIVITY date=2026-11-18",
                                             "ACTIVITY date=2026-11-18 compare=day",
                                             "LOGS date=2026-11-17"};
  for (const std::string& request : requests) {
    BOOST_REQUIRE(mark(request).has_value());
    marks.insert(*mark(request));
  }
  BOOST_TEST(marks.size() == requests.size());
  const auto before = mark(kDay);
  context.settings = 1;
  BOOST_TEST((mark(kDay) != before));
}

// Relative dates are other periods on other days.
BOOST_AUTO_TEST_CASE(a_relative_date_is_a_period) {
  append({R"({"ts":"2026-11-18T10:00:00Z","status":200})",
          R"({"ts":"2026-11-19T10:00:00Z","status":200})"});
  tested.seal(now);
  const auto today = mark("LOGS date=yesterday");
  BOOST_REQUIRE(today.has_value());
  now -= kNsPerDay;
  BOOST_REQUIRE(mark("LOGS date=yesterday").has_value());
  BOOST_TEST((mark("LOGS date=yesterday") != today));
}

BOOST_AUTO_TEST_SUITE_END()
