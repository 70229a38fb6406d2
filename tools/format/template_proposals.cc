#include "tools/format/template_proposals.h"

#include <algorithm>
#include <set>

#include "base/ascii.h"

namespace fortnight::format {
namespace {

// So many values of a segment are IDs,
constexpr std::size_t kManyChildren = 20;
// or this many, if most of them have a single call.
constexpr std::size_t kSomeChildren = 5;
// The first segment has names more often than any other.
constexpr std::size_t kManyFirst = 100;
constexpr double kMostOnce = 0.6;

bool is_place(std::string_view segment) {
  return segment.starts_with('{') && segment.find('}') != std::string_view::npos;
}

// What the segment after `last` is called: "shops" has {shop}.
std::string place_name(std::string_view last) {
  std::string name;
  for (const char c : last) {
    if (is_alphanumeric(c)) {
      name += lower(c);
    } else if (!name.empty() && name.back() != '_') {
      name += '_';
    }
  }
  if (name.ends_with("ies")) {
    name.replace(name.size() - 3, 3, "y");
  } else if (name.ends_with('s') && !name.ends_with("ss") && name.size() > 2) {
    name.pop_back();
  }
  return name.empty() ? "id" : name;
}

}  // namespace

std::uint64_t EndpointTree::Node::calls_below() const {
  std::uint64_t sum = calls;
  for (const auto& child : children) sum += child.second->calls_below();
  return sum;
}

void EndpointTree::add(std::string_view endpoint, std::uint64_t calls) {
  Node* node = &root_;
  while (!endpoint.empty()) {
    if (endpoint.front() == '/') endpoint.remove_prefix(1);
    const std::string_view segment = endpoint.substr(0, endpoint.find('/'));
    endpoint.remove_prefix(segment.size());
    auto found = node->children.find(segment);
    if (found == node->children.end()) {
      found = node->children.emplace(segment, std::make_unique<Node>()).first;
    }
    node = found->second.get();
  }
  ++node->endpoints;
  node->calls += calls;
}

// Whether the children that aren't places for IDs already are values rather than names. `first`:
// they are first segments.
bool EndpointTree::varies(const Nodes& nodes, const std::vector<std::string>& children,
                          bool first) {
  if (first) return children.size() >= kManyFirst;
  if (children.size() >= kManyChildren) return true;
  if (children.size() < kSomeChildren) return false;
  const auto once = std::count_if(children.begin(), children.end(), [&](const std::string& name) {
    std::uint64_t calls = 0;
    for (const Node* const node : nodes) {
      const auto child = node->children.find(name);
      if (child != node->children.end()) calls += child->second->calls_below();
    }
    return calls == 1;
  });
  return static_cast<double>(once) >= kMostOnce * static_cast<double>(children.size());
}

// `nodes` are the ends of all paths that `text` stands for; `last` is its last segment. `changed`:
// whether it has places that the endpoints don't have.
void EndpointTree::walk(const Nodes& nodes, const std::string& text, std::string_view last,
                        bool changed, std::vector<TemplateProposal>& found) {
  TemplateProposal here{text, 0, 0};
  std::set<std::string> names;
  for (const Node* const node : nodes) {
    here.endpoints += node->endpoints;
    here.calls += node->calls;
    for (const auto& child : node->children) names.insert(child.first);
  }
  if (changed && here.endpoints > 1) found.push_back(std::move(here));
  std::vector<std::string> literal;
  for (const std::string& name : names) {
    if (!is_place(name) && !name.empty()) literal.push_back(name);
  }
  const bool merges = varies(nodes, literal, text.empty());
  Nodes merged;
  for (const std::string& name : names) {
    Nodes below;
    for (const Node* const node : nodes) {
      const auto child = node->children.find(name);
      if (child != node->children.end()) below.push_back(child->second.get());
    }
    if (merges) {
      merged.insert(merged.end(), below.begin(), below.end());
    } else {
      walk(below, text + "/" + name, name, changed, found);
    }
  }
  if (merges) {
    const std::string place = "{" + place_name(last) + "}";
    walk(merged, text + "/" + place, place, true, found);
  }
}

std::vector<TemplateProposal> EndpointTree::proposals() const {
  std::vector<TemplateProposal> found;
  walk({&root_}, "", "", false, found);
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.endpoints > b.endpoints; });
  return found;
}

}  // namespace fortnight::format
