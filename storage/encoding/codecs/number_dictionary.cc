// A few distinct numbers: each listed once in ascending order, and a code a value.
#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "base/require.h"
#include "storage/encoding/number_codec.h"
#include "storage/packing/packed.h"

namespace fortnight::storage {
namespace {

// Codes of more bits than this are rarely shorter than a frame.
constexpr unsigned kMaxCodeWidth = 8;
constexpr std::size_t kMaxDistinct = std::size_t{1} << kMaxCodeWidth;

class DictionaryNumbers final : public NumberChunk {
 public:
  DictionaryNumbers(std::uint32_t size, std::vector<std::int64_t> distinct, const char* packed)
      : NumberChunk(size),
        distinct_(std::move(distinct)),
        width_(bit_width_for(distinct_.size() - 1)),
        packed_(packed) {}

  std::int64_t operator[](std::size_t i) const override {
    FORTNIGHT_REQUIRE(i < size());
    return distinct_[unpack_one(packed_, i, width_)];
  }
  NumberRange range() const override {
    const auto [least, greatest] = std::minmax_element(distinct_.begin(), distinct_.end());
    return {*least, *greatest};
  }
  std::vector<std::int64_t> numbers() const override { return distinct_; }
  std::size_t memory() const override {
    return sizeof(*this) + distinct_.capacity() * sizeof(std::int64_t);
  }

 private:
  void decode_to(std::int64_t* out) const override {
    for (std::uint32_t i = 0; i < size(); ++i) out[i] = distinct_[unpack_one(packed_, i, width_)];
  }

  std::vector<std::int64_t> distinct_;  // 1 to kMaxDistinct
  unsigned width_;
  const char* packed_;
};

// Codes for distinct numbers, in the order in which they first come. An open hash table with so few
// slots that it stays in the nearest cache.
class DistinctNumbers {
 public:
  // Requires no more than kMaxDistinct + 1 distinct numbers.
  std::uint64_t intern(std::int64_t value) {
    // Fibonacci hashing: Knuth, The Art of Computer Programming 3, 6.4.
    constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15;
    constexpr unsigned kShift = 64 - kSlotBits;
    std::size_t slot = static_cast<std::uint64_t>(value) * kGolden >> kShift;
    for (; slots_[slot] != 0; slot = (slot + 1) % slots_.size()) {
      if (values_[slots_[slot] - 1U] == value) return slots_[slot] - 1U;
    }
    values_.push_back(value);
    slots_[slot] = static_cast<std::uint16_t>(values_.size());
    return values_.size() - 1;
  }
  [[nodiscard]] const std::vector<std::int64_t>& values() const { return values_; }

 private:
  static constexpr unsigned kSlotBits = 10;
  std::array<std::uint16_t, 1U << kSlotBits> slots_{};  // a number's code + 1; 0: free
  std::vector<std::int64_t> values_;
};

bool encode(const NumberInput& input, std::string& out) {
  if (input.constant()) return false;
  const unsigned frame_width =
      bit_width_for(number_difference(input.greatest, input.least) / input.step);
  // With more distinct values than this, codes are as wide as the numbers of a frame.
  const std::size_t max_distinct =
      frame_width > kMaxCodeWidth ? kMaxDistinct : std::size_t{1} << frame_width >> 1;
  DistinctNumbers distinct;
  std::vector<std::uint64_t> codes;
  codes.reserve(input.values.size());
  for (const std::int64_t value : input.values) {
    codes.push_back(distinct.intern(value));
    if (distinct.values().size() > max_distinct) return false;
  }
  std::vector<std::int64_t> sorted = distinct.values();
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::uint64_t> rank;
  for (const std::int64_t value : distinct.values()) {
    rank.push_back(static_cast<std::uint64_t>(
        std::lower_bound(sorted.begin(), sorted.end(), value) - sorted.begin()));
  }
  for (std::uint64_t& code : codes) code = rank[code];
  write_number_header(Encoding::number_dictionary, input.values.size(), sorted[0], out);
  ByteWriter writer(out);
  writer.varint(sorted.size());
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    writer.varint(number_difference(sorted[i], sorted[i - 1]));
  }
  append_packed(codes, bit_width_for(sorted.size() - 1), out);
  return true;
}

// Empty where they are damaged.
std::vector<std::int64_t> read_distinct(ByteReader& in, std::int64_t first) {
  const std::uint64_t count = in.count();
  if (count == 0 || count > kMaxDistinct) return {};
  std::vector<std::int64_t> distinct(count);
  distinct[0] = first;
  for (std::size_t i = 1; i < distinct.size(); ++i) {
    distinct[i] = number_sum(distinct[i - 1], in.varint());
  }
  return distinct;
}

bool all_below(const char* packed, std::uint32_t count, std::size_t distinct) {
  if (std::has_single_bit(distinct)) return true;  // a code of that width is never beyond
  std::vector<std::uint16_t> codes(count);
  unpack_bits(packed, 0, count, bit_width_for(distinct - 1), codes.data());
  return std::all_of(codes.begin(), codes.end(),
                     [&](std::uint16_t code) { return code < distinct; });
}

std::unique_ptr<NumberChunk> parse(ByteReader& in, std::uint32_t count, std::int64_t base) {
  std::vector<std::int64_t> distinct = read_distinct(in, base);
  if (distinct.empty()) return nullptr;
  const char* packed = read_packed(in, count, bit_width_for(distinct.size() - 1));
  if (!in.ok() || !all_below(packed, count, distinct.size())) return nullptr;
  return std::make_unique<DictionaryNumbers>(count, std::move(distinct), packed);
}

}  // namespace

constinit const NumberCodec kNumberDictionaryCodec = {.id = Encoding::number_dictionary,
                                                      .name = "number_dictionary",
                                                      .encode = encode,
                                                      .parse = parse};

}  // namespace fortnight::storage
