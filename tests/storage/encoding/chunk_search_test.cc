// Chunks of every encoding are searched by their bytes, and never deny a text that a value has.
#include "storage/encoding/chunk_search.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <map>
#include <random>

#include "storage/base/bit_pack.h"
#include "storage/base/number_text.h"
#include "storage/call/time_text.h"
#include "storage/encoding/text_encoder.h"
#include "tests/support/effort.h"

using namespace fortnight::storage;

namespace {

// The value of a row.
using Make = std::function<std::string(std::mt19937_64&, std::uint32_t row)>;

constexpr TimeNs kFirst = day_start(20'770);
constexpr std::uint32_t kRows = 400;
constexpr TimeNs ts_of(std::uint32_t row) { return kFirst + row * 7'123'456'789; }

// What columns may repeat of their calls.
class Calls final : public RowSource {
 public:
  void append_text_field(TextField, std::uint32_t, std::string&) const override {}
  void append_sibling(std::uint32_t, std::uint32_t, std::uint32_t, std::string&) const override {}
  std::int64_t number_field(FieldColumn column, std::uint32_t row) const override {
    switch (column) {
      case FieldColumn::ts:
        return ts_of(row);
      case FieldColumn::ts_digits:
        return row % 10;
      case FieldColumn::status:
        return row % 7 == 0 ? 404 : 200;
      default:
        return row % 5 == 0 ? kNoDuration : row * 1'234'500;
    }
  }
};

std::string pick(std::mt19937_64& random, const std::vector<std::string>& choices) {
  return choices[random() % choices.size()];
}

std::string text(std::mt19937_64& random, std::size_t length, std::string_view alphabet) {
  std::string out;
  for (std::size_t i = 0; i < length; ++i) out.push_back(alphabet[random() % alphabet.size()]);
  return out;
}

std::string words(std::mt19937_64& random, std::uint32_t) {
  std::string out;
  for (std::uint64_t i = 0; i < 3 + random() % 6; ++i) {
    out += pick(random, {" the", " order", " of", " jo", "@", "example", ".", "com", "\\n",
                         "\\u003c", "\\\"", " ", " caf\xc3\xa9", "\\u00e9t\\u00e9",
                         " once" + text(random, 5, "abcdefgh"), "\\u0061bc"});
  }
  return out;
}

const std::vector<std::pair<std::string, Make>> kColumns = {
    {"constant", [](auto&, auto) { return std::string("always the same"); }},
    {"few",
     [](auto& random, auto) {
       return pick(random, {"axios/1.7", "curl/8 \\\"x\\\"", "go"});
     }},
    {"integers", [](auto& random, auto) { return std::to_string(random() % 100'000); }},
    {"hex", [](auto& random, auto) { return text(random, 32, "0123456789abcdef"); }},
    {"tokens",
     [](auto& random, auto) { return text(random, 22, "0123456789ABCDEFGHJKMNPQRSTVWXYZabcxyz"); }},
    {"letters", [](auto& random, auto) { return text(random, random() % 20, "abcdefghijkl "); }},
    {"words", words},
    {"addresses",
     [](auto& random, auto) {
       return pick(random, {"jo", "an", "kim"}) + text(random, 3, "0123456789") + "@" +
              pick(random, {"example.com", "nowhere.example"});
     }},
    {"paths",
     [](auto& random, auto) {
       return "/api/" + pick(random, {"profiles", "events"}) + "/" +
              text(random, 26, "0123456789ABCDEFGHJKMNPQRSTVWXYZ") +
              "?page=" + std::to_string(random() % 50) +
              pick(random, {"", "&x=a\\/b", "&q=\\u0041b1"});
     }},
    {"negative",
     [](auto& random, auto) { return std::to_string(static_cast<int>(random() % 3'000) - 1'500); }},
    {"few numbers", [](auto& random, auto) { return std::to_string(random() % 9 * 123'457); }},
    {"ascending", [](auto&, auto row) { return std::to_string(20'000'000 + row * 3); }},
    {"prices",
     [](auto& random, auto) {
       std::string out;
       append_decimal(static_cast<std::int64_t>(random() % 200'000) - 9'999, 2, out);
       return out;
     }},
    {"dates",
     [](auto& random, auto) {
       std::string out;
       append_rfc3339(kFirst + static_cast<TimeNs>(random() % kNsPerHour), 3, out);
       return out;
     }},
    {"seconds later",
     [](auto& random, auto row) {
       std::string out;
       append_rfc3339(ts_of(row) + static_cast<TimeNs>(random() % 3) * kNsPerSecond, 0, out);
       out.back() = '+';
       return out + "00:00";
     }},
    {"HTTP dates",
     [](auto&, auto row) {
       std::string out;
       append_http_date(ts_of(row), out);
       return out;
     }},
    {"anything",
     [](auto& random, auto) { return text(random, random() % 40, "ab\"cd@./-_ 01xyz"); }},
};

// One column of values, encoded; by all encodings that a sealed part tries.
struct Column {
  Column(const Make& make, std::mt19937_64& random)
      : words(1 << 16, 1 << 20), own(1 << 12, 1 << 18) {
    for (std::uint32_t i = 0; i < kRows; ++i) {
      std::string value = make(random, i);
      // A quote stands in a line escaped.
      for (std::size_t at = value.find('"'); at != std::string::npos;
           at = value.find('"', at + 2)) {
        if (at == 0 || value[at - 1] != '\\') value.insert(at, "\\");
      }
      values.add(value);
      places.push_back({i, 0, i});
      shapes.push_back(static_cast<std::int64_t>(random() % 3));
    }
    ColumnInput input;
    input.column = 20;
    input.values = &values;
    input.places = places;
    input.dictionary = &own;
    input.words = &words;
    input.shape_of_row = shapes;
    input.rows = &calls;
    input.effort = Effort::sealed;
    encode_text(input, chunk);
    chunk.resize(chunk.size() + kPackPadding);
  }

  static Dictionary parsed(const DictionaryBuilder& builder) {
    std::string bytes;
    builder.encode(Lz4Level::fast, bytes);
    return Dictionary::parse(bytes).value();
  }
  [[nodiscard]] std::string_view bytes() const {
    return std::string_view(chunk).substr(0, chunk.size() - kPackPadding);
  }

  // Which values the chunk says may be `wanted`.
  std::vector<bool> may_be(const std::string& wanted) {
    const Dictionary own_entries = parsed(own);
    const Dictionary word_entries = parsed(words);
    const auto count = static_cast<std::uint32_t>(values.size());
    ChunkContext context{.column = 20,
                         .values = count,
                         .dictionary = &own_entries,
                         .words = &word_entries,
                         .depth = 0,
                         .value_shapes = {}};
    context.value_shapes = [&] { return std::vector<std::uint16_t>(shapes.begin(), shapes.end()); };
    const auto parsed_chunk = parse_text_chunk(bytes(), context);
    BOOST_REQUIRE(parsed_chunk);
    Whereabouts where;
    (*parsed_chunk)->find(wanted, count, where);
    std::vector<bool> may(count, where.anywhere);
    for (const std::uint32_t value : where.values) may.at(value) = true;
    return may;
  }

  bool may_contain(const std::string& wanted) {
    const Needle needle(wanted);
    const Dictionary own_entries = parsed(own);
    const Dictionary word_entries = parsed(words);
    const NeedleInDictionary in_own(needle, &own_entries, NeedleParts::with);
    const NeedleInWords in_words(needle, &word_entries);
    const std::vector<bool> found(32);
    const SearchedCalls searched{calls, kRows, ts_of(0), ts_of(kRows - 1)};
    std::string scratch;
    return chunk_may_contain(bytes(), {.needle = needle,
                                       .scratch = scratch,
                                       .values = static_cast<std::uint32_t>(values.size()),
                                       .dictionary = &in_own,
                                       .words = &in_words,
                                       .found = &found,
                                       .marked = nullptr,
                                       .calls = &searched,
                                       .in_patterns = false,
                                       .depth = 0});
  }

  Calls calls;
  DictionaryBuilder words;
  DictionaryBuilder own;
  Strings values;
  std::vector<Place> places;
  std::vector<std::int64_t> shapes;
  std::string chunk;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(chunk_search)

BOOST_AUTO_TEST_CASE(no_part_of_a_value_is_denied) {
  std::mt19937_64 random(5);
  for (const auto& [name, make] : kColumns) {
    Column column(make, random);
    std::string scratch;
    for (int round = 0; round < fortnight::tests::rounds(300); ++round) {
      const std::string decoded(
          decode_json_string(column.values[random() % column.values.size()], scratch));
      if (decoded.empty()) continue;
      const std::size_t begin = random() % decoded.size();
      const std::string part = decoded.substr(begin, 1 + random() % (decoded.size() - begin));
      BOOST_TEST(column.may_contain(part), name << " denies " << part);
    }
  }
}

BOOST_AUTO_TEST_CASE(no_value_is_left_out_of_where_a_text_may_be) {
  std::mt19937_64 random(13);
  // Most of what is not the text is left out, where texts are like IDs.
  const std::vector<std::string> told_apart = {"integers", "hex", "tokens", "ascending", "letters"};
  for (const auto& [name, make] : kColumns) {
    Column column(make, random);
    std::string scratch;
    std::string other;
    for (int round = 0; round < 100; ++round) {
      const std::string wanted(
          decode_json_string(column.values[random() % column.values.size()], scratch));
      const std::vector<bool> may = column.may_be(wanted);
      std::size_t others = 0;
      for (std::size_t i = 0; i < may.size(); ++i) {
        const bool is = decode_json_string(column.values[i], other) == wanted;
        BOOST_TEST((may[i] || !is), name << " leaves out " << wanted);
        others += may[i] && !is ? 1 : 0;
      }
      if (std::find(told_apart.begin(), told_apart.end(), name) != told_apart.end()) {
        BOOST_TEST(others < 3U, name << " has " << others << " others for " << wanted);
      }
    }
    const std::vector<bool> nowhere = column.may_be("no such text");
    if (std::find(told_apart.begin(), told_apart.end(), name) == told_apart.end()) continue;
    BOOST_TEST(std::count(nowhere.begin(), nowhere.end(), true) == 0);
  }
}

// What only digits and the signs of numbers and dates are made of.
BOOST_AUTO_TEST_CASE(numbers_that_are_nowhere_are_denied) {
  const std::map<std::string, std::vector<std::string>> nowhere = {
      {"integers", {"123456", "99999999", "-", "1.5"}},
      {"negative", {"15000", "--"}},
      {"few numbers", {"111", "123458", "1234570"}},
      {"ascending", {"20000001", "30000"}},
      {"prices", {".123", "123456.", "-1000"}},
      {"dates", {"2019-03-14", "2026-11-13T13", "12345", "T00:00:00Z"}},
      {"seconds later", {"2019-03-14", "12345", "-11-12T02", ":00Z"}},
      {"HTTP dates", {"12345", "1:2:3", "2026-11"}}};
  std::mt19937_64 random(11);
  for (const auto& [name, make] : kColumns) {
    if (!nowhere.contains(name)) continue;
    Column column(make, random);
    for (const std::string& text : nowhere.at(name)) {
      BOOST_TEST(!column.may_contain(text), name << " says that it may have " << text);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_repeats_numbers_of_its_calls_is_searched_there) {
  const Calls calls;
  const SearchedCalls searched{calls, kRows, ts_of(0), ts_of(kRows - 1)};
  const auto may_contain = [&](FieldColumn column, const std::string& wanted) {
    const std::string chunk = {static_cast<char>(Encoding::field), static_cast<char>(column),
                               static_cast<char>(TimeText::rfc3339),
                               static_cast<char>(DurationUnit::ms)};
    const Needle needle(wanted);
    std::string scratch;
    return chunk_may_contain(chunk, {.needle = needle,
                                     .scratch = scratch,
                                     .values = kRows,
                                     .dictionary = nullptr,
                                     .words = nullptr,
                                     .found = nullptr,
                                     .marked = nullptr,
                                     .calls = &searched,
                                     .in_patterns = false,
                                     .depth = 0});
  };
  BOOST_TEST(may_contain(FieldColumn::status, "404"));
  BOOST_TEST(!may_contain(FieldColumn::status, "401"));
  BOOST_TEST(!may_contain(FieldColumn::status, "2020"));
  BOOST_TEST(may_contain(FieldColumn::duration, "1.2345"));
  BOOST_TEST(!may_contain(FieldColumn::duration, "1.23456"));
  for (std::uint32_t row = 0; row < kRows; row += 13) {
    std::string text;
    append_rfc3339(ts_of(row), row % 10, text);
    BOOST_TEST(may_contain(FieldColumn::ts, text));
    BOOST_TEST(may_contain(FieldColumn::ts, text.substr(text.size() / 2)));
  }
  BOOST_TEST(!may_contain(FieldColumn::ts, "2019"));
  BOOST_TEST(!may_contain(FieldColumn::ts, "0000000001"));
}

BOOST_AUTO_TEST_CASE(what_is_nowhere_is_denied) {
  std::mt19937_64 random(7);
  for (const auto& [name, make] : kColumns) {
    Column column(make, random);
    if (name == "words" || name == "paths") continue;  // with escaped letters nothing is sure
    for (const char* nowhere : {"Zebra", "zebra@crossing.example", "quux: no such thing"}) {
      BOOST_TEST(!column.may_contain(nowhere), name << " says that it may have " << nowhere);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
