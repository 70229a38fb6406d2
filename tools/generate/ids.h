// Identifiers and other opaque values, appended to a line that is being written.
#pragma once

#include <cstdint>
#include <string>

#include "tools/generate/random.h"

namespace fortnight::generate {

void append_uuid4(std::string& out, Random& random);
// 10 characters of time and 16 random ones, in Crockford's base 32.
void append_ulid(std::string& out, std::int64_t unix_ms, Random& random);
void append_hex(std::string& out, Random& random, int digits);
void append_digits(std::string& out, Random& random, int digits);
void append_base62(std::string& out, Random& random, int characters);
void append_upper36(std::string& out, Random& random, int characters);
// `bytes` in URL-safe base64 without padding.
void append_base64url(std::string& out, std::string_view bytes);

void append_decimal(std::string& out, std::int64_t value);
// With leading zeros.
void append_padded(std::string& out, std::uint64_t value, int digits);

}  // namespace fortnight::generate
