#include "daemon/http/http_reader.h"

#include <boost/test/unit_test.hpp>

namespace fortnight::daemon {
BOOST_AUTO_TEST_SUITE(http_reader)

namespace {

struct Heard {
  std::vector<HttpRequest> requests;
  std::optional<Problem> problem;
};

// The requests in `bytes`, fed in pieces of `piece` bytes.
Heard hear(std::string_view bytes, std::size_t piece = 1'000'000) {
  HttpReader reader;
  Heard heard;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    reader.feed(bytes.substr(at, piece));
    while (auto request = reader.next()) {
      if (request->problem) {
        heard.problem = request->problem;
        return heard;
      }
      heard.requests.push_back(std::move(*request));
    }
  }
  return heard;
}

unsigned status_of(std::string_view bytes) {
  const Heard heard = hear(bytes);
  return heard.problem ? heard.problem->status : 0;
}

}  // namespace

// Beast's parser ends the process if it gets four bytes of a last chunk after three.
BOOST_AUTO_TEST_CASE(a_body_without_chunks_in_pieces_of_any_size) {
  for (const std::string end : {"0\r\n\r\n", "0\r\nX: y\r\n\r\n", "0;a=b\r\n\r\n", "000\r\n\r\n"}) {
    const std::string bytes = "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" +
                              end + "GET /d HTTP/1.1\r\nHost: x\r\n\r\n";
    for (std::size_t piece = 1; piece < 12; ++piece) {
      const Heard heard = hear(bytes, piece);
      BOOST_TEST(!heard.problem);
      BOOST_REQUIRE_EQUAL(heard.requests.size(), 2U);
      BOOST_TEST(heard.requests[0].body.empty());
      BOOST_TEST(heard.requests[1].target == "/d");
    }
  }
}

