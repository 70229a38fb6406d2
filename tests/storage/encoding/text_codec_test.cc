// Every text codec of the table, on generated, hostile and real values.
#include "storage/encoding/text_codec.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>

#include "base/json_walk.h"
#include "tests/storage/encoding/encoded_column.h"
#include "tests/storage/encoding/sample_columns.h"
#include "tests/support/effort.h"
#include "tests/support/memory_cap.h"

using namespace fortnight;
using namespace fortnight::storage;
using namespace fortnight::tests;

namespace text_codec_suite {

// Checks every codec that accepts the values, and the chosen one: the values are restored, and
// searches are correct.
void check_all_codecs(EncodedColumn& column, std::mt19937_64& random) {
  for (const TextCodec* codec : kTextCodecs) {
    BOOST_TEST_CONTEXT(codec->name) {
      if (!column.encode(*codec)) continue;
      column.check_round_trip();
      column.check_search(random, 5);
      column.check_candidates(random, 5);
    }
  }
  for (const Effort effort : {Effort::fast, Effort::sealed}) {
    column.choose(effort);
    column.check_round_trip();
    column.check_search(random, 5);
    column.check_candidates(random, 5);
  }
}

// The scalars of all lines below `folder`, by the name of their key.
std::map<std::string, std::vector<std::string>> real_columns(const std::string& folder) {
  std::map<std::string, std::vector<std::string>> columns;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    if (!file.is_regular_file()) continue;
    std::ifstream in(file.path());
    for (std::string line; std::getline(in, line);) {
      columns["line"].push_back(line);
      std::string key;
      JsonWalk walk(line);
      for (auto token = walk.next(); token != JsonWalk::Token::end; token = walk.next()) {
        if (token == JsonWalk::Token::key) key = walk.raw();
        if (token == JsonWalk::Token::string || token == JsonWalk::Token::primitive) {
          columns[key].emplace_back(walk.raw());
        }
      }
    }
  }
  return columns;
}

struct Fixture {
  MemoryCap cap;
};

}  // namespace text_codec_suite

BOOST_FIXTURE_TEST_SUITE(text_codec_suite, text_codec_suite::Fixture)

BOOST_AUTO_TEST_CASE(the_table_has_each_number_and_name_once) {
  std::set<Encoding> ids;
  std::set<std::string_view> names;
  for (const TextCodec* codec : kTextCodecs) {
    ids.insert(codec->id);
    names.insert(codec->name);
    BOOST_TEST(text_codec(static_cast<std::uint8_t>(codec->id)) == codec);
    BOOST_TEST(encoding_name(codec->id) == codec->name);
    BOOST_TEST(((codec->encode == nullptr) == (codec->stage == Stage::inner)));
  }
  BOOST_TEST(ids.size() == kTextCodecs.size());
  BOOST_TEST(names.size() == kTextCodecs.size());
  BOOST_TEST((text_codec(0) == nullptr));
  BOOST_TEST(encoding_name(static_cast<Encoding>(200)) == "unknown");
}

BOOST_AUTO_TEST_CASE(every_codec_is_chosen_for_some_values) {
  for (const TextCodec* codec : kTextCodecs) {
    BOOST_TEST(sample_columns().contains(std::string(codec->name)),
               codec->name << " has no sample");
  }
  for (const auto& [name, sample] : sample_columns()) {
    EncodedColumn column(values_of(sample, 5), sample);
    column.choose(Effort::sealed);
    const auto first = static_cast<std::uint8_t>(column.chunk().front());
    BOOST_TEST(text_codec(first)->name == name, sample.name << " has " << text_codec(first)->name);
  }
}

BOOST_AUTO_TEST_CASE(generated_values_come_back_and_are_found) {
  std::mt19937_64 random(7);
  for (const auto& [name, sample] : sample_columns()) {
    BOOST_TEST_CONTEXT(sample.name) {
      EncodedColumn column(values_of(sample, 11), sample);
      check_all_codecs(column, random);
      column.choose(Effort::sealed);
      column.check_search(random, rounds(100));
      column.check_candidates(random, rounds(50));
    }
  }
}

BOOST_AUTO_TEST_CASE(hostile_values_come_back_and_are_found) {
  std::mt19937_64 random(13);
  for (std::size_t i = 0; i < hostile_columns().size(); ++i) {
    BOOST_TEST_CONTEXT("hostile column " << i) {
      EncodedColumn column(hostile_columns()[i]);
      check_all_codecs(column, random);
    }
  }
}

// FORTNIGHT_REAL_LOGS names a folder of NDJSON files.
BOOST_AUTO_TEST_CASE(real_values_come_back_and_are_found) {
  const char* folder = std::getenv("FORTNIGHT_REAL_LOGS");
  if (folder == nullptr) return BOOST_TEST_MESSAGE("FORTNIGHT_REAL_LOGS isn't set"), void();
  std::mt19937_64 random(17);
  const auto columns = real_columns(folder);
  BOOST_TEST(columns.size() > 20U);
  for (const auto& [name, values] : columns) {
    BOOST_TEST_CONTEXT(name) {
      EncodedColumn column(values);
      check_all_codecs(column, random);
    }
  }
}

