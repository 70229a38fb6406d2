#include "access/rights.h"

#include <algorithm>

namespace fortnight::access {

std::optional<Right> find_right(std::string_view name) {
  const auto* const found = std::find(kRightNames.begin(), kRightNames.end(), name);
  if (found == kRightNames.end()) return std::nullopt;
  return static_cast<Right>(found - kRightNames.begin());
}

std::string to_string(Rights rights) {
  std::string text;
  for (std::size_t i = 0; i < kRightNames.size(); ++i) {
    if (!rights.has(static_cast<Right>(i))) continue;
    if (!text.empty()) text += ',';
    text += kRightNames[i];
  }
  return text;
}

}  // namespace fortnight::access
