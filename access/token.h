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

#include <optional>
#include <string>
#include <string_view>

#include "access/secret.h"

namespace fortnight::access {

struct Token {
  std::string id;
  Digest digest{};
};

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

}  // namespace fortnight::access
