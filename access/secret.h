// Random secrets, and the digests that are stored in their place.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace fortnight::access {

// SHA-256 of a secret.
using Digest = std::array<unsigned char, 32>;

// Makes libsodium usable. Called by every function that needs it; cheap when repeated. Thread-safe.
void start_sodium();

// The characters of random texts: 5 bits each.
inline constexpr std::string_view kSecretCharacters = "0123456789abcdefghijklmnopqrstuv";
// Returns `size` random characters.
std::string random_text(std::size_t size);
// The lower five bits of each byte, as characters.
std::string text_of_bytes(const unsigned char* bytes, std::size_t size);
bool has_secret_characters(std::string_view text);

// A digest needs no salt and no slow hash where the secret has at least 80 random bits.
Digest digest_of(std::string_view secret);
// Takes the same time whether the digests differ or not.
bool equal(const Digest& a, const Digest& b);

std::string hex_of(const Digest& digest);
std::optional<Digest> digest_of_hex(std::string_view hex);

}  // namespace fortnight::access
