#include "storage/call/batch.h"

#include <algorithm>

#include "storage/base/utf8.h"

namespace fortnight::storage {

std::size_t Batch::memory() const {
  std::size_t bytes = calls.capacity() * sizeof(Call) + text.capacity() +
                      extra_ids.capacity() * sizeof(ExtraId) +
                      shapes.capacity() * sizeof(SharedShape);
  for (const SharedShape& shape : shapes) {
    bytes +=
        sizeof(Shape) + shape->skeleton.capacity() + shape->ids.capacity() * sizeof(Shape::IdHole);
  }
  return bytes;
}

void Batch::clear() {
  id = BatchId();
  kinds.clear();
  shapes.clear();
  calls.clear();
  extra_ids.clear();
  text.clear();
}

Text append_value(std::string& text, std::string_view value) {
  std::size_t rest = value.size();
  while (rest >= 0x80) {
    text.push_back(static_cast<char>(static_cast<unsigned char>(rest & 0x7f) | 0x80U));
    rest >>= 7;
  }
  text.push_back(static_cast<char>(rest));
  const Text piece{static_cast<std::uint32_t>(text.size()),
                   static_cast<std::uint32_t>(value.size())};
  text.append(value);
  return piece;
}

void append_line(const Batch& batch, const Call& call, std::string& out) {
  const std::string& skeleton = batch.shape(call).skeleton;
  ValueCursor values(batch, call);
  std::size_t from = 0;
  for (std::size_t hole = skeleton.find(kHole); hole != std::string::npos;
       hole = skeleton.find(kHole, from)) {
    out.append(skeleton, from, hole - from);
    out.append(values.next());
    from = hole + 1;
  }
  out.append(skeleton, from);
}

std::string_view decode_json_string(std::string_view raw, std::string& scratch) {
  const std::size_t first = raw.find('\\');
  if (first == std::string_view::npos) return raw;
  scratch.assign(raw.substr(0, first));
  const auto hex4 = [&](std::size_t at) -> std::int32_t {
    if (at + 4 > raw.size()) return -1;
    std::int32_t value = 0;
    for (std::size_t i = at; i < at + 4; ++i) {
      const char c = raw[i];
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) return -1;
      value = value * 16 + digit;
    }
    return value;
  };
  std::size_t i = first;
  while (i < raw.size()) {
    if (raw[i] != '\\' || i + 1 == raw.size()) {
      const std::size_t next = std::min(raw.find('\\', i + 1), raw.size());
      scratch.append(raw, i, next - i);
      i = next;
      continue;
    }
    const char escape = raw[i + 1];
    i += 2;
    switch (escape) {
      case 'n':
        scratch.push_back('\n');
        break;
      case 't':
        scratch.push_back('\t');
        break;
      case 'r':
        scratch.push_back('\r');
        break;
      case 'b':
        scratch.push_back('\b');
        break;
      case 'f':
        scratch.push_back('\f');
        break;
      case 'u': {
        std::int32_t unit = hex4(i);
        if (unit < 0) {
          scratch.append("\\u");
          break;
        }
        i += 4;
        char32_t code = static_cast<char32_t>(unit);
        if (unit >= 0xd800 && unit <= 0xdbff && i + 1 < raw.size() && raw[i] == '\\' &&
            raw[i + 1] == 'u') {
          const std::int32_t low = hex4(i + 2);
          if (low >= 0xdc00 && low <= 0xdfff) {
            code = 0x10000 + ((static_cast<char32_t>(unit) - 0xd800) << 10) +
                   (static_cast<char32_t>(low) - 0xdc00);
            i += 6;
          }
        }
        if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
        append_utf8(code, scratch);
        break;
      }
      default:
        scratch.push_back(escape);  // \" \\ \/
    }
  }
  return scratch;
}

}  // namespace fortnight::storage
