#include "config/redact_keys.h"

#include <algorithm>

namespace fortnight::config {
namespace {

bool is_separator(char c) { return c == '-' || c == '_' || c == '.'; }

bool has(std::string_view text, std::string_view piece) {
  return text.find(piece) != std::string_view::npos;
}

// Whether `key` is a regular expression rather than a name. Producers' names have no backslash.
bool is_expression(std::string_view key) {
  return key.starts_with('^') || key.ends_with('$') || has(key, ".*") || has(key, ".+") ||
         has(key, "(?") || has(key, "\\");
}

}  // namespace

const std::vector<std::string>& default_redact_keys() {
  static const std::vector<std::string> keys = {
      "*authorization", "*cookie",        "*cookies",       "*api-key",
      "*password",      "*password-hash", "*password-salt", "*password-confirm*",
      "*passwd",        "*passphrase",    "*pwd",           "*secret",
      "*secret-key",    "*secret-*-key",  "*private-key",   "*token",
      "*credentials",   "*csrf*",         "*x-amz-*"};
  return keys;
}

std::string redact_key_problem(std::string_view key) {
  if (key.starts_with('/')) return "a name; JSON pointers belong below `pointers`";
  if (key.starts_with("$.") || key.starts_with("$[")) {
    return "a name, no path; JSON pointers belong below `pointers`";
  }
  if (is_expression(key)) return "a name, with * for any characters, no regular expression";
  const bool has_name = std::any_of(
      key.begin(), key.end(), [](char c) { return c != '*' && c != ' ' && !is_separator(c); });
  if (!has_name)
    return has(key, "*") ? "a name; this would match every one" : "a name with a letter or digit";
  if (key.front() == ' ' || key.back() == ' ') return "a name without a space at its ends";
  return {};
}

std::string redact_pointer_problem(std::string_view pointer) {
  if (has(pointer, "*")) return "a pointer without *; names with * belong below `keys`";
  return {};
}

}  // namespace fortnight::config
