// The names whose values are secret.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"

namespace fortnight::intake {

class RedactNames {
 public:
  explicit RedactNames(const config::Redact& redact);

  // Whether a member of this name (decoded) has to be redacted, wherever it stands.
  [[nodiscard]] bool matches(std::string_view key) const;

  // The front of `bytes` that comes before any mention of a secret's name: what can be kept of a
  // line that can't be parsed.
  [[nodiscard]] std::string_view safe_prefix(std::string_view bytes) const;

 private:
  std::vector<std::string> whole_;     // folded: lower case, without - and _
  std::vector<std::string> endings_;   // folded
  std::vector<std::string> mentions_;  // folded: all of them, and the last tokens of pointers
};

}  // namespace fortnight::intake
