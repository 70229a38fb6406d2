// Chunks of every encoding are searched by their bytes, and never deny a text that a value has.
#include "storage/encoding/chunk_search.h"

#include <boost/test/unit_test.hpp>
#include <functional>
#include <random>

#include "storage/base/bit_pack.h"
#include "storage/encoding/text_encoder.h"

using namespace fortnight::storage;

namespace {

using Make = std::function<std::string(std::mt19937_64&)>;

std::string pick(std::mt19937_64& random, const std::vector<std::string>& choices) {
  return choices[random() % choices.size()];
}

std::string text(std::mt19937_64& random, std::size_t length, std::string_view alphabet) {
  std::string out;
  for (std::size_t i = 0; i < length; ++i) out.push_back(alphabet[random() % alphabet.size()]);
  return out;
}

std::string words(std::mt19937_64& random) {
  std::string out;
  for (std::uint64_t i = 0; i < 3 + random() % 6; ++i) {
    out += pick(random, {" the", " order", " of", " jo", "@", "example", ".", "com", "\\n",
                         "\\u003c", "\\\"", " ", " caf\xc3\xa9", "\\u00e9t\\u00e9",
                         " once" + text(random, 5, "abcdefgh"), "\\u0061bc"});
  }
  return out;
}

const std::vector<std::pair<std::string, Make>> kColumns = {
    {"constant", [](auto&) { return std::string("always the same"); }},
    {"few",
     [](auto& random) {
       return pick(random, {"axios/1.7", "curl/8 \\\"x\\\"", "go"});
     }},
    {"integers", [](auto& random) { return std::to_string(random() % 100'000); }},
    {"hex", [](auto& random) { return text(random, 32, "0123456789abcdef"); }},
    {"tokens",
     [](auto& random) { return text(random, 22, "0123456789ABCDEFGHJKMNPQRSTVWXYZabcxyz"); }},
    {"letters", [](auto& random) { return text(random, random() % 20, "abcdefghijkl "); }},
    {"words", words},
    {"addresses",
     [](auto& random) {
       return pick(random, {"jo", "an", "kim"}) + text(random, 3, "0123456789") + "@" +
              pick(random, {"example.com", "nowhere.example"});
     }},
    {"paths",
     [](auto& random) {
       return "/api/" + pick(random, {"profiles", "events"}) + "/" +
              text(random, 26, "0123456789ABCDEFGHJKMNPQRSTVWXYZ") +
              "?page=" + std::to_string(random() % 50) +
              pick(random, {"", "&x=a\\/b", "&q=\\u0041b1"});
     }},
    {"anything", [](auto& random) { return text(random, random() % 40, "ab\"cd@./-_ 01xyz"); }},
};

// One column of values, encoded; by all encodings that a sealed part tries.
struct Column {
  Column(const Make& make, std::mt19937_64& random)
      : words(1 << 16, 1 << 20), own(1 << 12, 1 << 18) {
    for (std::uint32_t i = 0; i < 400; ++i) {
      std::string value = make(random);
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
    input.effort = Effort::sealed;
    encode_text(input, chunk);
    chunk.resize(chunk.size() + kPackPadding);
  }

  bool may_contain(const std::string& wanted) {
    const Needle needle(wanted);
    const auto parsed = [](const DictionaryBuilder& builder) {
      std::string bytes;
      builder.encode(Lz4Level::fast, bytes);
      return Dictionary::parse(bytes).value();
    };
    const Dictionary own_entries = parsed(own);
    const Dictionary word_entries = parsed(words);
    const NeedleInDictionary in_own(needle, &own_entries);
    const NeedleInWords in_words(needle, &word_entries);
    const std::vector<bool> found(32);
    std::string scratch;
    return chunk_may_contain(std::string_view(chunk).substr(0, chunk.size() - kPackPadding),
                             {.needle = needle,
                              .scratch = scratch,
                              .values = static_cast<std::uint32_t>(values.size()),
                              .dictionary = &in_own,
                              .words = &in_words,
                              .found = &found,
                              .marked = nullptr,
                              .in_patterns = false,
                              .depth = 0});
  }

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
    for (int round = 0; round < 300; ++round) {
      const std::string decoded(
          decode_json_string(column.values[random() % column.values.size()], scratch));
      if (decoded.empty()) continue;
      const std::size_t begin = random() % decoded.size();
      const std::string part = decoded.substr(begin, 1 + random() % (decoded.size() - begin));
      BOOST_TEST(column.may_contain(part), name << " denies " << part);
    }
  }
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
