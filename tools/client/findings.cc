#include "tools/client/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "base/civil_text.h"
#include "base/number_text.h"
#include "tools/client/json.h"
#include "tools/client/terminal.h"

namespace fortnight::client {
namespace {

// Before the certificate expires. Renewals are usually a month ahead.
constexpr std::int64_t kCertificateDays = 14;
// A source that had lines and has had none for this long.
constexpr double kSilentSeconds = 86'400;
// The disk will be full before calls are dropped for their age.
constexpr double kFewDays = 7;

class StatusFindings {
 public:
  StatusFindings(std::string_view row, TimeNs now) : row_(row), now_(now) {}

  std::vector<Finding> find() {
    intake();
    disk();
    damage();
    clock();
    certificate();
    sources();
    return std::move(found_);
  }

 private:
  using Keys = std::initializer_list<std::string_view>;
  [[nodiscard]] std::string json(Keys keys) const { return value_at(row_, keys); }
  [[nodiscard]] double number(Keys keys) const { return number_of(json(keys)); }
  [[nodiscard]] std::string text(Keys keys) const { return text_of(json(keys)); }
  void add(Severity severity, std::string about, std::string what, std::string mend) {
    found_.push_back({severity, std::move(about), std::move(what), std::move(mend)});
  }

  void intake() {
    const std::string paused = text({"paused"});
    if (!paused.empty()) {
      add(Severity::critical, "intake", "no lines are taken in: " + paused,
          "make room on the disk, or set retention.max_bytes; intake resumes by itself");
    }
    if (number({"queries", "wrong_protocol"}) > 0) {
      add(Severity::warning, "ports", "clients speak HTTP or TLS to the query port",
          "journalctl -u fortnightd | grep protocol");
    }
    const std::string failure = text({"maintenance", "last_failure"});
    if (!failure.empty()) {
      add(Severity::warning, "upkeep", "upkeep failed, and is tried again: " + failure,
          "fortnight-segment verify DATA_DIRECTORY");
    }
    if (json({"erasures", "overdue"}) == "true") {
      add(Severity::critical, "erasures", "erased calls have been in files for more than a day",
          "fortnight erasures");
    }
  }

  void disk() {
    const double free = number({"disk", "free_bytes"}) - number({"disk", "reserve_bytes"});
    if (json({"disk", "nearly_full"}) == "true") {
      add(Severity::critical, "disk",
          "the disk is nearly full: " + byte_size(number({"disk", "free_bytes"})) + " are free",
          "make room, or set retention.max_bytes and restart");
      return;
    }
    const auto oldest = day_from_string(text({"retention", "oldest_day"}));
    const double bytes = number({"retention", "bytes"});
    if (!oldest || bytes <= 0 || number({"retention", "max_bytes"}) > 0) return;
    const double days = std::max<double>(1, static_cast<double>(day_of(now_) - *oldest + 1));
    const double a_day = bytes / days;
    const double to_come = number({"retention", "days"}) + 1 - days;
    if (to_come <= 0 || a_day * to_come <= free) return;
    const double left = free / a_day;
    add(left < kFewDays ? Severity::critical : Severity::warning, "disk",
        fmt::format("the disk will be full in {:.1f} days, at {} a day", left, byte_size(a_day)),
        "make room, or set retention.max_bytes or fewer retention.days, and restart");
  }

  void damage() {
    for (const char* const member : {"lost_files", "unreadable_files", "read_failures"}) {
      const double count = number({"damage", member});
      if (count <= 0) continue;
      add(Severity::critical, "damage",
          fmt::format(
              "{} {}: answers over their days are incomplete", count,
              member == std::string_view("lost_files") ? "files are lost" : "files can't be read"),
          "fortnight-segment verify DATA_DIRECTORY, and then repair or acknowledge");
      return;
    }
  }

  void clock() {
    if (json({"retention", "waits_for_clock"}) != "true") return;
    add(Severity::warning, "clock",
        "the clock jumped by more than a day: nothing is dropped until it has held", "timedatectl");
  }

  void certificate() {
    const std::string problem = text({"tls", "problem"});
    if (!problem.empty()) {
      add(Severity::critical, "tls", "the renewed certificate can't be used: " + problem,
          "openssl x509 -noout -dates -in CERTIFICATE");
    }
    const std::string not_after = text({"tls", "not_after"});
    std::string_view left = not_after;
    const auto date = take_date(left);
    const auto day = date ? day_of(*date) : std::nullopt;
    if (!day) return;
    const std::int64_t days = *day - day_of(now_);
    if (days >= kCertificateDays) return;
    add(days < 0 ? Severity::critical : Severity::warning, "tls",
        days < 0 ? "the certificate has expired, on " + not_after
                 : fmt::format("the certificate expires in {} days", days),
        "renew it; the daemon loads the new files by itself");
  }

