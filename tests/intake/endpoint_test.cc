#include "intake/endpoint.h"

#include <boost/test/unit_test.hpp>
#include <string>

namespace fortnight::intake {
BOOST_AUTO_TEST_SUITE(endpoints)

namespace {

std::string endpoint(const EndpointRule& rule, std::string_view path) {
  std::string scratch = "left over";
  return std::string(rule.endpoint_of(path, scratch));
}

BOOST_AUTO_TEST_CASE(segments_that_are_plainly_identifiers) {
  for (const auto* segment : {"1", "20261120", "9fbd95f4-8630-4610-9756-fd08c2d2533a",
                              "9FBD95F4-8630-4610-9756-FD08C2D2533A", "01JH4TG1NMNSTM68CBCQPWRRT1",
                              "deadbeefdeadbeef0", "cmr1jpsun00004jafojy8g2ly",
                              "9m4e2mr0ui3e8a215n4g", "9fbd95f486304610", "5f2b7cD3kQ9xLmN0pR4s"}) {
    BOOST_TEST_CONTEXT(segment) { BOOST_TEST(is_identifier(segment)); }
  }
}

BOOST_AUTO_TEST_CASE(segments_that_may_be_words) {
  for (const auto* segment : {"",
                              "v1",
                              "api",
                              "profiles",
                              "2026-11-20",
                              "deadbeef",
                              "face",
                              "oauth2",
                              "SKU-5O6C8LZHX",
                              "internationalization",
                              "camelCaseWordsWithoutDigits",
                              "relationships-of-24-profiles",
                              "v1.2.3",
                              "9fbd95f4-8630-4610-9756-fd08c2d2533",
                              "9fbd95f48-630-4610-9756-fd08c2d2533a",
                              "catalogvariantbulkcreatejobs2",
                              "01ARZ3NDEKTSV4RRFFQ",
                              "{id}",
                              "%31",
                              "1.5"}) {
    BOOST_TEST_CONTEXT(segment) { BOOST_TEST(!is_identifier(segment)); }
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
