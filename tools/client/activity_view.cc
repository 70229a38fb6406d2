#include "tools/client/activity_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/number_text.h"
#include "tools/client/chart.h"
#include "tools/client/json.h"
#include "tools/client/summary_view.h"
#include "tools/client/table.h"

namespace fortnight::client {
namespace {

constexpr std::size_t kChartRows = 12;
// Width of the numbers beside a sparkline, and the sparkline's minimum width.
constexpr std::size_t kNumbersWidth = 42;
constexpr std::size_t kFewestMarks = 12;

// One value of by=FIELD, over all buckets.
struct Group {
  std::string value;
  std::vector<Bucket> buckets;
  double calls = 0;
  double errors = 0;
};

bool is_count(std::string_view key) {
  return key == "t" || key == "calls" || key == "errors" || key == "account_name" ||
         key.starts_with("previous_");
}

// Rows without a group form one group with an empty name.
std::vector<Group> groups_of(const std::vector<std::string>& rows, std::string& field) {
  std::vector<Group> groups;
  for (const std::string& row : rows) {
    Bucket bucket;
    std::string value;
    for (const Member& member : members_of(row)) {
      if (member.key == "t") bucket.start = text_of(member.value);
      if (member.key == "calls") bucket.calls = number_of(member.value);
      if (member.key == "errors") bucket.errors = number_of(member.value);
      if (member.key == "rest") value = "(" + text_of(member.value) + " others)";
      if (is_count(member.key) || member.key == "rest" || member.value.starts_with('{')) continue;
      if (member.value.starts_with('[')) continue;
      field = member.key;
      value = text_of(member.value);
      if (value.empty()) value = "(none)";
    }
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const Group& known) { return known.value == value; });
    if (group == groups.end()) group = groups.insert(group, Group{value, {}, 0, 0});
    group->calls += bucket.calls;
    group->errors += bucket.errors;
    group->buckets.push_back(std::move(bucket));
  }
  return groups;
}

// For example "+4.2 %"; empty if there is nothing to compare with.
std::string trend(double now, double before) {
  return before > 0 ? fmt::format(" ({:+.1f} %)", (now / before - 1) * 100) : "";
}

std::string totals(std::string_view summary, const Terminal& terminal) {
  const auto number = [&](std::string_view key) { return number_of(member_of(summary, key)); };
  const double errors = number("errors");
  std::string calls = with_commas(static_cast<std::uint64_t>(number("calls")));
  std::string failed = with_commas(static_cast<std::uint64_t>(errors));
  const std::string previous = member_of(summary, "previous");
  if (!previous.empty()) {
    calls += trend(number("calls"), number_of(member_of(previous, "calls")));
    failed += trend(errors, number_of(member_of(previous, "errors")));
  }
  return "Total calls " + terminal.styled(calls, Style::strong) + "   Errors " +
         terminal.styled(failed, errors > 0 ? Style::bad : Style::strong) + "   Error rate " +
         terminal.styled(percentage(number("error_rate")), Style::strong) + "\n";
}

// For example "Duration   p50 35.7 ms   p95 160 ms"; empty if no quantiles were requested.
std::string durations(std::string_view summary, const Terminal& terminal) {
  const std::string quantiles = member_of(summary, "quantiles");
  if (quantiles.empty()) return {};
  std::string line = "Duration";
  for (const Member& quantile : members_of(quantiles)) {
    line += fmt::format("   p{:g} ", number_of(quantile.key) * 100);
    const bool known = quantile.value != "null";
    line +=
        known ? terminal.styled(fmt::format("{:.4g} ms", number_of(quantile.value)), Style::strong)
              : "unknown";
  }
  return line + "\n";
}

// For example "2026-11-20 00:00 to 2026-11-20 17:12, Europe/Paris, a bar 15m".
std::string period(std::string_view summary, const Terminal& terminal) {
  const auto minute = [&](std::string_view key) {
    return minute_of(text_of(member_of(summary, key)));
  };
  const std::string line = minute("from") + " to " + minute("to") + ", " +
                           text_of(member_of(summary, "tz")) + ", counted by " +
                           text_of(member_of(summary, "step"));
  return terminal.styled(line, Style::faint) + "\n" + compared_with(summary, terminal);
}

std::string group_table(const std::vector<Group>& groups, const std::string& field,
                        const Terminal& terminal) {
  Table table({{field, false, true},
               {"calls", true, false},
               {"errors", true, false},
               {"error rate", true, false},
               {"calls over time", false, true}});
  std::size_t longest = 0;
  for (const Group& group : groups) longest = std::max(longest, display_width(group.value));
  const std::size_t beside = kNumbersWidth + std::min(longest, terminal.width / 3);
  const std::size_t marks = std::max(terminal.width, beside + kFewestMarks) - beside;
  for (const Group& group : groups) {
    std::vector<double> calls;
    for (const Bucket& bucket : group.buckets) calls.push_back(bucket.calls);
    const double rate = group.calls > 0 ? group.errors / group.calls : 0;
    table.add({{group.value},
               {with_commas(static_cast<std::uint64_t>(group.calls))},
               {with_commas(static_cast<std::uint64_t>(group.errors)),
                group.errors > 0 ? Style::bad : Style::plain},
               {percentage(rate)},
               {draw_sparkline(calls, marks), Style::key}});
  }
  return table.render(terminal);
}

}  // namespace

std::string render_activity(const Answer& answer, const Terminal& terminal) {
  std::string out = totals(answer.summary, terminal) + durations(answer.summary, terminal) +
                    period(answer.summary, terminal);
  if (number_of(member_of(answer.summary, "calls")) == 0) {
    return out + "\nNo Data Available\n" + nearest_match(answer.summary, terminal);
  }
  std::string field;
  const std::vector<Group> groups = groups_of(answer.rows, field);
  out += "\n";
  const bool grouped = !field.empty() || groups.size() > 1;
  if (grouped) return out + group_table(groups, field, terminal);
  return groups.empty() ? out : out + draw_chart(groups[0].buckets, kChartRows, terminal);
}

}  // namespace fortnight::client
