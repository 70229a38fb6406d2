#include "storage/encoding/number_chunk.h"

#include <algorithm>
#include <numeric>

#include "base/bytes.h"
#include "storage/encoding/number_codec.h"

namespace fortnight::storage {
namespace {

std::uint64_t common_step(std::span<const std::int64_t> values, std::int64_t least) {
  std::uint64_t step = 0;
  for (const std::int64_t value : values) {
    const std::uint64_t distance = number_difference(value, least);
    if (step != 0 && distance % step == 0) continue;
    step = std::gcd(step, distance);
    if (step == 1) break;
  }
  return step;
}

NumberInput measured(std::span<const std::int64_t> values) {
  NumberInput input{.values = values};
  if (values.empty()) return input;
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  input.least = *least;
  input.greatest = *greatest;
  if (*least != *greatest) input.step = common_step(values, *least);
  return input;
}

}  // namespace

void encode_numbers(std::span<const std::int64_t> values, std::string& out) {
  const NumberInput input = measured(values);
  if (kNumberConstantCodec.encode(input, out)) return;  // nothing is smaller
  std::string best;
  std::string candidate;
  for (const NumberCodec* codec : kNumberCodecs) {
    candidate.clear();
    if (!codec->encode(input, candidate)) continue;
    if (best.empty() || candidate.size() < best.size()) best.swap(candidate);
  }
  out += best;
}

void write_number_header(Encoding id, std::size_t count, std::int64_t base, std::string& out) {
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(id));
  writer.varint(count);
  writer.signed_varint(base);
}

Result<std::unique_ptr<NumberChunk>> parse_number_chunk(std::string_view bytes,
                                                        std::uint32_t rows) {
  ByteReader in(bytes);
  const NumberCodec* codec = number_codec(in.u8());
  if (codec == nullptr) return corrupt("unknown encoding of a number chunk");
  if (in.varint() != rows) return corrupt("number chunk of another length");
  const std::int64_t base = in.signed_varint();
  auto chunk = codec->parse(in, rows, base);
  if (chunk == nullptr || !in.ok()) return corrupt("damaged numbers");
  return chunk;
}

std::vector<std::int64_t> NumberChunk::decode() const {
  std::vector<std::int64_t> out(size_);
  if (size_ > 0) decode_to(out.data());
  return out;
}

NumberRange NumberChunk::range() const {
  if (size_ == 0) return {0, 0};
  const std::vector<std::int64_t> all = decode();
  const auto [least, greatest] = std::minmax_element(all.begin(), all.end());
  return {*least, *greatest};
}

}  // namespace fortnight::storage
