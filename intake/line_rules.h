// The rules of a format about lines: `only`, `except` and `failed_if`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/format.h"
#include "intake/line_values.h"
#include "storage/call/predicate.h"

namespace fortnight::intake {

enum class Verdict : std::uint8_t {
  no,
  yes,
  unknown,  // the line was cut off, and what would tell may have been behind the cut
};

class LineRules {
 public:
  // `first` is the number of the rules' first condition in ShapePlan::conditions.
  LineRules(const std::vector<config::Rule>& rules, std::size_t first);

  [[nodiscard]] bool empty() const { return rules_.empty(); }
  [[nodiscard]] std::size_t conditions() const { return conditions_; }
  // Whether one of the rules holds for a line.
  [[nodiscard]] Verdict any_holds(const ParsedLine& line, const LineValues& values);

 private:
  struct Condition {
    std::size_t number;
    std::vector<storage::TextPattern> texts;
  };
  Verdict holds(const Condition& condition, const ParsedLine& line, const LineValues& values);

  std::vector<std::vector<Condition>> rules_;
  std::size_t conditions_ = 0;
  std::string scratch_;
};

// "ab*c": a star matches any run of characters, and alone any text that is set; a backslash makes
// the next character literal.
storage::TextPattern text_pattern(std::string_view text);

}  // namespace fortnight::intake
