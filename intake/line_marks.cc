#include "intake/line_marks.h"

#include <bit>
#include <cstddef>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "intake/json_text.h"

namespace fortnight::intake {
namespace {

constexpr std::uint32_t kStride = 64;

#if defined(__SSE2__)

// Of 16 bytes: all bits of those that are marks.
__m128i marks_of(const char* at) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  // `<` and `=` differ in their last bit.
  const __m128i pair =
      _mm_cmpeq_epi8(_mm_and_si128(bytes, _mm_set1_epi8('\xfe')), _mm_set1_epi8('<'));
  const __m128i escape = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
  const __m128i percent = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('%'));
  const __m128i at_sign = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('@'));
  return _mm_or_si128(_mm_or_si128(pair, escape), _mm_or_si128(percent, at_sign));
}

// A bit for each of kStride bytes.
std::uint64_t mask_of(const char* at) {
  const __m128i a = marks_of(at);
  const __m128i b = marks_of(at + 16);
  const __m128i c = marks_of(at + 32);
  const __m128i d = marks_of(at + 48);
  const __m128i any = _mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d));
  if (_mm_movemask_epi8(any) == 0) return 0;
  const auto bits = [](__m128i marks) {
    return static_cast<std::uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(marks)));
  };
  return bits(a) | bits(b) << 16 | bits(c) << 32 | bits(d) << 48;
}

#else

std::uint64_t mask_of(const char* at) {
  std::uint64_t mask = 0;
  for (std::uint32_t i = 0; i < kStride; ++i) {
    const char c = at[i];
    const bool mark = c == '\\' || c == '=' || c == '<' || c == '%' || c == '@';
    mask |= static_cast<std::uint64_t>(mark) << i;
  }
  return mask;
}

#endif

}  // namespace

std::span<const std::uint32_t> LineMarks::find(std::string_view line) {
  marks_.clear();
  const auto size = static_cast<std::uint32_t>(line.size());
  for (std::uint32_t at = 0; at < size; at += kStride) {
    std::uint64_t mask = mask_of(line.data() + at);
    if (size - at < kStride) mask &= (std::uint64_t{1} << (size - at)) - 1;
    for (; mask != 0; mask &= mask - 1) {
      marks_.push_back(at + static_cast<std::uint32_t>(std::countr_zero(mask)));
    }
  }
  return marks_;
}

bool escapes_are_valid(std::string_view line, std::span<const std::uint32_t> marks) {
  constexpr std::size_t kUnicodeEscape = 6;  // \u00e9
  std::size_t behind = 0;                    // the last escape
  for (const std::uint32_t mark : marks) {
    if (line[mark] != '\\' || mark < behind) continue;
    if (mark + 1 == line.size()) return false;
    const std::size_t length = line[mark + 1] == 'u' ? kUnicodeEscape : 2;
    if (!escapes_are_valid(line.substr(mark, length))) return false;
    behind = mark + length;
  }
  return true;
}

}  // namespace fortnight::intake
