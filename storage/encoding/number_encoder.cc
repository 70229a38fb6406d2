#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "storage/base/bytes.h"
#include "storage/base/packed.h"
#include "storage/encoding/format.h"
#include "storage/encoding/number_chunk.h"
#include "storage/encoding/number_form.h"

namespace fortnight::storage {
namespace {

// The greatest number that divides all distances from `base`.
std::uint64_t common_step(std::span<const std::int64_t> values, std::int64_t base) {
  std::uint64_t step = 0;
  for (const std::int64_t value : values) {
    const std::uint64_t distance = number_difference(value, base);
    if (step != 0 && distance % step == 0) continue;
    step = std::gcd(step, distance);
    if (step == 1) break;
  }
  return step;
}

void encode_frame(std::span<const std::int64_t> values, std::int64_t min, std::int64_t max,
                  std::uint64_t step, std::string& out) {
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(Encoding::number_frame));
  writer.varint(values.size());
  writer.signed_varint(min);
  writer.varint(step);
  const unsigned width = bit_width_for(number_difference(max, min) / step);
  writer.u8(static_cast<std::uint8_t>(width));
  std::vector<std::uint64_t> distances;
  distances.reserve(values.size());
  if (step == 1) {
    for (const std::int64_t value : values) distances.push_back(number_difference(value, min));
  } else {
    for (const std::int64_t value : values)
      distances.push_back(number_difference(value, min) / step);
  }
  append_packed(distances, width, out);
}

// Where values don't, their differences take more than they do.
bool mostly_ascend(std::span<const std::int64_t> values) {
  std::size_t descents = 0;
  for (std::size_t i = 1; i < values.size(); ++i) descents += values[i] < values[i - 1] ? 1 : 0;
  return descents <= values.size() / 8;
}

void encode_delta(std::span<const std::int64_t> values, std::uint64_t step, std::string& out) {
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(Encoding::number_delta));
  writer.varint(values.size());
  writer.signed_varint(values[0]);
  writer.varint(step);
  std::vector<std::int64_t> deltas;
  for (std::size_t i = 1; i < values.size(); ++i) {
    deltas.push_back(static_cast<std::int64_t>(number_difference(values[i], values[i - 1])) /
                     static_cast<std::int64_t>(step));
  }
  std::vector<std::uint64_t> run;
  for (std::size_t begin = 0; begin < deltas.size(); begin += kNumberRun) {
    const auto piece =
        std::span(deltas).subspan(begin, std::min(kNumberRun, deltas.size() - begin));
    const auto [min, max] = std::minmax_element(piece.begin(), piece.end());
    const unsigned width = bit_width_for(number_difference(*max, *min));
    writer.signed_varint(*min);
    writer.u8(static_cast<std::uint8_t>(width));
    run.clear();
    for (const std::int64_t delta : piece) run.push_back(number_difference(delta, *min));
    append_packed(run, width, out);
  }
}

// Numbers few numbers in the order in which they first come: an open hash table of so few slots
// that it stays in the nearest cache.
class DistinctNumbers {
 public:
  // At most kMaxDistinctNumbers + 1 different ones.
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
  std::array<std::uint16_t, 1U << kSlotBits> slots_{};  // a value's number and 1; 0: none
  std::vector<std::int64_t> values_;
};

// Distinct values in ascending order and their codes. Nothing is written where they are too many,
// or their codes no shorter than `frame_width` bits.
void encode_dictionary(std::span<const std::int64_t> values, unsigned frame_width,
                       std::string& out) {
  // More values than this many would take codes as wide as a frame's.
  const std::size_t most =
      frame_width > kMaxNumberCodeWidth ? kMaxDistinctNumbers : std::size_t{1} << frame_width >> 1;
  DistinctNumbers distinct;
  std::vector<std::uint64_t> codes;
  codes.reserve(values.size());
  for (const std::int64_t value : values) {
    codes.push_back(distinct.intern(value));
    if (distinct.values().size() > most) return;
  }
  std::vector<std::int64_t> sorted = distinct.values();
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::uint64_t> rank;
  for (const std::int64_t value : distinct.values()) {
    rank.push_back(static_cast<std::uint64_t>(
        std::lower_bound(sorted.begin(), sorted.end(), value) - sorted.begin()));
  }
  for (std::uint64_t& code : codes) code = rank[code];
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(Encoding::number_dictionary));
  writer.varint(values.size());
  writer.signed_varint(sorted[0]);
  writer.varint(sorted.size());
  for (std::size_t i = 1; i < sorted.size(); ++i)
    writer.varint(number_difference(sorted[i], sorted[i - 1]));
  append_packed(codes, bit_width_for(sorted.size() - 1), out);
}

