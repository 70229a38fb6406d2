#include "tools/client/live_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/number_text.h"
#include "tools/client/chart.h"
#include "tools/client/table.h"

namespace fortnight::client {
namespace {

constexpr std::size_t kSparkline = 60;  // columns
// On narrower terminals, tables have no durations.
constexpr std::size_t kWideEnough = 70;
// Lines of a table that aren't rows: the empty one before it, its title, its headings.
constexpr std::size_t kTableLines = 3;

std::string call_count(double value) {
  return with_commas(static_cast<std::uint64_t>(std::llround(value)));
}

std::string rate_of_errors(const LiveGroup& group) {
  return percentage(group.calls > 0 ? group.errors / group.calls : 0);
}

std::string duration_text(double ms) {
  if (ms < 0) return {};
  if (ms >= 10'000) return fmt::format("{:.1f} s", ms / 1000);
  return fmt::format("{:.{}f} ms", ms, ms < 100 ? 1 : 0);
}

class Picture {
 public:
  Picture(const LiveFigures& figures, const Terminal& terminal)
      : figures_(figures), terminal_(terminal) {}

  std::string draw() {
    line("fortnight top  " + figures_.server +
             (figures_.filters.empty() ? "" : "  " + figures_.filters) + "  " + figures_.time,
         Style::strong);
    if (!figures_.problem.empty()) line(figures_.problem, Style::bad);
    draw_rate();
    draw_totals();
    const std::size_t left = terminal_.height - std::min(terminal_.height, lines_);
    const std::size_t for_accounts = std::min(figures_.accounts.size() + kTableLines, left * 2 / 5);
    draw_table("Slowest endpoints", "endpoint", figures_.endpoints, left - for_accounts);
    draw_table("Busiest accounts", "account", figures_.accounts,
               terminal_.height - std::min(terminal_.height, lines_));
    return std::move(out_);
  }

 private:
  void line(const std::string& text, Style style = Style::plain) {
    if (lines_ >= terminal_.height) return;
    out_ += terminal_.styled(shortened(safe_text(text), terminal_.width), style) + "\n";
    ++lines_;
  }

  void draw_rate() {
    const double now = figures_.rates.empty() ? 0 : figures_.rates.back();
    const std::string text = fmt::format("{:.1f} calls a second  ", now);
    const std::size_t room = terminal_.width - std::min(terminal_.width, text.size());
    const std::size_t columns = std::min({room, kSparkline, figures_.rates.size()});
    const std::vector<double> newest(figures_.rates.end() - static_cast<std::ptrdiff_t>(columns),
                                     figures_.rates.end());
    line(text + (columns > 1 ? draw_sparkline(newest, columns) : ""));
  }

  void draw_totals() {
    const LiveGroup& all = figures_.all;
    line(fmt::format("last {} minutes: {} calls, {} errors ({})", figures_.minutes,
                     call_count(all.calls), call_count(all.errors), rate_of_errors(all)),
         all.errors > 0 ? Style::warning : Style::plain);
    if (all.median_ms < 0 || all.slow_ms < 0) return;
    line("durations: median " + duration_text(all.median_ms) + ", 95 % within " +
         duration_text(all.slow_ms));
  }

  // Uses at most `lines` lines.
  void draw_table(const std::string& title, const std::string& heading,
                  const std::vector<LiveGroup>& groups, std::size_t lines) {
    if (groups.empty() || lines <= kTableLines) return;
    const bool timed = terminal_.width >= kWideEnough &&
                       std::any_of(groups.begin(), groups.end(),
                                   [](const LiveGroup& group) { return group.slow_ms >= 0; });
    std::vector<Column> columns = {
        {heading, false, true}, {"calls", true}, {"errors", true}, {"error rate", true}};
    if (timed) {
      columns.push_back({"median", true});
      columns.push_back({"95 % within", true});
    }
    Table table(std::move(columns));
    const std::size_t rows = std::min(groups.size(), lines - kTableLines);
    for (std::size_t i = 0; i < rows; ++i) {
      const LiveGroup& group = groups[i];
      const Style style = group.errors > 0 ? Style::bad : Style::plain;
      std::vector<Cell> row = {{group.name.empty() ? "(none)" : group.name},
                               {call_count(group.calls)},
                               {call_count(group.errors), style},
                               {rate_of_errors(group), style}};
      if (timed) {
        row.push_back({duration_text(group.median_ms)});
        row.push_back({duration_text(group.slow_ms)});
      }
      table.add(std::move(row));
    }
    line("");
    line(title, Style::faint);
    add(table.render(terminal_));
  }

  // Text of whole lines. A table that is too narrow for its columns has more lines than rows.
  void add(std::string_view text) {
    while (!text.empty() && lines_ < terminal_.height) {
      const std::size_t end = text.find('\n') + 1;
      out_ += text.substr(0, end);
      text.remove_prefix(end);
      ++lines_;
    }
  }

  const LiveFigures& figures_;
  const Terminal& terminal_;
  std::string out_;
  std::size_t lines_ = 0;
};

}  // namespace

std::string draw_live(const LiveFigures& figures, const Terminal& terminal) {
  return Picture(figures, terminal).draw();
}

}  // namespace fortnight::client
