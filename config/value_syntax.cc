#include "config/value_syntax.h"

#include <algorithm>

#include "base/ascii.h"
#include "config/values.h"

namespace fortnight::config {
namespace {

std::string unescaped_step(std::string_view token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '~' && i + 1 < token.size()) {
      out.push_back(token[++i] == '0' ? '~' : '/');
    } else {
      out.push_back(token[i]);
    }
  }
  return out;
}

PointerStep step_of(std::string_view token) {
  PointerStep step;
  step.name = unescaped_step(token);
  const std::size_t equals = step.name.find('=');
  if (step.name == "*") {
    step.kind = PointerStep::Kind::any;
  } else if (step.name.starts_with('[') && step.name.ends_with(']') &&
             equals != std::string::npos) {
    step.kind = PointerStep::Kind::select;
    step.member = step.name.substr(1, equals - 1);
    step.wanted = step.name.substr(equals + 1, step.name.size() - equals - 2);
  }
  return step;
}

}  // namespace

std::optional<std::vector<PointerStep>> parse_steps(std::string_view pointer) {
  if (!is_json_pointer(pointer)) return std::nullopt;
  std::vector<PointerStep> steps;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::size_t length = std::min(pointer.find('/'), pointer.size());
    steps.push_back(step_of(pointer.substr(0, length)));
    pointer.remove_prefix(length);
  }
  return steps;
}

std::optional<ValueKind> value_kind(std::string_view text) {
  if (is_json_pointer(text)) return ValueKind::pointer;
  if (text.starts_with('=')) return ValueKind::constant;
  const auto is_word = [](char c) { return is_alphanumeric(c) || c == '_'; };
  const bool is_part =
      text.size() > 1 && text[0] == '$' && std::all_of(text.begin() + 1, text.end(), is_word);
  return is_part ? std::optional(ValueKind::part) : std::nullopt;
}

}  // namespace fortnight::config