  void sources() {
    if (json({"sources"}) == "null") {
      add(Severity::critical, "intake", "the intake thread doesn't answer",
          "systemctl restart fortnightd");
    }
    for (const std::string& source : elements_of(json({"sources"}))) {
      const std::string name = text_of(member_of(source, "name"));
      double rejected = 0;
      for (const Member& reason : members_of(member_of(source, "rejected"))) {
        rejected += number_of(reason.value);
      }
      if (rejected > 0) {
        const double calls = number_of(member_of(source, "calls"));
        add(rejected > calls ? Severity::critical : Severity::warning, "format",
            fmt::format("{} lines of {} are no calls in its format {}",
                        with_commas(static_cast<std::uint64_t>(rejected)), name,
                        text_of(member_of(source, "format"))),
            "fortnight rejects source=" + name);
      }
      const std::string last = member_of(source, "last_line_s");
      if (number_of(member_of(source, "lines")) > 0 && number_of(last) > kSilentSeconds) {
        add(Severity::warning, "silent",
            fmt::format("{} has had no line for {:.0f} hours", name, number_of(last) / 3600),
            "fortnight status");
      }
      if (number_of(member_of(source, "wrong_protocol")) > 0) {
        add(Severity::warning, "ports", "clients speak HTTP or TLS to " + name + " wrongly",
            "journalctl -u fortnightd | grep protocol");
      }
      if (member_of(source, "files") == "0") {
        add(Severity::warning, "sources", "no file matches the paths of " + name,
            "correct its paths, and systemctl reload fortnightd");
        found_.back().fault = Fault::no_files;
        found_.back().source = name;
      }
      if (number_of(member_of(source, "missing")) > 0) {
        add(Severity::warning, "sources",
            "rotated files of " + name + " weren't read to their end, and are missing",
            "journalctl -u fortnightd");
      }
      if (number_of(member_of(source, "shared_files")) > 0) {
        add(Severity::warning, "sources", name + " tails files that another source tails",
            "fortnightd --check-config --config /etc/fortnight/fortnight.yaml");
      }
    }
  }

  std::string_view row_;
  TimeNs now_;
  std::vector<Finding> found_;
};

bool is_at_or_below(std::string_view path, std::string_view directory) {
  if (!path.starts_with(directory)) return false;
  return path.size() == directory.size() || directory.ends_with('/') ||
         path[directory.size()] == '/';
}

bool leads_to(const Finding& cause, const Finding& finding) {
  if (finding.fault == Fault::refused) {
    return cause.fault == Fault::closed && is_at_or_below(finding.path, cause.path);
  }
  return finding.fault == Fault::no_files && cause.source == finding.source &&
         (cause.fault == Fault::closed || cause.fault == Fault::refused);
}

}  // namespace

std::vector<Finding> findings_of_status(std::string_view status, TimeNs now) {
  return StatusFindings(status, now).find();
}

std::vector<Finding> findings_of_sources(const std::vector<std::string>& rows) {
  // What a problem ends with if the daemon may not read the path before it.
  const std::string refusal = std::string(": ") + std::strerror(EACCES);
  std::vector<Finding> found;
  for (const std::string& row : rows) {
    const std::string source = text_of(member_of(row, "source"));
    for (const std::string& element : elements_of(member_of(row, "problems"))) {
      const std::string problem = text_of(element);
      Finding& finding = found.emplace_back(
          Finding{Severity::critical, "sources", source + ": " + problem,
                  "let the daemon's user read it; the daemon tries again every second"});
      if (!problem.ends_with(refusal)) continue;
      finding.fault = Fault::refused;
      finding.source = source;
      finding.path = problem.substr(0, problem.size() - refusal.size());
    }
    const std::string error = text_of(member_of(row, "last_error"));
    if (!error.empty()) {
      found.push_back({Severity::warning, "sources",
                       text_of(member_of(row, "file")) + " couldn't be read: " + error,
                       "fortnight sources"});
    }
  }
  return found;
}

std::vector<Finding> causes_of(const std::vector<Finding>& all) {
  std::vector<Finding> causes;
  for (const Finding& finding : all) {
    const auto explains = [&](const Finding& other) { return leads_to(other, finding); };
    const auto repeats = [&](const Finding& other) {
      return other.about == finding.about && other.what == finding.what;
    };
    if (std::any_of(all.begin(), all.end(), explains) ||
        std::any_of(causes.begin(), causes.end(), repeats)) {
      continue;
    }
    causes.push_back(finding);
  }
  return causes;
}

}  // namespace fortnight::client
