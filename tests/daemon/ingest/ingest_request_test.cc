// Requests that bring lines: parameters, methods, pages of other sites, tokens.
#include "daemon/ingest/ingest_request.h"

#include <boost/test/unit_test.hpp>

#include "daemon/ingest/credentials.h"

namespace fortnight::daemon {
namespace ingest_request {

HttpRequest request(const std::string& method, const std::string& target) {
  HttpRequest made;
  made.method = method;
  made.target = target;
  made.headers[static_cast<std::size_t>(Header::host)] = "localhost";
  return made;
}

HttpRequest with(HttpRequest made, Header header, const std::string& value) {
  made.headers[static_cast<std::size_t>(header)] = value;
  return made;
}

unsigned status(const HttpRequest& made) {
  const auto understood = understand_ingest(made);
  const auto* const reply = std::get_if<Reply>(&understood);
  return reply == nullptr ? 0 : reply->status;
}

}  // namespace ingest_request

BOOST_AUTO_TEST_SUITE(ingest_request_suite)

using namespace ingest_request;

BOOST_AUTO_TEST_CASE(parameters_are_read) {
  const auto understood = understand_ingest(
      with(request("POST", "/ingest/v1/lines?source=shop%2Fweb&format=caddy&dry_run=1"),
           Header::fortnight_batch, "b-1"));
  const auto& asked = std::get<IngestRequest>(understood);
  BOOST_TEST(asked.source == "shop/web");
  BOOST_TEST(asked.format == "caddy");
  BOOST_TEST(asked.batch == "b-1");
  BOOST_TEST(asked.dry_run);
  BOOST_TEST(status(request("POST", "/ingest/v1/lines")) == 0);
}

BOOST_AUTO_TEST_CASE(what_is_unknown_is_refused) {
  BOOST_TEST(status(request("POST", "/ingest/v1/lines?sorce=x")) == 400);
  BOOST_TEST(status(request("POST", "/ingest/v1/lines?source!=x")) == 400);
  BOOST_TEST(status(request("POST", "/ingest/v1/lines?dry_run=yes")) == 400);
  BOOST_TEST(status(request("POST", "/ingest/v1/lines?source=%f")) == 400);
  BOOST_TEST(status(request("POST", "/ingest/v1/line")) == 404);
  BOOST_TEST(status(request("POST", "/")) == 404);
  BOOST_TEST(status(request("GET", "/ingest/v1/lines")) == 405);
  BOOST_TEST(status(request("PUT", "/ingest/v1/lines")) == 405);
  BOOST_TEST(status(request("GET", "/healthz")) == 200);
  BOOST_TEST(status(request("POST", "/healthz")) == 405);
  for (const std::string batch : {"has a blank", "\x7f", "\xc3\xa4"}) {
    BOOST_TEST(status(with(request("POST", "/ingest/v1/lines"), Header::fortnight_batch, batch)) ==
               400);
  }
  const auto of_length = [](std::size_t length) {
    return with(request("POST", "/ingest/v1/lines"), Header::fortnight_batch,
                std::string(length, 'x'));
  };
  BOOST_TEST(status(of_length(128)) == 0);
  BOOST_TEST(status(of_length(129)) == 400);
}

BOOST_AUTO_TEST_CASE(pages_of_other_sites_bring_nothing) {
  const HttpRequest post = request("POST", "/ingest/v1/lines");
  BOOST_TEST(status(with(post, Header::origin, "http://evil.example")) == 403);
  BOOST_TEST(status(with(post, Header::origin, "http://localhost")) == 403);
  BOOST_TEST(status(with(post, Header::origin, "null")) == 403);
  BOOST_TEST(status(with(post, Header::sec_fetch_site, "cross-site")) == 403);
  BOOST_TEST(status(with(post, Header::sec_fetch_site, "none")) == 0);
}

BOOST_AUTO_TEST_CASE(tokens_come_in_three_forms) {
  BOOST_TEST(token_in("Bearer fnt_x").value() == "fnt_x");
  BOOST_TEST(token_in("bearer   fnt_x ").value() == "fnt_x");
  BOOST_TEST(token_in("Basic c2VuZGVyOmZudF94").value() == "fnt_x");  // sender:fnt_x
  BOOST_TEST(token_in("basic OmZudF94Lg==").value() == "fnt_x.");     // :fnt_x.
  BOOST_TEST(token_in("ApiKey c2VuZGVyOmZudF94").value() == "fnt_x");
  BOOST_TEST(!token_in(""));
  BOOST_TEST(!token_in("Bearer"));
  BOOST_TEST(!token_in("fnt_x"));
  BOOST_TEST(!token_in("Digest username=x"));
  BOOST_TEST(!token_in("Basic fnt_x"));     // no base64
  BOOST_TEST(!token_in("Basic c2VuZGVy"));  // without a colon
  BOOST_TEST(!token_in("Basic c2VuZGVyOmZudF9"));
  BOOST_TEST(!token_in("Basic ===="));
  BOOST_TEST(!token_in("Basic " + std::string(8000, 'A')));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
