#include "config/part_names.h"

#include <re2/re2.h>

namespace fortnight::config {
namespace {

template <std::size_t N>
std::vector<std::string> all_of(const std::array<std::string_view, N>& names) {
  return {names.begin(), names.end()};
}

std::vector<std::string> groups_of(const std::string& expression) {
  const RE2 compiled(expression, RE2::Quiet);
  if (!compiled.ok()) return {};
  std::vector<std::string> names(static_cast<std::size_t>(compiled.NumberOfCapturingGroups()));
  for (const auto& [name, number] : compiled.NamedCapturingGroups()) {
    names[static_cast<std::size_t>(number) - 1] = name;
  }
  return names;
}

}  // namespace

std::vector<std::string> part_names(const Part& part) {
  switch (part.as) {
    case Part::As::request_line:
      return all_of(kRequestLineParts);
    case Part::As::clf:
      return all_of(kClfParts);
    case Part::As::url:
      return all_of(kUrlParts);
    case Part::As::expression:
      break;
  }
  return groups_of(part.expression);
}

}  // namespace fortnight::config
