// Every number codec of the table, on generated and hostile values.
#include "storage/encoding/number_codec.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstring>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "storage/packing/bit_pack.h"
#include "tests/support/effort.h"
#include "tests/support/memory_cap.h"

using namespace fortnight;
using namespace fortnight::storage;

namespace number_codec_suite {

using Numbers = std::vector<std::int64_t>;
using Random = std::mt19937_64;

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kGreatest = std::numeric_limits<std::int64_t>::max();

struct Fixture {
  fortnight::tests::MemoryCap cap;
};

// A copy on the heap with exactly kPackPadding bytes after it, so that a sanitizer detects every
// overrun.
class Padded {
 public:
  explicit Padded(std::string_view bytes)
      : bytes_(std::make_unique<char[]>(bytes.size() + kPackPadding)), size_(bytes.size()) {
    std::memcpy(bytes_.get(), bytes.data(), bytes.size());
  }
  [[nodiscard]] std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_;
};

Numbers made(std::size_t count, const std::function<std::int64_t(std::size_t)>& next) {
  Numbers numbers;
  for (std::size_t i = 0; i < count; ++i) numbers.push_back(next(i));
  return numbers;
}

// For each codec, by name, numbers for which it is chosen.
std::map<std::string_view, Numbers> samples() {
  Random random(3);
  const Numbers few = {200, 201, 204, 400, 404, 429, 500, 503, -1000000007};
  std::int64_t rising = 1'790'000'000;
  return {{"number_constant", Numbers(4096, 200)},
          {"number_frame",
           made(4096, [&](auto) { return static_cast<std::int64_t>(random() % 1000) * 3 - 70; })},
          {"number_dictionary", made(4096, [&](auto) { return few[random() % few.size()]; })},
          {"number_delta",
           made(4096, [&](auto) { return rising += 1000 + static_cast<int>(random() % 9); })},
          {"number_decimal", made(4096, [&](auto) {
             const std::int64_t unit = random() % 2 == 0 ? 1 : 1'000'000;
             return static_cast<std::int64_t>(random() % 900) * unit;
           })}};
}

NumberInput measured(const Numbers& numbers) {
  NumberInput input{.values = numbers};
  if (numbers.empty()) return input;
  input.least = *std::min_element(numbers.begin(), numbers.end());
  input.greatest = *std::max_element(numbers.begin(), numbers.end());
  // Any common divisor of all distances is valid, for example 1.
  input.step = input.least == input.greatest ? 0 : 1;
  return input;
}

void check(const Numbers& numbers, std::string_view bytes) {
  const Padded padded(bytes);
  const auto parsed = parse_number_chunk(padded.view(), static_cast<std::uint32_t>(numbers.size()));
  BOOST_REQUIRE(parsed);
  const NumberChunk& chunk = **parsed;
  BOOST_TEST(chunk.size() == numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) BOOST_REQUIRE_EQUAL(chunk[i], numbers[i]);
  BOOST_TEST((chunk.decode() == numbers));
  BOOST_TEST(chunk.memory() > 0U);
  if (numbers.empty()) return;
  const std::set<std::int64_t> distinct(numbers.begin(), numbers.end());
  const Numbers listed = chunk.numbers();
  BOOST_TEST((std::set<std::int64_t>(listed.begin(), listed.end()) == distinct));
  BOOST_TEST(chunk.range().least <= *distinct.begin());
  BOOST_TEST(chunk.range().greatest >= *distinct.rbegin());
}

// Encodes with every codec that accepts the numbers, and with the chosen one, whose name is
// returned.
std::string_view round_trip(const Numbers& numbers) {
  for (const NumberCodec* codec : kNumberCodecs) {
    BOOST_TEST_CONTEXT(codec->name) {
      std::string bytes;
      if (codec->encode(measured(numbers), bytes)) {
        check(numbers, bytes);
      } else {
        BOOST_TEST(bytes.empty());
      }
    }
  }
  std::string bytes;
  encode_numbers(numbers, bytes);
  check(numbers, bytes);
  return number_codec(static_cast<std::uint8_t>(bytes[0]))->name;
}

}  // namespace number_codec_suite

BOOST_FIXTURE_TEST_SUITE(number_codec_suite, number_codec_suite::Fixture)

BOOST_AUTO_TEST_CASE(the_table_has_each_number_and_name_once) {
  std::set<Encoding> ids;
  std::set<std::string_view> names;
  for (const NumberCodec* codec : kNumberCodecs) {
    ids.insert(codec->id);
    names.insert(codec->name);
    BOOST_TEST(number_codec(static_cast<std::uint8_t>(codec->id)) == codec);
    BOOST_TEST(encoding_name(codec->id) == codec->name);
  }
  BOOST_TEST(ids.size() == kNumberCodecs.size());
  BOOST_TEST(names.size() == kNumberCodecs.size());
  BOOST_TEST((number_codec(0) == nullptr));
}

