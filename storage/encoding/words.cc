// Free text: words as codes of the part's dictionary of words, a byte or two each.
//
// A token is a run of letters and digits with the space before it, if there is one, or any other
// single byte. A code is a LEB128 number: 0 is followed by a token that is in no dictionary (its
// length and bytes), n + 1 is the dictionary's entry n.
#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <limits>
#include <vector>

#include "storage/base/compression.h"
#include "storage/base/packed.h"
#include "storage/encoding/encodings.h"

namespace fortnight::storage {
namespace {

// Shorter texts are names and codes, which other encodings take.
constexpr std::size_t kMinMeanLength = 8;

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Calls `visit` for each token.
template <typename Visit>
void each_token(std::string_view text, Visit&& visit) {
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = at;
    if (text[end] == ' ' && end + 1 < text.size() && is_word(text[end + 1])) ++end;
    if (!is_word(text[end])) {
      visit(text.substr(at, 1));
      ++at;
      continue;
    }
    while (end < text.size() && is_word(text[end])) ++end;
    visit(text.substr(at, end - at));
    at = end;
  }
}

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
  bool may_contain(std::string_view needle) const override {
    // A run of word characters lies within one token; what has others may lie across some.
    if (!std::all_of(needle.begin(), needle.end(), is_word)) return true;
    return dictionary_.may_contain(needle) || codes_.find(needle) != std::string::npos ||
           codes_.find('\\') != std::string::npos;
  }
  std::size_t memory() const override {
    return sizeof(*this) + ends_.capacity() * 4 + codes_.capacity();
  }

 private:
  const Dictionary& dictionary_;
  std::vector<std::uint32_t> ends_;
  std::string codes_;
};

}  // namespace

bool encode_words(const ColumnInput& input, std::string& out) {
  const Strings& values = *input.values;
  if (input.words == nullptr || values.bytes().size() < kMinMeanLength * values.size()) {
    return false;
  }
  boost::unordered_flat_map<std::string_view, std::uint32_t> seen;
  std::size_t tokens = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    each_token(values[i], [&](std::string_view token) {
      ++seen[token];
      ++tokens;
    });
    // Of no use where most tokens are their own.
    if (tokens > 4096 && seen.size() > tokens / 2) return false;
  }
  std::string codes;
  ByteWriter code_writer(codes);
  std::vector<std::uint64_t> lengths;
  std::uint64_t max = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t start = codes.size();
    each_token(values[i], [&](std::string_view token) {
      // What comes once in a block, and not before, is not worth an entry.
      const auto code = seen[token] > 1 ? input.words->intern(token) : input.words->find(token);
      if (code) {
        code_writer.varint(std::uint64_t{*code} + 1);
      } else {
        code_writer.varint(0);
        code_writer.text(token);
      }
    });
    lengths.push_back(codes.size() - start);
    max = std::max<std::uint64_t>(max, lengths.back());
  }
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(Encoding::words));
  const unsigned width = bit_width_for(max);
  writer.u8(static_cast<std::uint8_t>(width));
  append_packed(lengths, width, out);
  append_lz4(codes, lz4_level(input.effort), out);
  return true;
}

Result<std::unique_ptr<TextChunk>> parse_words(ByteReader& in, const ChunkContext& context) {
  if (context.words == nullptr) return corrupt("chunk without its dictionary");
  FORTNIGHT_ASSIGN(std::vector<std::uint32_t> ends, read_packed_ends(in, context.values));
  FORTNIGHT_ASSIGN(std::string codes, read_lz4(in, ends.empty() ? 0 : ends.back()));
  if (codes.size() != (ends.empty() ? 0 : ends.back())) return corrupt("words of another length");
  return std::make_unique<WordsChunk>(*context.words, std::move(ends), std::move(codes));
}

}  // namespace fortnight::storage
