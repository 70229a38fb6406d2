#include "storage/encoding/number_chunk.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <utility>

#include "storage/base/bytes.h"
#include "storage/base/packed.h"
#include "storage/encoding/format.h"
#include "storage/encoding/number_form.h"

namespace fortnight::storage {
namespace {

// None where they make no sense.
std::vector<std::int64_t> read_distinct(ByteReader& in, std::int64_t first) {
  const std::uint64_t count = in.count();
  if (count == 0 || count > kMaxDistinctNumbers) return {};
  std::vector<std::int64_t> distinct(count);
  distinct[0] = first;
  for (std::size_t i = 1; i < distinct.size(); ++i) {
    distinct[i] = number_sum(distinct[i - 1], in.varint());
  }
  return distinct;
}

}  // namespace

bool NumberChunk::parse_delta(ByteReader& in) {
  step_ = in.varint();
  if (rows_ == 0) return false;
  std::uint64_t deltas[kNumberRun];
  std::int64_t value = base_;
  for (std::uint32_t passed = 1; passed < rows_; passed += kNumberRun) {
    Run run{.before = value, .min = in.signed_varint(), .width = in.u8(), .packed = nullptr};
    const std::size_t count = std::min<std::size_t>(kNumberRun, rows_ - passed);
    run.packed = read_packed(in, count, run.width);
    if (!in.ok()) return false;
    runs_.push_back(run);
    value = number_sum(value, run.distance(count, deltas) * step_);
  }
  return true;
}

std::uint64_t NumberChunk::Run::distance(std::size_t count, std::span<std::uint64_t> room) const {
  std::uint64_t sum = static_cast<std::uint64_t>(min) * count;
  if (width == 0) return sum;
  unpack_bits(packed, 0, count, width, room.data());
  for (std::size_t i = 0; i < count; ++i) sum += room[i];
  return sum;
}

bool NumberChunk::parse_decimals(ByteReader& in) {
  constexpr unsigned kZerosWidth = 4;
  const char* zeros = read_packed(in, rows_, kZerosWidth);
  if (!in.ok()) return false;
  static_assert(kMaxNumberZeros + 1 >= 1U << kZerosWidth);
  std::vector<std::uint16_t> of_row(rows_);
  unpack_bits(zeros, 0, rows_, kZerosWidth, of_row.data());
  zeros_.emplace(std::move(of_row), kMaxNumberZeros + 1);
  decimals_.resize(kMaxNumberZeros + 1);
  for (unsigned i = 0; i < decimals_.size(); ++i) {
    if (zeros_->filled(i) == 0) continue;
    Decimals& of = decimals_[i];
    of.min = in.signed_varint();
    of.power = power_of_ten(i);
    of.width = in.u8();
    of.packed = read_packed(in, zeros_->filled(i), of.width);
  }
  return in.ok();
}

std::int64_t NumberChunk::Decimals::at(std::uint32_t index) const {
  const std::int64_t shortened = number_sum(min, unpack_one(packed, index, width));
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(shortened) * power);
}

bool NumberChunk::parse_distinct(ByteReader& in) {
  distinct_ = read_distinct(in, base_);
  if (distinct_.empty()) return false;
  width_ = bit_width_for(distinct_.size() - 1);
  packed_ = read_packed(in, rows_, width_);
  if (!in.ok()) return false;
  if (std::has_single_bit(distinct_.size())) return true;  // no code is beyond
  std::vector<std::uint16_t> codes(rows_);
  unpack_bits(packed_, 0, rows_, width_, codes.data());
  return std::all_of(codes.begin(), codes.end(),
                     [&](std::uint16_t code) { return code < distinct_.size(); });
}

