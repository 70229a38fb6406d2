// The text of a token:
//
//   fnt_<id>_<secret>_<check>
//
//   id      10 characters, random: it names the token and is no secret
//   secret  52 characters: 256 random bits
//   check   6 characters of a checksum of what precedes it, which finds typing errors and lets
//           scanners of repositories tell a token from other texts
//
// Characters are digits and lower-case letters. Only a digest of the secret is stored: at 256 bits
// it needs no salt and no slow hash.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace fortnight::access {

// SHA-256 of a secret.
using Digest = std::array<unsigned char, 32>;

struct Token {
  std::string id;
  Digest digest{};
};

Digest digest_of(std::string_view text);

// Returns a new token, and its text, which is kept nowhere.
struct MadeToken {
  Token token;
  std::string text;
};
MadeToken make_token();

// Whether the text has the form of a token's ID.
bool is_token_id(std::string_view text);

// The token with that text; nothing if the text has another form or its check is wrong.
std::optional<Token> parse_token(std::string_view text);

// Takes the same time whether the digests differ or not.
bool equal(const Digest& a, const Digest& b);

std::string hex_of(const Digest& digest);
std::optional<Digest> digest_of_hex(std::string_view hex);

}  // namespace fortnight::access
