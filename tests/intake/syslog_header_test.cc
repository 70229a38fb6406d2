// Headers of syslog senders, as their documentation and they themselves write them.
#include "intake/syslog_header.h"

#include <boost/test/unit_test.hpp>
#include <random>
#include <string>

namespace fortnight::intake {
namespace syslog_header {

std::string message_of(std::string_view line) {
  const auto header = parse_syslog_header(line);
  return header ? std::string(line.substr(header->message)) : "(none)";
}

}  // namespace syslog_header

BOOST_AUTO_TEST_SUITE(syslog_header_suite)

using syslog_header::message_of;

BOOST_AUTO_TEST_CASE(rfc_5424) {
  const std::string line =
      "<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog 71 ID47 "
      "[exampleSDID@32473 iut=\"3\" eventSource=\"App\\\"li]cation\"][b@1] \xef\xbb\xbf{\"a\":1}";
  const auto header = parse_syslog_header(line);
  BOOST_REQUIRE(header);
  BOOST_TEST(header->priority == 165);
  BOOST_TEST(header->structured);
  BOOST_TEST(header->time == "2003-10-11T22:14:15.003Z");
  BOOST_TEST(header->host == "mymachine.example.com");
  BOOST_TEST(header->app == "evntslog");
  BOOST_TEST(header->process == "71");
  BOOST_TEST(header->message_id == "ID47");
  BOOST_TEST(header->structured_data ==
             "[exampleSDID@32473 iut=\"3\" eventSource=\"App\\\"li]cation\"][b@1]");
  BOOST_TEST(message_of(line) == "{\"a\":1}");
  const auto bare = parse_syslog_header("<0>1 - - - - - - {}");
  BOOST_REQUIRE(bare);
  BOOST_TEST(bare->time.empty());
  BOOST_TEST(bare->host.empty());
  BOOST_TEST(message_of("<0>1 - - - - - - {}") == "{}");
  BOOST_TEST(message_of("<0>1 - - - - - -") == "");
  BOOST_TEST(message_of("<34>1 t h a p m [x] ") == "");
}

BOOST_AUTO_TEST_CASE(rfc_3164_and_what_senders_make_of_it) {
  const auto nginx = parse_syslog_header("<190>Nov  1 12:00:00 host nginx: {\"a\":\"x: y\"}");
  BOOST_REQUIRE(nginx);
  BOOST_TEST(nginx->time == "Nov  1 12:00:00");
  BOOST_TEST(nginx->host == "host");
  BOOST_TEST(nginx->app == "nginx");
  BOOST_TEST(message_of("<190>Nov  1 12:00:00 host nginx: {\"a\":\"x: y\"}") == "{\"a\":\"x: y\"}");
  const auto haproxy = parse_syslog_header("<134>Nov 20 12:00:00 haproxy[71]: {}");
  BOOST_REQUIRE(haproxy);
  BOOST_TEST(haproxy->host.empty());
  BOOST_TEST(haproxy->app == "haproxy");
  BOOST_TEST(haproxy->process == "71");
  BOOST_TEST(message_of("<134>Nov 20 12:00:00 haproxy[71]: {}") == "{}");
  const auto rsyslog =
      parse_syslog_header("<14>2026-11-20T12:00:00.123456+01:00 host app[7]: @cee: {\"a\":1}");
  BOOST_REQUIRE(rsyslog);
  BOOST_TEST(rsyslog->time == "2026-11-20T12:00:00.123456+01:00");
  BOOST_TEST(rsyslog->host == "host");
  BOOST_TEST(rsyslog->process == "7");
  BOOST_TEST(message_of("<14>2026-11-20T12:00:00.123456+01:00 host app[7]: @cee: {\"a\":1}") ==
             "{\"a\":1}");
  BOOST_TEST(message_of("<14>Nov 20 12:00:00.123 host app: {}") == "{}");
  BOOST_TEST(message_of("<14>Nov 20 12:00:00 host {\"a\":1}") == "{\"a\":1}");
  BOOST_TEST(message_of("<14>Nov 20 12:00:00 {\"a\":1}") == "{\"a\":1}");
  BOOST_TEST(message_of("<14>Nov 20 12:00:00 ::1 app: {}") == "{}");
  BOOST_TEST(message_of("<14>Nov 20 12:00:00 fe80::1 app: {}") == "{}");
  BOOST_TEST(message_of("<165>1") == "1");
  BOOST_TEST(message_of("<14>app: {}") == "{}");
  BOOST_TEST(message_of("<14>app:{}") == "{}");
  BOOST_TEST(message_of("<14>app {\"a\":1}") == "{\"a\":1}");
  BOOST_TEST(message_of("<14>Nov 20 12:00:00 host app  {\"a\":1}") == "{\"a\":1}");
  BOOST_TEST(message_of("<14>Nov 20 12:00:00 host app text {}") == "app text {}");
  BOOST_TEST(message_of("<14>{}") == "{}");
  BOOST_TEST(message_of("<14> {}") == "{}");
  BOOST_TEST(message_of("<14>some text") == "some text");
  BOOST_TEST(message_of("<14>Nov 20 12:00:00 host app some text") == "app some text");
}

BOOST_AUTO_TEST_CASE(what_is_no_header) {
  for (const std::string_view line :
       {"", "<", "<>", "<1", "<a>x", "<1000>x", "<192>x", "14>x", "{}", "<-1>x", "< 1>x", "<165>1 ",
        "<165>1 t h a p", "<165>1 t h a p m", "<165>1 t h a p m ", "<165>1 t h a p m [x",
        "<165>1 t h a p m [x a=\"]", "<165>1 t h a p m x"}) {
    BOOST_TEST(!parse_syslog_header(line), line);
  }
}

BOOST_AUTO_TEST_CASE(views_lie_within_any_line) {
  std::mt19937 random(11);
  const std::string alphabet = "<>019 -[]\":{}\\aNov:T.\xef\xbb\xbf";
  const std::vector<std::string> fronts = {"", "<14>", "<165>1 ", "<14>Nov 20 12:00:00 ",
                                           "<165>1 t h a p m ["};
  for (int i = 0; i < 100'000; ++i) {
    std::string line = fronts[random() % fronts.size()];
    for (std::size_t length = random() % 40; length > 0; --length) {
      line += alphabet[random() % alphabet.size()];
    }
    const auto header = parse_syslog_header(line);
    if (!header) continue;
    BOOST_TEST_REQUIRE(header->message <= line.size());
    for (const std::string_view part : {header->time, header->host, header->app, header->process,
                                        header->message_id, header->structured_data}) {
      if (part.empty()) continue;
      BOOST_TEST_REQUIRE((part.data() >= line.data()));
      BOOST_TEST_REQUIRE((part.data() + part.size() <= line.data() + header->message));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::intake
