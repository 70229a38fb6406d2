// Bytes of a connection from a syslog sender: whatever comes, the same messages are found in pieces
// of any size, and headers lie within their lines.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "intake/framing.h"
#include "intake/syslog_header.h"

using fortnight::intake::LineFramer;

namespace {

constexpr std::size_t kMaxLine = 200;

void require(bool condition) {
  if (!condition) std::abort();
}

void check_header(std::string_view line) {
  const auto header = fortnight::intake::parse_syslog_header(line);
  if (!header) return;
  require(line.starts_with('<') && header->message <= line.size());
  for (const std::string_view part : {header->time, header->host, header->app, header->process,
                                      header->message_id, header->structured_data}) {
    if (part.empty()) continue;
    require(part.data() >= line.data());
    require(part.data() + part.size() <= line.data() + header->message);
  }
}

// As a connection does it: a framer without pending bytes is made anew.
std::vector<std::string> messages_of(std::string_view bytes, std::size_t piece) {
  std::vector<std::string> messages;
  std::optional<LineFramer> framer;
  auto framing = LineFramer::Framing::undecided;
  std::uint64_t received = 0;
  const auto take = [&](const LineFramer::Line& line) {
    require(line.bytes.size() <= kMaxLine && line.offset <= received);
    check_header(line.bytes);
    messages.push_back(std::string(line.bytes) + (line.too_long ? "+" : ""));
  };
  while (!bytes.empty()) {
    if (!framer) {
      framer.emplace(kMaxLine, received, 16);
      framer->detect_framing(framing);
    }
    const std::span<char> space = framer->space();
    const std::size_t count = std::min({piece, bytes.size(), space.size()});
    std::memcpy(space.data(), bytes.data(), count);
    framer->filled(count);
    received += count;
    bytes.remove_prefix(count);
    while (const auto line = framer->next()) take(*line);
    framing = framer->framing();
    if (framer->broken()) return messages;
    if (framer->pending() == 0 && !framer->skipping()) {
      framer.reset();
    } else {
      framer->shrink();
      require(framer->memory() <= kMaxLine + 200);
    }
  }
  if (framer) {
    if (const auto line = framer->last()) take(*line);
  }
  return messages;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = messages_of(bytes, 1000);
  require(whole == messages_of(bytes, 1));
  require(whole == messages_of(bytes, 7));
  check_header(bytes);
  return 0;
}
