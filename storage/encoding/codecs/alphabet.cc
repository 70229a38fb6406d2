// Texts of any length over one small alphabet: a few bits a character.
#include <algorithm>
#include <array>
#include <vector>

#include "storage/encoding/text_codec.h"
#include "storage/packing/packed.h"

namespace fortnight::storage {
namespace {

constexpr std::size_t kMaxAlphabet = 64;

class AlphabetChunk final : public TextChunk {
 public:
  AlphabetChunk(std::string_view alphabet, std::vector<std::uint32_t> ends, const char* packed)
      : alphabet_(alphabet),
        width_(bit_width_for(alphabet.size() - 1)),
        ends_(std::move(ends)),
        packed_(packed) {}

  void append(const Place& place, const RowSource&, std::string& out) const override {
    std::uint32_t at = place.index == 0 ? 0 : ends_[place.index - 1];
    for (; at < ends_[place.index]; ++at) {
      const std::uint64_t rank = unpack_one(packed_, at, width_);
      out.push_back(rank < alphabet_.size() ? alphabet_[rank] : '?');
    }
  }
  void add_candidates(std::string_view text, std::uint32_t values,
                      CandidateValues& candidates) const override {
    candidates.all = candidates.all || has_escapes(alphabet_);
    std::vector<std::uint64_t> ranks;
    for (const char c : text) {
      const std::size_t rank = alphabet_.find(c);
      if (rank == std::string_view::npos) return;
      ranks.push_back(rank);
    }
    std::uint32_t begin = 0;
    for (std::uint32_t i = 0; i < values; begin = ends_[i++]) {
      if (ends_[i] - begin != text.size()) continue;
      std::size_t same = 0;
      while (same < ranks.size() && unpack_one(packed_, begin + same, width_) == ranks[same])
        ++same;
      if (same == ranks.size()) candidates.values.push_back(i);
    }
  }
  std::size_t memory() const override { return sizeof(*this) + ends_.capacity() * 4; }

 private:
  std::string_view alphabet_;
  unsigned width_;
  std::vector<std::uint32_t> ends_;
  const char* packed_;
};

bool encode(const ColumnInput& input, std::string& out) {
  const Strings& values = *input.values;
  std::array<bool, 256> seen{};
  for (const char c : values.bytes()) seen[static_cast<unsigned char>(c)] = true;
  const auto size = static_cast<std::size_t>(std::count(seen.begin(), seen.end(), true));
  if (size == 0 || size > kMaxAlphabet) return false;
  std::string alphabet;
  std::array<std::uint64_t, 256> rank{};
  for (std::size_t c = 0; c < 256; ++c) {
    if (!seen[c]) continue;
    rank[c] = alphabet.size();
    alphabet.push_back(static_cast<char>(c));
  }
  std::vector<std::uint64_t> lengths;
  for (std::size_t i = 0; i < values.size(); ++i) lengths.push_back(values.length(i));
  std::vector<std::uint64_t> ranks;
  ranks.reserve(values.bytes().size());
  for (const char c : values.bytes()) ranks.push_back(rank[static_cast<unsigned char>(c)]);

  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(Encoding::alphabet));
  writer.text(alphabet);
  const unsigned width = bit_width_for(*std::max_element(lengths.begin(), lengths.end()));
  writer.u8(static_cast<std::uint8_t>(width));
  append_packed(lengths, width, out);
  append_packed(ranks, bit_width_for(size - 1), out);
  return true;
}

Result<std::unique_ptr<TextChunk>> parse(ByteReader& in, const ChunkContext& context) {
  const std::string_view alphabet = in.text();
  if (!in.ok() || alphabet.empty() || alphabet.size() > kMaxAlphabet) {
    return corrupt("damaged alphabet chunk");
  }
  FORTNIGHT_ASSIGN(std::vector<std::uint32_t> ends, read_packed_ends(in, context.values));
  const std::uint32_t end = ends.empty() ? 0 : ends.back();
  const char* packed = read_packed(in, end, bit_width_for(alphabet.size() - 1));
  return std::make_unique<AlphabetChunk>(alphabet, std::move(ends), packed);
}

bool search(ByteReader& in, const ChunkSearch& search) {
  const std::string_view alphabet = in.text();
  const bool escapes = alphabet.find('\\') != std::string_view::npos;
  if (!escapes && !search.needle.made_of(alphabet)) return false;
  const auto ends = read_packed_ends(in, search.values);
  if (!ends || alphabet.empty() || alphabet.size() > kMaxAlphabet) return true;
  const std::uint32_t end = ends->empty() ? 0 : ends->back();
  const unsigned width = bit_width_for(alphabet.size() - 1);
  const char* packed = read_packed(in, end, width);
  if (!in.ok()) return true;
  if (search.scratch.size() < end) search.scratch.resize(end);
  for (std::uint32_t at = 0; at < end; ++at) {
    const std::uint64_t rank = unpack_one(packed, at, width);
    search.scratch[at] = rank < alphabet.size() ? alphabet[rank] : '?';
  }
  return search.needle.may_stand_in(std::string_view(search.scratch).substr(0, end));
}

}  // namespace

constinit const TextCodec kAlphabetCodec = {.id = Encoding::alphabet,
                                            .name = "alphabet",
                                            .stage = Stage::fallback,
                                            .effort = Effort::sealed,
                                            .encode = encode,
                                            .parse = parse,
                                            .search = search};

}  // namespace fortnight::storage
