#include "storage/call/needle.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <utility>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/json_text.h"
#include "storage/call/batch.h"

namespace fortnight::storage {
namespace {

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

enum class Kind : std::uint8_t { name, other, beyond_ascii };

Kind kind_of(char c) {
  if (!is_ascii(c)) return Kind::beyond_ascii;
  return is_name_character(c) ? Kind::name : Kind::other;
}

// Approximate frequencies of bytes in logs. A search starts with a text's rarest bytes.
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

// The positions of the two rarest bytes in `part`; twice the same if it has only one byte.
std::pair<std::size_t, std::size_t> rarest_two(std::string_view part) {
  std::pair<std::size_t, std::size_t> rarest{0, part.size() - 1};
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (frequency(part[i]) < frequency(part[rarest.first])) rarest.first = i;
  }
  if (rarest.first == rarest.second) rarest.second = 0;
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (i != rarest.first && frequency(part[i]) < frequency(part[rarest.second])) rarest.second = i;
  }
  return rarest;
}

const char* find_by_library(std::string_view bytes, std::string_view part) {
  // An empty view may be null, which memmem does not accept.
  if (bytes.size() < part.size()) return nullptr;
  return static_cast<const char*>(::memmem(bytes.data(), bytes.size(), part.data(), part.size()));
}

#if defined(__SSE2__)
// Compares sixteen positions at a time with the part's two rarest bytes, so its speed hardly
// depends on the data. After the "packed pair" of the memchr crate:
// https://docs.rs/memchr/latest/memchr/arch/x86_64/sse2/packedpair/
const char* find_by_pair(std::string_view bytes, std::string_view part) {
  const auto [first, second] = rarest_two(part);
  const __m128i one = _mm_set1_epi8(part[first]);
  const __m128i other = _mm_set1_epi8(part[second]);
  const auto load = [](const char* at) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  };
  std::size_t at = 0;
  for (; at + 16 + part.size() - 1 <= bytes.size(); at += 16) {
    const char* begin = bytes.data() + at;
    const __m128i both = _mm_and_si128(_mm_cmpeq_epi8(load(begin + first), one),
                                       _mm_cmpeq_epi8(load(begin + second), other));
    for (auto left = static_cast<unsigned>(_mm_movemask_epi8(both)); left != 0; left &= left - 1) {
      const char* found = begin + std::countr_zero(left);
      if (std::memcmp(found, part.data(), part.size()) == 0) return found;
    }
  }
  return find_by_library(bytes.substr(at), part);
}
#else
constexpr auto find_by_pair = find_by_library;
#endif

// Returns the first occurrence of `part`, which must not be empty, or null. Searches for the part's
// rarest byte with memchr, the fastest search, and changes to find_by_pair() after too many false
// candidates.
const char* find(std::string_view bytes, std::string_view part) {
  if (bytes.size() < part.size()) return nullptr;
  constexpr std::size_t kBytesPerMiss = 128;
  const auto [before, second] = rarest_two(part);
  // The end of the positions that the rarest byte of a match can have.
  const char* const end = bytes.data() + bytes.size() - (part.size() - 1 - before);
  const char* at = bytes.data() + before;
  for (std::size_t misses = 0; at < end; ++at, ++misses) {
    if (misses * kBytesPerMiss > static_cast<std::size_t>(at - bytes.data()) + kBytesPerMiss * 4) {
      break;
    }
    at = static_cast<const char*>(
        std::memchr(at, *(part.data() + before), static_cast<std::size_t>(end - at)));
    if (at == nullptr) return nullptr;
    const char* begin = at - before;
    if (begin[second] == part[second] && std::memcmp(begin, part.data(), part.size()) == 0) {
      return begin;
    }
  }
  return find_by_pair(bytes.substr(static_cast<std::size_t>(at - before - bytes.data())), part);
}

}  // namespace

Needle::Needle(std::string text)
    : text_(std::move(text)),
      ascii_(std::all_of(text_.begin(), text_.end(), is_ascii)),
      short_escapes_(text_.find_first_of("\"\\/\b\f\n\r\t") != std::string::npos) {
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

// Producers hardly ever escape name characters, so they are compared as they are. If `raw` escapes
// any, nothing is ruled out.
bool Needle::lacks_a_name(std::string_view raw) const {
  const auto lacks = [&](const Needle& run) {
    return is_name_character(run.text_.front()) && !contains(raw, run.text_);
  };
  const bool missing =
      pieces_.empty() ? lacks(*this) : std::any_of(pieces_.begin(), pieces_.end(), lacks);
  return missing && !escapes_names(raw);
}

// Characters without a short escape can only be escaped as \u.
bool Needle::may_be_escaped_in(std::string_view raw) const {
  if (raw.find('\\') == std::string_view::npos) return false;
  if (!short_escapes_ && !contains(raw, "\\u")) return false;
  return !lacks_a_name(raw);
}

bool Needle::may_stand_in(std::string_view raw) const {
  if (contains(raw, text_)) return true;
  if (!may_be_escaped_in(raw)) return false;
  // Decoding `raw` as one string would join surrogates at the end of one string and the start of
  // the next.
  if (!ascii_ && contains(raw, "\\u")) return true;
  std::string scratch;
  return contains(decode_json_string(raw, scratch), text_);
}

bool Needle::may_stand_amid(std::string_view bytes) const {
  return contains(bytes, text_) || may_be_escaped_in(bytes);
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
