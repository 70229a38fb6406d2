// Recognises identifiers in paths: what varies from call to call, and may be about a person.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace fortnight::intake {

// The part of a segment that is an identifier.
struct IdentifierRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Nothing if the segment has no identifier: most words don't. An identifier is
//   17  20261120              digits
//   9fbd95f4-8630-...         a UUID; 8 or more hex digits with some of 0 to 9 among them
//   jo@example.com            a text with an @, also as %40
//   +4915112345678            a phone number, also with - . ( ) and blanks; any 7 digits with those
//   192.0.2.7  2001:db8::1    an IP address
//   2026-11-20  2026-11-20T.. a text that begins with a date
//   ORD-123  user_1234        letters and a number: with small letters, of three digits or more
//   cus_NffrFeUfNV2Hib        a prefix and random characters (Stripe, TypeID, KSUID, ULID, ...)
//   main-8791a66e2f0c1d3b     a name with a hash in it, or with a number of five digits or more
//   V1StGXR8_Z5jdHi6B-myT     base64url, nanoid
//   eyJhbGciOi...             a JWT
//   Jo%20Doe                  free text: with blanks, or longer than 64 characters
// An extension isn't part of it: report-8791a66e.pdf. Of orders(17) and cart;jsessionid=8F, it is
// what is in the brackets, and what is after the semicolon.
std::optional<IdentifierRange> find_identifier(std::string_view segment);

// Whether the whole text is an identifier that a machine made: digits, a UUID, or 16 or more random
// letters and digits.
bool is_identifier(std::string_view text);

}  // namespace fortnight::intake
