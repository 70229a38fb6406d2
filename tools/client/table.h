// A table of text.
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
  bool right = false;    // right-aligned, for numbers
  bool elastic = false;  // may be shortened if the table is wider than the terminal
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  // `row` has a cell for each column.
  void add(std::vector<Cell> row);
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  // Every row ends with a line end. Columns that don't fit even when shortened are listed below
  // each row with their headings, so nothing is lost.
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
