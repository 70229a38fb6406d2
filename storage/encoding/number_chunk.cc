#include "storage/encoding/number_chunk.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <utility>

#include "storage/base/bytes.h"
#include "storage/base/packed.h"
#include "storage/encoding/format.h"

namespace fortnight::storage {
namespace {

// Values of a delta chunk that share a width.
constexpr std::size_t kRun = 128;

std::uint64_t difference(std::int64_t a, std::int64_t b) {
  return static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b);
}

std::int64_t sum(std::int64_t base, std::uint64_t distance) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(base) + distance);
}

// The greatest number that divides all distances from `base`.
std::uint64_t common_step(std::span<const std::int64_t> values, std::int64_t base) {
  std::uint64_t step = 0;
  for (const std::int64_t value : values) {
    const std::uint64_t distance = difference(value, base);
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
  const unsigned width = bit_width_for(difference(max, min) / step);
  writer.u8(static_cast<std::uint8_t>(width));
  std::vector<std::uint64_t> distances;
  distances.reserve(values.size());
  if (step == 1) {
    for (const std::int64_t value : values) distances.push_back(difference(value, min));
  } else {
    for (const std::int64_t value : values) distances.push_back(difference(value, min) / step);
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
    deltas.push_back(static_cast<std::int64_t>(difference(values[i], values[i - 1])) /
                     static_cast<std::int64_t>(step));
  }
  std::vector<std::uint64_t> run;
  for (std::size_t begin = 0; begin < deltas.size(); begin += kRun) {
    const auto piece = std::span(deltas).subspan(begin, std::min(kRun, deltas.size() - begin));
    const auto [min, max] = std::minmax_element(piece.begin(), piece.end());
    const unsigned width = bit_width_for(difference(*max, *min));
    writer.signed_varint(*min);
    writer.u8(static_cast<std::uint8_t>(width));
    run.clear();
    for (const std::int64_t delta : piece) run.push_back(difference(delta, *min));
    append_packed(run, width, out);
  }
}

constexpr unsigned kMaxCodeWidth = 8;
constexpr std::size_t kMaxDistinct = std::size_t{1} << kMaxCodeWidth;

// Numbers few numbers in the order in which they first come: an open hash table of so few slots
// that it stays in the nearest cache.
class DistinctNumbers {
 public:
  // At most kMaxDistinct + 1 different ones.
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
      frame_width > kMaxCodeWidth ? kMaxDistinct : std::size_t{1} << frame_width >> 1;
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
    writer.varint(difference(sorted[i], sorted[i - 1]));
  append_packed(codes, bit_width_for(sorted.size() - 1), out);
}

constexpr unsigned kMaxZeros = 15;

unsigned zeros_of(std::int64_t value) {
  unsigned zeros = 0;
  for (; zeros < kMaxZeros && value != 0 && value % 10 == 0; ++zeros) value /= 10;
  return zeros;
}

std::uint64_t power_of_ten(unsigned exponent) {
  std::uint64_t power = 1;
  for (; exponent > 0; --exponent) power *= 10;
  return power;
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
  std::vector<std::vector<std::int64_t>> groups(kMaxZeros + 1);
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
    const unsigned width = bit_width_for(difference(*max, *min));
    writer.signed_varint(*min);
    writer.u8(static_cast<std::uint8_t>(width));
    std::vector<std::uint64_t> distances;
    for (const std::int64_t value : group) distances.push_back(difference(value, *min));
    append_packed(distances, width, out);
  }
}

bool read_decimal(ByteReader& in, std::uint32_t rows, std::vector<std::int64_t>& values) {
  const char* packed = read_packed(in, rows, 4);
  if (!in.ok()) return false;
  std::vector<std::uint8_t> zeros(rows);
  unpack_bits(packed, 0, rows, 4, zeros.data());
  std::vector<std::uint32_t> counts(kMaxZeros + 1);
  for (const std::uint8_t zero : zeros) ++counts[zero];
  struct Group {
    std::int64_t min = 0;
    unsigned width = 0;
    const char* packed = nullptr;
    std::size_t next = 0;
  };
  std::vector<Group> groups(counts.size());
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (counts[i] == 0) continue;
    groups[i].min = in.signed_varint();
    groups[i].width = in.u8();
    groups[i].packed = read_packed(in, counts[i], groups[i].width);
  }
  if (!in.ok()) return false;
  values.reserve(rows);
  for (const std::uint8_t zero : zeros) {
    Group& group = groups[zero];
    const auto shortened = static_cast<std::uint64_t>(
        sum(group.min, unpack_one(group.packed, group.next++, group.width)));
    values.push_back(static_cast<std::int64_t>(shortened * power_of_ten(zero)));
  }
  return true;
}

// None where they make no sense.
std::vector<std::int64_t> read_distinct(ByteReader& in, std::int64_t first) {
  const std::uint64_t count = in.count();
  if (count == 0 || count > kMaxDistinct) return {};
  std::vector<std::int64_t> distinct(count);
  distinct[0] = first;
  for (std::size_t i = 1; i < distinct.size(); ++i) distinct[i] = sum(distinct[i - 1], in.varint());
  return distinct;
}

