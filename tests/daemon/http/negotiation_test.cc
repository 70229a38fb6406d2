// Media types, codings, tags, and the checks of hosts and origins.
#include <boost/test/unit_test.hpp>

#include "daemon/http/guards.h"
#include "daemon/http/media_type.h"
#include "daemon/http/reply.h"

namespace fortnight::daemon {

BOOST_AUTO_TEST_SUITE(http_negotiation)

BOOST_AUTO_TEST_CASE(accept_chooses_among_the_offered) {
  const Media offered[] = {Media::json, Media::ndjson, Media::csv};
  const std::pair<std::string_view, std::optional<Media>> cases[] = {
      {"", Media::json},
      {"*/*", Media::json},
      {"text/html,application/xhtml+xml,*/*;q=0.8", Media::json},
      {"text/csv", Media::csv},
      {"TEXT/CSV ; header=present", Media::csv},
      {"text/*", Media::csv},
      {"application/*;q=0.2, text/csv;q=0.1", Media::json},
      {"application/json;q=0, */*", Media::ndjson},
      {"application/x-ndjson, application/json", Media::json},
      {"application/json;q=0.5, application/x-ndjson;q=0.501", Media::ndjson},
      {"text/html", std::nullopt},
      {"*/*;q=0", std::nullopt},
      {",,;", std::nullopt},
  };
  for (const auto& [accept, media] : cases) {
    BOOST_TEST((choose_media(accept, offered) == media), accept);
  }
  const Media follow[] = {Media::event_stream, Media::ndjson};
  BOOST_TEST((choose_media("application/json", follow) == std::nullopt));
}

BOOST_AUTO_TEST_CASE(codings) {
  const auto choose = [](std::string_view header) {
    return name_of(choose_coding(header, {Coding::zstd, Coding::gzip}));
  };
  BOOST_TEST(choose("") == "identity");
  BOOST_TEST(choose("gzip, deflate, br, zstd") == "zstd");
  BOOST_TEST(choose("gzip, deflate") == "gzip");
  BOOST_TEST(choose("gzip;q=1.0, zstd;q=0.9") == "gzip");
  BOOST_TEST(choose("*") == "zstd");
  BOOST_TEST(choose("br") == "identity");
  BOOST_TEST(choose("identity, gzip;q=0.5") == "identity");
  BOOST_TEST(choose("gzip;q=0") == "identity");
  BOOST_TEST(choose("identity;q=0, *;q=0") == "identity");
}

BOOST_AUTO_TEST_CASE(tags) {
  BOOST_TEST(matches_etag("\"a\"", "\"a\""));
  BOOST_TEST(matches_etag("\"b\", W/\"a\"", "\"a\""));
  BOOST_TEST(matches_etag("*", "\"a\""));
  BOOST_TEST(!matches_etag("", "\"a\""));
  BOOST_TEST(!matches_etag("\"b\",,", "\"a\""));
  BOOST_TEST(!matches_etag("a", "\"a\""));
}

BOOST_AUTO_TEST_CASE(hosts) {
  const OriginRules rules({"Insights.example.com", "127.0.0.2"}, {});
  for (const std::string_view host :
       {"localhost", "LOCALHOST:80", "127.0.0.1:14080", "[::1]", "[::1]:1", "127.0.0.2:1",
        "insights.example.com", "insights.EXAMPLE.com:443"}) {
    BOOST_TEST(rules.knows_host(host), host);
  }
  for (const std::string_view host :
       {"", "evil.example", "localhost.evil.example", "localhost:80:80", "localhost:", "[::1", "[]",
        "[::1]x", "[::1]:x", "localhost:123456", "a@localhost", "localhost/", "127.0.0.1.nip.io",
        "localhost, evil.example", ":80"}) {
    // A colon without a port is allowed by RFC 3986.
    BOOST_TEST(rules.knows_host(host) == (host == "localhost:"), host);
  }
}

BOOST_AUTO_TEST_CASE(origins) {
  const OriginRules rules({}, {"https://Tools.example.com"});
  const auto admits = [&](std::string_view origin, std::string_view site, std::string_view mode,
                          bool navigation) {
    return rules.admits({"localhost:14080", origin, site, mode}, navigation);
  };
  BOOST_TEST(admits("", "", "", false));
  BOOST_TEST(admits("", "none", "navigate", false));
  BOOST_TEST(admits("", "same-origin", "cors", false));
  BOOST_TEST(admits("http://localhost:14080", "same-origin", "cors", false));
  BOOST_TEST(admits("https://localhost:14080", "", "", false));
  BOOST_TEST(admits("https://tools.example.com", "cross-site", "cors", false));
  BOOST_TEST(!admits("http://localhost:1", "same-site", "cors", false));
  BOOST_TEST(!admits("http://localhost", "", "", false));
  BOOST_TEST(!admits("null", "", "", false));
  BOOST_TEST(!admits("file://localhost:14080", "", "", false));
  BOOST_TEST(!admits("https://evil.example", "same-origin", "cors", false));
  BOOST_TEST(!admits("", "cross-site", "no-cors", true));
  BOOST_TEST(!admits("", "same-site", "navigate", false));
  BOOST_TEST(admits("", "cross-site", "navigate", true));
}

BOOST_AUTO_TEST_CASE(heads) {
  HeaderLines headers;
  headers.add("A", "b");
  const auto time = std::chrono::system_clock::from_time_t(1'795'262'400);
  const std::string head = head_of(200, headers, {7, false}, false, time);
  BOOST_TEST(head ==
             "HTTP/1.1 200 OK\r\nDate: Sat, 21 Nov 2026 12:00:00 GMT\r\nA: b\r\n"
             "X-Content-Type-Options: nosniff\r\nContent-Length: 7\r\nConnection: close\r\n\r\n");
  BOOST_TEST(head_of(200, headers, {{}, true}, true, time)
                 .ends_with("nosniff\r\nTransfer-Encoding: chunked\r\n\r\n"));
  BOOST_TEST(chunk_of(std::string(300, 'x')).starts_with("12c\r\nxxx"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
