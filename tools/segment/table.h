// A table of text in columns, for a terminal.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fortnight::segment {

class Table {
 public:
  // The first column is left-aligned, the others are right-aligned.
  explicit Table(std::vector<std::string> head) { rows_.push_back(std::move(head)); }
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  // One line per row; columns are as wide as their widest cell.
  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

// As in "12.3 %"; empty if `whole` is 0.
std::string share(std::uint64_t part, std::uint64_t whole);
// Bytes per call with two decimals; empty if `calls` is 0.
std::string each(std::uint64_t bytes, std::uint64_t calls);

}  // namespace fortnight::segment
