#include "config/glob.h"

#include <fnmatch.h>

#include <algorithm>
#include <optional>

namespace fortnight::config {
namespace {

using Kind = GlobPath::Component::Kind;
using Texts = std::vector<std::string>;

// The position of the `]` that ends the set at `at` (a `[`); nothing if the set doesn't end.
std::optional<std::size_t> set_end(std::string_view pattern, std::size_t at) {
  std::size_t next = at + 1;
  if (next < pattern.size() && (pattern[next] == '!' || pattern[next] == '^')) ++next;
  bool first = true;  // a `]` in first place is a member
  for (; next < pattern.size() && pattern[next] != '/'; ++next, first = false) {
    if (pattern[next] == ']' && !first) return next;
    if (pattern.substr(next, 2) == "[:") {
      const std::size_t end = pattern.find(":]", next + 2);
      if (end == std::string_view::npos) return std::nullopt;
      next = end + 1;
    } else if (pattern[next] == '\\') {
      ++next;
    }
  }
  return std::nullopt;
}

// Expands the braces of a pattern into all its alternatives, or finds what is wrong with it.
class Braces {
 public:
  explicit Braces(std::string_view pattern) : pattern_(pattern) {}

  Texts expand() {
    Texts all = sequence(false);
    if (problem_.empty() && at_ < pattern_.size()) {
      problem_ = "a `}` without its `{`; write \\} for the character";
    }
    return all;
  }
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  // Expands up to the end of the pattern or, within braces, up to `,` or `}`.
  Texts sequence(bool within) {
    Texts texts = {""};
    while (problem_.empty() && at_ < pattern_.size()) {
      const char c = pattern_[at_];
      if (c == '}' || (within && c == ',')) break;
      if (c == '{') {
        texts = combined(texts, alternatives());
        continue;
      }
      const std::size_t length = token_length(c);
      for (std::string& text : texts) text += pattern_.substr(at_, length);
      at_ += length;
    }
    return texts;
  }

  // The length of a character, an escaped character, or a whole set. Braces and commas within a set
  // are its members.
  std::size_t token_length(char c) {
    if (c == '\\') {
      if (at_ + 1 == pattern_.size()) problem_ = "a `\\` at the end escapes nothing";
      return 2;
    }
    if (c != '[') return 1;
    const auto end = set_end(pattern_, at_);
    if (!end) {
      problem_ = "a `[` without its `]`; write \\[ for the character";
      return 1;
    }
    return *end + 1 - at_;
  }

  Texts alternatives() {
    Texts all;
    std::size_t count = 0;
    do {
      ++at_;  // the `{` or `,`
      Texts one = sequence(true);
      all.insert(all.end(), one.begin(), one.end());
      ++count;
      check_count(all.size());
    } while (problem_.empty() && at_ < pattern_.size() && pattern_[at_] == ',');
    if (!problem_.empty()) return all;
    if (at_ == pattern_.size()) {
      problem_ = "a `{` without its `}`; write \\{ for the character";
    } else if (count < 2) {
      problem_ = "braces with a single alternative; write {a,b}, or \\{ for the character";
    } else {
      ++at_;
    }
    return all;
  }

  Texts combined(const Texts& before, const Texts& behind) {
    check_count(before.size() * behind.size());
    if (!problem_.empty()) return before;
    Texts all;
    for (const std::string& a : before) {
      for (const std::string& b : behind) all.push_back(a + b);
    }
    return all;
  }

  void check_count(std::size_t count) {
    if (problem_.empty() && count > kMaxGlobAlternatives) {
      problem_ =
          "braces that stand for more than " + std::to_string(kMaxGlobAlternatives) + " patterns";
    }
  }

  std::string_view pattern_;
  std::size_t at_ = 0;
  std::string problem_;
};

bool has_wildcard(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '*' || text[i] == '?' || text[i] == '[') {
      return true;
    }
  }
  return false;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') ++i;
    out += text[i];
  }
  return out;
}

// Whether `text` contains a `**` that is neither escaped nor in a set.
bool mixes_depth(std::string_view text) {
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '[') {
      i = set_end(text, i).value_or(text.size());
    } else if (text[i] == '*' && text[i + 1] == '*') {
      return true;
    }
  }
  return false;
}

