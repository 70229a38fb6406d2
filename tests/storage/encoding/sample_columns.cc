#include "tests/storage/encoding/sample_columns.h"

#include <deque>

#include "base/civil_time.h"
#include "base/number_text.h"

namespace fortnight::tests {

using namespace storage;

namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

using Random = std::mt19937_64;

std::string pick(Random& random, const std::vector<std::string>& choices) {
  return choices[random() % choices.size()];
}

std::string sentence(Random& random, std::uint32_t) {
  std::string out;
  for (std::uint64_t i = 0; i < 3 + random() % 6; ++i) {
    out += pick(random, {" the", " order", " of", " jo", "@", "example", ".", "com", "\\n",
                         "\\u003c", "\\\"", " ", " caf\xc3\xa9", "\\u00e9t\\u00e9",
                         " once" + random_text(random, 5, "abcdefgh"), "\\u0061bc"});
  }
  return out;
}

std::string number(Random& random, std::uint32_t) { return std::to_string(random() % 100'000); }

std::string negative(Random& random, std::uint32_t) {
  return std::to_string(static_cast<int>(random() % 3'000) - 1'500);
}

std::string price(Random& random, std::uint32_t) {
  std::string out;
  append_decimal(static_cast<std::int64_t>(random() % 200'000) - 9'999, 2, out);
  return out;
}

std::string path(Random& random, std::uint32_t) {
  return "/api/" + pick(random, {"profiles", "events"}) + "/" +
         random_text(random, 26, kCrockford) + "?page=" + std::to_string(random() % 50) +
         pick(random, {"", "&x=a\\/b", "&q=\\u0041b1"});
}

std::string address(Random& random, std::uint32_t) {
  return pick(random, {"jo", "an", "kim"}) + random_text(random, 3, kDigits) + "@" +
         pick(random, {"example.com", "nowhere.example"});
}

std::string date(Random& random, std::uint32_t) {
  std::string out;
  append_rfc3339(kSampleStart + static_cast<TimeNs>(random() % kNsPerHour), 3, out);
  return out;
}

std::string seconds_later(Random& random, std::uint32_t row) {
  std::string out;
  append_rfc3339(SampleCalls::ts(row) + static_cast<TimeNs>(random() % 3) * kNsPerSecond, 0, out);
  out.back() = '+';
  return out + "00:00";
}

std::string http_date(Random&, std::uint32_t row) {
  std::string out;
  append_http_date(SampleCalls::ts(row), out);
  return out;
}

std::string status(Random&, std::uint32_t row) {
  return std::to_string(SampleCalls().number_field(FieldColumn::status, row));
}

// A number, a word or an ID, depending on the call's shape.
std::string by_shape(Random& random, std::uint32_t row) {
  switch (SampleCalls::shape(row)) {
    case 0:
      return "a shape's own text";
    case 1:
      return random_text(random, 32, kHex);
    default:
      return std::to_string(random() % 1000);
  }
}

}  // namespace

TimeNs SampleCalls::ts(std::uint32_t row) { return kSampleStart + row * 7'123'456'789; }

const std::string& SampleCalls::id(std::uint32_t row) {
  static Random random(1);
  static std::deque<std::string> ids;
  while (ids.size() <= row) ids.push_back(random_text(random, 26, kCrockford));
  return ids[row];
}

std::string SampleCalls::endpoint(std::uint32_t row) {
  return row % 3 == 0 ? "/orders/{id}" : "/profiles";
}

void SampleCalls::append_text_field(TextField field, std::uint32_t row, std::string& out) const {
  if (field == TextField::endpoint) out += endpoint(row);
}

std::int64_t SampleCalls::number_field(FieldColumn column, std::uint32_t row) const {
  switch (column) {
    case FieldColumn::ts:
      return ts(row);
    case FieldColumn::ts_digits:
      return row % 10;
    case FieldColumn::status:
      return row % 7 == 0 ? 404 : 200;
    default:
      return row % 5 == 0 ? kNoDuration : row * 1'234'500;
  }
}

void SampleCalls::append_sibling(std::uint32_t column, std::uint32_t row, std::uint32_t ordinal,
                                 std::string& out) const {
  if (column == kSampleSibling && ordinal == 0) out += id(row);
}

std::string random_text(Random& random, std::size_t length, std::string_view alphabet) {
  std::string out;
  for (std::size_t i = 0; i < length; ++i) out.push_back(alphabet[random() % alphabet.size()]);
  return out;
}

const std::multimap<std::string, SampleColumn>& sample_columns() {
  const auto text = [](std::size_t length, std::string_view alphabet) {
    return [=](Random& random, std::uint32_t) { return random_text(random, length, alphabet); };
  };
  static const std::multimap<std::string, SampleColumn> columns = {
      {"constant", {"one value", [](Random&, auto) { return std::string("always the same"); }}},
      {"shared_constant",
       {.name = "one value of a group",
        .make = [](Random&, auto) { return std::string("the group's"); },
        .grouped = true}},
      {"field", {.name = "status", .make = status, .hint = {.column = FieldColumn::status}}},
      {"field",
       {.name = "endpoint",
        .make = [](Random&, std::uint32_t row) { return SampleCalls::endpoint(row); },
        .hint = {.column = FieldColumn::endpoint}}},
      {"integer", {"integers", number}},
      {"integer", {"negative", negative}},
      {"integer",
       {"few numbers",
        [](Random& random, auto) { return std::to_string(random() % 9 * 123'457); }}},
      {"integer",
       {"ascending",
        [](Random&, std::uint32_t row) { return std::to_string(20'000'000 + row * 3); }}},
      {"decimal", {"prices", price}},
      {"dictionary",
       {"few",
        [](Random& random, auto) {
          return pick(random, {"axios/1.7", "curl/8 \\\"x\\\"", "go"});
        }}},
      {"positional", {"hex", text(32, kHex)}},
      {"positional", {"tokens", text(22, "0123456789ABCDEFGHJKMNPQRSTVWXYZabcxyz")}},
      {"alphabet",
       {"letters",
        [](Random& random, auto) { return random_text(random, random() % 20, "abcdefghijkl "); }}},
      {"plain",
       {"anything",
        [](Random& random, auto) {
          std::string out;
          for (std::uint64_t i = random() % 40; i > 0; --i) {
            out.push_back(static_cast<char>(random() % 256));
            if (out.back() == '\\') out.push_back('\\');
          }
          return out;
        }}},
      {"timestamp", {"dates", date}},
      {"timestamp", {"seconds later", seconds_later}},
      {"timestamp", {"HTTP dates", http_date}},
      {"sibling",
       {"ID of another column", [](Random&, std::uint32_t row) { return SampleCalls::id(row); }}},
      {"words", {"sentences", sentence}},
      {"pattern", {"paths", path}},
      {"pattern", {"addresses", address}},
      {"by_shape", {"by shape", by_shape}},
      {"patched",
       {"integers with exceptions",
        [](Random& random, std::uint32_t row) {
          return row % 200 == 17 ? "n/a" : number(random, row);
        }}},
  };
  return columns;
}

std::vector<std::string> values_of(const SampleColumn& column, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::string> values;
  for (std::uint32_t row = 0; row < kSampleRows; ++row) {
    std::string value = column.make(random, row);
    // Lines escape quotes.
    for (std::size_t at = value.find('"'); at != std::string::npos; at = value.find('"', at + 2)) {
      if (at == 0 || value[at - 1] != '\\') value.insert(at, "\\");
    }
    values.push_back(std::move(value));
  }
  return values;
}

const std::vector<std::vector<std::string>>& hostile_columns() {
  static const std::vector<std::vector<std::string>> columns = [] {
    std::vector<std::vector<std::string>> made = {
        {""},
        {"0"},
        {"-1"},
        {"\\"},
        {std::string(1, '\0')},
        {"", "", ""},
        {"", "a", ""},
        {"-0", "0", "00", "+1", "1.", ".1", "1e3", "0x10", "-"},
        {"9223372036854775807", "-9223372036854775808", "9223372036854775808",
         "-9223372036854775809"},
        {"999999999999999999", "-999999999999999999", "1000000000000000000"},
        {"0.00", "-0.00", "1.10", "1.1", "-0.01", "12345678901234567.89", "1234567890123456789.01"},
        {"2026-11-20T08:15:30Z", "2026-13-40T99:99:99Z", "9999-12-31T23:59:59Z"},
        {"2026-11-20T08:15:30.123456789Z", "1600-01-01T00:00:00.000000000Z"},
        {"Tue, 17 Nov 2026 04:48:02 GMT", "Mon, 17 Nov 2026 04:48:02 GMT"},
        {std::string(100'000, 'x'), "x", std::string(300, '\xff')},
    };
    std::vector<std::string> bytes;
    for (int c = 0; c < 256; ++c) bytes.emplace_back(1, static_cast<char>(c));
    made.push_back(bytes);
    // The bytes that mark tokens in patterns.
    std::vector<std::string> marks;
    for (int i = 0; i < 64; ++i) marks.push_back("/a/" + std::string(1, static_cast<char>(i % 4)));
    made.push_back(marks);
    // The number of values that a codec's loops handle at a time, one less and one more.
    Random random(4);
    for (const std::size_t count : {31U, 32U, 33U, 255U, 256U, 257U, 4096U}) {
      std::vector<std::string> hex;
      std::vector<std::string> paths;
      for (std::size_t i = 0; i < count; ++i) {
        hex.push_back(random_text(random, 16, kHex));
        paths.push_back("/v1/things/" + random_text(random, random() % 30, "abc019-_/"));
      }
      made.push_back(std::move(hex));
      made.push_back(std::move(paths));
    }
    return made;
  }();
  return columns;
}

}  // namespace fortnight::tests