unsigned zeros_of(std::int64_t value) {
  unsigned zeros = 0;
  for (; zeros < kMaxNumberZeros && value != 0 && value % 10 == 0; ++zeros) value /= 10;
  return zeros;
}

// Whether decimals would take less than a frame: what the zeros that values end in, beyond those
// that all have, save must be more than the four bits that it takes to say how many they are. By a
// sample.
bool suits_decimal(std::span<const std::int64_t> values, std::uint64_t step) {
  constexpr std::size_t kSamples = 64;
  constexpr double kBitsOfDigit = 3.3;
  const std::size_t samples = std::min(kSamples, values.size());
  const unsigned shared = zeros_of(static_cast<std::int64_t>(step));
  unsigned zeros = 0;
  for (std::size_t i = 0; i < samples; ++i) {
    const unsigned of_value = zeros_of(values[i * values.size() / samples]);
    zeros += of_value - std::min(of_value, shared);
  }
  return zeros * kBitsOfDigit > 3.0 * static_cast<double>(samples);
}

// Decimals of differing precision, such as durations: how many zeros each ends in, then for each
// such number the values without them, packed to their range.
void encode_decimal(std::span<const std::int64_t> values, std::string& out) {
  std::vector<std::uint64_t> zeros;
  std::vector<std::vector<std::int64_t>> groups(kMaxNumberZeros + 1);
  for (const std::int64_t value : values) {
    zeros.push_back(zeros_of(value));
    groups[zeros.back()].push_back(
        value / static_cast<std::int64_t>(power_of_ten(static_cast<unsigned>(zeros.back()))));
  }
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(Encoding::number_decimal));
  writer.varint(values.size());
  writer.signed_varint(0);
  append_packed(zeros, 4, out);
  for (const auto& group : groups) {
    if (group.empty()) continue;
    const auto [min, max] = std::minmax_element(group.begin(), group.end());
    const unsigned width = bit_width_for(number_difference(*max, *min));
    writer.signed_varint(*min);
    writer.u8(static_cast<std::uint8_t>(width));
    std::vector<std::uint64_t> distances;
    for (const std::int64_t value : group) distances.push_back(number_difference(value, *min));
    append_packed(distances, width, out);
  }
}

}  // namespace

void encode_numbers(std::span<const std::int64_t> values, std::string& out) {
  const auto [min, max] = std::minmax_element(values.begin(), values.end());
  if (values.empty() || *min == *max) {
    ByteWriter writer(out);
    writer.u8(static_cast<std::uint8_t>(Encoding::number_constant));
    writer.varint(values.size());
    writer.signed_varint(values.empty() ? 0 : *min);
    return;
  }
  const std::uint64_t step = common_step(values, *min);
  std::string best;
  encode_frame(values, *min, *max, step, best);
  const auto keep_smaller = [&](std::string candidate) {
    if (!candidate.empty() && candidate.size() < best.size()) best = std::move(candidate);
  };
  std::string candidate;
  encode_dictionary(values, bit_width_for(number_difference(*max, *min) / step), candidate);
  keep_smaller(std::exchange(candidate, {}));
  if (suits_decimal(values, step)) encode_decimal(values, candidate);
  keep_smaller(std::exchange(candidate, {}));
  // Deltas need a step and differences within the signed range.
  if (values.size() > 2 && mostly_ascend(values) && number_difference(*max, *min) >> 62 == 0 &&
      step >> 62 == 0) {
    encode_delta(values, step, candidate);
    keep_smaller(std::move(candidate));
  }
  out += best;
}

}  // namespace fortnight::storage
