#include "intake/redact_names.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "base/ascii.h"

namespace fortnight::intake {
namespace {

bool is_separator(char c) { return c == '-' || c == '_' || c == '.' || c == ' '; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

// Of longer names only the last characters are compared; real names are shorter.
constexpr std::size_t kMaxFoldedName = 256;

std::string folded(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (!is_separator(c)) out.push_back(lower(c));
  }
  return out;
}

}  // namespace

// A folded name of at most kMaxFoldedName bytes.
struct RedactNames::Folded {
  explicit Folded(std::string_view name) {
    bool begins_word = false;
    bool after_capital = true;
    for (const char c : name) {
      if (is_separator(c)) {
        begins_word = true;
        continue;
      }
      begins[size] = begins_word || (is_capital(c) && !after_capital);
      text[size++] = lower(c);
      begins_word = false;
      after_capital = is_capital(c);
    }
  }
  [[nodiscard]] std::string_view view() const { return {text.data(), size}; }

  std::array<char, kMaxFoldedName> text;
  std::array<bool, kMaxFoldedName> begins;
  std::size_t size = 0;
};

RedactNames::RedactNames(const config::Redact& redact) {
  shortest_ = std::numeric_limits<std::size_t>::max();
  for (const std::string& key : redact.keys) {
    const Pattern pattern = compile(key);
    std::size_t least = 0;
    std::string mention;
    for (const std::string& piece : pattern.pieces) {
      least += piece.size();
      if (piece.size() > mention.size()) mention = piece;
    }
    shortest_ = std::min(shortest_, least);
    mentions_.push_back(std::move(mention));
    patterns_.push_back(pattern);
  }
  for (const Pattern& pattern : patterns_) {
    const auto contains = [&](Letters other) { return (other & ~pattern.letters) == 0; };
    if (std::any_of(needed_letters_.begin(), needed_letters_.end(), contains)) continue;
    std::erase_if(needed_letters_, [&](Letters other) { return (pattern.letters & ~other) == 0; });
    needed_letters_.push_back(pattern.letters);
  }
  for (const std::string& pointer : redact.pointers) {
    mentions_.push_back(folded(std::string_view(pointer).substr(pointer.rfind('/') + 1)));
  }
  std::erase(mentions_, "");
}

RedactNames::Pattern RedactNames::compile(std::string_view key) {
  Pattern pattern;
  pattern.open_front = key.starts_with('*');
  pattern.open_back = key.ends_with('*');
  while (!key.empty()) {
    const std::size_t star = std::min(key.find('*'), key.size());
    const std::string_view piece = key.substr(0, star);
    const bool before_star = star < key.size();
    key.remove_prefix(std::min(star + 1, key.size()));
    if (piece.empty()) continue;
    pattern.pieces.push_back(folded(piece));
    pattern.letters |= letters_of(piece);
    pattern.ends_word.push_back(before_star && is_separator(piece.back()));
  }
  if (pattern.pieces.empty()) {
    pattern.pieces.emplace_back();
    pattern.ends_word.push_back(false);
  }
  return pattern;
}

// Each piece is matched at its leftmost position, which leaves most room for the later pieces.
bool RedactNames::matches(const Pattern& pattern, const Folded& name) {
  const std::string_view text = name.view();
  const std::size_t count = pattern.pieces.size();
  std::size_t from = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& piece = pattern.pieces[i];
    const bool is_last = i + 1 == count && !pattern.open_back;
    if (i == 0 && !pattern.open_front) {
      if (!text.starts_with(piece)) return false;
    } else if (is_last) {
      return text.size() >= from + piece.size() && text.ends_with(piece);
    } else {
      from = text.find(piece, from);
    }
    const auto at_word_end = [&](std::size_t end) { return end < text.size() && name.begins[end]; };
    if (pattern.ends_word[i]) {
      if (i == 0 && !pattern.open_front) {
        if (!at_word_end(piece.size())) return false;
      } else {
        while (from != std::string_view::npos && !at_word_end(from + piece.size())) {
          from = text.find(piece, from + 1);
        }
      }
    }
    if (from == std::string_view::npos) return false;
    from += piece.size();
    if (is_last) return from == text.size();
  }
  return true;
}

bool RedactNames::matches(std::string_view key) const {
  if (key.size() < shortest_ || key.empty()) return false;
  if (key.size() > kMaxFoldedName) key.remove_prefix(key.size() - kMaxFoldedName);
  const Letters letters = letters_of(key);
  if (!may_match(letters)) return false;
  std::optional<Folded> name;
  for (const Pattern& pattern : patterns_) {
    if ((pattern.letters & ~letters) != 0) continue;
    if (!name) name.emplace(key);
    if (matches(pattern, *name)) return true;
  }
  return false;
}

bool RedactNames::matches_part(std::string_view key) const {
  constexpr std::string_view kBetween = "[].:$";
  while (!key.empty() && kBetween.find(key.back()) != std::string_view::npos) key.remove_suffix(1);
  if (matches(key)) return true;
  const std::size_t last = key.find_last_of(kBetween);
  return last != std::string_view::npos && matches(key.substr(last + 1));
}

RedactNames::Mention RedactNames::find_mention(std::string_view bytes, std::size_t from) const {
  std::string text;
  std::vector<std::size_t> at;  // offset in `bytes` of each byte of `text`
  for (std::size_t i = from; i < bytes.size(); ++i) {
    if (is_separator(bytes[i])) continue;
    text.push_back(lower(bytes[i]));
    at.push_back(i);
  }
  Mention first;
  for (const std::string& mention : mentions_) {
    const std::size_t found = text.find(mention);
    if (found == std::string::npos || at[found] >= first.begin) continue;
    first = {at[found], at[found + mention.size() - 1] + 1};
  }
  return first;
}

}  // namespace fortnight::intake
