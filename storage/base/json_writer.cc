#include "storage/base/json_writer.h"

#include <array>
#include <cstdio>

namespace fortnight::storage {
namespace {

void append_string(std::string_view value, std::string& out) {
  out.push_back('"');
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(c));
      out.append(escape.data());
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

}  // namespace

JsonObject& JsonObject::text(std::string_view key, std::string_view value) {
  std::string quoted;
  append_string(value, quoted);
  return raw(key, quoted);
}

JsonObject& JsonObject::raw(std::string_view key, std::string_view value) {
  if (!members_.empty()) members_.push_back(',');
  append_string(key, members_);
  members_.push_back(':');
  members_.append(value);
  return *this;
}

}  // namespace fortnight::storage
