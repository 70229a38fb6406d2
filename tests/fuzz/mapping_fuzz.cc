// The parsers of the mapping language, and a mapper whose format uses all of it. The first byte
// selects what the rest is given to. Parsers keep within their text; a mapper makes sound batches,
// counts every line, and maps a line in the same way at the second time.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/load.h"
#include "config/time_pattern.h"
#include "intake/duration_text.h"
#include "intake/identifiers.h"
#include "intake/logfmt.h"
#include "intake/mapper.h"
#include "intake/part_reader.h"
#include "intake/status_text.h"
#include "intake/time_text.h"
#include "intake/wrapping.h"
#include "storage/journal/batch_codec.h"

namespace {

using namespace fortnight;

constexpr TimeNs kNow = 1'795'176'000 * kNsPerSecond;  // 2026-11-20T12:00:00Z

void require(bool condition) {
  if (!condition) std::abort();
}

void require_within(std::string_view piece, std::string_view text) {
  require(piece.empty() || (piece.data() >= text.data() &&
                            piece.data() + piece.size() <= text.data() + text.size()));
}

void take_times(std::string_view text) {
  using config::TimeFormat;
  intake::TimeParser zoned(TimeFormat::automatic, "", "UTC");
  intake::TimeParser zoneless(TimeFormat::automatic);
  const auto with = zoned.parse(text, kNow);
  const auto without = zoneless.parse(text, kNow);
  // A zone changes only what times without one are.
  require(with.has_value() == (without.has_value() || zoneless.lacks_zone()));
  require(!without || without->ns == with->ns);
  require(!with || with->digits <= 9);
  const std::size_t line_end = text.find('\n');
  if (line_end == std::string_view::npos) return;
  const std::string_view pattern = text.substr(0, line_end);
  if (!config::time_pattern_problem(pattern).empty()) return;
  intake::TimeParser(TimeFormat::pattern, std::string(pattern), "UTC")
      .parse(text.substr(line_end + 1), kNow);
}

void take_values(std::string_view text) {
  for (const auto list :
       {config::DurationList::sum, config::DurationList::first, config::DurationList::last}) {
    const auto duration = intake::parse_duration(text, config::DurationUnit::ms, list);
    require(!duration || *duration >= 0);
  }
  const std::int32_t status = intake::parse_status(text);
  require(status >= 0 && status <= 999);
  intake::status_of_grpc(text);
  const auto found = intake::find_identifier(text);
  require(!found || (found->begin < found->end && found->end <= text.size()));
}

void take_apart(std::string_view text) {
  const intake::RequestLine request = intake::parse_request_line(text);
  for (const auto piece : {request.method, request.path, request.protocol}) {
    require_within(piece, text);
  }
  require(request.method.empty() == request.path.empty());
  const intake::ClfLine clf = intake::parse_clf_line(text);
  for (const auto piece :
       {clf.client, clf.user, clf.time, clf.status, clf.bytes, clf.referer, clf.user_agent}) {
    require_within(piece, text);
  }
  const intake::UrlParts url = intake::parse_url(text);
  for (const auto piece : {url.scheme, url.authority}) require_within(piece, text);
  if (url.path != "/") require_within(url.path, text);  // that of a URL without one isn't in it
  std::string scratch;
  for (const auto wrapping :
       {config::Wrapping::cri, config::Wrapping::docker, config::Wrapping::compose,
        config::Wrapping::syslog, config::Wrapping::prefix}) {
    const auto bare = intake::unwrap(wrapping, text, scratch);
    require(!bare || bare->text.size() <= text.size());
  }
}

constexpr std::string_view kFormats = R"(
formats:
  all:
    unwrap: auto
    inside: /log
    each: /Records/*/list
    names: any_case
    unset: ["", "-", "N/A"]
    parts: [{of: /request, as: request_line}, {of: $path, match: "^/(?P<account>[^/]+)/"}]
    ts: [/t, "/h/[name=t]/v", $time, $arrival]
    account: [/a, "/h/[0=a]/1", $account, "=none"]
    method: [/m, $method]
    path: [/p, $path]
    status: {pointers: [/s, /r], map: {"OK*": 200}, grpc: true, failed_if: {/e: "*"}}
    duration_ms: {pointers: /d, from: /from, to: /to}
    ids: {call_id: "/h/[=id]", x_id: [/x, "/list/*/x"], y_id: $host}
    only: [{/t: "*"}, {"/h/*/name": t}, {$path: "*"}, {/a: "a*"}]
    except: {/p: "/health*"}
  logfmt: {input: logfmt, base: all}
  text: {input: text, parts: {of: /message, as: clf}}
)";

void take_lines(std::string_view text) {
  static const config::Config config = [] {
    config::Loaded loaded = config::load_text(std::string(kFormats), "formats", {});
    require(loaded.config.has_value());
    loaded.config->limits.max_line_bytes = 4096;
    return *loaded.config;
  }();
  for (const std::string name : {"all", "logfmt", "text"}) {
    config::Source source;
    source.format = name;
    intake::Mapper mapper(intake::mapper_settings(config, source));
    storage::Append append;
    std::size_t first = 0;
    for (int round = 0; round < 2; ++round) {
      for (std::string_view rest = text; !rest.empty();) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        mapper.set_origin(end % 2 == 0 ? "/even" : "/odd");
        mapper.map_copy(rest.substr(0, end), 0, kNow, append);
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
      if (round == 0) first = append.batch.calls.size();
      // Pieces of the first round would be joined with those of the second.
      if (!mapper.held("/even").empty() || !mapper.held("/odd").empty()) break;
      require(round == 0 || append.batch.calls.size() == 2 * first);
    }
    require(storage::check_batch(append.batch).has_value());
    const intake::Counters& counters = mapper.counters();
    require(counters.lines == counters.calls + counters.skipped + counters.rejected_total());
    require(counters.calls == append.batch.calls.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  // A copy of its own size, so that reads beyond the text are found.
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      take_times(text);
      break;
    case 1:
      take_values(text);
      break;
    case 2:
      take_apart(text);
      break;
    default:
      take_lines(text);
  }
  return 0;
}
