#include "storage/encoding/needle_lookup.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "storage/encoding/word_tokens.h"

namespace fortnight::storage {
namespace {

void append_spelled_out(std::string_view token, std::string& out) {
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

// The tokens that every text which contains `needle` has whole: all but those at its ends, which
// may be longer in the text.
std::vector<std::string_view> whole_tokens(std::string_view needle) {
  std::vector<std::string_view> tokens;
  each_word_token(needle, [&](std::string_view token) { tokens.push_back(token); });
  if (!tokens.empty() && (is_word_byte(tokens.back().back()) || tokens.back() == " ")) {
    tokens.pop_back();
  }
  if (!tokens.empty() && is_word_byte(tokens.front().front())) tokens.erase(tokens.begin());
  return tokens;
}

// Runs of word characters are in a text whole or not at all; those beyond ASCII may be escaped.
bool is_ascii_word(std::string_view token) {
  return !token.empty() && std::all_of(token.begin(), token.end(), [](char c) {
    return is_name_character(c) && is_word_byte(c);
  });
}

}  // namespace

std::size_t parts_of(const Needle& needle) {
  return needle.pieces().size() + kEscapeParts + kMarkParts;
}

const Needle& part_of(const Needle& needle, std::size_t i) {
  static const std::array<Needle, kEscapeParts + kMarkParts> fixed = {
      Needle("\\"),     Needle("\\u"),  Needle("\\\x01"),
      Needle("\\\x02"), Needle("\x01"), Needle("\x02")};
  const std::size_t pieces = needle.pieces().size();
  return i < pieces ? needle.pieces()[i] : fixed[i - pieces];
}

NeedleInDictionary::NeedleInDictionary(const Needle& needle, const Dictionary* dictionary,
                                       NeedleParts parts)
    : parts_(parts == NeedleParts::with ? parts_of(needle) : 0) {
  if (dictionary == nullptr) return;
  const std::string_view bytes = dictionary->bytes();
  whole_ = needle.may_stand_in(bytes);
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    parts_[i] = part_of(needle, i).may_stand_in(bytes);
  }
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
  each_word_token(needle.text(), [&](std::string_view token) {
    if (token.front() == ' ') token.remove_prefix(1);
    if (is_ascii_word(token) && !contains(words->bytes(), token)) unlisted_.emplace_back(token);
  });
  backslash_ = code_of(*words, "\\");
  bool listed = true;
  for (const std::string_view token : whole_tokens(needle.text())) {
    const auto code = code_of(*words, token);
    if (code) ByteWriter(coded_).varint(*code);
    listed = listed && code;
    append_spelled_out(token, spelled_out_.emplace_back());
  }
  if (!listed) coded_.clear();
}

bool NeedleInWords::may_stand_in(std::string_view codes) const {
  if (always_) return true;
  const auto found = [&](const std::string& text) { return contains(codes, text); };
  if (!std::all_of(unlisted_.begin(), unlisted_.end(), found)) return escapes_names(codes);
  if (spelled_out_.empty() || (!coded_.empty() && found(coded_))) return true;
  // A text with escapes is split into other tokens than the needle.
  return std::any_of(spelled_out_.begin(), spelled_out_.end(), found) || has_escapes(codes);
}

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

}  // namespace fortnight::storage
