#include "storage/number_chunk.h"

#include <algorithm>
#include <numeric>

#include "storage/bytes.h"
#include "storage/packed.h"
#include "storage/part_format.h"

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
    step = std::gcd(step, difference(value, base));
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
  for (const std::int64_t value : values) distances.push_back(difference(value, min) / step);
  append_packed(distances, width, out);
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

}  // namespace

void encode_numbers(std::span<const std::int64_t> values, std::string& out) {
  if (values.empty()) {
    ByteWriter writer(out);
    writer.u8(static_cast<std::uint8_t>(Encoding::number_constant));
    writer.varint(0);
    writer.signed_varint(0);
    return;
  }
  const auto [min, max] = std::minmax_element(values.begin(), values.end());
  if (*min == *max) {
    ByteWriter writer(out);
    writer.u8(static_cast<std::uint8_t>(Encoding::number_constant));
    writer.varint(values.size());
    writer.signed_varint(*min);
    return;
  }
  const std::uint64_t step = common_step(values, *min);
  const std::size_t start = out.size();
  encode_frame(values, *min, *max, step, out);
  // Deltas are of use where values ascend, and need a step and differences within the signed range.
  if (values.size() < 3 || difference(*max, *min) >> 62 != 0 || step >> 62 != 0) return;
  std::string delta;
  encode_delta(values, step, delta);
  if (delta.size() < out.size() - start) {
    out.resize(start);
    out += delta;
  }
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

}  // namespace fortnight::storage
