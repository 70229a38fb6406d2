// Just enough JSON for a status: objects of numbers, texts, flags and objects.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace fortnight::storage {

class JsonObject {
 public:
  JsonObject& text(std::string_view key, std::string_view value);
  JsonObject& flag(std::string_view key, bool value) { return raw(key, value ? "true" : "false"); }
  JsonObject& null(std::string_view key) { return raw(key, "null"); }
  template <std::integral T>
  JsonObject& number(std::string_view key, T value) {
    return raw(key, std::to_string(value));
  }
  JsonObject& object(std::string_view key, const JsonObject& value) {
    return raw(key, value.to_string());
  }
  [[nodiscard]] std::string to_string() const { return "{" + members_ + "}"; }

 private:
  JsonObject& raw(std::string_view key, std::string_view value);

  std::string members_;
};

}  // namespace fortnight::storage