BOOST_AUTO_TEST_CASE(pipelined_requests_in_pieces_of_any_size) {
  const std::string bytes =
      "GET /a?b=c HTTP/1.1\r\nHost: localhost:1\r\nAccept: text/csv\r\naccept: */*;q=0.1\r\n\r\n"
      "\r\nPOST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: close\r\n\r\nxyz"
      "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
      "chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
      "GET /d HTTP/1.0\r\n\r\n";
  for (const std::size_t piece : {1U, 2U, 3U, 7U, 50U, 1'000U}) {
    const Heard heard = hear(bytes, piece);
    BOOST_TEST(!heard.problem);
    BOOST_REQUIRE(heard.requests.size() == 4U);
    const auto& requests = heard.requests;
    BOOST_TEST(requests[0].method == "GET");
    BOOST_TEST(requests[0].target == "/a?b=c");
    BOOST_TEST(requests[0][Header::host] == "localhost:1");
    BOOST_TEST(requests[0][Header::accept] == "text/csv, */*;q=0.1");
    BOOST_TEST(requests[0].keeps_alive);
    BOOST_TEST(requests[1].body == "xyz");
    BOOST_TEST(!requests[1].keeps_alive);
    BOOST_TEST(requests[2].body == "abc");
    BOOST_TEST(requests[3].target == "/d");
    BOOST_TEST(!requests[3].chunks);
    BOOST_TEST(!requests[3].keeps_alive);
  }
}

// Whatever a proxy in front might understand differently.
BOOST_AUTO_TEST_CASE(ambiguous_lengths_are_refused) {
  const std::string begin = "POST / HTTP/1.1\r\nHost: x\r\n";
  for (const std::string_view headers :
       {"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
        "Content-Length: 3\r\nContent-Length: 3\r\n", "Content-Length: 3\r\nContent-Length: 4\r\n",
        "Content-Length: 3, 3\r\n", "Content-Length: +3\r\n", "Content-Length: -1\r\n",
        "Content-Length: 0x3\r\n", "Content-Length: 99999999999999999999\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding : chunked\r\n", "Host: y\r\n", "X: a\x01z\r\n", " X: y\r\n", "X\r\n",
        "X: y\nZ: w\r\n"}) {
    const std::string bytes = begin + std::string(headers) + "\r\n3\r\nabc\r\n0\r\n\r\n";
    const unsigned status = status_of(bytes);
    BOOST_TEST((status == 400 || status == 413), headers << " gets " << status);
  }
  for (const std::string_view coding :
       {"gzip, chunked", "identity", "chunked, identity", "xchunked"}) {
    const unsigned status =
        status_of(begin + "Transfer-Encoding: " + std::string(coding) + "\r\n\r\n0\r\n\r\n");
    BOOST_TEST((status == 400 || status == 501), coding << " gets " << status);
  }
  BOOST_TEST(
      status_of("POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") ==
      400U);
  BOOST_TEST(status_of("GET / HTTP/1.1\r\n\r\n") == 400U);
  BOOST_TEST(status_of("GET /\r\n\r\n") != 0U);
  BOOST_TEST(status_of("GET / HTTP/2.0\r\n\r\n") != 0U);
  BOOST_TEST(status_of("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") == 505U);
  BOOST_TEST(status_of(std::string_view("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11)) ==
             400U);
}

// A proxy in front checks headers only.
BOOST_AUTO_TEST_CASE(trailers_are_not_headers) {
  const std::string coding = "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n";
  const std::string trailers = "Host: y\r\nAccept: text/csv\r\nConnection: close\r\n\r\n";
  for (const std::size_t piece : {1U, 7U, 1'000U}) {
    const Heard heard = hear("POST / HTTP/1.1\r\nHost: x\r\n" + coding + trailers, piece);
    BOOST_REQUIRE(heard.requests.size() == 1U);
    BOOST_TEST(heard.requests[0][Header::host] == "x");
    BOOST_TEST(heard.requests[0][Header::accept] == "");
    BOOST_TEST(heard.requests[0].keeps_alive);
    BOOST_TEST(heard.requests[0].body == "a");
    BOOST_TEST(!hear("POST / HTTP/1.1\r\n" + coding + trailers, piece).requests.size());
  }
}

BOOST_AUTO_TEST_CASE(heads_and_bodies_have_maximum_sizes) {
  const std::string begin = "POST / HTTP/1.1\r\nHost: x\r\n";
  BOOST_TEST(status_of(begin + "X: " + std::string(40'000, 'x') + "\r\n\r\n") == 431U);
  BOOST_TEST(status_of(begin + "X: " + std::string(40'000, 'x')) == 431U);
  std::string many = begin;
  while (many.size() < 33'000) many += "A: b\r\n";
  BOOST_TEST(status_of(many) == 431U);
  BOOST_TEST(status_of("GET /" + std::string(40'000, 'x')) == 431U);
  BOOST_TEST(status_of(begin + "Content-Length: 65537\r\n\r\n") == 413U);
  BOOST_TEST(status_of(begin + "Transfer-Encoding: chunked\r\n\r\n10001\r\n" +
                       std::string(0x10001, 'x')) == 413U);
  const Heard most = hear(begin + "Content-Length: 65536\r\n\r\n" + std::string(65'536, 'x'));
  BOOST_REQUIRE(most.requests.size() == 1U);
  BOOST_TEST(most.requests[0].body.size() == 65'536U);
}

BOOST_AUTO_TEST_CASE(a_request_has_at_most_a_hundred_headers) {
  const auto with = [](int headers) {
    std::string head = "GET / HTTP/1.1\r\nHost: x\r\n";
    for (int i = 1; i < headers; ++i) head += "a:\r\n";
    return head;
  };
  BOOST_TEST(status_of(with(100) + "\r\n") == 0U);
  BOOST_TEST(status_of(with(101) + "\r\n") == 431U);
  // Before the head has ended too.
  BOOST_TEST(status_of(with(8'000)) == 431U);
}

// Their memory isn't in proportion to their text.
BOOST_AUTO_TEST_CASE(headers_count_as_more_than_their_text) {
  HttpReader reader;
  reader.feed("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\na:\r\na:\r\n\r\n123");
  BOOST_TEST(!reader.next());
  BOOST_TEST(reader.held() > 60U);
  reader.feed("456789");
  BOOST_TEST(reader.next()->body == "123456789");
  BOOST_TEST(reader.held() == 0U);
}

BOOST_AUTO_TEST_CASE(nothing_is_read_behind_a_problem) {
  HttpReader reader;
  reader.feed("GET / HTTP/9.9\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n");
  BOOST_TEST(reader.next()->problem.has_value());
  BOOST_TEST(!reader.next());
  reader.feed("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  BOOST_TEST(!reader.next());
  BOOST_TEST(reader.held() == 0U);
}

BOOST_AUTO_TEST_CASE(a_client_that_waits_before_its_body) {
  HttpReader reader;
  reader.feed("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  BOOST_TEST(!reader.next());
  BOOST_TEST(reader.within());
  BOOST_TEST(reader.awaits_continue());
  BOOST_TEST(!reader.awaits_continue());
  reader.feed("ab");
  BOOST_TEST(reader.next()->body == "ab");
  BOOST_TEST(!reader.within());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
