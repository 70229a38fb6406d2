// One-time codes of an authenticator app (RFC 6238): SHA-1, 30 seconds, 6 digits, which is what all
// apps know.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace fortnight::access {

// Returns a new secret: 160 random bits in base32.
std::string make_totp_secret();
bool is_totp_secret(std::string_view base32);

// The step of 30 seconds whose code this is: that of `now`, the one before or the one after, if it
// is later than `last`. Nothing if the code is wrong or the secret has a wrong form. Takes the same
// time for all codes.
std::optional<std::int64_t> totp_step(std::string_view secret, std::string_view code, TimeNs now,
                                      std::int64_t last);
// The code of the step. Requires is_totp_secret().
std::string totp_code(std::string_view secret, std::int64_t step);
inline constexpr TimeNs kTotpStep = 30 * kNsPerSecond;

// The address that an authenticator app reads from a QR code.
std::string totp_uri(std::string_view name, std::string_view secret);

}  // namespace fortnight::access
