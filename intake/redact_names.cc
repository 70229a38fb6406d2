#include "intake/redact_names.h"

#include <algorithm>

namespace fortnight::intake {
namespace {

char fold(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }
bool is_folded_away(char c) { return c == '-' || c == '_'; }

std::string folded(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (!is_folded_away(c)) out.push_back(fold(c));
  }
  return out;
}

}  // namespace

RedactNames::RedactNames(const config::Redact& redact) {
  for (const std::string& key : redact.keys) {
    const bool is_ending = key.starts_with('*');
    std::string name = folded(std::string_view(key).substr(is_ending ? 1 : 0));
    mentions_.push_back(name);
    (is_ending ? endings_ : whole_).push_back(std::move(name));
  }
  for (const std::string& pointer : redact.pointers) {
    mentions_.push_back(folded(std::string_view(pointer).substr(pointer.rfind('/') + 1)));
  }
  std::erase(mentions_, "");
}

bool RedactNames::matches(std::string_view key) const {
  if (whole_.empty() && endings_.empty()) return false;
  const std::string name = folded(key);
  const auto ends_name = [&](const std::string& ending) { return name.ends_with(ending); };
  return std::find(whole_.begin(), whole_.end(), name) != whole_.end() ||
         std::any_of(endings_.begin(), endings_.end(), ends_name);
}

std::string_view RedactNames::safe_prefix(std::string_view bytes) const {
  std::string text;
  std::vector<std::size_t> at;  // of each byte of `text` in `bytes`
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (is_folded_away(bytes[i])) continue;
    text.push_back(fold(bytes[i]));
    at.push_back(i);
  }
  std::size_t first = text.size();
  for (const std::string& mention : mentions_) first = std::min(first, text.find(mention));
  return first == text.size() ? bytes : bytes.substr(0, at[first]);
}

}  // namespace fortnight::intake
