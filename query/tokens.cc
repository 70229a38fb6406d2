#include "query/tokens.h"

#include <algorithm>
#include <unordered_set>

#include "base/ascii.h"

namespace fortnight::query {

namespace {

constexpr std::size_t kShortestToken = 3;
constexpr std::size_t kLongestToken = 200;
// What ends a word, and what ends a part of one. An ID may contain any of the latter.
constexpr std::string_view kBetweenWords = " \t\r\n\"'`<>()[]{}|\\";
constexpr std::string_view kBetweenParts = "/?&=#,;:@";
// Punctuation that belongs to the sentence around a word.
constexpr std::string_view kAround = ".,;:!?*";

bool is_among(char c, std::string_view characters) { return characters.find(c) != characters.npos; }

class Tokens {
 public:
  explicit Tokens(std::string_view text) {
    each_piece(text, kBetweenWords, [this](std::string_view word) {
      add(word);
      each_piece(word, kBetweenParts, [this](std::string_view part) { add(part); });
    });
  }
  std::vector<std::string> take(std::size_t most) {
    std::stable_partition(tokens_.begin(), tokens_.end(), [](const std::string& token) {
      return std::any_of(token.begin(), token.end(), is_digit);
    });
    if (tokens_.size() > most) tokens_.resize(most);
    return std::move(tokens_);
  }

 private:
  template <typename Visit>
  static void each_piece(std::string_view text, std::string_view between, const Visit& visit) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find_first_of(between), text.size());
      if (end != 0) visit(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }
  void add(std::string_view word) {
    while (!word.empty() && is_among(word.front(), kAround)) word.remove_prefix(1);
    while (!word.empty() && is_among(word.back(), kAround)) word.remove_suffix(1);
    if (word.size() < kShortestToken || word.size() > kLongestToken) return;
    if (seen_.insert(std::string(word)).second) tokens_.emplace_back(word);
  }

  std::vector<std::string> tokens_;
  std::unordered_set<std::string> seen_;
};

}  // namespace

std::vector<std::string> id_tokens(std::string_view text, std::size_t most) {
  return Tokens(text).take(most);
}

}  // namespace fortnight::query
