#include "storage/call/needle.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "storage/call/batch.h"

namespace fortnight::storage {
namespace {

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

enum class Kind : std::uint8_t { name, other, beyond_ascii };

Kind kind_of(char c) {
  if (!is_ascii(c)) return Kind::beyond_ascii;
  return is_name_character(c) ? Kind::name : Kind::other;
}

// Where `part`, which isn't empty, stands in `bytes`; null where it doesn't. memmem takes no null,
// which a view of nothing may have.
const char* find(std::string_view bytes, std::string_view part) {
  if (bytes.size() < part.size()) return nullptr;
  return static_cast<const char*>(::memmem(bytes.data(), bytes.size(), part.data(), part.size()));
}

}  // namespace

Needle::Needle(std::string text)
    : text_(std::move(text)), ascii_(std::all_of(text_.begin(), text_.end(), is_ascii)) {
  for (std::size_t begin = 0; begin < text_.size();) {
    const Kind kind = kind_of(text_[begin]);
    std::size_t end = begin + 1;
    while (end < text_.size() && kind_of(text_[end]) == kind) ++end;
    const bool whole = begin == 0 && end == text_.size();
    if (kind != Kind::beyond_ascii && !whole)
      pieces_.emplace_back(text_.substr(begin, end - begin));
    begin = end;
  }
}

bool Needle::may_stand_in(std::string_view raw) const {
  if (contains(raw, text_)) return true;
  if (raw.find('\\') == std::string_view::npos) return false;
  // Name characters are hardly ever escaped: then they stand there as they are.
  const bool missing = std::any_of(pieces_.begin(), pieces_.end(), [&](const Needle& piece) {
    return is_name_character(piece.text_.front()) && !contains(raw, piece.text_);
  });
  if (missing && !escapes_names(raw)) return false;
  // Halves of a character, escaped at the end of one string and the begin of the next, would be
  // taken for one.
  if (!ascii_ && contains(raw, "\\u")) return true;
  std::string scratch;
  return contains(decode_json_string(raw, scratch), text_);
}

bool contains(std::string_view bytes, std::string_view part) {
  return part.empty() || find(bytes, part) != nullptr;
}

bool escapes_names(std::string_view raw) {
  constexpr std::string_view kEscape = "u00";
  while (const char* found = find(raw, kEscape)) {
    raw.remove_prefix(static_cast<std::size_t>(found - raw.data()) + kEscape.size());
    const std::string_view digits = raw.substr(0, 2);
    unsigned code = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (error == std::errc() && is_name_character(static_cast<char>(code & 0x7fU))) return true;
  }
  return false;
}

}  // namespace fortnight::storage
