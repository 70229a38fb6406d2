#include "tools/client/table.h"

#include <algorithm>
#include <numeric>

namespace fortnight::client {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowest = 8;  // minimum width of an elastic column

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

std::vector<std::size_t> Table::natural_widths() const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = display_width(columns_[i].heading);
    for (const auto& row : rows_) width = std::max(width, display_width(row[i].text));
    widths.push_back(width);
  }
  return widths;
}

// The number of columns, from the left, that fit side by side with elastic columns shortened.
std::size_t Table::fitting(const std::vector<std::size_t>& widths, std::size_t available) const {
  std::size_t total = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    total +=
        (i > 0 ? kGap : 0) + (columns_[i].elastic ? std::min(widths[i], kNarrowest) : widths[i]);
    if (total > available) return std::max<std::size_t>(i, 1);
  }
  return columns_.size();
}

// Shortens the widest elastic column repeatedly.
void Table::shrink(std::vector<std::size_t>& widths, std::size_t available) const {
  const auto total = [&] {
    return std::accumulate(widths.begin(), widths.end(), kGap * (widths.size() - 1));
  };
  while (total() > available) {
    std::size_t widest = widths.size();
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (!columns_[i].elastic || widths[i] <= kNarrowest) continue;
      if (widest == widths.size() || widths[i] > widths[widest]) widest = i;
    }
    if (widest == widths.size()) break;
    --widths[widest];
  }
}

// The cells that don't fit into their row: below it, each with its heading.
std::string Table::rest_of(const std::vector<Cell>& row, std::size_t first,
                           const Terminal& terminal) const {
  std::string out;
  std::size_t used = 0;
  for (std::size_t i = first; i < columns_.size(); ++i) {
    if (row[i].text.empty()) continue;
    const std::string label = columns_[i].heading + " ";
    const std::size_t room = terminal.width - std::min(terminal.width, kGap + display_width(label));
    const std::string text =
        columns_[i].elastic ? shortened(row[i].text, std::max(room, kNarrowest)) : row[i].text;
    const std::size_t width = display_width(label) + display_width(text);
    const bool fits = used > 0 && used + kGap + width <= terminal.width;
    if (!fits) out += used > 0 ? "\n" : "";
    out.append(kGap, ' ').append(terminal.styled(label, Style::faint));
    out += terminal.styled(text, row[i].style);
    used = (fits ? used : 0) + kGap + width;
  }
  return used > 0 ? out + "\n" : out;
}

std::string Table::render(const Terminal& terminal) const {
  std::vector<std::size_t> widths = natural_widths();
  const std::size_t shown = fitting(widths, terminal.width);
  widths.resize(shown);
  shrink(widths, terminal.width);
  std::string out;
  const auto line = [&](const std::vector<Cell>& cells) {
    for (std::size_t i = 0; i < shown; ++i) {
      const bool last = i + 1 == shown;
      out += aligned(cells[i], columns_[i], widths[i], last, terminal);
      if (!last) out.append(kGap, ' ');
    }
    out += '\n';
  };
  std::vector<Cell> headings;
  for (const Column& column : columns_) headings.push_back({column.heading, Style::strong});
  line(headings);
  for (const auto& row : rows_) {
    line(row);
    out += rest_of(row, shown, terminal);
  }
  return out;
}

}  // namespace fortnight::client
