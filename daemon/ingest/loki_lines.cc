// Push requests of Loki: logproto.PushRequest, or its form in JSON.
#include <snappy.h>

#include <string>
#include <string_view>

#include "base/json_members.h"
#include "base/json_text.h"
#include "daemon/ingest/line_collector.h"
#include "daemon/ingest/protozero.h"
#include "daemon/ingest/record_lines.h"

namespace fortnight::daemon {
namespace {

using protozero::pbf_reader;

constexpr std::uint32_t kStreams = 1;  // of PushRequest
constexpr std::uint32_t kEntries = 2;  // of Stream
constexpr std::uint32_t kLine = 2;     // of Entry

Problem no_push_request(const std::string& why) {
  return {400, "bad-request", "the body isn't a push request: " + why};
}

bool add_entries(pbf_reader request, LineCollector& lines) {
  while (request.next(kStreams)) {
    pbf_reader stream = request.get_message();
    while (stream.next(kEntries)) {
      pbf_reader entry = stream.get_message();
      std::string_view line;
      while (entry.next(kLine)) {
        const protozero::data_view view = entry.get_view();
        line = {view.data(), view.size()};
      }
      if (!lines.add(line)) return false;
    }
  }
  return true;
}

}  // namespace

RecordLines loki_lines_of_protobuf(std::string_view compressed, std::size_t most) {
  LineCollector lines(most);
  std::size_t size = 0;
  if (!snappy::GetUncompressedLength(compressed.data(), compressed.size(), &size)) {
    return no_push_request("it isn't compressed by snappy");
  }
  // The length is the sender's word; memory is taken for it.
  if (size > most) return lines.too_long();
  std::string request(size, '\0');
  if (!snappy::RawUncompress(compressed.data(), compressed.size(), request.data())) {
    return no_push_request("it isn't compressed by snappy");
  }
  try {
    if (!add_entries(pbf_reader(request.data(), request.size()), lines)) return lines.too_long();
  } catch (const std::exception& wrong) {  // what protozero throws
    return no_push_request(wrong.what());
  }
  return lines.take();
}

RecordLines loki_lines_of_json(std::string_view body, std::size_t most) {
  LineCollector lines(most);
  bool whole = true;
  std::string scratch;
  // An entry: ["nanoseconds", "line"], perhaps with an object behind them.
  const auto add_entry = [&](std::string_view entry) {
    std::size_t place = 0;
    bool added = false;
    whole &= for_each_element(entry, [&](std::string_view element) {
      if (place++ != 1 || element.size() < 2 || element.front() != '"') return;
      added = true;
      lines.add(decode_json_string(element.substr(1, element.size() - 2), scratch));
    });
    whole &= added;
  };
  const auto add_stream = [&](std::string_view stream) {
    whole &= for_each_member(stream, [&](const JsonMember& member) {
      if (member.key != "values") return;
      whole &= for_each_element(member.value, [&](std::string_view entry) {
        if (whole && !lines.full()) add_entry(entry);
      });
    });
  };
  bool streams = false;
  whole &= for_each_member(body, [&](const JsonMember& member) {
    if (member.key != "streams") return;
    streams = true;
    whole &= for_each_element(member.value, [&](std::string_view stream) {
      if (whole && !lines.full()) add_stream(stream);
    });
  });
  if (lines.full()) return lines.too_long();
  if (!whole || !streams) return no_push_request("expected {\"streams\":[…]}");
  return lines.take();
}

}  // namespace fortnight::daemon
