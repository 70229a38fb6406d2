#include "intake/line_marks.h"

#include <bit>
#include <cstddef>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "base/json_text.h"

namespace fortnight::intake {
namespace {

constexpr std::uint32_t kStride = 64;

// Each bit of `mask` stands for a byte, from offset `at` on.
void push_marks(std::uint64_t mask, std::uint32_t at, std::uint32_t size,
                std::vector<std::uint32_t>& marks) {
  if (size - at < kStride) mask &= (std::uint64_t{1} << (size - at)) - 1;
  for (; mask != 0; mask &= mask - 1) {
    marks.push_back(at + static_cast<std::uint32_t>(std::countr_zero(mask)));
  }
}

#if defined(__x86_64__)

// `<` and `=` differ in their last bit only.
constexpr char kAllButLast = '\xfe';

__m128i marks_of_16(const char* at) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const __m128i pair =
      _mm_cmpeq_epi8(_mm_and_si128(bytes, _mm_set1_epi8(kAllButLast)), _mm_set1_epi8('<'));
  const __m128i escape = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
  const __m128i percent = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('%'));
  const __m128i at_sign = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('@'));
  return _mm_or_si128(_mm_or_si128(pair, escape), _mm_or_si128(percent, at_sign));
}

void find_marks(std::string_view line, std::vector<std::uint32_t>& marks) {
  const auto size = static_cast<std::uint32_t>(line.size());
  const auto bits = [](__m128i found) {
    return static_cast<std::uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(found)));
  };
  for (std::uint32_t at = 0; at < size; at += kStride) {
    const __m128i a = marks_of_16(line.data() + at);
    const __m128i b = marks_of_16(line.data() + at + 16);
    const __m128i c = marks_of_16(line.data() + at + 32);
    const __m128i d = marks_of_16(line.data() + at + 48);
    const __m128i any = _mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d));
    if (_mm_movemask_epi8(any) == 0) continue;
    push_marks(bits(a) | bits(b) << 16 | bits(c) << 32 | bits(d) << 48, at, size, marks);
  }
}

__attribute__((target("avx2"))) __m256i marks_of_32(const char* at) {
  const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
  const __m256i pair = _mm256_cmpeq_epi8(_mm256_and_si256(bytes, _mm256_set1_epi8(kAllButLast)),
                                         _mm256_set1_epi8('<'));
  const __m256i escape = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\'));
  const __m256i percent = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('%'));
  const __m256i at_sign = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('@'));
  return _mm256_or_si256(_mm256_or_si256(pair, escape), _mm256_or_si256(percent, at_sign));
}

__attribute__((target("avx2"))) void find_marks_avx2(std::string_view line,
                                                     std::vector<std::uint32_t>& marks) {
  const auto size = static_cast<std::uint32_t>(line.size());
  for (std::uint32_t at = 0; at < size; at += kStride) {
    const __m256i a = marks_of_32(line.data() + at);
    const __m256i b = marks_of_32(line.data() + at + 32);
    const __m256i any = _mm256_or_si256(a, b);
    if (_mm256_testz_si256(any, any) != 0) continue;
    const auto low = static_cast<unsigned>(_mm256_movemask_epi8(a));
    const auto high = static_cast<unsigned>(_mm256_movemask_epi8(b));
    push_marks(std::uint64_t{low} | std::uint64_t{high} << 32, at, size, marks);
  }
}

const auto find_marks_here = __builtin_cpu_supports("avx2") ? find_marks_avx2 : find_marks;

#else

void find_marks_here(std::string_view line, std::vector<std::uint32_t>& marks) {
  const auto size = static_cast<std::uint32_t>(line.size());
  for (std::uint32_t at = 0; at < size; ++at) {
    const char c = line[at];
    if (c == '\\' || c == '=' || c == '<' || c == '%' || c == '@') marks.push_back(at);
  }
}

#endif

}  // namespace

std::span<const std::uint32_t> LineMarks::find(std::string_view line) {
  marks_.clear();
  find_marks_here(line, marks_);
  return marks_;
}

bool escapes_are_valid(std::string_view line, std::span<const std::uint32_t> marks) {
  std::size_t behind = 0;  // end of the last escape
  for (const std::uint32_t mark : marks) {
    if (line[mark] != '\\' || mark < behind) continue;
    const std::size_t length = escape_length(line.substr(mark));
    if (length == 0) return false;
    behind = mark + length;
  }
  return true;
}

}  // namespace fortnight::intake