Result<NumberChunk> NumberChunk::parse(std::string_view bytes, std::uint32_t rows) {
  ByteReader in(bytes);
  NumberChunk chunk;
  const auto encoding = static_cast<Encoding>(in.u8());
  chunk.rows_ = rows;
  if (in.varint() != rows) return corrupt("number chunk of another length");
  chunk.base_ = in.signed_varint();
  bool good = true;
  switch (encoding) {
    case Encoding::number_constant:
      break;
    case Encoding::number_frame:
      chunk.step_ = in.varint();
      chunk.width_ = in.u8();
      chunk.packed_ = read_packed(in, rows, chunk.width_);
      break;
    case Encoding::number_delta:
      good = chunk.parse_delta(in);
      break;
    case Encoding::number_dictionary:
      good = chunk.parse_distinct(in);
      break;
    case Encoding::number_decimal:
      good = chunk.parse_decimals(in);
      break;
    default:
      return corrupt("unknown encoding of a number chunk");
  }
  if (!good || !in.ok()) return corrupt("damaged numbers");
  return chunk;
}

std::int64_t NumberChunk::operator[](std::size_t i) const {
  if (zeros_) return decimals_[zeros_->group(i)].at(zeros_->within(i));
  if (!distinct_.empty()) return distinct_[unpack_one(packed_, i, width_)];
  if (!runs_.empty()) {
    if (i == 0) return base_;
    std::uint64_t room[kNumberRun];
    const Run& run = runs_[(i - 1) / kNumberRun];
    return number_sum(run.before, run.distance((i - 1) % kNumberRun + 1, room) * step_);
  }
  if (packed_ == nullptr) return base_;
  return number_sum(base_, unpack_one(packed_, i, width_) * step_);
}

NumberRange NumberChunk::range() const {
  if (packed_ == nullptr && !zeros_ && runs_.empty()) return {base_, base_};
  if (!distinct_.empty()) {
    const auto [least, greatest] = std::minmax_element(distinct_.begin(), distinct_.end());
    return {*least, *greatest};
  }
  if (packed_ == nullptr) {
    const std::vector<std::int64_t> all = decode();
    const auto [least, greatest] = std::minmax_element(all.begin(), all.end());
    return {*least, *greatest};
  }
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

void NumberChunk::decode_runs(std::vector<std::int64_t>& out) const {
  std::uint64_t deltas[kNumberRun];
  std::int64_t value = base_;
  out[0] = value;
  std::size_t row = 1;
  for (const Run& run : runs_) {
    const std::size_t count = std::min(kNumberRun, rows_ - row);
    unpack_bits(run.packed, 0, count, run.width, deltas);
    for (std::size_t i = 0; i < count; ++i) {
      value = number_sum(value, (static_cast<std::uint64_t>(run.min) + deltas[i]) * step_);
      out[row++] = value;
    }
  }
}

std::vector<std::int64_t> NumberChunk::decode() const {
  std::vector<std::int64_t> out(rows_, base_);
  if (zeros_) {
    std::array<std::uint32_t, kMaxNumberZeros + 1> next{};
    for (std::uint32_t i = 0; i < rows_; ++i) {
      const std::uint16_t zeros = zeros_->group(i);
      out[i] = decimals_[zeros].at(next[zeros]++);
    }
  } else if (!distinct_.empty()) {
    for (std::uint32_t i = 0; i < rows_; ++i) out[i] = distinct_[unpack_one(packed_, i, width_)];
  } else if (!runs_.empty()) {
    decode_runs(out);
  } else if (packed_ != nullptr) {
    static_assert(sizeof(std::int64_t) == sizeof(std::uint64_t));
    auto* raw = reinterpret_cast<std::uint64_t*>(out.data());
    unpack_bits(packed_, 0, rows_, width_, raw);
    for (std::uint32_t i = 0; i < rows_; ++i) out[i] = number_sum(base_, raw[i] * step_);
  }
  return out;
}

Result<std::vector<std::int64_t>> numbers_among(std::string_view bytes, std::uint32_t rows) {
  FORTNIGHT_ASSIGN(const NumberChunk chunk, NumberChunk::parse(bytes, rows));
  return chunk.distinct().empty() ? chunk.decode() : chunk.distinct();
}

}  // namespace fortnight::storage
