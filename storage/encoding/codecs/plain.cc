// Any texts: their lengths and their bytes, with LZ4 where it helps.
#include <algorithm>
#include <vector>

#include "storage/encoding/text_codec.h"
#include "storage/packing/compression.h"
#include "storage/packing/limits.h"
#include "storage/packing/packed.h"

namespace fortnight::storage {
namespace {

class PlainChunk final : public TextChunk {
 public:
  PlainChunk(std::vector<std::uint32_t> ends, std::string bytes)
      : ends_(std::move(ends)), bytes_(std::move(bytes)) {}
  void append(const Place& place, const RowSource&, std::string& out) const override {
    const std::uint32_t begin = place.index == 0 ? 0 : ends_[place.index - 1];
    out.append(bytes_, begin, ends_[place.index] - begin);
  }
  void add_candidates(std::string_view text, std::uint32_t values,
                      CandidateValues& candidates) const override {
    const bool escapes = has_escapes(bytes_);
    std::uint32_t begin = 0;
    for (std::uint32_t i = 0; i < values; begin = ends_[i++]) {
      const std::uint32_t length = ends_[i] - begin;
      if (length != text.size() && !escapes) continue;
      if (may_equal(std::string_view(bytes_).substr(begin, length), text)) {
        candidates.values.push_back(i);
      }
    }
  }
  std::size_t memory() const override {
    return sizeof(*this) + ends_.capacity() * 4 + bytes_.capacity();
  }

 private:
  std::vector<std::uint32_t> ends_;
  std::string bytes_;
};

bool encode(const ColumnInput& input, std::string& out) {
  const Strings& values = *input.values;
  std::vector<std::uint64_t> lengths;
  std::uint64_t longest = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    lengths.push_back(values.length(i));
    longest = std::max(longest, lengths.back());
  }
  const unsigned width = bit_width_for(longest);
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(Encoding::plain));
  writer.u8(static_cast<std::uint8_t>(width));
  append_packed(lengths, width, out);
  append_lz4(values.bytes(), lz4_level(input.effort), out);
  return true;
}

Result<std::unique_ptr<TextChunk>> parse(ByteReader& in, const ChunkContext& context) {
  FORTNIGHT_ASSIGN(std::vector<std::uint32_t> ends, read_packed_ends(in, context.values));
  const std::uint32_t end = ends.empty() ? 0 : ends.back();
  FORTNIGHT_ASSIGN(std::string bytes, read_lz4(in, end));
  if (bytes.size() != end) return corrupt("plain chunk of another length");
  return std::make_unique<PlainChunk>(std::move(ends), std::move(bytes));
}

bool search(ByteReader& in, const ChunkSearch& search) {
  read_packed(in, search.values, in.u8());
  const auto bytes = view_lz4(in, kMaxChunkBytes, search.scratch);
  return !bytes || search.needle.may_stand_in(*bytes);
}

}  // namespace

constinit const TextCodec kPlainCodec = {.id = Encoding::plain,
                                         .name = "plain",
                                         .stage = Stage::fallback,
                                         .encode = encode,
                                         .parse = parse,
                                         .search = search};

}  // namespace fortnight::storage
