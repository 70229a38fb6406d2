#include "intake/text_secrets.h"

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <string>
#include <vector>

namespace fortnight::intake {
BOOST_AUTO_TEST_SUITE(text_secrets)

namespace {

const RedactNames& names() {
  static const RedactNames names{config::Redact{}};
  return names;
}

std::string redacted(const std::string& text) {
  return replace_secrets(text, TextSecrets(names()).find(text));
}
std::string redacted_in_string(const std::string& raw) {
  return replace_secrets(raw, TextSecrets(names()).find_in_string(raw));
}

using Cases = std::vector<std::pair<std::string, std::string>>;

void check(const Cases& cases) {
  for (const auto& [text, expected] : cases) BOOST_TEST(redacted(text) == expected);
}

BOOST_AUTO_TEST_CASE(urls_and_forms) {
  check({{"/a?api_key=s3&page=2", "/a?api_key=[redacted]&page=2"},
         {"/a?page=2&apiKey=s3", "/a?page=2&apiKey=[redacted]"},
         {"https://h/cb#access_token=s3&state=1", "https://h/cb#access_token=[redacted]&state=1"},
         {"user=jo&password=s3", "user=jo&password=[redacted]"},
         {"user=jo&password=s3 s4 's5&x=1", "user=jo&password=[redacted]&x=1"},
         {"user[name]=jo&user[password]=s3", "user[name]=jo&user[password]=[redacted]"},
         {"user%5Bpassword%5D=s3&x=1", "user%5Bpassword%5D=[redacted]&x=1"},
         {"pass%77ord=s3", "pass%77ord=[redacted]"},
         {"GET /a?token=s3 HTTP/1.1", "GET /a?token=[redacted] HTTP/1.1"},
         {"/login?next=%2Fa%3Ftoken%3Ds3%26b%3D1", "/login?next=%2Fa%3Ftoken%3D[redacted]%26b%3D1"},
         {"/x?u=%252Fa%253Ftoken%253Ds3", "/x?u=%252Fa%253Ftoken%253D[redacted]"},
         {"/x?q=%7B%22password%22%3A%22s3%22%7D", "/x?q=%7B%22password%22%3A%22[redacted]%22%7D"},
         {"/s3?X-Amz-Signature=s3&X-Amzn-Trace-Id=Root",
          "/s3?X-Amz-Signature=[redacted]&X-Amzn-Trace-Id=Root"},
         {"postgres://jo:s3@db/x", "postgres://jo:[redacted]@db/x"},
         {"see https://jo:s@3@h/p and mail jo@h", "see https://jo:[redacted]@h/p and mail jo@h"},
         {"//jo:s3@h/p and //jo:s3@h", "//jo:[redacted]@h/p and //jo:[redacted]@h"},
         {"https://s3@h/p", "https://[redacted]@h/p"},
         {"HTTPS://s3:@h/p", "HTTPS://[redacted]@h/p"},
         {"https://s3:x-oauth-basic@h/p", "https://[redacted]@h/p"},
         {"a=1;token=s3;b=2", "a=1;token=[redacted]"},
         {"password=\"s3 s4\" x", "password=\"[redacted]\" x"},
         {"/a?token=&b=1", "/a?token=&b=1"}});
}

BOOST_AUTO_TEST_CASE(other_values_stay) {
  for (const auto* text :
       {"/a?page=2&sort=name", "text/html;q=0.9,*/*;q=0.8", "application/json; charset=utf-8",
        "max-age=0, must-revalidate", "a token that expired", "{\"a\":\"password\"}",
        "[\"a\",\"b\",\"c\",\"d\"]", "https://example.com:443/x@y", "100% = all", "%", "%zz=%",
        "{\"name\":\"page\",\"value\":\"2\"}", "2026-11-20T08:15:30Z", "<a href=\"/x\">b</a>",
        "password_reset=1", "it's 5 o'clock: tokens", "ssh://git@h/p", "postgres://jo@db/x",
        "https://h/a//b", "https://h:8080/@jo", "// a comment: mail jo@h", "invalid token: expired",
        "https://[::1]:80/x"}) {
    BOOST_TEST(redacted(text) == text);
  }
}

BOOST_AUTO_TEST_CASE(json_whole_and_broken) {
  check({{R"({"user":"jo","password":"s3"})", R"({"user":"jo","password":"[redacted]"})"},
         {R"({"password":12,"a":1})", R"({"password":"[redacted]","a":1})"},
         {R"({"password":null})", R"({"password":null})"},
         {R"({"secret":{"a":"s3","b":[1,true,null],"c":{}},"d":2})",
          R"({"secret":{"a":"[redacted]","b":["[redacted]","[redacted]",null],"c":{}},"d":2})"},
         {R"({"h":[["Authorization","s3"],["Accept","x"]]})",
          R"({"h":[["Authorization","[redacted]"],["Accept","x"]]})"},
         {R"(["Host","h","Authorization","s3","Accept","x"])",
          R"(["Host","h","Authorization","[redacted]","Accept","x"])"},
         {R"([{"name":"authorization","value":"s3"},{"name":"x","value":"y"}])",
          R"([{"name":"authorization","value":"[redacted]"},{"name":"x","value":"y"}])"},
         {R"([{"value":["s3","s4"],"key":"Cookie"}])",
          R"([{"value":["[redacted]","[redacted]"],"key":"Cookie"}])"},
         {R"({"Authorization":["Bearer s3"],"Cookie":["sid=s4"]})",
          R"({"Authorization":["[redacted]"],"Cookie":["[redacted]"]})"},
         {R"({"a":"x","password":"s3)", R"({"a":"x","password":"[redacted])"},
         {R"({"a":"x","password":s3 s4,"b":1})", R"({"a":"x","password":"[redacted]","b":1})"},
         {R"(error in {"token":"s3"} at 7)", R"(error in {"token":"[redacted]"} at 7)"},
         {R"({"url":"/a?token=s3&b=1"})", R"({"url":"/a?token=[redacted]&b=1"})"},
         {R"({"b":"{\"token\":\"s3\",\"pin\":1}"})",
          R"({"b":"{\"token\":\"[redacted]\",\"pin\":1}"})"},
         {R"({"b":"{\"token\":3}"})", R"({"b":"{\"token\":\"[redacted]\"}"})"},
         {R"({"b":"{\"c\":\"{\\\"token\\\":\\\"s3\\\"}\"}"})",
          R"({"b":"{\"c\":\"{\\\"token\\\":\\\"[redacted]\\\"}\"}"})"},
         {R"({'password': 's3', 'a': 1})", R"({'password': '[redacted]', 'a': 1})"},
         {R"({\"token\":\"s3\",\"a\":\"b\"})", R"({\"token\":\"[redacted]\",\"a\":\"b\"})"},
         {R"({\\\"token\\\":\\\"s3\\\"})", R"({\\\"token\\\":\\\"[redacted]\\\"})"},
         {R"({\u0022token\u0022:\u0022s3\u0022})", R"({\u0022token\u0022:\u0022[redacted]\u0022})"},
         {R"({"a":"b"} {\"token\":\"s3\"} {"token":"s4"})",
          R"({"a":"b"} {\"token\":\"[redacted]\"} {"token":"[redacted]"})"},
         {R"(a C:\\"b" {"token":"s3"})", R"(a C:\\"b" {"token":"[redacted]"})"},
         {R"({"password"=>"s3", :token=>"s4"})",
          R"({"password"=>"[redacted]", :token=>"[redacted]"})"},
         {R"(mutation { login(user: "jo", password: "s3") { id } })",
          R"(mutation { login(user: "jo", password: "[redacted]") { id } })"}});
}

BOOST_AUTO_TEST_CASE(headers_multipart_and_xml) {
  check({{"Authorization: Bearer s3", "Authorization: [redacted]"},
         {"GET / HTTP/1.1\r\nHost: h\r\nCookie: a=s3; b=s4\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: h\r\nCookie: [redacted]\r\n\r\n"},
         {"curl -H 'Authorization: Bearer s3' -H 'X-Api-Key: s4' https://h/p",
          "curl -H 'Authorization: [redacted]' -H 'X-Api-Key: [redacted]' https://h/p"},
         {"curl -H \"Authorization: Bearer s3\" h", "curl -H \"Authorization: [redacted]\" h"},
         {"sent Cookie: a=s3; b=s4\nno more", "sent Cookie: [redacted]\nno more"},
         {"user: jo\n  password: s3\nx: y", "user: jo\n  password: [redacted]\nx: y"},
         {"--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\ns3\r\n--b\r\n",
          "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n[redacted]\r\n--b\r\n"},
         {"<l><wsse:Password Type=\"t\">s3</wsse:Password><b>x</b></l>",
          "<l><wsse:Password Type=\"t\">[redacted]</wsse:Password><b>x</b></l>"}});
}

BOOST_AUTO_TEST_CASE(strings_of_a_line_keep_their_escapes) {
  BOOST_TEST(redacted_in_string(R"({\"user\":\"jo\/\u00e9\",\"password\":\"s3\"})") ==
             R"({\"user\":\"jo\/\u00e9\",\"password\":\"[redacted]\"})");
  BOOST_TEST(redacted_in_string(R"({\"pin_token\":7})") == R"({\"pin_token\":\"[redacted]\"})");
  BOOST_TEST(redacted_in_string(R"(a=1\u0026token\u003ds3\u0026b=2)") ==
             R"(a=1\u0026token\u003d[redacted]\u0026b=2)");
  BOOST_TEST(redacted_in_string(R"(\u007b\u0022password\u0022:\u0022s3\u0022\u007d)") ==
             R"(\u007b\u0022password\u0022:\u0022[redacted]\u0022\u007d)");
}

BOOST_AUTO_TEST_CASE(deeply_nested_texts_are_secret_as_a_whole) {
  std::string text = R"({"password":"s3"})";
  for (int depth = 0; depth < 8; ++depth) {
    std::string escaped;
    for (const char c : text) {
      if (c == '"' || c == '\\') escaped += '\\';
      escaped += c;
    }
    text = "{\"b\":\"" + escaped + "\"}";
    BOOST_TEST(redacted(text).find("s3") == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(lines_that_are_not_json_may_be_cut) {
  const TextSecrets secrets(names());
  const auto kept = [&](const std::string& line) { return secrets.without_secrets(line); };
  BOOST_TEST(kept(R"({"a":1,"Authorization":"s3","b":2)") ==
             R"({"a":1,"Authorization":"[redacted]","b":2)");
  BOOST_TEST(kept(R"({"h":[{"name":"cookie","value":"s3"}],"b":2)") ==
             R"({"h":[{"name":"cookie","value":"[redacted]"}],"b":2)");
  BOOST_TEST(kept(R"({"a":1,"note":"the token s3","b":2)") == R"({"a":1,"note":"the )");
  BOOST_TEST(kept(R"(Authorization Bearer s3)") == "");
  BOOST_TEST(kept("no problem") == "no problem");
}

// Hostile texts take time linear in their length. The limit is generous, and a quadratic search
// exceeds it by far.
BOOST_AUTO_TEST_CASE(hostile_texts_take_linear_time) {
  constexpr std::size_t kBytes = 1U << 20;
  for (const std::string piece : {"\"",
                                  "'",
                                  "=",
                                  ":",
                                  "<",
                                  "%",
                                  "@",
                                  "\\",
                                  "{",
                                  "[",
                                  "://",
                                  "a:",
                                  "token=",
                                  "<token ",
                                  "\"token\":",
                                  "%25",
                                  "name=\"token\"",
                                  "{\"value\":1,\"name\":\"token\",",
                                  "\"token\",",
                                  " :",
                                  "\n token",
                                  "\\\"",
                                  "'a':",
                                  "\"a\\\\\"",
                                  "token=\"",
                                  "https://a:b",
                                  "[\"token\",["}) {
    std::string text;
    while (text.size() < kBytes) text += piece;
    const auto begun = std::chrono::steady_clock::now();
    redacted(text);
    redacted_in_string(text);
    BOOST_TEST_CONTEXT(piece) {
      BOOST_TEST((std::chrono::steady_clock::now() - begun < std::chrono::seconds(60)));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace fortnight::intake
