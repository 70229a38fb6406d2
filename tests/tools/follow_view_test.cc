#include "tools/client/follow_view.h"

#include <boost/test/unit_test.hpp>
#include <string>

#include "tools/client/views.h"

BOOST_AUTO_TEST_SUITE(follow_view)

namespace {

using namespace fortnight::client;

constexpr std::string_view kCall =
    R"({"ts":"2026-11-25T08:28:31.520123Z","account":"ANC4IX","method":"GET",)"
    R"("path":"/api/catalog-items/01HZY/variants?with=a&rather=long&query=string","status":429,)"
    R"("duration_ms":13.4995,"call_id":"623a1475-f4ab-42ab-a1a1-b5647045cea5","ids":{},)"
    R"("source":null,"ref":"g1a-1a4h"})";

}  // namespace

BOOST_AUTO_TEST_CASE(the_columns_are_those_of_logs) {
  FollowedCalls calls({80, 24, false});
  const std::string first = calls.render(kCall);
  const std::string headings = first.substr(0, first.find('\n'));
  const std::string logs = render_answer("logs", {{std::string(kCall)}, "{}"}, {80, 24, false});
  std::size_t at = 0;
  std::size_t logs_at = 0;
  for (const char* const heading : {"ts", "account", "method", "path", "status", "ms", "ref"}) {
    at = headings.find(heading, at);
    logs_at = logs.find(heading, logs_at);
    BOOST_TEST(at != std::string::npos, heading);
    BOOST_TEST(logs_at != std::string::npos, heading);
  }
  const std::string second = calls.render(kCall);
  BOOST_TEST(second.find("ts") == std::string::npos);
  BOOST_TEST(second.find("13.50") != std::string::npos);
  BOOST_TEST(second.find("g1a-1a4h") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(lines_fit_the_terminal) {
  for (const std::size_t width : {60U, 80U, 100U, 160U}) {
    FollowedCalls calls({width, 24, false});
    std::string text = calls.render(kCall) + calls.render(R"({"ts":null,"path":"/x","ref":"a-1"})");
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      BOOST_TEST(display_width(text.substr(0, end)) <= width, text.substr(0, end));
      text.erase(0, end + 1);
    }
  }
}

BOOST_AUTO_TEST_CASE(pointers_have_columns) {
  FollowedCalls calls({140, 24, false});
  std::string row(kCall);
  row.insert(row.size() - 1, R"(,"values":{"/a/b":"first value","/c":null})");
  const std::string first = calls.render(row);
  const std::string headings = first.substr(0, first.find('\n'));
  const std::size_t column = headings.find("/a/b");
  BOOST_REQUIRE(column != std::string::npos);
  BOOST_TEST(headings.find("/c") != std::string::npos);
  const std::string line = first.substr(first.find('\n') + 1);
  BOOST_TEST(display_width(line.substr(0, line.find("first value"))) == column);
  BOOST_TEST(first.find("null") == std::string::npos);
  // The columns stay those of the first row.
  const std::string second = calls.render(kCall);
  BOOST_TEST(display_width(second.substr(0, second.find("g1a-1a4h"))) == headings.find("ref"));
}

BOOST_AUTO_TEST_CASE(missed_calls_are_reported) {
  FollowedCalls calls({80, 24, false});
  BOOST_TEST(calls.render(R"({"missed":7})").find("7 calls missed") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
