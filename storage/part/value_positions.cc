#include "storage/part/value_positions.h"

#include <algorithm>
#include <utility>

#include "storage/part/format.h"

namespace fortnight::storage {

ValuePositions::ValuePositions(std::shared_ptr<const PartShapes> shapes,
                               std::shared_ptr<const BlockLayout> layout)
    : shapes_(std::move(shapes)),
      layout_(std::move(layout)),
      progress_(kFieldColumns + shapes_->columns.size()) {}

std::uint32_t ValuePositions::count(std::uint32_t column) const {
  std::uint32_t values = 0;
  for (const auto& [shape, holes] : shapes_->shapes_of[column - kFieldColumns]) {
    values += layout_->rows_of()[shape] * holes;
  }
  return values;
}

const std::vector<std::uint32_t>& ValuePositions::counts_of(std::uint32_t column) const {
  std::vector<std::uint32_t>& counts = progress_[column].counts;
  if (counts.empty()) {
    counts.resize(shapes_->shapes.size());
    for (const auto& [shape, holes] : shapes_->shapes_of[column - kFieldColumns]) {
      counts[shape] = holes;
    }
  }
  return counts;
}

std::uint32_t ValuePositions::before(std::uint32_t column, std::uint32_t row) const {
  const std::vector<std::uint32_t>& counts = counts_of(column);
  Progress& last = progress_[column];
  if (layout_->counted_nearer(row, last.row)) {
    last.row = layout_->counted_row(row);
    last.values = 0;
    layout_->each_before(last.row, [&](std::uint16_t shape, std::uint32_t rows) {
      last.values += counts[shape] * rows;
    });
  }
  while (last.row < row) last.values += counts[shape(last.row++)];
  while (last.row > row) last.values -= counts[shape(--last.row)];
  return last.values;
}

const std::vector<std::uint32_t>& ValuePositions::before_line(std::uint32_t row) const {
  line_values_.resize(columns());
  if (layout_->counted_nearer(row, line_row_)) {
    line_row_ = layout_->counted_row(row);
    std::fill(line_values_.begin(), line_values_.end(), 0);
    layout_->each_before(line_row_, [&](std::uint16_t shape, std::uint32_t rows) {
      if (rows == 0) return;
      for (const auto& [column, count] : shapes_->shapes[shape].counts) {
        line_values_[column] += count * rows;
      }
    });
  }
  for (; line_row_ < row; ++line_row_) {
    for (const auto& [column, count] : shapes_->shapes[shape(line_row_)].counts) {
      line_values_[column] += count;
    }
  }
  while (line_row_ > row) {
    --line_row_;
    for (const auto& [column, count] : shapes_->shapes[shape(line_row_)].counts) {
      line_values_[column] -= count;
    }
  }
  return line_values_;
}

std::vector<std::uint16_t> ValuePositions::shapes_of_values(std::uint32_t column) const {
  const std::vector<std::uint32_t>& counts = counts_of(column);
  const std::uint32_t values = count(column);
  // One more, for writes that are discarded.
  std::vector<std::uint16_t> of(values + std::size_t{1});
  std::uint16_t* next = of.data();
  for (const std::uint16_t shape : layout_->shapes()) {
    // Written unconditionally, because a branch could not be predicted.
    *next = shape;
    if (counts[shape] > 1) std::fill_n(next, counts[shape], shape);
    next += counts[shape];
  }
  of.resize(values);
  return of;
}

std::vector<std::uint32_t> ValuePositions::rows_of_values(
    std::uint32_t column, const std::vector<std::uint32_t>& values) const {
  std::vector<std::uint32_t> rows;
  if (values.empty()) return rows;
  const std::vector<std::uint32_t>& counts = counts_of(column);
  std::uint32_t row = 0;
  std::uint32_t end = counts[shape(0)];  // the end of the row's values
  for (const std::uint32_t value : values) {
    while (value >= end) end += counts[shape(++row)];
    if (rows.empty() || rows.back() != row) rows.push_back(row);
  }
  return rows;
}

}  // namespace fortnight::storage
