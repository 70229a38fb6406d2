#include "intake/line_mender.h"

#include <simdjson.h>

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/json_text.h"
#include "base/utf8.h"

namespace fortnight::intake {
namespace {

// Bytes that JSON requires to be escaped in strings; DEL is not among them.
bool is_raw_control(char c) { return static_cast<unsigned char>(c) < 0x20; }
bool is_high(char c) { return static_cast<unsigned char>(c) >= 0x80; }

void append_hex(char c, std::string& out) {
  const auto byte = static_cast<unsigned char>(c);
  out.push_back(kHexDigits[byte >> 4]);
  out.push_back(kHexDigits[byte & 0xf]);
}

}  // namespace

LineMender::Mended LineMender::mend(std::string_view line, config::InvalidUtf8 invalid) {
  invalid_ = invalid;
  rest_ = line;
  out_.clear();
  changed_ = false;
  invalid_utf8_ = false;
  while (!rest_.empty()) {
    const std::size_t quote = std::min(rest_.find('"'), rest_.size());
    out_.append(rest_, 0, std::min(quote + 1, rest_.size()));
    rest_.remove_prefix(std::min(quote + 1, rest_.size()));
    if (!rest_.empty()) mend_string();
  }
  if (!changed_) return {line, false, invalid_utf8_};
  const std::size_t size = out_.size();
  out_.append(simdjson::SIMDJSON_PADDING, '\0');
  return {std::string_view(out_).substr(0, size), true, invalid_utf8_};
}

// `rest_` begins after the opening quote; it ends after the closing one.
void LineMender::mend_string() {
  while (!rest_.empty()) {
    const char c = rest_.front();
    if (is_high(c)) {
      high_.push_back(c);
      rest_.remove_prefix(1);
      continue;
    }
    if (c == '\\') {
      mend_escape();
      continue;
    }
    flush_high_bytes();
    if (is_raw_control(c)) {
      out_.append("\\u00");
      append_hex(c, out_);
      changed_ = true;
    } else {
      out_.push_back(c);
    }
    rest_.remove_prefix(1);
    if (c == '"') return;
  }
  flush_high_bytes();
}

void LineMender::mend_escape() {
  const std::string_view escape = rest_.substr(0, 6);
  if (escape.size() >= 4 && escape[1] == 'x' && is_hex(escape[2]) && is_hex(escape[3])) {
    const char byte = static_cast<char>(hex_value(escape[2]) * 16 + hex_value(escape[3]));
    rest_.remove_prefix(4);
    changed_ = true;
    if (is_high(byte)) {
      high_.push_back(byte);
      return;
    }
    flush_high_bytes();
    if (is_raw_control(byte)) {
      out_.append("\\u00");
      append_hex(byte, out_);
    } else {
      if (byte == '"' || byte == '\\') out_.push_back('\\');
      out_.push_back(byte);
    }
    return;
  }
  flush_high_bytes();
  if (escape.size() < 2) {  // the line ends within the escape: it can't be mended
    out_.push_back('\\');
    rest_.remove_prefix(1);
    return;
  }
  if (const std::size_t length = escape_length(escape)) {
    out_.append(escape, 0, length);
    rest_.remove_prefix(length);
    return;
  }
  out_.append("\\\\");
  rest_.remove_prefix(1);
  changed_ = true;
}

void LineMender::flush_high_bytes() {
  std::string_view bytes = high_;
  while (!bytes.empty()) {
    if (const std::size_t length = utf8_character(bytes)) {
      out_.append(bytes, 0, length);
      bytes.remove_prefix(length);
      continue;
    }
    const std::size_t length = ill_formed_utf8(bytes);
    invalid_utf8_ = true;
    if (invalid_ == config::InvalidUtf8::replace) {
      out_.append(kReplacementCharacter);
    } else if (invalid_ == config::InvalidUtf8::keep) {
      for (const char c : bytes.substr(0, length)) {
        out_.append("\\udc");
        append_hex(c, out_);
      }
    } else {
      out_.append(bytes, 0, length);
    }
    changed_ = changed_ || invalid_ != config::InvalidUtf8::reject;
    bytes.remove_prefix(length);
  }
  high_.clear();
}

}  // namespace fortnight::intake
