#include "storage/call/needle.h"

#include <algorithm>
#include <array>
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

// How often a byte stands in logs, roughly: the less, the sooner it tells that a text isn't there.
constexpr std::array<std::uint8_t, 256> kFrequencies = [] {
  std::array<std::uint8_t, 256> frequencies{};
  frequencies.fill(10);
  for (const char c : std::string_view("\"\\ ,:/-_."))
    frequencies[static_cast<unsigned char>(c)] = 70;
  for (unsigned char c = '0'; c <= '9'; ++c) frequencies[c] = 80;
  for (unsigned char c = 'A'; c <= 'Z'; ++c) frequencies[c] = 30;
  std::uint8_t next = 40;
  for (const char c : std::string_view("qzjxvkwygbphfmucdlrsniotae")) {
    frequencies[static_cast<unsigned char>(c)] = next++;
  }
  return frequencies;
}();

std::uint8_t frequency(char c) { return kFrequencies[static_cast<unsigned char>(c)]; }

// Where `part`, which isn't empty, stands in `bytes`; null where it doesn't. Looks for the part's
// rarest byte, which memchr does several times as fast as memmem finds a text; once too many of
// those stood elsewhere, it is left to memmem.
const char* find(std::string_view bytes, std::string_view part) {
  if (bytes.size() < part.size()) return nullptr;  // memmem takes no null, which nothing may have
  constexpr std::size_t kBytesPerMiss = 16;
  const auto rarest = std::min_element(part.begin(), part.end(),
                                       [](char a, char b) { return frequency(a) < frequency(b); });
  const auto before = static_cast<std::size_t>(rarest - part.begin());
  // Where the rarest byte of a match may stand.
  const char* const end = bytes.data() + bytes.size() - (part.size() - 1 - before);
  const char* at = bytes.data() + before;
  for (std::size_t misses = 0; at < end; ++at, ++misses) {
    if (misses * kBytesPerMiss > static_cast<std::size_t>(at - bytes.data()) + kBytesPerMiss * 16) {
      break;
    }
    at = static_cast<const char*>(std::memchr(at, *rarest, static_cast<std::size_t>(end - at)));
    if (at == nullptr) return nullptr;
    if (std::memcmp(at - before, part.data(), part.size()) == 0) return at - before;
  }
  const std::string_view rest = bytes.substr(static_cast<std::size_t>(at - before - bytes.data()));
  if (rest.size() < part.size()) return nullptr;
  return static_cast<const char*>(::memmem(rest.data(), rest.size(), part.data(), part.size()));
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

// Name characters are hardly ever escaped: then they stand there as they are.
bool Needle::lacks_a_name(std::string_view raw) const {
  const auto lacks = [&](const Needle& run) {
    return is_name_character(run.text_.front()) && !contains(raw, run.text_);
  };
  const bool missing =
      pieces_.empty() ? lacks(*this) : std::any_of(pieces_.begin(), pieces_.end(), lacks);
  return missing && !escapes_names(raw);
}

bool Needle::may_stand_in(std::string_view raw) const {
  if (contains(raw, text_)) return true;
  if (raw.find('\\') == std::string_view::npos || lacks_a_name(raw)) return false;
  // Halves of a character, escaped at the end of one string and the begin of the next, would be
  // taken for one.
  if (!ascii_ && contains(raw, "\\u")) return true;
  std::string scratch;
  return contains(decode_json_string(raw, scratch), text_);
}

bool Needle::may_stand_amid(std::string_view bytes) const {
  if (contains(bytes, text_)) return true;
  return bytes.find('\\') != std::string_view::npos && !lacks_a_name(bytes);
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
