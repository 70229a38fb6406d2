#include "tools/client/table.h"

#include <algorithm>
#include <numeric>

namespace fortnight::client {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowest = 8;  // that an elastic column is shortened to

std::string aligned(const Cell& cell, const Column& column, std::size_t width, bool last,
                    const Terminal& terminal) {
  const std::string text = shortened(cell.text, width);
  const std::string space(width - std::min(width, display_width(text)), ' ');
  const std::string shown = terminal.styled(text, cell.style);
  if (column.right) return space + shown;
  return last ? shown : shown + space;
}

}  // namespace

void Table::add(std::vector<Cell> row) {
  for (Cell& cell : row) cell.text = safe_text(cell.text);
  rows_.push_back(std::move(row));
}

std::vector<std::size_t> Table::widths(std::size_t available) const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = display_width(columns_[i].heading);
    for (const auto& row : rows_) width = std::max(width, display_width(row[i].text));
    widths.push_back(width);
  }
  const auto total = [&] {
    return std::accumulate(widths.begin(), widths.end(), kGap * (widths.size() - 1));
  };
  // The widest elastic column gives way, a bit at a time.
  while (total() > available) {
    std::size_t widest = columns_.size();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (!columns_[i].elastic || widths[i] <= kNarrowest) continue;
      if (widest == columns_.size() || widths[i] > widths[widest]) widest = i;
    }
    if (widest == columns_.size()) break;
    --widths[widest];
  }
  return widths;
}

std::string Table::render(const Terminal& terminal) const {
  const std::vector<std::size_t> widths = this->widths(terminal.width);
  std::string out;
  const auto line = [&](const std::vector<Cell>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const bool last = i + 1 == cells.size();
      out += aligned(cells[i], columns_[i], widths[i], last, terminal);
      if (!last) out.append(kGap, ' ');
    }
    out += '\n';
  };
  std::vector<Cell> headings;
  for (const Column& column : columns_) headings.push_back({column.heading, Style::strong});
  line(headings);
  for (const auto& row : rows_) line(row);
  return out;
}

}  // namespace fortnight::client