bool read_dictionary(ByteReader& in, std::int64_t first, std::uint32_t rows,
                     std::vector<std::int64_t>& values) {
  const std::vector<std::int64_t> distinct = read_distinct(in, first);
  if (distinct.empty()) return false;
  const unsigned width = bit_width_for(distinct.size() - 1);
  const char* packed = read_packed(in, rows, width);
  if (!in.ok()) return false;
  values.reserve(rows);
  for (std::uint32_t i = 0; i < rows; ++i) {
    const std::uint64_t code = unpack_one(packed, i, width);
    if (code >= distinct.size()) return false;
    values.push_back(distinct[code]);
  }
  return true;
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
  encode_dictionary(values, bit_width_for(difference(*max, *min) / step), candidate);
  keep_smaller(std::exchange(candidate, {}));
  if (suits_decimal(values, step)) encode_decimal(values, candidate);
  keep_smaller(std::exchange(candidate, {}));
  // Deltas need a step and differences within the signed range.
  if (values.size() > 2 && mostly_ascend(values) && difference(*max, *min) >> 62 == 0 &&
      step >> 62 == 0) {
    encode_delta(values, step, candidate);
    keep_smaller(std::move(candidate));
  }
  out += best;
}

Result<NumberChunk> NumberChunk::parse(std::string_view bytes, std::uint32_t rows) {
  ByteReader in(bytes);
  NumberChunk chunk;
  const auto encoding = static_cast<Encoding>(in.u8());
  chunk.rows_ = rows;
  if (in.varint() != rows) return corrupt("number chunk of another length");
  chunk.base_ = in.signed_varint();
  switch (encoding) {
    case Encoding::number_constant:
      break;
    case Encoding::number_frame:
      chunk.step_ = in.varint();
      chunk.width_ = in.u8();
      chunk.packed_ = read_packed(in, rows, chunk.width_);
      break;
    case Encoding::number_delta: {
      const std::uint64_t step = in.varint();
      if (rows == 0) return corrupt("empty delta chunk");
      chunk.decoded_.reserve(rows);
      chunk.decoded_.push_back(chunk.base_);
      std::uint64_t run[kRun];
      while (chunk.decoded_.size() < rows && in.ok()) {
        const std::int64_t min = in.signed_varint();
        const unsigned width = in.u8();
        const std::size_t count = std::min(kRun, rows - chunk.decoded_.size());
        const char* packed = read_packed(in, count, width);
        if (!in.ok()) break;
        unpack_bits(packed, 0, count, width, run);
        for (std::size_t i = 0; i < count; ++i) {
          const auto delta = (static_cast<std::uint64_t>(min) + run[i]) * step;
          chunk.decoded_.push_back(sum(chunk.decoded_.back(), delta));
        }
      }
      break;
    }
    case Encoding::number_dictionary:
      if (!read_dictionary(in, chunk.base_, rows, chunk.decoded_))
        return corrupt("damaged numbers");
      break;
    case Encoding::number_decimal:
      if (!read_decimal(in, rows, chunk.decoded_)) return corrupt("damaged numbers");
      break;
    default:
      return corrupt("unknown encoding of a number chunk");
  }
  if (!in.ok()) return corrupt("number chunk cut short");
  return chunk;
}

std::int64_t NumberChunk::operator[](std::size_t i) const {
  if (!decoded_.empty()) return decoded_[i];
  if (packed_ == nullptr) return base_;
  return sum(base_, unpack_one(packed_, i, width_) * step_);
}

NumberRange NumberChunk::range() const {
  if (!decoded_.empty()) {
    const auto [least, greatest] = std::minmax_element(decoded_.begin(), decoded_.end());
    return {*least, *greatest};
  }
  if (packed_ == nullptr) return {base_, base_};
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

void NumberChunk::decode(std::size_t first, std::span<std::int64_t> out) const {
  if (!decoded_.empty()) {
    std::copy_n(decoded_.begin() + static_cast<std::ptrdiff_t>(first), out.size(), out.begin());
  } else if (packed_ == nullptr) {
    std::fill(out.begin(), out.end(), base_);
  } else {
    static_assert(sizeof(std::int64_t) == sizeof(std::uint64_t));
    auto* raw = reinterpret_cast<std::uint64_t*>(out.data());
    unpack_bits(packed_, first, out.size(), width_, raw);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = sum(base_, raw[i] * step_);
  }
}

Result<std::vector<std::int64_t>> numbers_among(std::string_view bytes, std::uint32_t rows) {
  ByteReader in(bytes);
  if (static_cast<Encoding>(in.u8()) == Encoding::number_dictionary) {
    in.varint();
    const std::int64_t first = in.signed_varint();
    std::vector<std::int64_t> distinct = read_distinct(in, first);
    if (!in.ok() || distinct.empty()) return corrupt("damaged numbers");
    return distinct;
  }
  FORTNIGHT_ASSIGN(const NumberChunk chunk, NumberChunk::parse(bytes, rows));
  std::vector<std::int64_t> all(rows);
  chunk.decode(0, all);
  return all;
}

}  // namespace fortnight::storage
