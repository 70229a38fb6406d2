// What a connection begins with, for any split of its bytes.
#include "daemon/line/opening.h"

#include <boost/test/unit_test.hpp>

namespace fortnight::daemon {
BOOST_AUTO_TEST_SUITE(opening)

namespace {

using Kind = Opening::Kind;

// Checks that the result doesn't depend on the split.
Kind kind_of(const std::string& bytes) {
  Opening whole;
  const Kind kind = whole.feed(bytes);
  for (std::size_t piece = 1; piece < 5; ++piece) {
    Opening split;
    for (std::size_t i = 0; i < bytes.size(); i += piece) split.feed(bytes.substr(i, piece));
    BOOST_TEST((split.kind() == kind), bytes << " in pieces of " << piece);
  }
  return kind;
}

}  // namespace

BOOST_AUTO_TEST_CASE(request_lines_of_any_method_and_version) {
  for (const char* line : {
           "POST / HTTP/1.1\r\n",
           "GET /index.html?a=b HTTP/1.0\r\n",
           "PRI * HTTP/2.0\r\n",
           "OPTIONS * HTTP/1.1\n",
           "FOO-bar!#$ /x HTTP/1.1\n",
           "get http://a/b HTTP/1.1\r\n",
           "CONNECT a:443 http/1.1\r\n",
           "GET / HTTP/3\n",
           "GET  /a b  HTTP/1.1 \r\n",
           "GET\t/\tHTTP/1.1\r\n",
           "\r\n\r\n GET / HTTP/1.1\r\n",
           "POST /x\n",
           "HEAD / HTTP/9.9\n",
           "LOGS / HTTP/1.1\n",
       }) {
    BOOST_TEST((kind_of(line) == Kind::http), line);
    BOOST_TEST((kind_of(std::string(line) + "{\"ts\":1}\nPING\n") == Kind::http), line);
  }
  BOOST_TEST((kind_of("GET /" + std::string(100'000, 'a') + " HTTP/1.1\r\n") == Kind::http));
  BOOST_TEST((kind_of(std::string(1000, 'M').append(" / HTTP/1.1\r\n")) == Kind::http));
}

BOOST_AUTO_TEST_CASE(lines_of_ours) {
  for (const char* line : {
           "PING\n",
           "LOGS status=500 limit=5\r\n",
           "LOGS /request/headers/user-agent=*HTTP*\n",
           "SHOW c-1\n",
           "SHOW HTTP/\n",
           "#sync 1\n",
           "{\"ts\":\"GET / HTTP/1.1\"}\n",
           "[]\n",
           "EXPORT fields=path,/a\n",
           "LOGS path=\"/a HTTP/1.1\"\n",
           "LOGS text=HTTP/1.x\n",
           "1.2.3.4 - - \"GET / HTTP/1.1\" 200\n",
           "LOGS endpoint=/x\n",
           "\n\nPING\n",
           "GET\n",
       }) {
    BOOST_TEST((kind_of(line) == Kind::lines), line);
    BOOST_TEST((kind_of(std::string(line) + "GET / HTTP/1.1\r\n") == Kind::lines), line);
  }
}

BOOST_AUTO_TEST_CASE(a_tls_handshake) { BOOST_TEST((kind_of("\x16\x03\x01\x02") == Kind::tls)); }

BOOST_AUTO_TEST_CASE(nothing_is_decided_before_the_line_ends) {
  for (const char* line : {"GET / HTTP/1.1", "PING", "LOGS a", "", "\r\n"}) {
    BOOST_TEST((kind_of(line) == Kind::undecided), line);
  }
  Opening http;
  http.feed("POST /a HTTP/1.1");
  BOOST_TEST((http.finish() == Kind::http));
  Opening lines;
  lines.feed("LOGS status=500");
  BOOST_TEST((lines.finish() == Kind::lines));
}

// The end of a line that is too long isn't known.
BOOST_AUTO_TEST_CASE(a_line_that_is_too_long) {
  const std::string rest(100'000, 'a');
  for (const char* begin : {"GET /", "purge /", "POST http://h/", "OPTIONS *"}) {
    Opening http;
    http.feed(begin + rest);
    BOOST_TEST((http.give_up() == Kind::http), begin);
  }
  for (const char* begin :
       {"{\"a\":\"", "#sync ", "a", "2026-11-20T08:15:30Z api ", "LOGS path="}) {
    Opening lines;
    lines.feed(begin + rest);
    BOOST_TEST((lines.give_up() == Kind::lines), begin);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
