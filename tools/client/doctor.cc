#include "tools/client/doctor.h"

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "base/json_writer.h"
#include "tools/client/connection.h"
#include "tools/client/findings.h"
#include "tools/client/host_checks.h"
#include "tools/client/json.h"
#include "tools/client/terminal.h"

namespace fortnight::client {
namespace {

TimeNs system_now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

void append(std::vector<Finding>& all, std::vector<Finding> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

Result<std::vector<std::string>> rows_of(Connection& connection, const char* request) {
  std::vector<std::string> rows;
  FORTNIGHT_ASSIGN(const Closing closing, connection.ask(request, [&](std::string_view row) {
    rows.emplace_back(row);
    return true;
  }));
  if (!closing.ok) return Error{ErrorCode::invalid, closing.text};
  return rows;
}

Result<std::vector<Finding>> examine(const Options& options) {
  Connection connection;
  if (const auto opened = connection.open(options.server); !opened) {
    if (opened.error().code != ErrorCode::io) return opened.error();
    return std::vector<Finding>{{Severity::critical, "daemon",
                                 "no daemon answers: " + opened.error().message,
                                 "systemctl status fortnightd; journalctl -u fortnightd -n 50"}};
  }
  FORTNIGHT_ASSIGN(const std::vector<std::string> status, rows_of(connection, "STATUS"));
  std::vector<Finding> found;
  if (status.empty()) return found;
  append(found, findings_of_status(status.front(), system_now()));
  // A daemon may be older than its client, and not know the verb.
  if (const auto sources = rows_of(connection, "SOURCES")) {
    append(found, findings_of_sources(*sources));
  }
  // A path has a slash: then the daemon is on this host.
  if (options.server.address.find('/') == std::string::npos ||
      options.server.address.starts_with("tls://")) {
    return found;
  }
  const auto daemon = daemon_at(options.server.address);
  if (!daemon) return found;
  for (const std::string& source : elements_of(member_of(status.front(), "sources"))) {
    const std::string name = text_of(member_of(source, "name"));
    for (const std::string& pattern : elements_of(member_of(source, "tail"))) {
      append(found, closed_paths(*daemon, name, text_of(pattern)));
    }
  }
  append(found, limits_reached(*daemon));
  return found;
}

std::string_view severity_name(Severity severity) {
  return severity == Severity::critical ? "critical" : "warning";
}

void print_rows(const std::vector<Finding>& found) {
  for (const Finding& finding : found) {
    std::string row;
    JsonWriter json(row);
    json.open_object().key("severity").text(severity_name(finding.severity));
    json.key("about").text(finding.about).key("what").text(finding.what);
    json.key("mend").text(finding.mend).close_object();
    std::puts(row.c_str());
  }
}

void print_view(const std::vector<Finding>& found) {
  const Terminal terminal = Terminal::detect();
  for (const Finding& finding : found) {
    const Style style = finding.severity == Severity::critical ? Style::bad : Style::warning;
    std::printf("%s %s\n    %s\n",
                terminal.styled(std::string(severity_name(finding.severity)) + ":", style).c_str(),
                safe_text(finding.what).c_str(), safe_text(finding.mend).c_str());
  }
  if (found.empty()) std::puts(terminal.styled("All is well.", Style::good).c_str());
}

}  // namespace

int run_doctor(const Options& options) {
  const auto examined = examine(options);
  if (!examined) {
    std::fprintf(stderr, "fortnight: %s\n", safe_text(examined.error().message).c_str());
    return kUnknown;
  }
  const std::vector<Finding> found = causes_of(*examined);
  options.json || !(options.view || writes_to_terminal()) ? print_rows(found) : print_view(found);
  int health = kHealthy;
  for (const Finding& finding : found) {
    health = std::max<int>(health, finding.severity == Severity::critical ? kCritical : kWarned);
  }
  return health;
}

}  // namespace fortnight::client
