// Mends errors that make an otherwise good line invalid JSON:
//
//   - bytes within strings that are not UTF-8 (a Latin-1 User-Agent, overlong forms, encoded
//     surrogates): each maximal ill-formed sequence becomes U+FFFD, as Unicode recommends, or each
//     byte XX becomes the escape \udcXX, depending on the format;
//   - raw control bytes within strings: become \u00XX;
//   - \xXX escapes, as nginx (escape=default) and Apache write them: become the byte XX;
//   - other escapes that JSON doesn't have: the backslash is literal and is escaped.
//
// Bytes between strings stay as they are, so a line's structure never changes.
//
// Not thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "config/format.h"

namespace fortnight::intake {

class LineMender {
 public:
  struct Mended {
    // The line itself, or a mended copy with simdjson::SIMDJSON_PADDING readable bytes after it,
    // valid until the next call.
    std::string_view line;
    bool changed = false;
    bool invalid_utf8 = false;  // a string had bytes that are not UTF-8
  };
  // `replace` and `keep` choose what such bytes become; with `reject` they stay as they are.
  Mended mend(std::string_view line, config::InvalidUtf8 invalid);

 private:
  void mend_string();
  void mend_escape();
  void flush_high_bytes();

  config::InvalidUtf8 invalid_ = config::InvalidUtf8::replace;
  std::string_view rest_;
  std::string out_;
  std::string high_;  // pending consecutive bytes >= 0x80, raw or as \xXX
  bool changed_ = false;
  bool invalid_utf8_ = false;
};

}  // namespace fortnight::intake
