#include "tools/client/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tools/client/time_axis.h"

namespace fortnight::client {
namespace {

constexpr std::string_view kEighths[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::string_view kCallsColour = "\x1b[34m";
constexpr std::string_view kErrorsColour = "\x1b[31m";
constexpr std::string_view kErrorsOverCalls = "\x1b[31;44m";
constexpr std::string_view kPlainErrors = "▒";
constexpr std::size_t kWidestBar = 6;

// The next of 1, 1.2, 1.5, 2, ..., 10, 12, ...: round upper ends of an axis.
double round_top(double highest) {
  if (highest <= 5) return std::max(1.0, std::ceil(highest));
  const double power = std::pow(10, std::floor(std::log10(highest)));
  for (const double step : {1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0}) {
    if (step * power >= highest) return step * power;
  }
  return 10 * power;
}

std::string axis_label(double value) {
  if (value >= 1e6) return fmt::format("{:g}M", value / 1e6);
  if (value >= 1e4) return fmt::format("{:g}k", value / 1e3);
  return fmt::format("{:g}", value);
}

// Merges neighbouring buckets until there is a column for each.
std::vector<Bucket> merged(std::vector<Bucket> buckets, std::size_t columns) {
  const std::size_t each = (buckets.size() + columns - 1) / columns;
  if (each <= 1) return buckets;
  std::vector<Bucket> bars;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    if (i % each == 0) {
      bars.push_back(buckets[i]);
    } else {
      bars.back().calls += buckets[i].calls;
      bars.back().errors += buckets[i].errors;
    }
  }
  return bars;
}

struct ChartCell {
  std::string_view colour;  // empty: none
  std::string_view glyph;
};

class Chart {
 public:
  Chart(std::vector<Bucket> bars, std::size_t rows, std::size_t axis, std::size_t columns,
        const Terminal& terminal)
      : bars_(std::move(bars)), rows_(rows), axis_(axis), terminal_(terminal) {
    double highest = 0;
    for (const Bucket& bar : bars_) highest = std::max(highest, bar.calls);
    top_ = round_top(highest);
    bar_width_ =
        std::clamp<std::size_t>(columns / std::max<std::size_t>(1, bars_.size()), 1, kWidestBar);
  }

  std::string draw() const {
    std::string out;
    for (std::size_t row = rows_; row-- > 0;) {
      out += label_of(row) + bars_in(row);
      out += '\n';
    }
    std::vector<std::string> starts;
    for (const Bucket& bar : bars_) starts.push_back(bar.start);
    return out + draw_time_axis(starts, bar_width_, axis_ + 1);
  }

 private:
  // In eighths of a row.
  [[nodiscard]] int height(double value) const {
    return static_cast<int>(std::lround(value / top_ * static_cast<double>(rows_) * 8));
  }

  [[nodiscard]] std::string label_of(std::size_t row) const {
    const bool top = row + 1 == rows_;
    const bool middle = row + 1 == rows_ / 2 && rows_ % 2 == 0;
    const std::string label = top ? axis_label(top_) : middle ? axis_label(top_ / 2) : "";
    return fmt::format("{:>{}} {}", label, axis_, top || middle ? "┤" : "│");
  }

  // A bar's part in a row: the number of filled eighths, and how many of these are errors.
  [[nodiscard]] ChartCell cell(const Bucket& bar, std::size_t row) const {
    const int errors = bar.errors > 0 ? std::max(1, height(bar.errors)) : 0;
    const int calls = std::max({height(bar.calls), errors, bar.calls > 0 ? 1 : 0});
    const int base = static_cast<int>(row) * 8;
    const int red = std::clamp(errors - base, 0, 8);
    const int full = std::clamp(calls - base, 0, 8);
    if (red == 0) return {full == 0 ? "" : kCallsColour, kEighths[full]};
    if (!terminal_.colours) return {"", 2 * red >= full ? kPlainErrors : kEighths[full]};
    if (full == 8 && red < 8) return {kErrorsOverCalls, kEighths[red]};
    // One character can't show two partial heights; errors take precedence.
    return {kErrorsColour, kEighths[full]};
  }

  // One row of all bars. Colour codes are written only where the colour changes.
  [[nodiscard]] std::string bars_in(std::size_t row) const {
    // Wide bars have a gap between them.
    const std::size_t width = bar_width_ > 2 ? bar_width_ - 1 : bar_width_;
    std::string out;
    std::string_view colour;
    for (const Bucket& bar : bars_) {
      const ChartCell cell = this->cell(bar, row);
      if (terminal_.colours && cell.colour != colour) {
        out.append(colour.empty() ? "" : terminal_.end()).append(cell.colour);
        colour = cell.colour;
      }
      for (std::size_t i = 0; i < width; ++i) out += cell.glyph;
      out.append(bar_width_ - width, ' ');
    }
    return out.append(colour.empty() ? "" : terminal_.end());
  }

  std::vector<Bucket> bars_;
  std::size_t rows_;
  std::size_t axis_;
  const Terminal& terminal_;
  double top_ = 1;
  std::size_t bar_width_ = 1;
};

}  // namespace

std::string draw_chart(std::vector<Bucket> buckets, std::size_t rows, const Terminal& terminal) {
  if (buckets.empty()) return {};
  constexpr std::size_t kAxis = 6;  // "12.5k", "250k", "1.25M"
  const std::size_t columns = std::max<std::size_t>(terminal.width, kAxis + 12) - kAxis - 3;
  return Chart(merged(std::move(buckets), columns), rows, kAxis, columns, terminal).draw();
}

std::string draw_sparkline(const std::vector<double>& values, std::size_t columns) {
  const std::size_t each = std::max<std::size_t>(1, (values.size() + columns - 1) / columns);
  std::vector<double> marks((values.size() + each - 1) / each);
  for (std::size_t i = 0; i < values.size(); ++i) marks[i / each] += values[i];
  double highest = 0;
  for (const double mark : marks) highest = std::max(highest, mark);
  std::string out;
  for (const double value : marks) {
    const auto eighths = highest > 0 ? static_cast<std::size_t>(std::ceil(value / highest * 8)) : 0;
    out += kEighths[eighths];
  }
  return out;
}

}  // namespace fortnight::client
