#include "query/request_reader.h"

#include <boost/test/unit_test.hpp>
#include <vector>

using fortnight::query::kMaxRequestBytes;
using fortnight::query::RequestReader;

BOOST_AUTO_TEST_SUITE(request_reader)

namespace {

// Every request in `bytes`, fed in pieces of `piece` bytes; an error as its closing line.
std::vector<std::string> requests(std::string_view bytes, std::size_t piece, bool finish = true) {
  RequestReader reader;
  std::vector<std::string> out;
  const auto take_all = [&] {
    while (auto request = reader.next()) {
      BOOST_TEST(!request->error != request->line.empty());
      out.push_back(request->error ? closing_line(*request->error) : request->line);
    }
  };
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    reader.feed(bytes.substr(at, piece));
    take_all();
  }
  if (finish) reader.finish();
  take_all();
  return out;
}

void check(const std::string& bytes, const std::vector<std::string>& expected) {
  for (const std::size_t piece :
       {std::size_t{1}, std::size_t{2}, std::size_t{7}, bytes.size() + 1}) {
    const std::vector<std::string> got = requests(bytes, piece);
    BOOST_TEST(got == expected, boost::test_tools::per_element());
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(lines_do_not_depend_on_the_pieces) {
  check("PING\nLOGS a=b\r\n\n  \r\nQUIT\n", {"PING", "LOGS a=b", "QUIT"});
}

BOOST_AUTO_TEST_CASE(a_last_line_needs_no_line_end) {
  check("PING\nSTATUS", {"PING", "STATUS"});
  BOOST_TEST(requests("PING\nSTATUS", 3, false).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_line_of_the_limit_is_taken) {
  const std::string longest(kMaxRequestBytes, 'x');
  check(longest + "\r\n" + longest + "\n" + longest, {longest, longest, longest});
}

BOOST_AUTO_TEST_CASE(a_line_that_is_too_long_is_an_error_and_the_next_is_read) {
  const std::string error = "ERR too-long a request is one line of at most 65536 bytes";
  const std::string too_long(kMaxRequestBytes + 1, 'x');
  check(too_long + "\nPING\n", {error, "PING"});
  check("PING\n" + too_long + too_long, {"PING", error});
}

BOOST_AUTO_TEST_CASE(invalid_utf8_is_an_error_and_the_next_line_is_read) {
  check("LOGS a=\xff\nPING\n",
        {"ERR not-utf8 byte 8 of the request begins no UTF-8 character", "PING"});
  for (const char* bad : {"\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80"}) {
    const auto got = requests(std::string(bad) + "\n", 1);
    BOOST_REQUIRE(got.size() == 1U);
    BOOST_TEST(got[0].starts_with("ERR not-utf8 byte 1 "));
  }
  check("é€😀\n", {"é€😀"});
}

BOOST_AUTO_TEST_SUITE_END()
