#include "config/redact_patterns.h"

#include <re2/re2.h>

namespace fortnight::config {

std::string redact_pattern_problem(std::string_view pattern) {
  const RE2 compiled(re2::StringPiece(pattern.data(), pattern.size()), RE2::Quiet);
  if (!compiled.ok()) return "a regular expression of RE2: " + compiled.error();
  if (RE2::PartialMatch("", compiled)) return "an expression that doesn't match the empty text";
  return {};
}

}  // namespace fortnight::config
