#include "intake/endpoint.h"

#include <boost/test/unit_test.hpp>
#include <string>

#include "intake/identifiers.h"

namespace fortnight::intake {
BOOST_AUTO_TEST_SUITE(endpoints)

namespace {

std::string endpoint(const EndpointRule& rule, std::string_view path) {
  std::string scratch = "left over";
  return std::string(rule.endpoint_of(path, scratch));
}

// The segment with `{id}` for its identifier.
std::string replaced(std::string_view segment) {
  const auto found = find_identifier(segment);
  if (!found) return std::string(segment);
  return std::string(segment.substr(0, found->begin)) + "{id}" +
         std::string(segment.substr(found->end));
}

BOOST_AUTO_TEST_CASE(segments_that_are_identifiers) {
  for (const auto* segment : {"1",
                              "20261120",
                              "9fbd95f4-8630-4610-9756-fd08c2d2533a",
                              "9FBD95F4-8630-4610-9756-FD08C2D2533A",
                              "01JH4TG1NMNSTM68CBCQPWRRT1",
                              "deadbeefdeadbeef0",
                              "cmr1jpsun00004jafojy8g2ly",
                              "9m4e2mr0ui3e8a215n4g",
                              "9fbd95f486304610",
                              "5f2b7cD3kQ9xLmN0pR4s",
                              "9fbd95f4-8630-4610-9756-fd08c2d2533",
                              "SKU-5O6C8LZHX",
                              "jo@example.com",
                              "jo%40example.com",
                              "jo.doe+x@example.co.uk",
                              "@jo",
                              "react@18.2.0",
                              "+4915112345678",
                              "%2B4915112345678",
                              "+1-202-555-0100",
                              "(202)%20555-0100",
                              "52.52,13.405",
                              "192.0.2.7",
                              "2001:db8::1",
                              "2001%3Adb8%3A%3A1",
                              "2026-11-28",
                              "2026-11",
                              "2026-11-28T08:00:00Z",
                              "2026-11-28-a-title",
                              "ORD-123456",
                              "PROJ-7",
                              "INV-2026-0042",
                              "order-12345",
                              "user_1234",
                              "cus_NffrFeUfNV2Hib",
                              "user_01h455vb4pex5vsknk084sn02q",
                              "pi_3MtwBwLkdIwHu7ix28a3tqPa",
                              "req_8f3a2b1c",
                              "icons-8791a66e2f0c1d3b",
                              "coredns-5d78c9869d-abcde",
                              "news-48213-title",
                              "dQw4w9WgXcQ",
                              "V1StGXR8_Z5jdHi6B-myT",
                              "AbCd1-_2EfGh3IjKl4MnOp==",
                              "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
                              "Jo%20Doe",
                              "a b",
                              "%31"}) {
    BOOST_TEST_CONTEXT(segment) { BOOST_TEST(replaced(segment) == "{id}"); }
  }
  BOOST_TEST(replaced(std::string(65, 'a')) == "{id}");
}

BOOST_AUTO_TEST_CASE(segments_that_have_an_identifier) {
  BOOST_TEST(replaced("9fbd95f4-8630-4610-9756-fd08c2d2533a.json") == "{id}.json");
  BOOST_TEST(replaced("icons-8791a66e2f0c1d3b.svg") == "{id}.svg");
  BOOST_TEST(replaced("main.4f3d2a1b.js") == "{id}.js");
  BOOST_TEST(replaced("17.mp3") == "{id}.mp3");
  BOOST_TEST(replaced("Orders(17)") == "Orders({id})");
  BOOST_TEST(replaced("cart;jsessionid=8F") == "cart;{id}");
}

BOOST_AUTO_TEST_CASE(segments_that_are_words) {
  for (const auto* segment : {"",
                              "v1",
                              "v2",
                              "v1beta1",
                              "api",
                              "profiles",
                              "en-US",
                              "deadbeef",
                              "face",
                              "face2face",
                              "oauth2",
                              "oauth2callback",
                              "OAuth2-Token-Exchange",
                              "internationalization",
                              "camelCaseWordsWithoutDigits",
                              "base64Encode",
                              "iso8859Part1",
                              "relationships-of-24-profiles",
                              "top-10",
                              "step-2",
                              "s3-bucket",
                              "utf-8",
                              "x509-certificates",
                              "v1.2.3",
                              "bootstrap-5.3.0.min.js",
                              "favicon-32x32.png",
                              "sitemap.xml",
                              ".env",
                              "catalogvariantbulkcreatejobs2",
                              "{id}",
                              "%D0%BF",
                              "()",
                              ";",
                              "1.5"}) {
    BOOST_TEST_CONTEXT(segment) { BOOST_TEST(replaced(segment) == segment); }
  }
}

BOOST_AUTO_TEST_CASE(identifiers_of_machines) {
  for (const auto* text : {"17", "9fbd95f4-8630-4610-9756-fd08c2d2533a", "5f2b7cD3kQ9xLmN0pR4s",
                           "01JH4TG1NMNSTM68CBCQPWRRT1"}) {
    BOOST_TEST(is_identifier(text));
  }
  for (const auto* text : {"", "jo@example.com", "2026-11-28", "ORD-17", "deadbeef1", "profiles"}) {
    BOOST_TEST(!is_identifier(text));
  }
}

BOOST_AUTO_TEST_CASE(identifiers_and_queries_are_taken_out) {
  const EndpointRule rule({});
  BOOST_TEST(endpoint(rule, "") == "");
  BOOST_TEST(endpoint(rule, "/") == "/");
  BOOST_TEST(endpoint(rule, "//") == "/");
  BOOST_TEST(endpoint(rule, "/api/orders") == "/api/orders");
  BOOST_TEST(endpoint(rule, "/api/orders/") == "/api/orders");
  BOOST_TEST(endpoint(rule, "/api/orders?id=7/8") == "/api/orders");
  BOOST_TEST(endpoint(rule, "/api/orders/#x") == "/api/orders");
  BOOST_TEST(endpoint(rule, "/api/orders/17") == "/api/orders/{id}");
  BOOST_TEST(endpoint(rule, "/17/x/18/?y") == "/{id}/x/{id}");
  BOOST_TEST(endpoint(rule, "https://api.example.com/a/17?x") == "/a/{id}");
  BOOST_TEST(endpoint(rule, "http://api.example.com") == "/");
  BOOST_TEST(endpoint(rule, "kv/data/17") == "kv/data/{id}");
  BOOST_TEST(endpoint(rule, "*") == "*");
}

BOOST_AUTO_TEST_CASE(configured_templates_come_first) {
  const EndpointRule rule({"/api/{kind}/new", "/api/orders/{order}", "/api/orders/{a}/items/{b}/",
                           "/users/{name}", "/api/{x}/{y}"});
  BOOST_TEST(endpoint(rule, "/api/orders/new") == "/api/{kind}/new");
  BOOST_TEST(endpoint(rule, "/api/orders/SKU-1?x=1") == "/api/orders/{order}");
  BOOST_TEST(endpoint(rule, "/api/orders/SKU-1/") == "/api/orders/{order}");
  BOOST_TEST(endpoint(rule, "/api/orders/o/items/i") == "/api/orders/{a}/items/{b}");
  BOOST_TEST(endpoint(rule, "/api/things/t") == "/api/{x}/{y}");
  BOOST_TEST(endpoint(rule, "/users/") == "/users");
  BOOST_TEST(endpoint(rule, "/users//") == "/users");
  BOOST_TEST(endpoint(rule, "/users/a/b/17") == "/users/a/b/{id}");
  BOOST_TEST(endpoint(rule, "/other/17") == "/other/{id}");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace fortnight::intake
