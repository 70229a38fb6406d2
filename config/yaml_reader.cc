#include "config/yaml_reader.h"

#include <algorithm>
#include <charconv>

#include "base/ascii.h"
#include "config/nearest_name.h"
#include "config/values.h"

namespace fortnight::config {
namespace {

// Parses a number without sign, point or underscore.
std::optional<std::uint64_t> parse_whole(const std::string& text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end) return std::nullopt;
  return value;
}

template <typename T>
void read_whole(Problems& problems, const Node& node, std::uint64_t least, std::uint64_t most,
                T& value) {
  const auto number = node.IsScalar() ? parse_whole(node.Scalar()) : std::nullopt;
  if (number && *number >= least && *number <= most) {
    value = static_cast<T>(*number);
    return;
  }
  std::string expected = "a whole number of at least " + std::to_string(least);
  if (most < std::numeric_limits<T>::max()) expected += " and at most " + std::to_string(most);
  problems.add(node, "bad value " + describe(node), expected);
}

// Reports that `name`, at the node, is not in `known`.
void add_unknown(Problems& problems, const Node& node, std::string message, std::string_view name,
                 const std::vector<std::string>& known) {
  std::string expected = "one of";
  for (const std::string& one : known) expected.append(" ").append(one);
  const std::vector<std::string_view> names(known.begin(), known.end());
  problems.add(node, std::move(message), std::move(expected),
               std::string(nearest_name(name, names)));
}

}  // namespace

void Problems::add(const YAML::Mark& mark, std::string message, std::string expected,
                   std::string nearest) {
  list_.push_back({file_, mark.line + 1, mark.column + 1, std::move(message), std::move(expected),
                   std::move(nearest)});
}

std::vector<Problem> Problems::take() {
  std::stable_sort(list_.begin(), list_.end(), [](const Problem& a, const Problem& b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  });
  return std::move(list_);
}

std::string describe(const YAML::Node& node) {
  switch (node.Type()) {
    case YAML::NodeType::Scalar:
      return "`" + node.Scalar() + "`";
    case YAML::NodeType::Sequence:
      return "a list";
    case YAML::NodeType::Map:
      return "a mapping";
    default:
      return "nothing";
  }
}

Mapping::Mapping(Problems& problems, const YAML::Node& node, std::string what)
    : problems_(problems), node_(node), what_(std::move(what)) {
  if (node.IsNull()) return;
  if (!node.IsMap()) {
    problems_.add(node, "`" + what_ + "` is " + describe(node), "a mapping of keys to values");
    return;
  }
  for (const auto& pair : node) {
    if (!pair.first.IsScalar()) {
      problems_.add(pair.first, "a key of `" + what_ + "` is " + describe(pair.first), "a word");
      continue;
    }
    const std::string& key = pair.first.Scalar();
    const auto same = [&](const Entry& entry) { return entry.key == key; };
    if (std::any_of(entries_.begin(), entries_.end(), same)) {
      problems_.add(pair.first, "`" + key + "` is given twice", "each key once");
      continue;
    }
    entries_.push_back({key, pair.first, pair.second});
  }
}

void Mapping::each(
    const std::function<void(const std::string&, const YAML::Node&, const YAML::Node&)>& visit) {
  for (const Entry& entry : entries_) visit(entry.key, entry.key_node, entry.value);
}

void Mapping::done() {
  for (const Entry& entry : entries_) {
    if (std::find(known_.begin(), known_.end(), entry.key) != known_.end()) continue;
    add_unknown(problems_, entry.key_node, "unknown key `" + entry.key + "` in `" + what_ + "`",
                entry.key, known_);
  }
}

YAML::Node Mapping::take(const std::string& key) {
  known_.push_back(key);
  for (const Entry& entry : entries_) {
    if (entry.key == key) return entry.value;
  }
  return YAML::Node(YAML::NodeType::Undefined);
}

void Mapping::missing(const std::string& key) {
  if (!node_.IsMap() && !node_.IsNull()) return;  // reported already
  problems_.add(node_, "`" + what_ + "` has no `" + key + "`");
}

void read_text(Problems& problems, const Node& node, std::string& value) {
  if (node.IsScalar() && !node.Scalar().empty()) {
    value = node.Scalar();
  } else {
    problems.add(node, "bad value " + describe(node), "a text");
  }
}

