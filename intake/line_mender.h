// Mends what keeps an otherwise good line from being JSON:
//
//   - bytes within strings that are not UTF-8 (a Latin-1 User-Agent, overlong forms, encoded
//     surrogates): each maximal ill-formed sequence becomes U+FFFD, as Unicode recommends, or each
//     byte XX the escape \udcXX, as the format says;
//   - raw control bytes within strings: \u00XX;
//   - \xXX escapes, as nginx (escape=default) and Apache write them: the byte that they stand for;
//   - other escapes that JSON doesn't know: the backslash is meant, and is escaped.
//
// What stands between strings isn't touched, so a line's structure never changes.
//
// Threads: none of its own; one at a time.
#pragma once

#include <string>
#include <string_view>

#include "config/format.h"

namespace fortnight::intake {

class LineMender {
 public:
  struct Mended {
    // The line, or a copy with simdjson::SIMDJSON_PADDING readable bytes behind it that is valid
    // until the next call.
    std::string_view line;
    bool changed = false;
    bool invalid_utf8 = false;  // a string had bytes that are not UTF-8
  };
  // `replace` and `keep` say what becomes of such bytes; with `reject` they stay as they are.
  Mended mend(std::string_view line, config::InvalidUtf8 invalid);

 private:
  void mend_string();
  void mend_escape();
  void flush_high_bytes();

  config::InvalidUtf8 invalid_ = config::InvalidUtf8::replace;
  std::string_view rest_;
  std::string out_;
  std::string high_;  // bytes of 0x80 and above that follow one another, raw or as \xXX
  bool changed_ = false;
  bool invalid_utf8_ = false;
};

// The length of the well-formed sequence that `bytes` begin with, 0 where there is none. `bytes`
// begin with a byte of 0x80 or above.
std::size_t utf8_sequence(std::string_view bytes);
// The length of what is replaced at once where there is none: a sequence's front that is
// well-formed, or one byte.
std::size_t ill_formed_length(std::string_view bytes);

}  // namespace fortnight::intake
