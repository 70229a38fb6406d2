#include "daemon/ingest/record_bodies.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/json_writer.h"
#include "daemon/ingest/protozero.h"
#include "daemon/ingest/record_lines.h"

namespace fortnight::daemon {
namespace {

RecordLines record_lines_of(IngestApi api, std::string_view body, std::size_t most) {
  switch (api) {
    case IngestApi::otlp_json:
      return otlp_lines_of_json(body, most);
    case IngestApi::otlp_protobuf:
      return otlp_lines_of_protobuf(body, most);
    case IngestApi::loki_json:
      return loki_lines_of_json(body, most);
    default:
      return loki_lines_of_protobuf(body, most);
  }
}

// What partial_success says of rejected records.
std::string rejected_message(std::uint64_t rejected, const std::string& first) {
  return fmt::format("{} records are no calls; the first: {}", rejected, first);
}

Reply otlp_reply(bool json, std::uint64_t rejected, const std::string& first) {
  if (json) {
    std::string text;
    JsonWriter out(text);
    out.open_object();
    if (rejected != 0) {
      out.key("partialSuccess").open_object();
      out.key("rejectedLogRecords").text(std::to_string(rejected));
      out.key("errorMessage").text(rejected_message(rejected, first)).close_object();
    }
    out.close_object();
    return text_reply(200, "application/json", std::move(text));
  }
  constexpr std::uint32_t kPartialSuccess = 1;
  constexpr std::uint32_t kRejectedRecords = 1;
  constexpr std::uint32_t kErrorMessage = 2;
  std::string text;
  if (rejected != 0) {
    std::string partial;
    protozero::pbf_writer inner(partial);
    inner.add_int64(kRejectedRecords, static_cast<std::int64_t>(rejected));
    inner.add_string(kErrorMessage, rejected_message(rejected, first));
    protozero::pbf_writer(text).add_message(kPartialSuccess, partial);
  }
  return text_reply(200, "application/x-protobuf", std::move(text));
}

}  // namespace

boost::system::result<Reply, Problem> take_record_body(IngestApi api, const Body& body,
                                                       std::size_t most, LineTaker& taker) {
  auto lines = record_lines_of(api, body.text(), most);
  if (!lines) return lines.error();
  Body records(*std::move(lines));
  std::string first;
  std::uint64_t number = 0;
  for_each_record_line(records, [&](std::string_view line, std::uint64_t) {
    const Outcome outcome = taker.take_record(line, number++);
    if (outcome.reject == nullptr || !first.empty()) return;
    first = outcome.reject->reason + ": " + outcome.reject->detail;
  });
  if (api == IngestApi::otlp_json || api == IngestApi::otlp_protobuf) {
    return otlp_reply(api == IngestApi::otlp_json, taker.counts().rejected, first);
  }
  Reply reply;
  reply.status = 204;
  return reply;
}

}  // namespace fortnight::daemon
