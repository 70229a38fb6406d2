#include "tools/client/status_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/number_text.h"
#include "tools/client/json.h"
#include "tools/client/table.h"

namespace fortnight::client {
namespace {

struct Finding {
  Style style;
  std::string text;
};

// For example "3 days 4 h", "2 h 5 min", "40 s".
std::string span(double seconds) {
  const auto s = static_cast<std::uint64_t>(seconds);
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{} min", s / 60);
  if (s < 86'400) return fmt::format("{} h {} min", s / 3600, s / 60 % 60);
  return fmt::format("{} days {} h", s / 86'400, s / 3600 % 24);
}

constexpr std::size_t kNameWidth = 12;  // width of names

std::string count(double value) { return with_commas(static_cast<std::uint64_t>(value)); }

// For example "1 line", "1,200 lines".
std::string counted(double value, std::string_view thing) {
  return count(value) + " " + std::string(thing) + (value == 1 ? "" : "s");
}

class Page {
 public:
  Page(std::string_view row, const Terminal& terminal) : row_(row), terminal_(terminal) {}

  std::string render() {
    find_troubles();
    print_health();
    print_intake();
    print_store();
    print_queries();
    return std::move(out_);
  }

 private:
  using Keys = std::initializer_list<std::string_view>;
  [[nodiscard]] std::string json(Keys keys) const { return value_at(row_, keys); }
  [[nodiscard]] double number(Keys keys) const { return number_of(json(keys)); }
  [[nodiscard]] std::string text(Keys keys) const { return text_of(json(keys)); }
  [[nodiscard]] bool holds(Keys keys) const { return json(keys) == "true"; }

  void trouble(std::string text) { findings_.push_back({Style::bad, std::move(text)}); }
  void warning(std::string text) { findings_.push_back({Style::warning, std::move(text)}); }

  void find_troubles() {
    const std::string paused = text({"paused"});
    if (!paused.empty()) trouble("Intake is paused: " + paused);
    if (holds({"disk", "nearly_full"})) {
      trouble("The disk is nearly full: intake will pause (" +
              byte_size(number({"disk", "free_bytes"})) + " are free)");
    }
    find_damage();
    const std::string failure = text({"maintenance", "last_failure"});
    if (!failure.empty()) warning("Upkeep failed lately, and is tried again: " + failure);
    if (holds({"retention", "waits_for_clock"})) {
      warning("The clock jumped: nothing is dropped until it has held");
    }
    if (holds({"retention", "oldest_day_goes_soon_for_room"})) {
      warning("The oldest day, " + text({"retention", "oldest_day"}) +
              ", goes soon, for retention.max_bytes");
    }
    find_source_troubles();
    for (const std::string& open : elements_of(json({"values_past_cap", "unsealed"}))) {
      warning(text_of(member_of(open, "key")) + " has " +
              count(number_of(member_of(open, "values"))) + " values on " +
              text_of(member_of(open, "day")) + ", more than its limit of " +
              count(number_of(member_of(open, "cap"))) + ", since " +
              text_of(member_of(open, "since")));
    }
    const double unmatched = number({"values_past_cap", "unmatched"});
    for (const Member& key : members_of(json({"values_past_cap"}))) {
      if (key.key == "unmatched") continue;  // routine: scanners try paths all the time
      const double calls = number_of(key.value) - (key.key == "endpoint" ? unmatched : 0);
      if (calls > 0) {
        warning(counted(calls, "call") + " counted as (other): too many values of " + key.key);
      }
    }
  }

  // Every count of damage, except leftovers that a start removes routinely.
  void find_damage() {
    std::string all;
    for (const Member& member : members_of(json({"damage"}))) {
      const bool some = member.value == "true" || number_of(member.value) > 0;
      if (!some || member.key == "leftovers_removed") continue;
      std::string name = member.key;
      for (char& c : name) c = c == '_' ? ' ' : c;
      all += (all.empty() ? "" : ", ") + name;
      if (member.value != "true") all += " " + count(number_of(member.value));
    }
    if (all.empty()) return;
    trouble("Damage: " + all + "; fortnight-segment verify DATA_DIRECTORY says what");
  }

  void find_source_troubles() {
    if (json({"sources"}) == "null") warning("The intake thread doesn't answer");
    for (const std::string& source : elements_of(json({"sources"}))) {
      const std::string name = text_of(member_of(source, "name"));
      double rejected = 0;
      for (const Member& reason : members_of(member_of(source, "rejected"))) {
        rejected += number_of(reason.value);
      }
      if (rejected > 0) {
        warning(counted(rejected, "line") + " of " + name +
                " rejected since the start: fortnight rejects source=" + name);
      }
      const double missing = number_of(member_of(source, "missing"));
      if (missing > 0) warning(counted(missing, "rotated file") + " of " + name + " missing");
      if (member_of(source, "files") == "0") warning("No file matches the paths of " + name);
    }
  }

  void print_health() {
    if (findings_.empty()) {
      out_ += terminal_.styled("All is well.", Style::good) + "\n";
    }
    for (const Style style : {Style::bad, Style::warning}) {
      for (const Finding& finding : findings_) {
        if (finding.style == style) out_ += terminal_.styled(finding.text, style) + "\n";
      }
    }
    out_ += safe_text("fortnightd " + text({"version"})) + ", up " + span(number({"uptime_s"})) +
            ", " + byte_size(number({"process", "rss_bytes"})) + " of memory\n";
  }

  void heading(std::string_view name) {
    out_ += "\n" + terminal_.styled(name, Style::strong) + "\n";
  }
  // Continues on further lines if one is too short.
  void fact(std::string_view name, const std::string& value) {
    out_ += terminal_.styled(fmt::format("{:<12}", name), Style::faint);
    std::size_t used = kNameWidth;
    const std::string text = safe_text(value);
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find(' ', at), text.size());
      const std::string word = text.substr(at, end - at);
      const std::size_t width = display_width(word);
      if (used > kNameWidth && used + 1 + width > terminal_.width) {
        out_ += "\n" + std::string(kNameWidth, ' ');
        used = kNameWidth;
      } else if (used > kNameWidth) {
        out_ += ' ';
        ++used;
      }
      out_ += word;
      used += width;
      at = end + 1;
    }
    out_ += "\n";
  }

  void print_intake() {
    heading("Intake");
    const double rate = sum_of_sources("calls_per_second");
    fact("now", fmt::format("{:.1f} calls a second over the last minute; {} wait to be written",
                            rate, byte_size(number({"queue", "bytes"}))));
    std::string ever = counted(number({"intake", "calls"}), "call");
    if (number({"intake", "late"}) > 0) {
      ever += ", " + count(number({"intake", "late"})) + " of them too late to be kept";
    }
    double rejects = 0;
    for (const Member& reason : members_of(json({"intake", "rejects"}))) {
      rejects += number_of(reason.value);
    }
    fact("ever", ever + "; " + counted(rejects, "line") + " rejected, " +
                     count(number({"intake", "skipped"})) + " skipped");
    const std::vector<std::string> sources = elements_of(json({"sources"}));
    if (!sources.empty()) print_sources(sources);
  }

  [[nodiscard]] double sum_of_sources(std::string_view key) const {
    double sum = 0;
    for (const std::string& source : elements_of(json({"sources"}))) {
      sum += number_of(member_of(source, key));
    }
    return sum;
  }

  void print_sources(const std::vector<std::string>& sources) {
    Table table({{"source", false, true},
                 {"format", false, false},
                 {"calls", true, false},
                 {"a second", true, false},
                 {"rejected", true, false},
                 {"last line", false, false},
                 {"behind", true, false}});
    for (const std::string& source : sources) {
      const auto value = [&](std::string_view key) { return text_of(member_of(source, key)); };
      double rejected = 0;
      for (const Member& reason : members_of(member_of(source, "rejected"))) {
        rejected += number_of(reason.value);
      }
      const std::string behind = member_of(source, "behind_bytes");
      table.add(
          {{value("name"), Style::plain},
           {value("format"), Style::faint},
           {count(number_of(member_of(source, "calls"))), Style::plain},
           {fmt::format("{:.1f}", number_of(member_of(source, "calls_per_second"))), Style::plain},
           {count(rejected), rejected > 0 ? Style::warning : Style::plain},
           {last_line(source), Style::plain},
           {behind.empty() ? "" : byte_size(number_of(behind)),
            number_of(behind) > 0 ? Style::warning : Style::plain}});
    }
    out_ += "\n" + table.render(terminal_);
  }

  static std::string last_line(std::string_view source) {
    const std::string ago = member_of(source, "last_line_s");
    return ago.empty() || ago == "null" ? "none yet" : span(number_of(ago)) + " ago";
  }

  void print_store() {
    heading("Store");
    const auto calls = [&](std::string_view kind) { return number({kind, "calls"}); };
    const auto bytes = [&](std::string_view kind) { return number({kind, "bytes"}); };
    fact("calls kept", count(calls("parts") + calls("segments") + number({"head", "calls"})) +
                           " whole, from " + text({"retention", "first_kept"}) + " on, for " +
                           count(number({"retention", "days"})) + " days");
    const std::string oldest = text({"retention", "oldest_day"});
    if (!oldest.empty()) {
      fact("oldest day",
           oldest + ", goes at " + text({"retention", "oldest_day_goes_at"}) + " 00:00 UTC");
    }
    const double most = number({"retention", "max_bytes"});
    std::string size = byte_size(bytes("parts") + bytes("segments"));
    if (most > 0) size += " of " + byte_size(most);
    fact("size", size + " of calls, " + byte_size(bytes("rollups") + bytes("late_rollups")) +
                     " of counts, " + byte_size(number({"journal", "bytes"})) + " of journal, " +
                     byte_size(bytes("rejects_files")) + " of rejected lines");
    if (!json({"disk", "free_bytes"}).empty()) {
      fact("disk", byte_size(number({"disk", "free_bytes"})) + " free, of which " +
                       byte_size(number({"disk", "reserve_bytes"})) + " are kept free");
    }
  }

  void print_queries() {
    heading("Queries");
    std::string all = count(number({"queries", "answered"})) + " answered, " +
                      count(number({"queries", "running"})) + " running, " +
                      counted(number({"queries", "connections"}), "connection");
    if (number({"queries", "refused_connections"}) > 0) {
      all += ", " + count(number({"queries", "refused_connections"})) + " refused";
    }
    fact("so far", all);
  }

  std::string_view row_;
  const Terminal& terminal_;
  std::vector<Finding> findings_;
  std::string out_;
};

}  // namespace

std::string render_status(std::string_view row, const Terminal& terminal) {
  return Page(row, terminal).render() +
         terminal.styled("All of it: fortnight status --json", Style::faint) + "\n";
}

}  // namespace fortnight::client
