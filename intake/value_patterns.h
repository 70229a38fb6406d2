// Text within values that regular expressions describe: `redact.patterns`. RE2 matches in time that
// is linear in the text, whatever the expression.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace fortnight::intake {

// Immutable, therefore thread-safe.
class ValuePatterns {
 public:
  // The patterns must be valid (config/redact_patterns.h).
  explicit ValuePatterns(const std::vector<std::string>& patterns);
  ~ValuePatterns();

  [[nodiscard]] bool empty() const { return expression_ == nullptr; }
  // Whether a value within these bytes may match, which need not be values: cheaper than to test
  // each value. Values must have no escapes.
  [[nodiscard]] bool may_match_within(std::string_view bytes) const;
  // Replaces all matches in `text` by `[redacted]`. Returns whether there were any.
  bool replace(std::string& text) const;

 private:
  std::unique_ptr<re2::RE2> expression_;  // any of the patterns; null if there are none
  bool whole_values_ = false;             // some pattern depends on where a value begins or ends
};

}  // namespace fortnight::intake
