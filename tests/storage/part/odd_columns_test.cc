// Parts with columns of every kind, alone and together, with few rows and many. Whatever encodings
// are chosen, and whichever dictionaries are absent, the values are restored.
#include <boost/test/unit_test.hpp>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "storage/files/block_cache.h"
#include "storage/part/part.h"
#include "storage/part/part_memory.h"
#include "tests/support/simulated_file_system.h"

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(odd_columns)

namespace {

constexpr Day kDay = 20777;

class Columns {
 public:
  explicit Columns(std::uint64_t seed) : random_(seed) {}

  Batch make() {
    const std::size_t columns = 1 + below(8);
    Shape shape;
    for (std::size_t i = 0; i < columns; ++i) {
      shape.skeleton += (i == 0 ? "{\"c" : ",\"c") + std::to_string(i) + "\":\"" + kHole + '"';
      styles_.push_back(style());
    }
    shape.skeleton += '}';
    shape.holes = static_cast<std::uint32_t>(columns);
    Batch batch;
    batch.shapes.push_back(std::make_shared<const Shape>(shape));
    const std::size_t rows = below(20) == 0 ? 4000 + below(1000) : 1 + below(60);
    for (std::size_t row = 0; row < rows; ++row) add(batch, row);
    return batch;
  }

 private:
  using Style = std::function<std::string(std::size_t row)>;

  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  std::string text(std::size_t length, std::string_view alphabet) {
    std::string out;
    for (std::size_t i = 0; i < length; ++i) out.push_back(alphabet[below(alphabet.size())]);
    return out;
  }

  Style style() {
    const std::size_t length = 1 + below(40);
    const std::vector<std::string_view> alphabets = {
        "x", "01", "0123456789", "0123456789abcdef", "ab ", "a-b_c.", "aB3\xc3\xa9\\\"/"};
    const std::string_view alphabet = alphabets[below(alphabets.size())];
    switch (below(10)) {
      case 0:  // one value
        return [value = text(length, alphabet)](std::size_t) { return value; };
      case 1:  // one length
        return [=, this](std::size_t) { return text(length, alphabet); };
      case 2:  // any length, including 0
        return [=, this](std::size_t) { return text(below(2 * length), alphabet); };
      case 3: {  // few values
        std::vector<std::string> values;
        for (std::size_t i = 0; i < 1 + length % 5; ++i) values.push_back(text(length, alphabet));
        return [=, this](std::size_t) { return values[below(values.size())]; };
      }
      case 4:  // counters
        return [=](std::size_t row) { return std::to_string(row * length); };
      case 5:  // decimals, some unusual
        return [=, this](std::size_t) {
          return below(9) == 0 ? "1e400"
                               : text(1 + below(3), "123456789") + "." + text(2, "0123456789");
        };
      case 6:  // a pattern with a changing part
        return [=, this](std::size_t) { return "/v1/things/" + text(length, alphabet) + "/end"; };
      case 7:  // one value for a long time, then another or none
        return [=](std::size_t row) { return row % 50 < 40 ? std::string(length, 'q') : ""; };
      case 8: {  // a long word of any letters, all distinct
        const auto letter = static_cast<char>('a' + below(26));
        return [=](std::size_t row) {
          return std::string(20 + (row * row + length) % 97, letter) + std::to_string(row);
        };
      }
      default:  // equal to the previous column
        return [this](std::size_t) { return last_; };
    }
  }

  void add(Batch& batch, std::size_t row) {
    Call call;
    call.ts = day_start(kDay) + static_cast<TimeNs>(row);
    call.seq = row;
    call.values = static_cast<std::uint32_t>(batch.text.size());
    for (const Style& style : styles_) {
      last_ = style(row);
      append_value(batch.text, last_);
    }
    batch.calls.push_back(call);
  }

  std::mt19937_64 random_;
  std::vector<Style> styles_;
  std::string last_;
};

std::vector<std::string> lines_of(const Batch& batch) {
  std::vector<std::string> lines;
  for (const Call& call : batch.calls) append_line(batch, call, lines.emplace_back());
  return lines;
}

// The choice of encodings is remembered between parts, as in a daemon.
std::vector<std::string> written_and_read(const Batch& batch, Effort effort,
                                          const std::shared_ptr<PartMemory>& choices) {
  fortnight::faults::SimulatedFileSystem files;
  auto writer = PartWriter::create(files, "part", kDay, effort, choices);
  BOOST_REQUIRE(writer);
  for (const Call& call : batch.calls) BOOST_REQUIRE((*writer)->add(batch, call));
  BOOST_REQUIRE((*writer)->finish());
  const auto part = PartReader::open(files, "part", std::make_shared<BlockCache>(8U << 20));
  BOOST_REQUIRE(part);
  std::vector<std::string> lines;
  for (std::uint32_t block = 0; block < (*part)->blocks(); ++block) {
    const auto back = (*part)->read_block(block);
    BOOST_REQUIRE_MESSAGE(back, back.error().message);
    const std::vector<std::string> of_block = lines_of(*back);
    lines.insert(lines.end(), of_block.begin(), of_block.end());
  }
  return lines;
}

}  // namespace

BOOST_AUTO_TEST_CASE(values_of_any_columns_are_restored) {
  const auto choices = std::make_shared<PartMemory>();
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      const Batch batch = Columns(seed).make();
      const std::vector<std::string> lines = lines_of(batch);
      for (const Effort effort : {Effort::fast, Effort::sealed}) {
        const bool same =
            written_and_read(batch, effort, seed % 2 == 0 ? choices : nullptr) == lines;
        BOOST_TEST(same);
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
