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
#include "storage/base/limits.h"
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
  // A part of which no word came twice has none in its dictionary, and so no dictionary.
  static const Dictionary kNoWords;
  const Dictionary& words = context.words == nullptr ? kNoWords : *context.words;
  FORTNIGHT_ASSIGN(std::vector<std::uint32_t> ends, read_packed_ends(in, context.values));
  FORTNIGHT_ASSIGN(std::string codes, read_lz4(in, ends.empty() ? 0 : ends.back()));
  if (codes.size() != (ends.empty() ? 0 : ends.back())) return corrupt("words of another length");
  return std::make_unique<WordsChunk>(words, std::move(ends), std::move(codes));
}

namespace {

void append_spelt_out(std::string_view token, std::string& out) {
  ByteWriter writer(out);
  writer.varint(0);
  writer.text(token);
}

std::optional<std::uint64_t> code_of(const Dictionary& words, std::string_view token) {
  for (std::uint64_t i = 0; i < words.size(); ++i) {
    if (words[i] == token) return i + 1;
  }
  return std::nullopt;
}

// The tokens that every text which contains `needle` has whole: all but those at its ends that
// may go on beyond it.
std::vector<std::string_view> whole_tokens(std::string_view needle) {
  std::vector<std::string_view> tokens;
  each_token(needle, [&](std::string_view token) { tokens.push_back(token); });
  if (!tokens.empty() && (is_word(tokens.back().back()) || tokens.back() == " ")) tokens.pop_back();
  if (!tokens.empty() && is_word(tokens.front().front())) tokens.erase(tokens.begin());
  return tokens;
}

}  // namespace

bool NeedleInWords::has_escapes(std::string_view codes) const {
  if (contains(codes, "\\")) return true;
  if (!backslash_) return false;
  ByteReader in(codes);
  while (in.remaining() > 0) {
    const std::uint64_t code = in.varint();
    if (code == *backslash_) return true;
    if (code == 0) in.text();
  }
  return false;
}

NeedleInWords::NeedleInWords(const Needle& needle, const Dictionary* words)
    : NeedleInWords(needle, words, NeedleParts::with) {}

NeedleInWords::NeedleInWords(const Needle& needle, const Dictionary* words, NeedleParts parts) {
  if (parts == NeedleParts::with) {
    for (std::size_t i = 0; i < parts_of(needle); ++i) {
      parts_.push_back(NeedleInWords(part_of(needle, i), words, NeedleParts::without));
    }
  }
  if (words == nullptr || escapes_names(words->bytes())) return;
  always_ = false;
  each_token(needle.text(), [&](std::string_view token) {
    if (token.front() == ' ') token.remove_prefix(1);
    const bool ascii_word = !token.empty() && std::all_of(token.begin(), token.end(), [](char c) {
      return is_name_character(c) && is_word(c);
    });
    if (ascii_word && !contains(words->bytes(), token)) unlisted_.emplace_back(token);
  });
  backslash_ = code_of(*words, "\\");
  bool listed = true;
  for (const std::string_view token : whole_tokens(needle.text())) {
    const auto code = code_of(*words, token);
    if (code) ByteWriter(coded_).varint(*code);
    listed = listed && code;
    append_spelt_out(token, spelt_out_.emplace_back());
  }
  if (!listed) coded_.clear();
}

bool NeedleInWords::may_stand_in(std::string_view codes) const {
  if (always_) return true;
  const auto found = [&](const std::string& text) { return contains(codes, text); };
  if (!std::all_of(unlisted_.begin(), unlisted_.end(), found)) return escapes_names(codes);
  if (spelt_out_.empty() || (!coded_.empty() && found(coded_))) return true;
  // With escapes its tokens are others.
  return std::any_of(spelt_out_.begin(), spelt_out_.end(), found) || has_escapes(codes);
}

bool search_words(ByteReader& in, const ChunkSearch& search) {
  if (search.words == nullptr) return true;
  read_packed(in, search.values, in.u8());
  const auto codes = view_lz4(in, kMaxChunkBytes, search.scratch);
  return !codes || search.words->may_stand_in(*codes);
}

}  // namespace fortnight::storage
