// Random lines, valid and broken: exactly the lines that simdjson's own parser accepts after
// mending are accepted, and accepted lines are restored byte for byte.
#include <simdjson.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cctype>
#include <random>
#include <string>

#include "tests/intake/mapping.h"
#include "tests/intake/naive_mender.h"
#include "tests/intake/random_json.h"
#include "tests/support/effort.h"

namespace fortnight::intake {
BOOST_AUTO_TEST_SUITE(json_property)

namespace {

using std::string_view_literals::operator""sv;

// A format that finds a time in any object with /t, so that only the grammar decides.
MapperSettings settings() {
  MapperSettings made;
  made.format.ts = {"/t"};
  made.redact = {{}, {}};
  return made;
}

// A literal implementation of RFC 8259. It doesn't check UTF-8.
class NaiveJson {
 public:
  explicit NaiveJson(const std::string& text) : text_(text) {}
  bool is_object() {
    blanks();
    const bool opens = peek() == '{';
    const bool valid = value();
    blanks();
    return opens && valid && at_ == text_.size();
  }

 private:
  [[nodiscard]] int peek() const {
    return at_ < text_.size() ? static_cast<unsigned char>(text_[at_]) : -1;
  }
  bool take(char c) { return peek() == c && ++at_ > 0; }
  void blanks() {
    while (take(' ') || take('\t') || take('\n') || take('\r')) {
    }
  }
  bool word(const std::string& expected) {
    if (text_.compare(at_, expected.size(), expected) != 0) return false;
    at_ += expected.size();
    return true;
  }
  bool value() {
    blanks();
    switch (peek()) {
      case '{':
        return list('{', '}', true);
      case '[':
        return list('[', ']', false);
      case '"':
        return string();
      case 't':
        return word("true");
      case 'f':
        return word("false");
      case 'n':
        return word("null");
      default:
        return number();
    }
  }
  bool list(char open, char close, bool with_names) {
    take(open);
    blanks();
    if (take(close)) return true;
    do {
      blanks();
      if (with_names && (!string() || (blanks(), !take(':')))) return false;
      if (!value()) return false;
      blanks();
    } while (take(','));
    return take(close);
  }
  bool string() {
    if (!take('"')) return false;
    while (!take('"')) {
      if (peek() < 0x20) return false;
      const bool escape = take('\\');
      const int c = peek();
      ++at_;
      if (!escape) continue;
      if (c == 'u') {
        for (int i = 0; i < 4; ++i, ++at_) {
          if (peek() < 0 || std::isxdigit(peek()) == 0) return false;
        }
      } else if (c <= 0 ||
                 std::string("\"\\/bfnrt").find(static_cast<char>(c)) == std::string::npos) {
        return false;
      }
    }
    return true;
  }
  bool digits() {
    const std::size_t from = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ > from;
  }
  bool number() {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      return digits();
    }
    return true;
  }

  const std::string& text_;
  std::size_t at_ = 0;
};

bool is_rejected_as_no_json(const std::string& reason) {
  return reason == "not-json" || reason == "not-object" || reason == "not-utf8";
}

BOOST_AUTO_TEST_CASE(lines_come_back_byte_for_byte) {
  MapperAtWork work(settings());
  for (unsigned seed = 0; seed < tests::rounds(20'000U); ++seed) {
    RandomJson random(seed % 5'000);  // each line several times: first it is split, then recognised
    const std::string line = random.object(R"("t":1795162530)");
    const Seen seen = look(work.map(line));
    BOOST_TEST_CONTEXT(line) {
      BOOST_REQUIRE(seen.reject == "");
      BOOST_REQUIRE(seen.line == line);
    }
  }
}

// The expected stored form of an accepted line.
std::string stored(std::string line) {
  while (line.ends_with('\0')) line.pop_back();
  line.erase(0, std::min(line.find('{'), line.size()));
  line.erase(line.find_last_of('}') + 1);
  std::replace(line.begin(), line.end(), '\r', ' ');  // mended strings contain none
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

BOOST_AUTO_TEST_CASE(exactly_lines_that_mending_makes_json_are_accepted) {
  MapperAtWork work(settings());
  simdjson::dom::parser parser;
  std::mt19937 random(3);
  int accepted = 0;
  int mended_lines = 0;
  constexpr int kRounds = tests::rounds(60'000);
  for (int round = 0; round < kRounds; ++round) {
    std::string line = RandomJson(static_cast<unsigned>(round) % 3'000).object(R"("t":1795162530)");
    // Maps the valid line first, so that its shape is known when the broken one follows.
    BOOST_REQUIRE(look(work.map(line)).reject == "");
    for (auto edits = 1 + random() % 3; edits > 0; --edits) {
      const std::size_t at = random() % line.size();
      constexpr std::string_view kBytes =
          "{}[]:,\"\\ 0-.e1tfnux\t\n\r\x01\xc3\xe2\xf0\xa9\xff\0/"sv;
      switch (random() % 5) {
        case 0:
          line.erase(at, 1);
          break;
        case 1:
          line.insert(at, 1, kBytes[random() % kBytes.size()]);
          break;
        case 2:
          line[at] = kBytes[random() % kBytes.size()];
          break;
        case 3:
          line.insert(at, R"(\xE9)");
          break;
        default:
          line.insert(at, line.substr(random() % line.size(), 1 + random() % 9));
          break;
      }
    }
    while (line.starts_with('\0')) line.erase(0, 1);
    while (line.ends_with('\0')) line.pop_back();
    const Seen seen = look(work.map(line));
    const std::string mended = naively_mended(line);
    BOOST_TEST_CONTEXT(line) {
      const bool whole = simdjson::validate_utf8(line) && NaiveJson(line).is_object();
      const bool valid = simdjson::validate_utf8(mended) && NaiveJson(mended).is_object();
      BOOST_REQUIRE(!whole || mended == line);
      BOOST_REQUIRE(valid == !is_rejected_as_no_json(seen.reject));
      if (seen.reject.empty()) {
        BOOST_REQUIRE(seen.line == stored(mended));
        BOOST_REQUIRE(NaiveJson(seen.line).is_object());
      }
      // simdjson also rejects numbers beyond a double and halves of surrogate pairs.
      const auto parsed = parser.parse(mended);
      if (parsed.error() == simdjson::SUCCESS) BOOST_REQUIRE(valid == parsed.is_object());
      accepted += valid ? 1 : 0;
      mended_lines += valid && !whole ? 1 : 0;
    }
  }
  BOOST_TEST(accepted > kRounds / 20);
  BOOST_TEST(accepted < kRounds * 2 / 3);
  BOOST_TEST(mended_lines > kRounds / 50);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace fortnight::intake
