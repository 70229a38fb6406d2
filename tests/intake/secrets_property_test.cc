// Hides a secret in all ways that occur in logs, nested in each other. None of it may remain in the
// mapper's output, whether the line is a call, damaged, cut off or rejected.
#include <boost/test/unit_test.hpp>
#include <random>
#include <string>
#include <vector>

#include "tests/intake/mapping.h"
#include "tests/support/effort.h"

namespace fortnight::intake {
BOOST_AUTO_TEST_SUITE(secrets_property)

namespace {

const std::string kSecret = "S3cr3tQz";

std::string json_string(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\r') {
      out += "\\r";
    } else if (c == '\n') {
      out += "\\n";
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out;
}

std::string percent_encoded(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      out += c;
      continue;
    }
    constexpr const char* kDigits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kDigits[byte / 16], kDigits[byte % 16]};
  }
  return out;
}

class Hiding {
 public:
  explicit Hiding(unsigned seed) : random_(seed) {}

  unsigned pick(unsigned below) { return static_cast<unsigned>(random_() % below); }

  std::string name() {
    const std::vector<std::string> names = {"password",      "Authorization", "X-Api-Key",
                                            "access_token",  "clientSecret",  "Set-Cookie",
                                            "x-csrf-value",  "passwd",        "X-Amz-Signature",
                                            "refresh-token", "TOKEN",         "cookies"};
    return names[pick(static_cast<unsigned>(names.size()))];
  }

  // JSON with the secret.
  std::string json() {
    const std::string key = "\"" + name() + "\"";
    const std::string value = std::string(pick(3) == 0 ? "\"Bearer " : "\"") + kSecret + "\"";
    switch (pick(7)) {
      case 0:
        return "{\"user\":\"jo\"," + key + ":" + value + "}";
      case 1:
        return "[[\"Accept\",\"x\"],[" + key + "," + value + "]]";
      case 2:
        return "[\"Accept\",\"x\"," + key + "," + value + "]";
      case 3:
        return "[{\"name\":" + key + ",\"value\":" + value + "}]";
      case 4:
        return "{\"value\":[1," + value + "],\"key\":" + key + "}";
      case 5:
        return "{" + key + ":[" + value + ",{\"a\":" + value + "}],\"b\":1}";
      default:
        return "{\"a\":{" + key + " : " + value + "}}";
    }
  }

  // A text with the secret.
  std::string text() {
    switch (pick(6)) {
      case 0:
        return "user=jo&" + name() + "=" + kSecret + "&x=1";
      case 1:
        return "/a/b?x=1&" + name() + "=" + kSecret + (pick(2) == 0 ? "&y=2" : "");
      case 2:
        return "https://jo:" + kSecret + "@h/p";
      case 3:
        return "https://h/p?x=1#" + name() + "=" + kSecret;
      default:
        return json();
    }
  }

  std::string header() {
    const std::string line = name() + ": " + kSecret;
    return pick(2) == 0 ? line : "GET / HTTP/1.1\r\nAccept: x\r\n" + line + "\r\n\r\n";
  }

  std::string wrapped(const std::string& text) {
    switch (pick(4)) {
      case 0:
        return "{\"a\":\"" + json_string(text) + "\",\"b\":1}";
      case 1:
        return "[\"q\",\"" + json_string(text) + "\",{}]";
      case 2:
        return "x=1&u=" + percent_encoded(text);
      default:
        return "/r?next=" + percent_encoded(text) + "&z=1";
    }
  }

  std::string line() {
    const std::string ts = R"("ts":"2026-11-20T08:15:30Z")";
    const std::string other = R"("a":{"b":[1,2,"x=y"]})";
    std::string member;
    if (pick(4) == 0) {
      member = "\"h\":" + json();
    } else if (pick(5) == 0) {
      member = pick(2) == 0 ? "\"l\":[\"" + json_string(header()) + "\"]"
                            : "\"raw\":\"" + json_string("x\r\n" + header()) + "\"";
    } else {
      std::string hidden = text();
      for (unsigned depth = pick(3); depth > 0; --depth) hidden = wrapped(hidden);
      member =
          "\"" + std::string(pick(2) == 0 ? "path" : "body") + "\":\"" + json_string(hidden) + "\"";
    }
    return "{" + ts + "," + (pick(2) == 0 ? other + "," + member : member + "," + other) + "}";
  }

 private:
  std::mt19937 random_;
};

bool has_secret(const storage::Append& append, const std::string& secret = kSecret) {
  if (append.batch.text.find(secret) != std::string::npos) return true;
  for (const storage::SharedShape& shape : append.batch.shapes) {
    if (shape->skeleton.find(secret) != std::string::npos) return true;
  }
  for (const storage::Reject& reject : append.rejects) {
    if ((reject.bytes + reject.detail).find(secret) != std::string::npos) return true;
  }
  return false;
}

BOOST_AUTO_TEST_CASE(no_secret_is_left_of_a_call) {
  MapperAtWork work;
  for (unsigned seed = 0; seed < tests::rounds(20'000U); ++seed) {
    Hiding hiding(seed % 8'000);
    const std::string line = hiding.line();
    BOOST_REQUIRE(line.find(kSecret) != std::string::npos);
    const storage::Append append = work.map(line);
    BOOST_TEST_CONTEXT(line) {
      BOOST_REQUIRE(append.rejects.empty());
      BOOST_REQUIRE(!has_secret(append));
    }
  }
}

// Invalid UTF-8, control bytes and unknown escapes before the secret; lines cut off anywhere; and
// times that make the line a reject.
BOOST_AUTO_TEST_CASE(no_secret_is_left_of_a_damaged_line) {
  MapperAtWork work;
  for (unsigned seed = 0; seed < tests::rounds(20'000U); ++seed) {
    Hiding hiding(seed);
    std::string line = hiding.line();
    storage::Append append;
    switch (hiding.pick(4)) {
      case 0:
        line.insert(line.find(":\"", line.find("ts\":\"") + 5) + 2, "\xe9\x01\\xE9\\q");
        append = work.map(line);
        break;
      case 1:
        work.mapper().map_cut_off(line.substr(0, 1 + hiding.pick(400)), 0, kNow, append);
        break;
      case 2:
        line.replace(line.find("2026-11"), 7, "9026-11");
        append = work.map(line);
        break;
      default:
        append = work.map(line.substr(0, line.size() - 1 - hiding.pick(3)));
        break;
    }
    BOOST_TEST_CONTEXT(line) { BOOST_REQUIRE(!has_secret(append)); }
  }
}

// A line may be cut anywhere, also within the secret or between it and its name.
BOOST_AUTO_TEST_CASE(no_secret_is_left_at_any_cut) {
  MapperAtWork work;
  const std::string begin = kSecret.substr(0, 4);
  for (unsigned seed = 0; seed < tests::rounds(400U); ++seed) {
    const std::string line = Hiding(seed).line();
    for (std::size_t cut = line.find(begin) + begin.size(); cut <= line.size(); ++cut) {
      storage::Append append;
      work.mapper().map_cut_off(line.substr(0, cut), 0, kNow, append);
      BOOST_TEST_CONTEXT(line.substr(0, cut)) { BOOST_REQUIRE(!has_secret(append, begin)); }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace fortnight::intake
