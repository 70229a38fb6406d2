// Text in columns.
#pragma once

#include <string>
#include <vector>

#include "tools/client/terminal.h"

namespace fortnight::client {

struct Cell {
  std::string text;
  Style style = Style::plain;
};

struct Column {
  std::string heading;
  bool right = false;    // numbers end at the right
  bool elastic = false;  // shortened first where the table is wider than the terminal
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  // A cell for each column.
  void add(std::vector<Cell> row);
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  // With a line end behind each row. Where not even the shortened columns fit, those at the right
  // stand below each row, with their headings: nothing is left out.
  [[nodiscard]] std::string render(const Terminal& terminal) const;

 private:
  [[nodiscard]] std::vector<std::size_t> natural_widths() const;
  [[nodiscard]] std::size_t fitting(const std::vector<std::size_t>& widths,
                                    std::size_t available) const;
  void shrink(std::vector<std::size_t>& widths, std::size_t available) const;
  [[nodiscard]] std::string rest_of(const std::vector<Cell>& row, std::size_t first,
                                    const Terminal& terminal) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace fortnight::client
