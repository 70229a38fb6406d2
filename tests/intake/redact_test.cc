#include <boost/test/unit_test.hpp>
#include <functional>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "intake/redact_names.h"
#include "tests/intake/mapping.h"
#include "tests/support/effort.h"

namespace fortnight::intake {
BOOST_AUTO_TEST_SUITE(redact)

namespace {

const std::string kHead = R"({"ts":"2026-11-20T08:15:30Z",)";

config::Config with(config::Redact redact) {
  config::Config config = config::default_config();
  config.redact = std::move(redact);
  return config;
}

BOOST_AUTO_TEST_CASE(names_match_by_letters_only) {
  const RedactNames names(config::Redact{});
  for (const auto* key : {"Authorization",
                          "proxy-authorization",
                          "http_authorization",
                          "request_Authorization",
                          "Set-Cookie",
                          "cookie",
                          "cookies",
                          "X-Api-Key",
                          "apiKey",
                          "PASSWORD",
                          "client_secret",
                          "clientSecret",
                          "refreshToken",
                          "token",
                          "Secret",
                          "passwd",
                          "id_token",
                          "csrfmiddlewaretoken",
                          "X-CSRF-Id",
                          "_csrf",
                          "X-Amz-Signature",
                          "x_amz_credential",
                          "xAmzDate",
                          "http_x_amz_x",
                          "password_hash",
                          "passwordConfirmation",
                          "password.confirm",
                          "pass word",
                          "Api Key",
                          "secret_access_key",
                          "stripeSecretKey",
                          "private-key",
                          "Passphrase",
                          "mysql_pwd",
                          "credentials"}) {
    BOOST_TEST_CONTEXT(key) { BOOST_TEST(names.matches(key)); }
  }
  for (const auto* key : {"", "t", "tokens", "authorization.k8s.io/decision", "password_reset",
                          "X-Amzn-Trace-Id", "xamzn", "x-amz", "secretary", "author", "charset"}) {
    BOOST_TEST_CONTEXT(key) { BOOST_TEST(!names.matches(key)); }
  }
}

BOOST_AUTO_TEST_CASE(stars_match_anything_anywhere) {
  const auto matches = [](const std::string& pattern, const std::string& key) {
    return RedactNames(config::Redact{{pattern}, {}}).matches(key);
  };
  const std::vector<std::tuple<std::string, std::string, bool>> cases = {
      {"*token*", "token", true},
      {"*token*", "my_tokens", true},
      {"*token*", "tok-en", true},
      {"*token*", "toke", false},
      {"pass*", "password", true},
      {"pass*", "Pass-Phrase", true},
      {"pass*", "bypass", false},
      {"pass*", "pass", true},
      {"p*d", "pd", true},
      {"p*d", "password", true},
      {"p*d", "passwords", false},
      {"a*b*c", "a_x_b_y_c", true},
      {"a*b*c", "acb", false},
      {"a*b*c", "abbc", true},
      {"*a*a*", "a", false},
      {"*a*a*", "aa", true},
      {"ab*ba", "aba", false},
      {"ab*ba", "abba", true},
      {"x-*-id", "x-user-id", true},
      {"x-*-id", "xuser-id", false},
      {"x-*", "xUser", true},
      {"x-*", "xml", false},
      {"x-*", "X-User", true},
      {"x_*", "x-user", true},
      {"*x-a-*", "x-an-x-a-b", true},
      {"pin", "pin", true},
      {"pin", "PIN", true},
      {"pin", "spin", false},
      {"pin", "pint", false},
      {"*-token", "token", true},
      {"k\xc3\xb6y", "K\xc3\xb6Y", true}};
  for (const auto& [pattern, key, expected] : cases) {
    BOOST_TEST_CONTEXT(pattern << " " << key) { BOOST_TEST(matches(pattern, key) == expected); }
  }
}

// Compared with a matcher that tries all possibilities.
BOOST_AUTO_TEST_CASE(patterns_match_like_a_naive_matcher) {
  const std::function<bool(std::string_view, std::string_view)> naive =
      [&](std::string_view pattern, std::string_view text) {
        if (pattern.empty()) return text.empty();
        if (pattern.front() == '*') {
          return naive(pattern.substr(1), text) ||
                 (!text.empty() && naive(pattern, text.substr(1)));
        }
        return !text.empty() && text.front() == pattern.front() &&
               naive(pattern.substr(1), text.substr(1));
      };
  std::mt19937 random(1);
  for (int round = 0; round < tests::rounds(50'000); ++round) {
    std::string pattern;
    std::string text;
    for (auto n = 1 + random() % 6; n > 0; --n) pattern += "ab*"[random() % 3];
    for (auto n = random() % 8; n > 0; --n) text += "ab"[random() % 2];
    if (pattern.find_first_not_of('*') == std::string::npos || text.empty()) continue;
    BOOST_TEST_CONTEXT(pattern << " " << text) {
      BOOST_REQUIRE(RedactNames(config::Redact{{pattern}, {}}).matches(text) ==
                    naive(pattern, text));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_lines_time_is_never_redacted) {
  MapperAtWork work("fortnight", with({{"t*", "*s"}, {"/ts"}}));
  const Seen seen = look(work.map(kHead + R"("tx":"a","as":1})"));
  BOOST_TEST(seen.reject == "");
  BOOST_TEST(seen.line == kHead + R"("tx":"[redacted]","as":"[redacted]"})");
}

BOOST_AUTO_TEST_CASE(conditions_can_test_redacted_values) {
  MapperAtWork work("caddy", with({{"m*"}, {}}));
  const Seen seen = look(work.map(R"({"ts":1795162530.5,"msg":"handled request","status":200})"));
  BOOST_TEST(seen.reject == "");
  BOOST_TEST(seen.line == R"({"ts":1795162530.5,"msg":"[redacted]","status":200})");
}

BOOST_AUTO_TEST_CASE(secrets_are_replaced_at_any_place) {
  MapperAtWork work;
  for (int round = 0; round < 2; ++round) {
    const Seen seen = look(work.map(
        kHead +
        R"("h":{"Authorization":"Bearer s3cret","X-Api-Key":["s3cret","s3cret"],"ok":"a"},)"
        R"("password":s,"b":[{"client_secret":{"x":"s3cret","n":1,"t":true,"z":null,"e":[]}}]})"));
    BOOST_TEST(seen.reject == "not-json");
    const Seen good = look(work.map(
        kHead + R"("h":{"Authorization":"Bearer s3cret","X-Api-Key":["s3cret","s3cret"],"ok":"a"},)"
                R"("pass\u0077ord":12,"b":[{"client_secret":{"x":"s3cret","n":1,"t":true,"z":null,)"
                R"("e":[]}}]})"));
    BOOST_TEST(good.line ==
               kHead +
                   R"("h":{"Authorization":"[redacted]","X-Api-Key":["[redacted]","[redacted]"],)"
                   R"("ok":"a"},)"
                   R"("pass\u0077ord":"[redacted]","b":[{"client_secret":{"x":"[redacted]",)"
                   R"("n":"[redacted]","t":"[redacted]","z":null,"e":[]}}]})");
  }
}

BOOST_AUTO_TEST_CASE(pointers_are_redacted_twice_given_names_too) {
  MapperAtWork work("fortnight", with({{}, {"/card/number", "/list/1"}}));
  const Seen seen = look(work.map(
      kHead + R"("card":{"number":"1","number":"2"},"card":{"number":"3"},"list":["a","b","c"],)"
              R"("password":"p"})"));
  BOOST_TEST(seen.line ==
             kHead +
                 R"("card":{"number":"[redacted]","number":"[redacted]"},)"
                 R"("card":{"number":"[redacted]"},"list":["a","[redacted]","c"],"password":"p"})");
}

BOOST_AUTO_TEST_CASE(pointers_lead_where_those_of_filters_lead) {
  MapperAtWork work("fortnight", with({{}, {"/items/card/number", "/list/1/x", "/headers/X-Pin"}}));
  const Seen seen = look(work.map(
      kHead + R"("items":[{"card":{"number":"1"}},[{"card":{"number":["2",3]}}],{"card":4}],)"
              R"("list":[{"x":"a"},{"x":"b"}],"headers":[{"x-pin":["5"],"X-PIN":"6","pin":"c"}],)"
              R"("Headers":{"x-pin":"d"},"card":{"number":"e"}})"));
  BOOST_TEST(seen.line ==
             kHead +
                 R"("items":[{"card":{"number":"[redacted]"}},[{"card":{"number":["[redacted]",)"
                 R"("[redacted]"]}}],{"card":4}],"list":[{"x":"a"},{"x":"[redacted]"}],)"
                 R"("headers":[{"x-pin":["[redacted]"],"X-PIN":"[redacted]","pin":"c"}],)"
                 R"("Headers":{"x-pin":"d"},"card":{"number":"e"}})");
}

BOOST_AUTO_TEST_CASE(a_secret_is_not_a_field_or_an_id) {
  MapperAtWork work("fortnight", with({{"account", "error_id"}, {"/call_id"}}));
  const Seen seen = look(
      work.map(kHead + R"("account":"A","call_id":"c","ids":{"error_id":"e","metric_id":"m"}})"));
  BOOST_TEST(seen.account == "");
  BOOST_TEST(seen.call_id == "");
  BOOST_TEST(seen.ids == "metric_id=m");
}

BOOST_AUTO_TEST_CASE(plain_lines_have_no_secrets_either) {
  MapperAtWork work;
  std::string items = "0";
  for (int i = 1; i < 5000; ++i) items += ",0";
  const Seen seen =
      look(work.map(kHead + R"("cookie":"s3cret","items":[)" + items + R"(],"password":9})"));
  BOOST_TEST(seen.line == kHead + R"("cookie":"[redacted]","items":[)" + items +
                              R"(],"password":"[redacted]"})");
}

BOOST_AUTO_TEST_CASE(values_that_other_values_name_are_replaced) {
  MapperAtWork work;
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"([["Host","h"],["Authorization","s3"]])",
       R"([["Host","h"],["Authorization","[redacted]"]])"},
      {R"([["Cookie",["s3",4]],["a",["b"]]])",
       R"([["Cookie",["[redacted]","[redacted]"]],["a",["b"]]])"},
      {R"(["Host","h","authorization","s3"])", R"(["Host","h","authorization","[redacted]"])"},
      {R"([{"name":"Auth\u006frization","value":"s3"},{"name":"x","value":"y"}])",
       R"([{"name":"Auth\u006frization","value":"[redacted]"},{"name":"x","value":"y"}])"},
      {R"({"Value":{"s":"s3","n":1,"z":null},"Key":"token"})",
       R"({"Value":{"s":"[redacted]","n":"[redacted]","z":null},"Key":"token"})"},
      {R"({"Authorization":["s3"],"Cookie":["s4"]})",
       R"({"Authorization":["[redacted]"],"Cookie":["[redacted]"]})"},
      {R"(["Authorization: Bearer s3","Accept: */*"])",
       R"(["Authorization: [redacted]","Accept: */*"])"},
      {R"({"header":"Cookie: s3"})", R"({"header":"Cookie: [redacted]"})"},
      {R"(["token","a","b"])", R"(["token","a","b"])"},
      {R"({"name":"jo","value":"x"})", R"({"name":"jo","value":"x"})"}};
  for (int round = 0; round < 2; ++round) {
    for (const auto& [headers, expected] : cases) {
      BOOST_TEST(look(work.map(kHead + "\"h\":" + headers + "}")).line ==
                 kHead + "\"h\":" + expected + "}");
    }
  }
}

// Of texts whose only sign of a secret is the name of a header, and of names with several parts.
BOOST_AUTO_TEST_CASE(headers_and_names_with_parts_are_found) {
  MapperAtWork work;
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"("body":"Cookie: sid=s3")", R"("body":"Cookie: [redacted]")"},
      {R"("body":"Authorization: Bearer s3")", R"("body":"Authorization: [redacted]")"},
      {R"("note":"curl -H 'X-Api-Key: s3' h")", R"("note":"curl -H 'X-Api-Key: [redacted]' h")"},
      {R"("note":"got Set-Cookie: s3")", R"("note":"got Set-Cookie: [redacted]")"},
      {R"("a" : "b", "note" : "password: s3")", R"("a" : "b", "note" : "password: [redacted]")"},
      {R"("h":["Set-Cookie","s3"])", R"("h":["Set-Cookie","[redacted]"])"},
      {R"("h":[[["Set-Cookie",["s3"]]]])", R"("h":[[["Set-Cookie",["[redacted]"]]]])"},
      {R"("url":"https://s3@h/p")", R"("url":"https://[redacted]@h/p")"},
      {R"("url":"\/\/jo:s3@h\/p")", R"("url":"\/\/jo:[redacted]@h\/p")"},
      {R"("http.request.headers.authorization":"s3")",
       R"("http.request.headers.authorization":"[redacted]")"},
      {R"("user[password]":"s3","db.pass.word":1)",
       R"("user[password]":"[redacted]","db.pass.word":"[redacted]")"},
      {R"("API Key":"s3","user.name":"jo")", R"("API Key":"[redacted]","user.name":"jo")"},
      {R"("note":"a: b, token ring: 5")", R"("note":"a: b, token ring: 5")"}};
  for (int round = 0; round < 2; ++round) {
    for (const auto& [members, expected] : cases) {
      BOOST_TEST(look(work.map(kHead + members + "}")).line == kHead + expected + "}");
    }
  }
}

BOOST_AUTO_TEST_CASE(secrets_within_strings_are_replaced_before_fields_are_read) {
  MapperAtWork work;
  for (int round = 0; round < 2; ++round) {
    const Seen seen = look(work.map(
        kHead +
        R"("path":"/a\/b?api_key=s3&page=2","request":{"headers":{"Referer":)"
        R"("https://h/?token=s3"},"body":"{\"password\":\"s3\"}"},"ids":{"error_id":"e"}})"));
    BOOST_TEST(seen.reject == "");
    BOOST_TEST(seen.path == "/a/b?api_key=[redacted]&page=2");
    BOOST_TEST(seen.endpoint == "/a/b");
    BOOST_TEST(seen.ids == "error_id=e");
    BOOST_TEST(seen.line ==
               kHead +
                   R"("path":"/a\/b?api_key=[redacted]&page=2","request":{"headers":{"Referer":)"
                   R"("https://h/?token=[redacted]"},"body":"{\"password\":\"[redacted]\"}"},)"
                   R"("ids":{"error_id":"e"}})");
  }
}

BOOST_AUTO_TEST_CASE(bodies_with_other_quotes_are_searched) {
  MapperAtWork work;
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({'user': 'jo', 'password': 's3'})", R"({'user': 'jo', 'password': '[redacted]'})"},
      {R"({\u0027password\u0027: \u0027s3\u0027})",
       R"({\u0027password\u0027: \u0027[redacted]\u0027})"},
      {R"({\\\"password\\\":\\\"s3\\\"})", R"({\\\"password\\\":\\\"[redacted]\\\"})"},
      {R"({\\u0022password\\u0022:\\u0022s3\\u0022})",
       R"({\\u0022password\\u0022:\\u0022[redacted]\\u0022})"},
      {"don't say: 'it is the password'", "don't say: 'it is the password'"}};
  for (const auto& [body, expected] : cases) {
    BOOST_TEST(look(work.map(kHead + "\"body\":\"" + body + "\"}")).line ==
               kHead + "\"body\":\"" + expected + "\"}");
  }
}

BOOST_AUTO_TEST_CASE(without_names_nothing_is_searched) {
  MapperAtWork work("fortnight", with({{}, {}}));
  const std::string line = kHead + R"("path":"/a?token=x","h":[["Authorization","y"]]})";
  BOOST_TEST(look(work.map(line)).line == line);
}

BOOST_AUTO_TEST_CASE(rejected_lines_have_no_secrets) {
  MapperAtWork work("fortnight", with({{"*authorization"}, {"/card/pin-code"}}));
  const auto kept = [&](const std::string& line) { return work.map(line).rejects.at(0).bytes; };
  BOOST_TEST(kept(R"({"a":1,"Proxy-Authori-zation":"s3cret)") ==
             R"({"a":1,"Proxy-Authori-zation":"[redacted])");
  BOOST_TEST(kept(R"({"a":1,"pin_code":"s3cret)") == R"({"a":1,")");
  BOOST_TEST(kept(R"({"a":"no secret)") == R"({"a":"no secret)");
  BOOST_TEST(kept(std::string(50'000, 'x')).size() == storage::kMostRejectedBytes);
  // A name that the cut splits doesn't expose its value.
  BOOST_TEST(kept(std::string(storage::kMostRejectedBytes - 4, 'x') + "authorization: s3cret")
                 .find("s3cret") == std::string::npos);
  // JSON that isn't a call is redacted by its plan.
  BOOST_TEST(kept(R"({"ts":"never","authorization":"s3","card":{"pin-code":1},)"
                  R"("p":"/?authorization=s3"})") ==
             R"({"ts":"never","authorization":"[redacted]","card":{"pin-code":"[redacted]"},)"
             R"("p":"/?authorization=[redacted]"})");
  BOOST_TEST(kept(R"(["authorization","s3cret"])") == R"(["authorization","[redacted]"])");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace fortnight::intake
