#include "config/read_values.h"

#include <re2/re2.h>

#include <algorithm>

#include "config/nearest_name.h"
#include "config/part_names.h"
#include "config/value_syntax.h"

namespace fortnight::config {
namespace {

const auto kPartKinds = one_of<Part::As>(
    {{"request_line", Part::As::request_line}, {"clf", Part::As::clf}, {"url", Part::As::url}});

void read_expression(Problems& problems, const YAML::Node& node, std::string& expression) {
  read_text(problems, node, expression);
  const RE2 compiled(expression, RE2::Quiet);
  if (!compiled.ok()) {
    problems.add(node, "bad value " + describe(node),
                 "a regular expression of RE2: " + compiled.error());
  } else if (compiled.NamedCapturingGroups().empty()) {
    problems.add(node, "bad value " + describe(node),
                 "an expression with a named group, such as (?P<account>[^/]+)");
  }
}

void read_part(Problems& problems, const YAML::Node& node, PartNames& names, Part& part) {
  Mapping map(problems, node, "parts");
  map.require("of", part.of, [&](Problems&, const YAML::Node& of, Values& values) {
    read_values(problems, of, names, values);
  });
  const bool as = map.read("as", part.as, kPartKinds);
  const bool match = map.read("match", part.expression, read_expression);
  map.done();
  if (as == match) {
    problems.add(node, "a part with `as` and `match`, or without both",
                 "as: request_line, clf or url, or match: an expression");
  }
}

void read_rule(Problems& problems, const YAML::Node& node, RuleMapping mapping, PartNames& names,
               std::vector<Rule>& rules) {
  Mapping map(problems, node, "rules");
  Rule rule;
  map.each([&](const std::string& source, const YAML::Node& key, const YAML::Node& value) {
    const auto kind = value_kind(source);
    if (!kind || kind == ValueKind::constant) {
      problems.add(key, "bad value `" + source + "`", "a JSON pointer, such as /kind, or a $part");
    } else if (kind == ValueKind::part) {
      names.refer(key, std::string_view(source).substr(1));
    }
    std::vector<std::string> texts;
    const auto add = [&](const YAML::Node& text) {
      if (text.IsScalar()) return texts.push_back(text.Scalar());
      problems.add(text, "bad value " + describe(text),
                   "a text, in which * matches any characters");
    };
    if (value.IsSequence()) {
      read_list(problems, value, add);
    } else {
      add(value);
    }
    rule.emplace_back(source, std::move(texts));
    if (mapping == RuleMapping::rule_each) rules.push_back(std::exchange(rule, {}));
  });
  if (!rule.empty()) rules.push_back(std::move(rule));
}

}  // namespace

void PartNames::add(const std::vector<Part>& parts) {
  for (const Part& part : parts) {
    for (std::string& name : part_names(part)) {
      if (!name.empty()) names_.push_back(std::move(name));
    }
  }
}

bool PartNames::has(std::string_view name) const {
  return std::find(names_.begin(), names_.end(), name) != names_.end();
}

void PartNames::check() {
  std::vector<std::string_view> known(kBuiltInParts.begin(), kBuiltInParts.end());
  known.insert(known.end(), names_.begin(), names_.end());
  for (const auto& [node, name] : references_) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    std::string expected = "one of";
    for (const std::string_view one : known) expected.append(" $").append(one);
    const std::string_view nearest = nearest_name(name, known);
    problems_.add(node, "unknown part `$" + name + "`", expected,
                  nearest.empty() ? "" : "$" + std::string(nearest));
  }
}

void read_values(Problems& problems, const YAML::Node& node, PartNames& names, Values& values) {
  std::vector<std::string> all;
  const auto add = [&](const YAML::Node& element) {
    const auto kind = element.IsScalar() ? value_kind(element.Scalar()) : std::nullopt;
    if (!kind || element.Scalar().empty()) {
      return problems.add(element, "bad value " + describe(element),
                          "a JSON pointer, such as /http/status, a $part or =constant");
    }
    if (kind == ValueKind::part) {
      names.refer(element, std::string_view(element.Scalar()).substr(1));
    }
    all.push_back(element.Scalar());
  };
  if (node.IsSequence()) {
    read_list(problems, node, add);
  } else {
    add(node);
  }
  values = std::move(all);
}

void read_parts(Problems& problems, const YAML::Node& node, PartNames& names,
                std::vector<Part>& parts) {
  parts.clear();
  const auto add = [&](const YAML::Node& element) {
    read_part(problems, element, names, parts.emplace_back());
  };
  if (node.IsMap()) {
    add(node);
  } else {
    read_list(problems, node, add);
  }
}

void read_rules(Problems& problems, const YAML::Node& node, RuleMapping mapping, PartNames& names,
                std::vector<Rule>& rules) {
  rules.clear();
  if (node.IsSequence()) {
    read_list(problems, node, [&](const YAML::Node& element) {
      read_rule(problems, element, RuleMapping::one_rule, names, rules);
    });
  } else {
    read_rule(problems, node, mapping, names, rules);
  }
}

}  // namespace fortnight::config
