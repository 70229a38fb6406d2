#include "tools/format/try_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/civil_time.h"
#include "base/json_writer.h"
#include "base/number_text.h"
#include "tools/client/table.h"

namespace fortnight::format {
namespace {

using client::Style;
using client::Terminal;

constexpr std::size_t kNameWidth = 14;

// "1 line", "1,200 lines".
std::string counted(std::uint64_t number, std::string_view thing) {
  return fmt::format("{} {}{}", with_commas(number), thing, number == 1 ? "" : "s");
}

// Without these, most questions about a call have no answer.
bool is_essential(std::string_view field) {
  return field == "method" || field == "path" || field == "status";
}

std::string time_text(TimeNs time) {
  std::string text;
  append_rfc3339(time, 0, text);
  return text;
}

class TrialPage {
 public:
  TrialPage(const TrialReport& report, const TrialNames& names, const Terminal& terminal)
      : report_(report), names_(names), terminal_(terminal) {}

  std::string render() {
    for (const SeenCall& call : report_.first) print_call(call);
    print_totals();
    if (report_.calls > 0) print_fields();
    print_refused();
    print_times();
    return std::move(out_);
  }

 private:
  void line(std::string_view text, Style style = Style::plain) {
    out_ += terminal_.styled(text, style) + "\n";
  }

  void print_call(const SeenCall& call) {
    line("line " + with_commas(call.line), Style::strong);
    for (std::size_t i = 0; i < kFields.size(); ++i) {
      const bool absent = call.fields[i].empty();
      if (absent && !is_essential(kFields[i])) continue;
      print_value(kFields[i], absent ? "none" : call.fields[i],
                  absent ? Style::warning : style_of(kFields[i], call.fields[i]));
    }
    for (const auto& [kind, value] : call.ids) print_value(kind, value, Style::plain);
    out_ += "\n";
  }

  static Style style_of(std::string_view field, const std::string& value) {
    return field == "status" ? client::style_of_status(std::atoi(value.c_str())) : Style::plain;
  }

  void print_value(std::string_view name, std::string_view value, Style style) {
    const std::size_t room = std::max<std::size_t>(terminal_.width, kNameWidth + 20) - kNameWidth;
    out_ += "  " + terminal_.styled(fmt::format("{:<{}}", name, kNameWidth - 2), Style::faint) +
            terminal_.styled(client::shortened(client::safe_text(value), room), style) + "\n";
  }

  void print_totals() {
    std::string text =
        fmt::format("{}, {} with format {}: {}", names_.sample, counted(report_.lines, "line"),
                    names_.format, counted(report_.calls, "call"));
    if (report_.skipped > 0) text += fmt::format(", {} skipped", with_commas(report_.skipped));
    if (report_.rejected > 0) text += fmt::format(", {} rejected", with_commas(report_.rejected));
    line(text, Style::strong);
    if (report_.mended > 0) {
      line(counted(report_.mended, "call") + " had bytes or escapes that aren't JSON, mended");
    }
    if (report_.truncated > 0) {
      line(counted(report_.truncated, "line") + " too long: only the first part is kept");
    }
  }

  void print_fields() {
    client::Table table(
        {{"field", false, false}, {"found in", true, false}, {"missing in", true, false}});
    for (std::size_t i = 0; i < kFields.size(); ++i) {
      const std::uint64_t missing = report_.calls - report_.with[i];
      const Style style = missing == 0               ? Style::plain
                          : is_essential(kFields[i]) ? Style::warning
                                                     : Style::faint;
      table.add({{std::string(kFields[i]), Style::plain},
                 {with_commas(report_.with[i]), Style::plain},
                 {missing == 0 ? "" : with_commas(missing), style}});
    }
    for (const auto& [kind, found] : report_.ids) {
      table.add({{kind, Style::plain},
                 {with_commas(found), found == 0 ? Style::faint : Style::plain},
                 {"", Style::plain}});
    }
    out_ += "\n" + table.render(terminal_);
  }

  void print_refused() {
    for (const auto& [reason, refused] : report_.refused) {
      out_ += "\n";
      line(
          fmt::format("{} rejected as {}, the first is line {}: {}", counted(refused.lines, "line"),
                      reason, with_commas(refused.first_line), refused.detail),
          Style::bad);
      const std::size_t room = std::max<std::size_t>(terminal_.width, 40) - 2;
      const std::string bytes = client::safe_text(refused.bytes);
      line("  " + client::shortened(bytes, room), Style::faint);
    }
  }

  void print_times() {
    if (!report_.times) return;
    out_ += "\n";
    line(fmt::format("Calls from {} to {}", time_text(report_.times->first),
                     time_text(report_.times->second)));
    if (report_.past_retention > 0) {
      line(fmt::format("{} older than {} days: counted for ever, not kept whole (retention.days)",
                       counted(report_.past_retention, "call"), names_.retention_days),
           Style::warning);
    }
    if (report_.too_old > 0) {
      line(counted(report_.too_old, "call") + " too old even to be counted: rejected as too-old",
           Style::bad);
    }
    if (report_.future > 0) {
      line(counted(report_.future, "call") +
               " ahead of the clock: rejected as future (limits.future)",
           Style::bad);
    }
  }

  const TrialReport& report_;
  const TrialNames& names_;
  const Terminal& terminal_;
  std::string out_;
};

void write_call(const SeenCall& call, JsonWriter& json) {
  json.open_object().key("line").number(call.line);
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    const bool is_number = kFields[i] == "status" || kFields[i] == "duration_ms";
    json.key(kFields[i]);
    if (is_number && !call.fields[i].empty()) {
      json.raw(call.fields[i]);
    } else {
      json.text_or_null(call.fields[i]);
    }
  }
  json.key("ids").open_array();
  for (const auto& [kind, value] : call.ids) {
    json.open_object().key("kind").text(kind).key("value").text(value).close_object();
  }
  json.close_array().close_object();
}

}  // namespace

std::string render_trial(const TrialReport& report, const TrialNames& names,
                         const Terminal& terminal) {
  return TrialPage(report, names, terminal).render();
}

std::string trial_json(const TrialReport& report, const TrialNames& names) {
  std::string out;
  JsonWriter json(out);
  json.open_object().key("format").text(names.format).key("lines").number(report.lines);
  json.key("calls").number(report.calls).key("skipped").number(report.skipped);
  json.key("rejected").number(report.rejected).key("mended").number(report.mended);
  json.key("truncated").number(report.truncated);
  json.key("past_retention").number(report.past_retention);
  json.key("too_old").number(report.too_old).key("future").number(report.future);
  json.key("from").text_or_null(report.times ? time_text(report.times->first) : "");
  json.key("to").text_or_null(report.times ? time_text(report.times->second) : "");
  json.key("missing").open_object();
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    json.key(kFields[i]).number(report.calls - report.with[i]);
  }
  json.close_object().key("ids").open_object();
  for (const auto& [kind, found] : report.ids) json.key(kind).number(found);
  json.close_object().key("refused").open_array();
  for (const auto& [reason, refused] : report.refused) {
    json.open_object().key("reason").text(reason).key("lines").number(refused.lines);
    json.key("first_line").number(refused.first_line).key("detail").text(refused.detail);
    json.key("bytes").text(refused.bytes).close_object();
  }
  json.close_array().key("first").open_array();
  for (const SeenCall& call : report.first) write_call(call, json);
  json.close_array().close_object();
  return out + "\n";
}

}  // namespace fortnight::format
