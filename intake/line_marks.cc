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

// The colons between members' names and values are no marks.
bool is_mark(std::string_view line, std::uint32_t at) {
  return line[at] != ':' || (at > 0 && line[at - 1] != '"');
}

// Each bit of `mask` stands for a byte, from offset `at` on.
void push_marks(std::uint64_t mask, std::uint32_t at, std::string_view line,
                std::vector<std::uint32_t>& marks) {
  if (line.size() - at < kStride) mask &= (std::uint64_t{1} << (line.size() - at)) - 1;
  for (; mask != 0; mask &= mask - 1) {
    const std::uint32_t mark = at + static_cast<std::uint32_t>(std::countr_zero(mask));
    if (is_mark(line, mark)) marks.push_back(mark);
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
  const __m128i apostrophe = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\''));
  const __m128i next = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + 1));
  const __m128i header = _mm_and_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(':')),
                                       _mm_cmpeq_epi8(next, _mm_set1_epi8(' ')));
  return _mm_or_si128(_mm_or_si128(_mm_or_si128(pair, escape), apostrophe),
                      _mm_or_si128(_mm_or_si128(percent, at_sign), header));
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
    push_marks(bits(a) | bits(b) << 16 | bits(c) << 32 | bits(d) << 48, at, line, marks);
  }
}

// Nonzero for the bytes `%` (25), `'` (27), `<` (3C), `=` (3D), `@` (40) and `\` (5C), and for `:`
// before a blank. Uses a table for each half of a byte, in which each of the bits 1, 2, 4 and 8
// stands for one upper half.
__attribute__((target("avx2"))) __m256i marks_of_32(const char* at) {
  const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
  const __m256i lower = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(8, 0, 0, 0, 0, 2, 0, 2, 0, 0, 0, 0, 1 | 4, 1, 0, 0));
  const __m256i upper =
      _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 0, 2, 1, 8, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  const __m256i half = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(0x0f));
  const __m256i next = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + 1));
  const __m256i header = _mm256_and_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(':')),
                                          _mm256_cmpeq_epi8(next, _mm256_set1_epi8(' ')));
  // A byte above 7F takes 0 from the first table.
  return _mm256_or_si256(
      _mm256_and_si256(_mm256_shuffle_epi8(lower, bytes), _mm256_shuffle_epi8(upper, half)),
      header);
}

// A bit mask of the bytes that are 0.
__attribute__((target("avx2"))) std::uint32_t zeros_of(__m256i bytes) {
  const __m256i zeros = _mm256_cmpeq_epi8(bytes, _mm256_setzero_si256());
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(zeros));
}

__attribute__((target("avx2"))) void find_marks_avx2(std::string_view line,
                                                     std::vector<std::uint32_t>& marks) {
  const auto size = static_cast<std::uint32_t>(line.size());
  for (std::uint32_t at = 0; at < size; at += kStride) {
    const __m256i a = marks_of_32(line.data() + at);
    const __m256i b = marks_of_32(line.data() + at + 32);
    const __m256i any = _mm256_or_si256(a, b);
    if (_mm256_testz_si256(any, any) != 0) continue;
    const std::uint64_t zeros = zeros_of(a) | std::uint64_t{zeros_of(b)} << 32;
    push_marks(~zeros, at, line, marks);
  }
}

const auto find_marks_here = __builtin_cpu_supports("avx2") ? find_marks_avx2 : find_marks;

#else

void find_marks_here(std::string_view line, std::vector<std::uint32_t>& marks) {
  const auto size = static_cast<std::uint32_t>(line.size());
  for (std::uint32_t at = 0; at < size; ++at) {
    const char c = line[at];
    const bool header = c == ':' && at + 1 < size && line[at + 1] == ' ' && is_mark(line, at);
    if (header || std::string_view("\\=<%@'").find(c) != std::string_view::npos) {
      marks.push_back(at);
    }
  }
}

#endif

}  // namespace

std::span<const std::uint32_t> LineMarks::find(std::string_view line) {
  marks_.clear();
  find_marks_here(line, marks_);
  return marks_;
}

Escapes check_escapes(std::string_view line, std::span<const std::uint32_t> marks) {
  Escapes escapes = Escapes::none;
  std::size_t behind = 0;  // end of the last escape
  for (const std::uint32_t mark : marks) {
    if (line[mark] != '\\' || mark < behind) continue;
    const std::size_t length = escape_length(line.substr(mark));
    if (length == 0) return Escapes::invalid;
    escapes = Escapes::valid;
    behind = mark + length;
  }
  return escapes;
}

}  // namespace fortnight::intake