// Texts of typical characters that no value contains: codecs that know the form of their values
// deny them.
BOOST_AUTO_TEST_CASE(absent_texts_are_denied) {
  const std::map<std::string, std::vector<std::string>> nowhere = {
      {"one value", {"alwayss", "x"}},
      {"status", {"401", "2020"}},
      {"integers", {"123456", "99999999", "-", "1.5"}},
      {"negative", {"15000", "--"}},
      {"few numbers", {"111", "123458", "1234570"}},
      {"ascending", {"20000001", "30000"}},
      {"prices", {".123", "123456.", "-1000"}},
      {"few", {"axios/1.8", "wget"}},
      {"hex", {"abcdefg", "0123456789abcdef0123456789abcdef0"}},
      {"letters", {"abcm", "aaaaaaaaaaaaaaaaaaaaa"}},
      {"dates", {"2019-03-14", "2026-11-13T13", "12345", "T00:00:00Z"}},
      {"seconds later", {"2019-03-14", "12345", "-11-12T02", ":00Z"}},
      {"HTTP dates", {"12345", "1:2:3", "2026-11"}},
      {"by shape", {"another shape's", "12345"}}};
  for (const auto& [name, sample] : sample_columns()) {
    const auto texts = nowhere.find(sample.name);
    if (texts == nowhere.end()) continue;
    EncodedColumn column(values_of(sample, 19), sample);
    column.choose(Effort::sealed);
    for (const std::string& text : texts->second) {
      BOOST_TEST(!column.contains(text));
      BOOST_TEST(!column.may_contain(text), sample.name << " may contain " << text);
    }
  }
  // Only these contain escaped letters, which may be any letters.
  for (const auto& [name, sample] : sample_columns()) {
    if (name == "words" || name == "pattern" || name == "patched") continue;
    EncodedColumn column(values_of(sample, 19), sample);
    column.choose(Effort::sealed);
    for (const char* text : {"Zebra", "zebra@crossing.example", "quux: no such thing"}) {
      BOOST_TEST(!column.may_contain(text), sample.name << " may contain " << text);
    }
  }
}

// Look-ups by ID read only the candidates, of which columns of IDs have few.
BOOST_AUTO_TEST_CASE(candidates_for_an_id_are_few) {
  for (const auto& [name, sample] : sample_columns()) {
    const bool like_ids = sample.name == "hex" || sample.name == "tokens" ||
                          sample.name == "ascending" || sample.name == "ID of another column";
    if (!like_ids) continue;
    EncodedColumn column(values_of(sample, 23), sample);
    column.choose(Effort::sealed);
    for (std::uint32_t i = 0; i < column.size(); i += 17) {
      const auto may = column.candidates(std::string(column.values()[i]));
      BOOST_TEST(std::count(may.begin(), may.end(), true) < 4, sample.name);
    }
    const auto none = column.candidates("no such ID");
    BOOST_TEST(std::count(none.begin(), none.end(), true) == 0, sample.name);
  }
}

BOOST_AUTO_TEST_CASE(damaged_chunks_do_no_harm) {
  std::mt19937_64 random(29);
  for (const auto& [name, sample] : sample_columns()) {
    EncodedColumn column(values_of(sample, 31), sample);
    column.choose(Effort::sealed);
    column.check_damage(random, rounds(100));
    for (const TextCodec* codec : kTextCodecs) {
      if (column.encode(*codec)) column.check_damage(random, rounds(5));
    }
  }
}

// Chunks of any first byte with few other bytes, and chunks without values.
BOOST_AUTO_TEST_CASE(chunks_of_no_bytes_or_no_values_do_no_harm) {
  const EncodedColumn column({"a", "b"});
  std::string scratch;
  const Needle needle("17");
  for (unsigned first = 0; first < 256; ++first) {
    for (const std::uint32_t values : {0U, 1U, 4096U}) {
      std::string bytes(1, static_cast<char>(first));
      for (const std::string& rest : {std::string(), std::string(12, '\0'), std::string(12, '\x05'),
                                      std::string("\x05\0\0\0\0", 5), std::string(12, '\xff')}) {
        const std::string chunk = bytes + rest + std::string(8, '\0');
        const std::string_view view = std::string_view(chunk).substr(0, chunk.size() - 8);
        ChunkSearch search{.needle = needle, .scratch = scratch, .values = values};
        static_cast<void>(chunk_may_contain(view, search));
        ChunkContext context;
        context.values = values;
        static_cast<void>(parse_text_chunk(view, context));
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