BOOST_AUTO_TEST_CASE(every_codec_is_chosen_for_some_numbers) {
  const auto numbers = samples();
  for (const NumberCodec* codec : kNumberCodecs) {
    BOOST_REQUIRE_MESSAGE(numbers.contains(codec->name), codec->name << " has no sample");
    BOOST_TEST(round_trip(numbers.at(codec->name)) == codec->name);
  }
}

// Around the maximum number of distinct values in a dictionary, far apart and close together.
BOOST_AUTO_TEST_CASE(any_number_of_distinct_values) {
  Random random(5);
  for (const std::size_t distinct : {1U, 2U, 3U, 128U, 129U, 255U, 256U, 257U, 300U}) {
    for (const std::int64_t apart : {std::int64_t{1}, std::int64_t{1} << 10, std::int64_t{1} << 40,
                                     std::int64_t{0x9e3779b97f4a}}) {
      round_trip(made(3000, [&](std::size_t i) {
        const auto which = i < distinct ? i : random() % distinct;
        return static_cast<std::int64_t>(which) * apart - 77;
      }));
    }
  }
}

// Around the length of a run of differences.
BOOST_AUTO_TEST_CASE(any_number_of_values) {
  Random random(6);
  for (const std::size_t count : {0U, 1U, 2U, 3U, 127U, 128U, 129U, 130U, 256U, 257U, 258U}) {
    std::int64_t value = 0;
    round_trip(made(count, [&](auto) { return value += static_cast<int>(random() % 100); }));
    round_trip(made(count, [&](auto) { return static_cast<std::int64_t>(random()); }));
    round_trip(Numbers(count, -5));
  }
}

BOOST_AUTO_TEST_CASE(the_ends_of_the_range) {
  round_trip({kLeast, kGreatest});
  round_trip({kGreatest, kLeast, 0, -1, 1});
  round_trip({kGreatest, kGreatest - 1, kGreatest});
  round_trip({kLeast, kLeast + 1, kLeast + 2, kLeast + 3});
  round_trip({kLeast, kLeast / 10 * 10, 0, 1'000'000'000'000'000'000, -1'000'000'000'000'000'000});
  Random random(9);
  round_trip(made(1000, [&](auto) { return static_cast<std::int64_t>(random()); }));
}

// Truncated, with changed bytes, or with another length: no read leaves the chunk's bytes, and
// everything that parses can be read.
BOOST_AUTO_TEST_CASE(damaged_chunks_do_no_harm) {
  Random random(15);
  const auto read = [](std::string_view bytes, std::uint32_t rows) {
    const Padded padded(bytes);
    const auto chunk = parse_number_chunk(padded.view(), rows);
    if (!chunk) return;
    BOOST_TEST((*chunk)->decode().size() == rows);
    static_cast<void>((*chunk)->numbers());
    static_cast<void>((*chunk)->range());
    for (std::uint32_t i = 0; i < rows; i += 7) static_cast<void>((**chunk)[i]);
  };
  for (const auto& [name, numbers] : samples()) {
    std::string bytes;
    encode_numbers(numbers, bytes);
    const auto rows = static_cast<std::uint32_t>(numbers.size());
    for (const std::uint32_t other : {0U, rows - 1, rows + 1}) {
      BOOST_TEST(!parse_number_chunk(bytes + std::string(kPackPadding, '\0'), other));
    }
    for (int round = 0; round < fortnight::tests::rounds(300); ++round) {
      read(bytes.substr(0, random() % bytes.size()), rows);
      std::string changed = bytes;
      const std::size_t end = random() % 2 == 0 ? changed.size() : 16;
      changed[random() % end] = static_cast<char>(random() % 256);
      read(changed, rows);
    }
  }
}

// Only hostile files have them: writers encode no numbers only as a constant chunk.
BOOST_AUTO_TEST_CASE(chunks_of_no_numbers) {
  for (const NumberCodec* codec : kNumberCodecs) {
    std::string bytes;
    write_number_header(codec->id, 0, 5, bytes);
    bytes += std::string("\x01\0\0\0", 4) + std::string(kPackPadding, '\0');
    const auto chunk = parse_number_chunk(bytes, 0);
    if (!chunk) continue;
    BOOST_TEST((*chunk)->decode().empty());
    BOOST_TEST((*chunk)->range().least <= (*chunk)->range().greatest);
  }
}

BOOST_AUTO_TEST_SUITE_END()
