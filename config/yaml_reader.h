// Reads YAML strictly: each mapping records which keys were read, and reports the others.
//
//   Mapping map(problems, node, "retention");
//   map.read("days", retention.days, whole_number(1, 3650));
//   map.read("max_bytes", retention.max_bytes, bytes(0));
//   map.done();
//
// A reader is a function (Problems&, node, value&). It sets the value, or adds a problem and leaves
// the value unchanged, so that one run finds all problems of a file.
#pragma once

#include <yaml-cpp/yaml.h>

#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "config/config.h"
#include "config/problem.h"

namespace fortnight::config {

class Problems {
 public:
  explicit Problems(std::string file) : file_(std::move(file)) {}
  void add(const YAML::Mark& mark, std::string message, std::string expected = {},
           std::string nearest = {});
  void add(const YAML::Node& node, std::string message, std::string expected = {},
           std::string nearest = {}) {
    add(node.Mark(), std::move(message), std::move(expected), std::move(nearest));
  }
  [[nodiscard]] bool none() const { return list_.empty(); }
  // In the file's order.
  [[nodiscard]] std::vector<Problem> take();

 private:
  std::string file_;
  std::vector<Problem> list_;
};

// Describes a node for a message: "a list", "`14 days`".
std::string describe(const YAML::Node& node);

class Mapping {
 public:
  // `what` names the mapping in messages. A node that is not a mapping is a problem and is then
  // treated as empty; a key without a value is an empty mapping.
  Mapping(Problems& problems, const YAML::Node& node, std::string what);

  // Returns whether the key is present.
  template <typename T, typename Reader>
  bool read(const std::string& key, T& value, const Reader& reader) {
    const YAML::Node node = take(key);
    if (!node.IsDefined()) return false;
    reader(problems_, node, value);
    return true;
  }
  // Like read(), but a missing key is a problem.
  template <typename T, typename Reader>
  void require(const std::string& key, T& value, const Reader& reader) {
    if (!read(key, value, reader)) missing(key);
  }
  // Visits all keys: visit(key, key's node, value's node).
  void each(
      const std::function<void(const std::string&, const YAML::Node&, const YAML::Node&)>& visit);
  // Reports the keys that were not read.
  void done();

 private:
  YAML::Node take(const std::string& key);
  void missing(const std::string& key);

  struct Entry {
    std::string key;
    YAML::Node key_node;
    YAML::Node value;
  };
  Problems& problems_;
  YAML::Node node_;
  std::string what_;
  std::vector<Entry> entries_;
  std::vector<std::string> known_;
};

// ---- readers ----

using Node = YAML::Node;

// Reads a scalar that is not empty.
void read_text(Problems& problems, const Node& node, std::string& value);
// Reads a path. It must not begin with `~`, which is not expanded.
void read_path(Problems& problems, const Node& node, std::string& value);
// Reads one text, or a list of texts.
void read_texts(Problems& problems, const Node& node, std::vector<std::string>& value);
void read_address(Problems& problems, const Node& node, Address& value);
// Reads one JSON pointer, or a list of them.
void read_pointers(Problems& problems, const Node& node, std::vector<std::string>& value);

// Calls `element` for each element of a list.
void read_list(Problems& problems, const Node& node,
               const std::function<void(const Node& element)>& element);

std::function<void(Problems&, const Node&, std::uint32_t&)> whole_number(
    std::uint32_t least, std::uint32_t most = std::numeric_limits<std::uint32_t>::max());
std::function<void(Problems&, const Node&, std::uint64_t&)> rows(std::uint64_t least);
std::function<void(Problems&, const Node&, Bytes&)> bytes(
    Bytes least, Bytes most = std::numeric_limits<Bytes>::max());
std::function<void(Problems&, const Node&, Duration&)> duration(Duration least);

// Reads one of a fixed set of words.
template <typename Enum>
using Words = std::vector<std::pair<std::string, Enum>>;

void report_word(Problems& problems, const Node& node, const std::vector<std::string>& known);

template <typename Enum>
auto one_of(Words<Enum> words) {
  return [words = std::move(words)](Problems& problems, const Node& node, Enum& value) {
    std::vector<std::string> known;
    for (const auto& [word, meaning] : words) {
      if (node.IsScalar() && node.Scalar() == word) {
        value = meaning;
        return;
      }
      known.push_back(word);
    }
    report_word(problems, node, known);
  };
}

}  // namespace fortnight::config
