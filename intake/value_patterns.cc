#include "intake/value_patterns.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "intake/redact_names.h"

namespace fortnight::intake {
namespace {

// Of the automaton, per mapper.
constexpr std::int64_t kMaxMemory = 8 << 20;

bool depends_on_ends(std::string_view pattern) {
  constexpr std::array<std::string_view, 5> kEnds = {"^", "$", "\\A", "\\z", "\\B"};
  return std::any_of(kEnds.begin(), kEnds.end(), [&](std::string_view end) {
    return pattern.find(end) != std::string_view::npos;
  });
}

}  // namespace

ValuePatterns::ValuePatterns(const std::vector<std::string>& patterns) {
  if (patterns.empty()) return;
  std::string any;
  for (const std::string& pattern : patterns) {
    any.append(any.empty() ? "(?:" : "|(?:").append(pattern).append(")");
    whole_values_ = whole_values_ || depends_on_ends(pattern);
  }
  RE2::Options options(RE2::Quiet);
  options.set_max_mem(kMaxMemory);
  expression_ = std::make_unique<re2::RE2>(any, options);
}

ValuePatterns::~ValuePatterns() = default;

bool ValuePatterns::may_match_within(std::string_view bytes) const {
  return whole_values_ ||
         RE2::PartialMatch(re2::StringPiece(bytes.data(), bytes.size()), *expression_);
}

bool ValuePatterns::replace(std::string& text) const {
  return RE2::GlobalReplace(&text, *expression_, std::string(kRedacted)) != 0;
}

}  // namespace fortnight::intake
