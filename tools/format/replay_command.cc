#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/json_writer.h"
#include "base/number_text.h"
#include "tools/client/connection.h"
#include "tools/client/json.h"
#include "tools/client/request_line.h"
#include "tools/client/server_address.h"
#include "tools/client/table.h"
#include "tools/format/chosen_format.h"
#include "tools/format/commands.h"
#include "tools/format/http_sender.h"
#include "tools/format/replay.h"

namespace fortnight::format {
namespace {

using client::Style;

// The daemon remembers so many batches: more lines might be stored twice by a second replay.
constexpr std::size_t kMostLines = 10'000;
constexpr const char* kPage = "limit=1000";

// All rows of REJECTS that match, oldest first.
Result<std::vector<RejectedLine>> read_rejects(const ReplayOptions& options) {
  client::Server server = client::usual_server();
  if (!options.connect.empty()) server.address = options.connect;
  client::Connection connection;
  FORTNIGHT_TRY(connection.open(server));
  std::vector<RejectedLine> rejects;
  std::string cursor;
  do {
    std::vector<std::string> arguments = options.filters;
    arguments.emplace_back(kPage);
    if (!cursor.empty()) arguments.push_back("cursor=" + cursor);
    const auto row = [&](std::string_view line) {
      if (auto reject = parse_reject(line)) rejects.push_back(std::move(*reject));
      return true;
    };
    FORTNIGHT_ASSIGN(const client::Closing closing,
                     connection.ask(client::request_line("rejects", arguments), row));
    if (!closing.ok) return Error{ErrorCode::invalid, closing.text};
    cursor = client::text_of(client::member_of(closing.text, "next"));
  } while (!cursor.empty());
  std::reverse(rejects.begin(), rejects.end());
  return rejects;
}

std::string token() {
  const char* const value = std::getenv("FORTNIGHT_TOKEN");
  return value == nullptr ? "" : value;
}

Result<void> send_all(const std::vector<RejectedLine>& lines, const std::string& to,
                      ReplayPlan& plan) {
  HttpSender sender;
  FORTNIGHT_TRY(sender.open(to, token()));
  for (const RejectedLine& line : lines) {
    ReplaySource& source = plan.sources().at(line.source);
    FORTNIGHT_ASSIGN(
        const HttpSender::Taken taken,
        sender.send(line.bytes, replayed_source(line.source), source.format, batch_id(line)));
    source.sent += taken.accepted;
    source.repeated += taken.repeated ? taken.accepted : 0;
  }
  return {};
}

std::uint64_t refused_lines(const ReplaySource& source) {
  std::uint64_t sum = 0;
  for (const auto& reason : source.refused) sum += reason.second;
  return sum;
}

std::string render(ReplayPlan& plan, bool sent, const client::Terminal& terminal) {
  if (plan.sources().empty() && plan.unknown_sources() == 0) return "No rejected lines match.\n";
  client::Table table({{"source", false, true},
                       {"format", false, false},
                       {"mended", true, false},
                       {"skipped", true, false},
                       {"cut off", true, false},
                       {"rejected again", true, false},
                       {"sent", true, false},
                       {"sent before", true, false}});
  for (const auto& [name, source] : plan.sources()) {
    const std::uint64_t refused = refused_lines(source);
    table.add({{name, Style::plain},
               {source.format, Style::faint},
               {with_commas(source.mended), Style::good},
               {with_commas(source.skipped), Style::plain},
               {with_commas(source.cut), source.cut > 0 ? Style::warning : Style::plain},
               {with_commas(refused), refused > 0 ? Style::warning : Style::plain},
               {sent ? with_commas(source.sent) : "", Style::plain},
               {sent ? with_commas(source.repeated) : "", Style::plain}});
  }
  std::string out = table.render(terminal);
  for (const auto& [name, source] : plan.sources()) {
    for (const auto& [reason, lines] : source.refused) {
      out += fmt::format("{} of {} would be rejected again as {}\n", with_commas(lines),
                         client::safe_text(name), reason);
    }
  }
  if (plan.unknown_sources() > 0) {
    out += fmt::format("{} are of sources that the configuration doesn't have\n",
                       with_commas(plan.unknown_sources()));
  }
  if (!sent)
    out += "Nothing was sent: --to HOST:PORT of an HTTP source takes the mended lines in\n";
  return out;
}

std::string json(ReplayPlan& plan) {
  std::string out;
  JsonWriter json(out);
  json.open_object().key("sources").open_array();
  for (const auto& [name, source] : plan.sources()) {
    json.open_object().key("source").text(name).key("format").text(source.format);
    json.key("mended").number(source.mended).key("skipped").number(source.skipped);
    json.key("cut_off").number(source.cut).key("rejected_again").open_object();
    for (const auto& [reason, lines] : source.refused) json.key(reason).number(lines);
    json.close_object().key("sent").number(source.sent);
    json.key("sent_before").number(source.repeated).close_object();
  }
  json.close_array().key("unknown_sources").number(plan.unknown_sources()).close_object();
  return out + "\n";
}

}  // namespace

Result<Answered> replay_rejects(const ReplayOptions& options, TimeNs now, const Output& output) {
  FORTNIGHT_ASSIGN(const config::Config config, load_configuration(options.configuration));
  FORTNIGHT_ASSIGN(const std::vector<RejectedLine> rejects, read_rejects(options));
  ReplayPlan plan(config, now);
  std::vector<RejectedLine> mended;
  for (const RejectedLine& reject : rejects) {
    if (plan.add(reject)) mended.push_back(reject);
  }
  const bool sends = !options.to.empty();
  if (sends && mended.size() > kMostLines) {
    return Error{ErrorCode::invalid,
                 fmt::format("{} lines would be sent, {} are possible at a time: choose some by "
                             "source=, reason=, from= and to=",
                             mended.size(), kMostLines)};
  }
  if (sends && !mended.empty()) FORTNIGHT_TRY(send_all(mended, options.to, plan));
  bool fine = plan.unknown_sources() == 0;
  for (const auto& source : plan.sources()) {
    fine = fine && source.second.refused.empty() && source.second.cut == 0;
  }
  return Answered{output.json ? json(plan) : render(plan, sends, output.terminal), fine};
}

}  // namespace fortnight::format
