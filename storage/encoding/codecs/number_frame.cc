// Numbers packed to their range (frame of reference): value = base + step * a number of fixed
// width.
#include <limits>
#include <vector>

#include "base/require.h"
#include "storage/encoding/number_codec.h"
#include "storage/packing/packed.h"

namespace fortnight::storage {
namespace {

class FrameNumbers final : public NumberChunk {
 public:
  FrameNumbers(std::uint32_t size, std::int64_t base, std::uint64_t step, unsigned width,
               const char* packed)
      : NumberChunk(size), base_(base), step_(step), width_(width), packed_(packed) {}

  std::int64_t operator[](std::size_t i) const override {
    FORTNIGHT_REQUIRE(i < size());
    return number_sum(base_, unpack_one(packed_, i, width_) * step_);
  }
  // By the width alone: no value is read.
  NumberRange range() const override {
    const auto furthest = static_cast<std::int64_t>(bit_pack_detail::low_bits(width_));
    std::int64_t distance = 0;
    NumberRange range{base_, base_};
    if (furthest < 0 ||
        __builtin_mul_overflow(furthest, static_cast<std::int64_t>(step_), &distance) ||
        distance < 0 || __builtin_add_overflow(base_, distance, &range.greatest)) {
      return {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()};
    }
    return range;
  }
  std::size_t memory() const override { return sizeof(*this); }

 private:
  void decode_to(std::int64_t* out) const override {
    static_assert(sizeof(std::int64_t) == sizeof(std::uint64_t));
    auto* raw = reinterpret_cast<std::uint64_t*>(out);
    unpack_bits(packed_, 0, size(), width_, raw);
    for (std::uint32_t i = 0; i < size(); ++i) out[i] = number_sum(base_, raw[i] * step_);
  }

  std::int64_t base_;
  std::uint64_t step_;
  unsigned width_;
  const char* packed_;
};

bool encode(const NumberInput& input, std::string& out) {
  if (input.constant()) return false;
  write_number_header(Encoding::number_frame, input.values.size(), input.least, out);
  ByteWriter writer(out);
  writer.varint(input.step);
  const unsigned width = bit_width_for(number_difference(input.greatest, input.least) / input.step);
  writer.u8(static_cast<std::uint8_t>(width));
  std::vector<std::uint64_t> distances;
  distances.reserve(input.values.size());
  for (const std::int64_t value : input.values) {
    distances.push_back(number_difference(value, input.least));
  }
  if (input.step != 1) {
    for (std::uint64_t& distance : distances) distance /= input.step;
  }
  append_packed(distances, width, out);
  return true;
}

std::unique_ptr<NumberChunk> parse(ByteReader& in, std::uint32_t count, std::int64_t base) {
  const std::uint64_t step = in.varint();
  const unsigned width = in.u8();
  const char* packed = read_packed(in, count, width);
  if (!in.ok()) return nullptr;
  return std::make_unique<FrameNumbers>(count, base, step, width, packed);
}

}  // namespace

constinit const NumberCodec kNumberFrameCodec = {
    .id = Encoding::number_frame, .name = "number_frame", .encode = encode, .parse = parse};

}  // namespace fortnight::storage
