#include "tools/segment/selection.h"

#include <fmt/format.h>

#include <chrono>
#include <limits>
#include <set>

#include "config/presets.h"
#include "query/parsed_request.h"
#include "tools/segment/commands.h"

namespace fortnight::segment {
namespace {

using storage::CallQuery;
using storage::CallRecord;

const std::set<std::string, std::less<>> kDateWords = {"date", "from", "to", "tz"};

TimeNs now() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since_epoch).count();
}

}  // namespace

std::vector<std::string> id_kinds(const Target& target) {
  std::set<std::string> kinds;
  for (const StoredFile& file : target.store.opened) {
    if (!file.part) continue;
    // A part with unreadable shapes can't return calls either.
    if (const auto shapes = file.part->shapes()) {
      kinds.insert((*shapes)->kinds.begin(), (*shapes)->kinds.end());
    }
  }
  return std::vector<std::string>(kinds.begin(), kinds.end());
}

Result<CallQuery> parse_filters(const std::vector<std::string>& filters,
                                const std::vector<std::string>& id_kinds) {
  query::Context context;
  context.now = now;
  context.id_kinds = id_kinds;
  // Uses the presets' pointers, since no configuration is read.
  std::set<std::string> error_codes;
  for (const auto& [name, format] : config::preset_formats()) {
    for (const std::string& pointer : format.error_code) {
      if (error_codes.insert(pointer).second) context.error_code_pointers.push_back(pointer);
    }
  }
  const auto question = query::understand(
      context,
      query::RequestLine(fmt::format("EXPORT {}", fmt::join(filters, " ")), access::everybody()));
  if (!question) return Error{ErrorCode::invalid, question.error().message};
  for (const auto& [name, option] : question->options) {
    if (!kDateWords.contains(name)) {
      return Error{ErrorCode::invalid, fmt::format("\"{}\" is neither a filter nor a date", name)};
    }
  }
  CallQuery query;
  query.predicates = question->predicates;
  query.order = storage::Order::oldest_first;
  query.limit = std::numeric_limits<std::uint64_t>::max();
  if (question->dated) {
    query.from = question->period.from;
    query.to = question->period.to;
  }
  return query;
}

Result<void> for_each_call(const Target& target, const CallQuery& query,
                           const std::function<Result<void>(const CallRecord&)>& visit) {
  storage::ScanSummary summary;
  Result<void> visited;
  std::uint64_t unreadable = 0;
  for (const StoredFile& file : target.store.opened) {
    if (file.error) ++unreadable;
    if (!file.calls) continue;
    const auto visitor = [&](CallRecord&& call) {
      visited = visit(call);
      return visited.has_value();
    };
    const auto calls = file.erased ? file.calls->without(file.erased) : file.calls;
    const auto scanned = calls->scan(query, {}, visitor, summary);
    FORTNIGHT_TRY(visited);
    if (scanned) continue;
    // A damaged index or dictionary makes the file unsearchable.
    const ErrorCode code = scanned.error().code;
    if (code != ErrorCode::corrupt && code != ErrorCode::io) return scanned.error();
    ++unreadable;
  }
  return damage_left_out(unreadable, summary.completeness.damaged());
}

Result<void> damage_left_out(std::uint64_t files, std::uint64_t blocks) {
  if (files + blocks == 0) return {};
  return corrupt(
      fmt::format("{} damaged files and {} damaged blocks were left out; fortnight-segment verify "
                  "has details, and repair saves what can be read of them",
                  files, blocks));
}

}  // namespace fortnight::segment
