#include "access/totp.h"

#include <liboath/oath.h>
#include <sodium.h>

#include <array>
#include <cstdlib>
#include <stdexcept>

#include "access/secret.h"
#include "base/require.h"

namespace fortnight::access {
namespace {

constexpr std::size_t kTotpSecretBytes = 20;
constexpr std::size_t kTotpSecretCharacters = kTotpSecretBytes * 8 / 5;
constexpr std::size_t kDigits = 6;

void start_oath() {
  start_sodium();
  static const int started = oath_init();
  if (started != OATH_OK) throw std::runtime_error("liboath can't be initialised");
}

// Empty if the text has a wrong form.
std::string decoded_secret(std::string_view base32) {
  char* bytes = nullptr;
  std::size_t size = 0;
  if (!is_totp_secret(base32) ||
      oath_base32_decode(base32.data(), base32.size(), &bytes, &size) != OATH_OK) {
    return {};
  }
  std::string secret(bytes, size);
  std::free(bytes);  // NOLINT(cppcoreguidelines-no-malloc): liboath allocates it
  return secret;
}

// Requires that `secret` isn't empty.
std::array<char, kDigits + 1> code_of(const std::string& secret, std::int64_t step) {
  std::array<char, kDigits + 1> code{};
  const int failed =
      oath_hotp_generate(secret.data(), secret.size(), static_cast<std::uint64_t>(step), kDigits,
                         false, OATH_HOTP_DYNAMIC_TRUNCATION, code.data());
  if (failed != OATH_OK) throw std::runtime_error("liboath can't compute a code");
  return code;
}

}  // namespace

std::string make_totp_secret() {
  start_oath();
  std::array<char, kTotpSecretBytes> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  char* text = nullptr;
  std::size_t size = 0;
  if (oath_base32_encode(bytes.data(), bytes.size(), &text, &size) != OATH_OK) {
    throw std::bad_alloc();
  }
  std::string secret(text, size);
  std::free(text);  // NOLINT(cppcoreguidelines-no-malloc): liboath allocates it
  return secret;
}

bool is_totp_secret(std::string_view base32) {
  constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  return base32.size() == kTotpSecretCharacters &&
         base32.find_first_not_of(kBase32) == std::string_view::npos;
}

std::optional<std::int64_t> totp_step(std::string_view secret, std::string_view code, TimeNs now,
                                      std::int64_t last) {
  start_oath();
  const std::string bytes = decoded_secret(secret);
  if (bytes.empty() || code.size() != kDigits) return std::nullopt;
  const std::int64_t current = floor_div(now, kTotpStep);
  std::optional<std::int64_t> found;
  for (std::int64_t step = current - 1; step <= current + 1; ++step) {
    const auto expected = code_of(bytes, step);
    const bool same = sodium_memcmp(expected.data(), code.data(), kDigits) == 0;
    if (same && step > last && !found) found = step;
  }
  return found;
}

std::string totp_code(std::string_view secret, std::int64_t step) {
  FORTNIGHT_REQUIRE(is_totp_secret(secret));
  start_oath();
  return {code_of(decoded_secret(secret), step).data(), kDigits};
}

std::string totp_uri(std::string_view name, std::string_view secret) {
  std::string label;
  for (const char c : name) label += c == '@' ? std::string("%40") : std::string(1, c);
  return "otpauth://totp/Fortnight:" + label + "?secret=" + std::string(secret) +
         "&issuer=Fortnight&algorithm=SHA1&digits=6&period=30";
}

}  // namespace fortnight::access
