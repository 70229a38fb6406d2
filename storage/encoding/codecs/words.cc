// Free text: tokens as codes of the part's dictionary of words, a byte or two each.
//
// A code is a LEB128 number: 0 is followed by a token that is in no dictionary (its length and
// bytes), n + 1 is the dictionary's entry n.
#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <vector>

#include "storage/encoding/text_codec.h"
#include "storage/encoding/word_tokens.h"
#include "storage/packing/compression.h"
#include "storage/packing/limits.h"
#include "storage/packing/packed.h"

namespace fortnight::storage {
namespace {

// Shorter texts are names and codes, for which other codecs are better.
constexpr std::size_t kMinMeanLength = 8;
// Columns of fewer tokens are too small to judge.
constexpr std::size_t kMinJudgedTokens = 4096;

class WordsChunk final : public TextChunk {
 public:
  WordsChunk(const Dictionary& dictionary, std::vector<std::uint32_t> ends, std::string codes)
      : dictionary_(dictionary), ends_(std::move(ends)), codes_(std::move(codes)) {}

  void append(const Place& place, const RowSource&, std::string& out) const override {
    const std::uint32_t begin = place.index == 0 ? 0 : ends_[place.index - 1];
    ByteReader in(std::string_view(codes_).substr(begin, ends_[place.index] - begin));
    while (in.remaining() > 0) {
      const std::uint64_t code = in.varint();
      out.append(code == 0 ? in.text() : dictionary_[code - 1]);
    }
  }
  std::size_t memory() const override {
    return sizeof(*this) + ends_.capacity() * 4 + codes_.capacity();
  }

 private:
  const Dictionary& dictionary_;
  std::vector<std::uint32_t> ends_;
  std::string codes_;
};

bool encode(const ColumnInput& input, std::string& out) {
  const Strings& values = *input.values;
  if (input.words == nullptr || values.bytes().size() < kMinMeanLength * values.size()) {
    return false;
  }
  boost::unordered_flat_map<std::string_view, std::uint32_t> seen;
  std::size_t tokens = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    each_word_token(values[i], [&](std::string_view token) {
      ++seen[token];
      ++tokens;
    });
    // Of no use where most tokens occur once.
    if (tokens > kMinJudgedTokens && seen.size() > tokens / 2) return false;
  }
  std::string codes;
  ByteWriter code_writer(codes);
  std::vector<std::uint64_t> lengths;
  std::uint64_t longest = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t start = codes.size();
    each_word_token(values[i], [&](std::string_view token) {
      // A token that occurs once in this block, and not in earlier ones, isn't worth an entry.
      const auto code = seen[token] > 1 ? input.words->intern(token) : input.words->find(token);
      if (code) {
        code_writer.varint(std::uint64_t{*code} + 1);
      } else {
        code_writer.varint(0);
        code_writer.text(token);
      }
    });
    lengths.push_back(codes.size() - start);
    longest = std::max<std::uint64_t>(longest, lengths.back());
  }
  const unsigned width = bit_width_for(longest);
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(Encoding::words));
  writer.u8(static_cast<std::uint8_t>(width));
  append_packed(lengths, width, out);
  append_lz4(codes, lz4_level(input.effort), out);
  return true;
}

Result<std::unique_ptr<TextChunk>> parse(ByteReader& in, const ChunkContext& context) {
  // A part in which no word occurs twice has an empty dictionary of words, and therefore none.
  static const Dictionary kNoWords;
  const Dictionary& words = context.words == nullptr ? kNoWords : *context.words;
  FORTNIGHT_ASSIGN(std::vector<std::uint32_t> ends, read_packed_ends(in, context.values));
  const std::uint32_t end = ends.empty() ? 0 : ends.back();
  FORTNIGHT_ASSIGN(std::string codes, read_lz4(in, end));
  if (codes.size() != end) return corrupt("words of another length");
  return std::make_unique<WordsChunk>(words, std::move(ends), std::move(codes));
}

bool search(ByteReader& in, const ChunkSearch& search) {
  if (search.words == nullptr) return true;
  read_packed(in, search.values, in.u8());
  const auto codes = view_lz4(in, kMaxChunkBytes, search.scratch);
  return !codes || search.words->may_stand_in(*codes);
}

}  // namespace

constinit const TextCodec kWordsCodec = {.id = Encoding::words,
                                         .name = "words",
                                         .stage = Stage::thorough,
                                         .effort = Effort::sealed,
                                         .encode = encode,
                                         .parse = parse,
                                         .search = search};

}  // namespace fortnight::storage
