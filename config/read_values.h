// Reads the parts of a format's mapping that say where values are: lists of values, strings that
// are taken apart, and rules about lines.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/format.h"
#include "config/yaml_reader.h"

namespace fortnight::config {

// The names of the parts that a format has, and the references to parts that were read: these are
// checked once all parts are known.
class PartNames {
 public:
  explicit PartNames(Problems& problems) : problems_(problems) {}

  void add(const std::vector<Part>& parts);
  [[nodiscard]] bool has(std::string_view name) const;
  void refer(const YAML::Node& node, std::string_view name) {
    references_.emplace_back(node, name);
  }
  // Reports references to parts that there are not.
  void check();

 private:
  Problems& problems_;
  std::vector<std::string> names_;
  std::vector<std::pair<YAML::Node, std::string>> references_;
};

void read_values(Problems& problems, const YAML::Node& node, PartNames& names, Values& values);
void read_parts(Problems& problems, const YAML::Node& node, PartNames& names,
                std::vector<Part>& parts);
// Whether a mapping is one rule whose conditions hold together, or each of its conditions is a rule
// by itself. In a list each mapping is one rule.
enum class RuleMapping { one_rule, rule_each };
void read_rules(Problems& problems, const YAML::Node& node, RuleMapping mapping, PartNames& names,
                std::vector<Rule>& rules);

}  // namespace fortnight::config
