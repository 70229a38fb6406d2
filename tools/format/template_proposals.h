// Proposes templates of paths: where a segment takes very many values, they are likely IDs that the
// built-in rule doesn't know (slugs, names), and would fill the list of endpoints.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace fortnight::format {

struct TemplateProposal {
  std::string text;             // "/shops/{shop}/orders/{id}"
  std::uint64_t endpoints = 0;  // that it replaces
  std::uint64_t calls = 0;      // of these
};

// Endpoints as a tree of their segments.
class EndpointTree {
 public:
  void add(std::string_view endpoint, std::uint64_t calls);
  // Those with most endpoints first. A template that replaces a single endpoint isn't proposed.
  [[nodiscard]] std::vector<TemplateProposal> proposals() const;

 private:
  struct Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> children;
    std::uint64_t endpoints = 0;  // that end here
    std::uint64_t calls = 0;      // of these
    [[nodiscard]] std::uint64_t calls_below() const;
  };
  using Nodes = std::vector<const Node*>;

  static bool varies(const Nodes& nodes, const std::vector<std::string>& children, bool first);
  static void walk(const Nodes& nodes, const std::string& text, std::string_view last, bool changed,
                   std::vector<TemplateProposal>& found);

  Node root_;
};

}  // namespace fortnight::format
