// Searching a chunk of patterns and tokens.
//
// A needle of name characters is within a pattern or within a token. Any other needle is cut into
// its pieces, runs of name characters and runs of others: each must be in a pattern or in a token.
#include <algorithm>
#include <array>

#include "storage/encoding/codecs/pattern.h"

namespace fortnight::storage {
namespace {

// The chunk's inner chunks, which are searched but not parsed.
class PatternSearch {
 public:
  PatternSearch(ByteReader& in, const ChunkSearch& search) : search_(search), patterns_(in.text()) {
    for (Tokens& tokens : tokens_) {
      tokens.values = static_cast<std::uint32_t>(in.varint());
      if (tokens.values != 0) tokens.bytes = in.text();
    }
  }

  [[nodiscard]] bool may_contain() const {
    const std::size_t pieces = search_.needle.pieces().size();
    const bool escapes = in_patterns(pieces);
    for (std::size_t i = 1; escapes && i < kEscapeParts; ++i) {
      if (in_patterns(pieces + i)) return true;
    }
    if (is_name(search_.needle)) {
      return in_patterns(search_.needle, search_.dictionary->whole(), search_.words) ||
             in_tokens(search_.needle, search_.found, search_.words);
    }
    for (std::size_t i = 0; i < pieces; ++i) {
      if (!has_piece(i, i == 0 || i + 1 == pieces, escapes)) return false;
    }
    return true;
  }

 private:
  struct Tokens {
    std::uint32_t values = 0;
    std::string_view bytes;
  };

  static bool is_name(const Needle& needle) {
    return std::all_of(needle.text().begin(), needle.text().end(), is_name_character);
  }

  // Whether a value may contain a piece of the needle. A piece at the needle's end may be longer in
  // the value.
  [[nodiscard]] bool has_piece(std::size_t i, bool at_end, bool escapes) const {
    const Needle& piece = part_of(search_.needle, i);
    if (!is_name(piece)) {
      // Escaped characters have a backslash between them.
      return (escapes && piece.text().size() > 1) || in_patterns(i);
    }
    if (at_end && in_patterns(i)) return true;
    if (!at_end && !is_token(piece.text())) return in_patterns(i);
    // A token may repeat another column that has the piece, but not the whole needle.
    return in_tokens(piece, nullptr, words_of(i));
  }

  [[nodiscard]] bool in_patterns(std::size_t i) const {
    return in_patterns(part_of(search_.needle, i), search_.dictionary->part(i), words_of(i));
  }
  [[nodiscard]] bool in_patterns(const Needle& needle, bool listed,
                                 const NeedleInWords* words) const {
    const NeedleInDictionary dictionary(listed);
    return chunk_may_contain(patterns_, {.needle = needle,
                                         .scratch = search_.scratch,
                                         .values = search_.values,
                                         .dictionary = &dictionary,
                                         .words = words,
                                         .found = search_.found,
                                         .marked = search_.marked,
                                         .calls = search_.calls,
                                         .in_patterns = true,
                                         .depth = search_.depth + 1});
  }
  [[nodiscard]] bool in_tokens(const Needle& needle, const std::vector<bool>* found,
                               const NeedleInWords* words) const {
    return std::any_of(tokens_.begin(), tokens_.end(), [&](const Tokens& tokens) {
      return tokens.values != 0 && chunk_may_contain(tokens.bytes, {.needle = needle,
                                                                    .scratch = search_.scratch,
                                                                    .values = tokens.values,
                                                                    .dictionary = nullptr,
                                                                    .words = words,
                                                                    .found = found,
                                                                    .marked = search_.marked,
                                                                    .calls = search_.calls,
                                                                    .in_patterns = false,
                                                                    .depth = search_.depth + 1});
    });
  }
  [[nodiscard]] const NeedleInWords* words_of(std::size_t i) const {
    return search_.words == nullptr ? nullptr : search_.words->part(i);
  }

  const ChunkSearch& search_;
  std::string_view patterns_;
  std::array<Tokens, kTokenKinds> tokens_;
};

}  // namespace

bool search_pattern(ByteReader& in, const ChunkSearch& search) {
  if (search.dictionary == nullptr) return true;
  const PatternSearch parts(in, search);
  return !in.ok() || parts.may_contain();
}

}  // namespace fortnight::storage
