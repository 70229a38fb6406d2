// Numbers of differing precision, such as durations: how many zeros each ends in, in decimal; then
// for each such count the numbers without those zeros, packed to their range.
#include <algorithm>
#include <array>
#include <vector>

#include "base/require.h"
#include "storage/encoding/number_codec.h"
#include "storage/packing/packed.h"
#include "storage/packing/ranks.h"

namespace fortnight::storage {
namespace {

constexpr unsigned kZerosWidth = 4;
constexpr unsigned kMaxZeros = (1U << kZerosWidth) - 1;

constexpr std::uint64_t power_of_ten(unsigned exponent) {
  std::uint64_t power = 1;
  for (; exponent > 0; --exponent) power *= 10;
  return power;
}

// The numbers that end in the same count of zeros, without those.
struct Group {
  std::int64_t least = 0;
  std::uint64_t power = 1;  // of ten
  unsigned width = 0;
  const char* packed = nullptr;

  [[nodiscard]] std::int64_t at(std::uint32_t index) const {
    const std::int64_t shortened = number_sum(least, unpack_one(packed, index, width));
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(shortened) * power);
  }
};
using Groups = std::array<Group, kMaxZeros + 1>;  // by the count of zeros

class DecimalNumbers final : public NumberChunk {
 public:
  DecimalNumbers(std::uint32_t size, Ranks zeros, std::unique_ptr<const Groups> groups)
      : NumberChunk(size), zeros_(std::move(zeros)), groups_(std::move(groups)) {}

  std::int64_t operator[](std::size_t i) const override {
    FORTNIGHT_REQUIRE(i < size());
    return (*groups_)[zeros_.group(i)].at(zeros_.within(i));
  }
  std::size_t memory() const override { return sizeof(*this) + sizeof(Groups) + zeros_.memory(); }

 private:
  void decode_to(std::int64_t* out) const override {
    std::array<std::uint32_t, kMaxZeros + 1> next{};
    for (std::uint32_t i = 0; i < size(); ++i) {
      const std::uint16_t zeros = zeros_.group(i);
      out[i] = (*groups_)[zeros].at(next[zeros]++);
    }
  }

  Ranks zeros_;  // how many each number ends in
  std::unique_ptr<const Groups> groups_;
};

unsigned zeros_of(std::int64_t value) {
  unsigned zeros = 0;
  for (; zeros < kMaxZeros && value != 0 && value % 10 == 0; ++zeros) value /= 10;
  return zeros;
}

// Whether this takes less than a frame, judged by a sample: the zeros, beyond those that all values
// end in, must save more than the bits that count them.
bool saves_zeros(const NumberInput& input) {
  constexpr std::size_t kSamples = 64;
  constexpr double kBitsOfDigit = 3.3;
  const std::size_t samples = std::min(kSamples, input.values.size());
  const unsigned shared = zeros_of(static_cast<std::int64_t>(input.step));
  unsigned zeros = 0;
  for (std::size_t i = 0; i < samples; ++i) {
    const unsigned of_value = zeros_of(input.values[i * input.values.size() / samples]);
    zeros += of_value - std::min(of_value, shared);
  }
  return zeros * kBitsOfDigit > 3.0 * static_cast<double>(samples);
}

bool encode(const NumberInput& input, std::string& out) {
  if (input.constant() || !saves_zeros(input)) return false;
  std::vector<std::uint64_t> zeros;
  std::array<std::vector<std::int64_t>, kMaxZeros + 1> groups;
  for (const std::int64_t value : input.values) {
    const unsigned of_value = zeros_of(value);
    zeros.push_back(of_value);
    groups[of_value].push_back(value / static_cast<std::int64_t>(power_of_ten(of_value)));
  }
  write_number_header(Encoding::number_decimal, input.values.size(), 0, out);
  append_packed(zeros, kZerosWidth, out);
  ByteWriter writer(out);
  for (const auto& group : groups) {
    if (group.empty()) continue;
    const auto [least, greatest] = std::minmax_element(group.begin(), group.end());
    const unsigned width = bit_width_for(number_difference(*greatest, *least));
    writer.signed_varint(*least);
    writer.u8(static_cast<std::uint8_t>(width));
    std::vector<std::uint64_t> distances;
    for (const std::int64_t value : group) distances.push_back(number_difference(value, *least));
    append_packed(distances, width, out);
  }
  return true;
}

std::unique_ptr<NumberChunk> parse(ByteReader& in, std::uint32_t count, std::int64_t) {
  const char* packed = read_packed(in, count, kZerosWidth);
  if (!in.ok()) return nullptr;
  std::vector<std::uint16_t> of_value(count);
  unpack_bits(packed, 0, count, kZerosWidth, of_value.data());
  Ranks zeros(std::move(of_value), kMaxZeros + 1);
  auto groups = std::make_unique<Groups>();
  for (unsigned i = 0; i <= kMaxZeros; ++i) {
    if (zeros.filled(i) == 0) continue;
    Group& group = (*groups)[i];
    group.least = in.signed_varint();
    group.power = power_of_ten(i);
    group.width = in.u8();
    group.packed = read_packed(in, zeros.filled(i), group.width);
  }
  if (!in.ok()) return nullptr;
  return std::make_unique<DecimalNumbers>(count, std::move(zeros), std::move(groups));
}

}  // namespace

constinit const NumberCodec kNumberDecimalCodec = {
    .id = Encoding::number_decimal, .name = "number_decimal", .encode = encode, .parse = parse};

}  // namespace fortnight::storage
