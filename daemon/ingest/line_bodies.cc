#include "daemon/ingest/line_bodies.h"

#include <string>
#include <string_view>
#include <utility>

#include "base/json_writer.h"

namespace fortnight::daemon {
namespace {

// Rejected lines that an answer describes; REJECTS has all of them.
constexpr std::size_t kShownRejects = 10;

Reply counts_reply(const BatchCounts& counts, bool repeated, std::string_view rejects) {
  std::string text;
  JsonWriter json(text);
  json.open_object().key("accepted").number(counts.accepted);
  json.key("rejected").number(counts.rejected).key("skipped").number(counts.skipped);
  json.key("duplicates").number(counts.duplicates);
  if (repeated) json.key("repeated").boolean(true);
  if (!repeated) json.key("rejects").raw(rejects);
  json.close_object();
  return text_reply(200, "application/json", text + "\n");
}

std::uint64_t number_of_line(Body& body, std::uint64_t offset) {
  std::uint64_t number = 0;
  for_each_line(body, [&](std::string_view, std::uint64_t begin) {
    if (begin <= offset) ++number;
  });
  return number;
}

}  // namespace

Reply take_line_body(Body& body, LineTaker& taker) {
  std::string rejects;
  JsonWriter json(rejects);
  json.open_array();
  std::size_t shown = 0;
  const auto describe = [&](std::uint64_t number, const storage::Reject& reject) {
    if (shown++ >= kShownRejects) return;
    json.open_object().key("line").number(number).key("reason").text(reject.reason);
    json.key("detail").text(reject.detail).key("offset").number(reject.offset).close_object();
  };
  std::uint64_t number = 0;
  for_each_line(body, [&](std::string_view line, std::uint64_t offset) {
    ++number;
    const Outcome outcome = taker.take(line, offset);
    if (outcome.reject != nullptr) describe(number, *outcome.reject);
  });
  for (const storage::Reject& unfinished : taker.end()) {
    describe(number_of_line(body, unfinished.offset), unfinished);
  }
  json.close_array();
  return counts_reply(taker.counts(), false, rejects);
}

Reply known_batch_reply(const BatchCounts& counts) { return counts_reply(counts, true, {}); }

}  // namespace fortnight::daemon