std::string take_component(std::string_view text, GlobPath& path) {
  if (text.empty() || text == ".") return {};
  GlobPath::Component component;
  if (text == "**") {
    component.kind = Kind::any_depth;
    const bool again = !path.components.empty() && path.components.back().kind == Kind::any_depth;
    if (again) return {};
  } else if (mixes_depth(text)) {
    return "`**` beside other characters; it stands alone between slashes, as in **/*.log";
  } else if (has_wildcard(text)) {
    component.kind = Kind::wildcard;
    component.text = text;
  } else {
    component.text = unescaped(text);
  }
  path.components.push_back(std::move(component));
  return {};
}

// Cuts `text`, which has no unescaped braces, at its slashes. Returns what is wrong with it; empty
// if nothing.
std::string cut(std::string_view text, GlobPath& path) {
  path.absolute = text.starts_with('/');
  if (text.ends_with('/')) return "it ends in `/`: it names directories, not files";
  while (!text.empty()) {
    const std::size_t slash = std::min(text.find('/'), text.size());
    std::string problem = take_component(text.substr(0, slash), path);
    if (!problem.empty()) return problem;
    text.remove_prefix(std::min(slash + 1, text.size()));
  }
  if (path.components.empty()) return "it names no file";
  if (path.components.back().kind == Kind::any_depth) {
    return "`**` at the end names directories; write **/* for all files below";
  }
  return {};
}

std::vector<std::string> names_of(std::string_view path) {
  std::vector<std::string> names;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    const std::string_view name = path.substr(0, slash);
    if (!name.empty() && name != ".") names.emplace_back(name);
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return names;
}

using Components = std::vector<GlobPath::Component>;

// For each component, computes which prefixes of `names` are matched by the components up to it.
// Linear in the number of names for each component, regardless of how many `**` the pattern has.
bool matches_names(const Components& components, const std::vector<std::string>& names) {
  std::vector<bool> reached(names.size() + 1, false);
  reached[0] = true;
  for (const GlobPath::Component& component : components) {
    std::vector<bool> next(names.size() + 1, false);
    for (std::size_t i = 0; i <= names.size(); ++i) {
      if (component.kind == Kind::any_depth) {
        next[i] = reached[i] || (i > 0 && next[i - 1] && component.matches(names[i - 1]));
      } else if (i > 0) {
        next[i] = reached[i - 1] && component.matches(names[i - 1]);
      }
    }
    reached = std::move(next);
  }
  return reached.back();
}

}  // namespace

bool GlobPath::Component::matches(const std::string& name) const {
  if (kind == Kind::literal) return name == text;
  if (kind == Kind::any_depth) return !name.starts_with('.');
  return ::fnmatch(text.c_str(), name.c_str(), FNM_PERIOD) == 0;
}

std::size_t GlobPath::base_components() const {
  std::size_t count = 0;
  while (count + 1 < components.size() && components[count].kind == Kind::literal) ++count;
  return count;
}

std::string GlobPath::base() const {
  std::string path;
  const std::size_t count = base_components();
  for (std::size_t i = 0; i < count; ++i) {
    if (absolute || i > 0) path += '/';
    path += components[i].text;
  }
  if (!path.empty()) return path;
  return absolute ? "/" : ".";
}

std::variant<Glob, std::string> Glob::parse(std::string_view pattern) {
  if (pattern.find('\0') != std::string_view::npos) return "a NUL in a path";
  Braces braces(pattern);
  const Texts texts = braces.expand();
  if (!braces.problem().empty()) return braces.problem();
  Glob glob;
  glob.text_ = pattern;
  for (const std::string& text : texts) {
    std::string problem = cut(text, glob.paths_.emplace_back());
    if (!problem.empty()) return problem;
  }
  return glob;
}

bool Glob::matches(std::string_view path) const {
  const std::vector<std::string> names = names_of(path);
  return std::any_of(paths_.begin(), paths_.end(), [&](const GlobPath& one) {
    return one.absolute == path.starts_with('/') && matches_names(one.components, names);
  });
}

bool Glob::literal() const {
  return paths_.size() == 1 &&
         std::all_of(paths_[0].components.begin(), paths_[0].components.end(),
                     [](const auto& component) { return component.kind == Kind::literal; });
}

}  // namespace fortnight::config
