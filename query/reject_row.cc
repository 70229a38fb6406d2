#include "query/reject_row.h"

#include <cstdint>
#include <string>

#include "base/civil_time.h"
#include "base/utf8.h"

namespace fortnight::query {
namespace {

// Base64 of RFC 4648, padded.
std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::string_view group = bytes.substr(at, 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      bits = bits << 8 | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      out += i <= group.size() ? kDigits[bits >> (18 - 6 * i) & 0x3fU] : '=';
    }
  }
  return out;
}

}  // namespace

void write_reject(const storage::Reject& reject, JsonWriter& out) {
  std::string at;
  append_rfc3339(reject.at, fraction_digits(reject.at), at);
  out.key("at").text(at);
  out.key("source").text_or_null(reject.source).key("reason").text(reject.reason);
  out.key("detail").text_or_null(reject.detail).key("offset").number(reject.offset);
  out.key("bytes").text(reject.bytes);
  if (valid_utf8_prefix(reject.bytes) != reject.bytes.size()) {
    out.key("bytes_base64").text(base64(reject.bytes));
  }
}

}  // namespace fortnight::query