namespace {

// Why the text can't be meant as the path that it literally is; empty if nothing.
std::string path_problem(std::string_view text) {
  if (text.starts_with('~')) return "`~` isn't expanded";
  const auto names_variable = [&](std::size_t at) {
    const std::string_view name = text.substr(at + 1);
    return (at == 0 || text[at - 1] != '\\') &&
           (name.starts_with('{') || name.starts_with('_') ||
            (!name.empty() && is_alphanumeric(name.front()) && !is_digit(name.front())));
  };
  for (std::size_t at = text.find('$'); at < text.size(); at = text.find('$', at + 1)) {
    if (names_variable(at)) return "variables aren't expanded";
  }
  if (text.find("://") != std::string_view::npos) return "a URL";
  return {};
}

}  // namespace

void read_path(Problems& problems, const Node& node, std::string& value) {
  const std::string problem = node.IsScalar() ? path_problem(node.Scalar()) : "";
  if (!problem.empty()) {
    problems.add(node, describe(node) + ": " + problem, "the path written out");
    return;
  }
  read_text(problems, node, value);
}

void read_texts(Problems& problems, const Node& node, std::vector<std::string>& value) {
  std::vector<std::string> texts;
  const auto add = [&](const Node& element) {
    std::string text;
    read_text(problems, element, text);
    texts.push_back(std::move(text));
  };
  if (node.IsSequence()) {
    read_list(problems, node, add);
  } else {
    add(node);
  }
  value = std::move(texts);
}

void read_address(Problems& problems, const Node& node, Address& value) {
  const auto address = node.IsScalar() ? parse_address(node.Scalar()) : std::nullopt;
  if (address) {
    value = *address;
  } else {
    problems.add(node, "bad address " + describe(node),
                 "HOST:PORT, such as 127.0.0.1:14002 or [::1]:14002");
  }
}

void read_pointers(Problems& problems, const Node& node, std::vector<std::string>& value) {
  const auto check = [&](const Node& element) {
    if (element.IsScalar() && is_json_pointer(element.Scalar())) return;
    problems.add(element, "bad value " + describe(element), "a JSON pointer, such as /http/status");
  };
  if (node.IsSequence()) {
    read_list(problems, node, check);
  } else {
    check(node);
  }
  if (problems.none()) read_texts(problems, node, value);
}

void read_list(Problems& problems, const Node& node,
               const std::function<void(const Node& element)>& element) {
  if (node.IsNull()) return;
  if (!node.IsSequence()) {
    problems.add(node, "bad value " + describe(node), "a list");
    return;
  }
  for (const Node& each : node) element(each);
}

std::function<void(Problems&, const Node&, std::uint32_t&)> whole_number(std::uint32_t least,
                                                                         std::uint32_t most) {
  return [=](Problems& problems, const Node& node, std::uint32_t& value) {
    read_whole(problems, node, least, most, value);
  };
}

std::function<void(Problems&, const Node&, std::uint64_t&)> rows(std::uint64_t least) {
  return [=](Problems& problems, const Node& node, std::uint64_t& value) {
    read_whole(problems, node, least, std::numeric_limits<std::uint64_t>::max(), value);
  };
}

std::function<void(Problems&, const Node&, Bytes&)> bytes(Bytes least, Bytes most) {
  return [=](Problems& problems, const Node& node, Bytes& value) {
    const auto size = node.IsScalar() ? parse_bytes(node.Scalar()) : std::nullopt;
    if (size && *size >= least && *size <= most) {
      value = *size;
      return;
    }
    std::string expected = "a size, such as 256MiB or 200GB";
    if (least > 0) expected += ", of at least " + std::to_string(least) + " bytes";
    if (most < std::numeric_limits<Bytes>::max()) {
      expected += ", of at most " + std::to_string(most) + " bytes";
    }
    problems.add(node, "bad value " + describe(node), expected);
  };
}

std::function<void(Problems&, const Node&, Duration&)> duration(Duration least) {
  return [=](Problems& problems, const Node& node, Duration& value) {
    const auto time = node.IsScalar() ? parse_duration(node.Scalar()) : std::nullopt;
    if (time && *time >= least) {
      value = *time;
      return;
    }
    std::string expected = "a duration, such as 500ms, 30s, 15m, 1h or 14d";
    if (least.count() > 0) expected += ", of at least " + std::to_string(least.count()) + "ms";
    problems.add(node, "bad value " + describe(node), expected);
  };
}

void report_word(Problems& problems, const Node& node, const std::vector<std::string>& known) {
  add_unknown(problems, node, "bad value " + describe(node), node.IsScalar() ? node.Scalar() : "",
              known);
}

}  // namespace fortnight::config
