#include "intake/line_rules.h"

#include <algorithm>

namespace fortnight::intake {
namespace {

bool is_any(const storage::TextPattern& pattern) {
  return !pattern.exact() && std::all_of(pattern.pieces.begin(), pattern.pieces.end(),
                                         [](const std::string& piece) { return piece.empty(); });
}

}  // namespace

storage::TextPattern text_pattern(std::string_view text) {
  storage::TextPattern pattern;
  pattern.pieces.emplace_back();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '*') {
      pattern.pieces.emplace_back();
      continue;
    }
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    pattern.pieces.back().push_back(text[i]);
  }
  return pattern;
}

LineRules::LineRules(const std::vector<config::Rule>& rules, std::size_t first) {
  for (const config::Rule& rule : rules) {
    auto& conditions = rules_.emplace_back();
    for (const auto& [source, texts] : rule) {
      Condition condition{first + conditions_++, {}};
      for (const std::string& text : texts) condition.texts.push_back(text_pattern(text));
      conditions.push_back(std::move(condition));
    }
  }
}

Verdict LineRules::any_holds(const ParsedLine& line, const LineValues& values) {
  Verdict verdict = Verdict::no;
  for (const auto& rule : rules_) {
    Verdict all = Verdict::yes;
    for (const Condition& condition : rule) {
      const Verdict one = holds(condition, line, values);
      if (one != Verdict::yes) all = one;
      if (one == Verdict::no) break;
    }
    if (all == Verdict::yes) return Verdict::yes;
    if (all == Verdict::unknown) verdict = Verdict::unknown;
  }
  return verdict;
}

Verdict LineRules::holds(const Condition& condition, const ParsedLine& line,
                         const LineValues& values) {
  const std::vector<Candidate>& candidates = line.plan->conditions[condition.number];
  for (const Candidate& candidate : candidates) {
    const auto text = values.text_of(candidate, scratch_);
    if (!text) continue;
    for (const storage::TextPattern& pattern : condition.texts) {
      if (is_any(pattern) ? !values.is_unset(*text) : pattern.matches(*text)) return Verdict::yes;
    }
  }
  return candidates.empty() && line.cut_off ? Verdict::unknown : Verdict::no;
}

}  // namespace fortnight::intake
