#include "tools/generate/ids.h"

#include <charconv>
#include <string_view>

namespace fortnight::generate {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::string_view kBase62 =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kBase64Url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// A random number is read as a binary fraction of 58 bits: times the alphabet's size, its whole
// part is a character. Eight characters use up at most 48 of its bits.
void append_from(std::string& out, Random& random, int characters, std::string_view alphabet) {
  constexpr int kFraction = 58;
  while (characters > 0) {
    std::uint64_t bits = random.next() >> (64 - kFraction);
    for (int i = 0; i < 8 && characters > 0; ++i, --characters) {
      bits *= alphabet.size();
      out.push_back(alphabet[bits >> kFraction]);
      bits &= (1ULL << kFraction) - 1;
    }
  }
}

}  // namespace

void append_hex(std::string& out, Random& random, int digits) {
  while (digits > 0) {
    std::uint64_t bits = random.next();
    for (int i = 0; i < 16 && digits > 0; ++i, --digits, bits >>= 4) out.push_back(kHex[bits & 15]);
  }
}

void append_uuid4(std::string& out, Random& random) {
  const std::size_t start = out.size();
  append_hex(out, random, 32);
  out[start + 12] = '4';
  out[start + 16] = kHex[8 + (static_cast<unsigned char>(out[start + 16]) & 3U)];
  for (const std::size_t dash : {20U, 16U, 12U, 8U}) out.insert(start + dash, 1, '-');
}

void append_ulid(std::string& out, std::int64_t unix_ms, Random& random) {
  for (int shift = 45; shift >= 0; shift -= 5) out.push_back(kCrockford[(unix_ms >> shift) & 31]);
  for (int half = 0; half < 2; ++half) {
    std::uint64_t bits = random.next();
    for (int i = 0; i < 8; ++i, bits >>= 5) out.push_back(kCrockford[bits & 31]);
  }
}

void append_digits(std::string& out, Random& random, int digits) {
  append_from(out, random, digits, kHex.substr(0, 10));
}

void append_base62(std::string& out, Random& random, int characters) {
  append_from(out, random, characters, kBase62);
}

void append_upper36(std::string& out, Random& random, int characters) {
  append_from(out, random, characters, kBase62.substr(0, 36));
}

void append_base64url(std::string& out, std::string_view bytes) {
  std::uint32_t bits = 0;
  int held = 0;
  for (const char byte : bytes) {
    bits = (bits << 8) | static_cast<unsigned char>(byte);
    for (held += 8; held >= 6; held -= 6) out.push_back(kBase64Url[(bits >> (held - 6)) & 63]);
  }
  if (held > 0) out.push_back(kBase64Url[(bits << (6 - held)) & 63]);
}

void append_decimal(std::string& out, std::int64_t value) {
  char digits[20];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
  out.append(digits, end);
}

void append_padded(std::string& out, std::uint64_t value, int digits) {
  char text[20];
  for (int i = digits - 1; i >= 0; --i, value /= 10) text[i] = static_cast<char>('0' + value % 10);
  out.append(text, static_cast<std::size_t>(digits));
}

}  // namespace fortnight::generate
