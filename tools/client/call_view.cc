#include "tools/client/call_view.h"

#include <algorithm>

#include "tools/client/cells.h"
#include "tools/client/exchange.h"
#include "tools/client/json.h"
#include "tools/client/pretty_json.h"

namespace fortnight::client {
namespace {

std::string_view reason_of(int status) {
  constexpr std::pair<int, std::string_view> kReasons[] = {{200, "OK"},
                                                           {201, "Created"},
                                                           {202, "Accepted"},
                                                           {204, "No Content"},
                                                           {301, "Moved Permanently"},
                                                           {302, "Found"},
                                                           {304, "Not Modified"},
                                                           {400, "Bad Request"},
                                                           {401, "Unauthorized"},
                                                           {403, "Forbidden"},
                                                           {404, "Not Found"},
                                                           {405, "Method Not Allowed"},
                                                           {409, "Conflict"},
                                                           {410, "Gone"},
                                                           {413, "Content Too Large"},
                                                           {422, "Unprocessable Content"},
                                                           {429, "Too Many Requests"},
                                                           {500, "Internal Server Error"},
                                                           {502, "Bad Gateway"},
                                                           {503, "Service Unavailable"},
                                                           {504, "Gateway Timeout"}};
  const auto* const found =
      std::find_if(std::begin(kReasons), std::end(kReasons),
                   [&](const auto& reason) { return reason.first == status; });
  return found == std::end(kReasons) ? std::string_view() : found->second;
}

void fact(std::string& out, std::string_view name, std::string_view value,
          const Terminal& terminal) {
  if (value.empty()) return;
  std::string label(name);
  label.resize(14, ' ');
  out += terminal.styled(label, Style::faint) + safe_text(value) + "\n";
}

void append_facts(std::string& out, std::string_view row, const Terminal& terminal) {
  const auto value = [&](std::string_view key) { return text_of(member_of(row, key)); };
  fact(out, "time", value("ts"), terminal);
  const std::string name = value("account_name");
  fact(out, "account", value("account") + (name.empty() ? "" : " (" + name + ")"), terminal);
  fact(out, "endpoint", value("endpoint"), terminal);
  fact(out, "revision", value("revision"), terminal);
  const std::string duration = milliseconds(member_of(row, "duration_ms"));
  fact(out, "took", duration.empty() ? "" : duration + " ms", terminal);
  fact(out, "call_id", value("call_id"), terminal);
  for (const Member& kind : members_of(member_of(row, "ids"))) {
    std::string all;
    for (const std::string& id : elements_of(kind.value)) {
      all += (all.empty() ? "" : ", ") + text_of(id);
    }
    fact(out, kind.key, all, terminal);
  }
  fact(out, "source", value("source"), terminal);
  fact(out, "ref", value("ref"), terminal);
  const bool truncated = value("truncated") == "true";
  fact(out, "truncated", truncated ? "the line was too long: its first part" : "", terminal);
}

void append_message(std::string& out, const Message& message, const Terminal& terminal) {
  for (const Header& header : message.headers) {
    out += terminal.styled(header.name, Style::key) + ": " + safe_text(header.value) + "\n";
  }
  if (message.body.empty()) return;
  out += "\n";
  if (message.body.starts_with('"')) {
    out += safe_text(text_of(message.body), true) + "\n";
  } else {
    out += pretty_json(message.body, terminal) + "\n";
  }
}

}  // namespace

std::string render_call(std::string_view row, const Terminal& terminal) {
  const Exchange exchange = exchange_of(row);
  std::string out;
  append_facts(out, row, terminal);
  out += "\n" + terminal.styled(exchange.method + " " + exchange.path, Style::strong) + "\n";
  append_message(out, exchange.request, terminal);
  out += "\n";
  std::string status = exchange.status == 0 ? "no status" : std::to_string(exchange.status);
  const std::string_view reason = reason_of(exchange.status);
  if (!reason.empty()) status.append(" ").append(reason);
  out += terminal.styled(status, style_of_status(exchange.status)) + "\n";
  append_message(out, exchange.response, terminal);
  if (!exchange.rest.empty()) {
    out += "\n" + terminal.styled("Also in the line:", Style::faint) + "\n";
    out += pretty_json(exchange.rest, terminal) + "\n";
  }
  return out;
}

}  // namespace fortnight::client
