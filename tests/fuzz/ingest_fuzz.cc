// Requests that bring calls. The first byte chooses the API, the rest is the body: whatever comes,
// the lines lie within it or within their limit, and answers are JSON of one line.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/json_members.h"
#include "daemon/ingest/credentials.h"
#include "daemon/ingest/ingest_request.h"
#include "daemon/ingest/record_bodies.h"
#include "daemon/ingest/record_lines.h"

using namespace fortnight;
using namespace fortnight::daemon;

namespace {

constexpr std::size_t kMost = 100'000;

void require(bool condition) {
  if (!condition) std::abort();
}

void check_records(const RecordLines& lines) {
  if (!lines) return require(lines.error().status == 400 || lines.error().status == 413);
  require(lines->size() <= kMost);
  require(lines->empty() || lines->ends_with('\n'));
}

void check_lines(std::string bytes) {
  Body body(std::move(bytes));
  std::uint64_t end = 0;
  for_each_line(body, [&](std::string_view line, std::uint64_t offset) {
    require(offset >= end && offset + line.size() <= body.size());
    require(line.data() == body.text().data() + offset);
    end = offset + line.size();
  });
}

void check_bulk(std::string bytes) {
  const Body body(std::move(bytes));
  std::size_t documents = 0;
  const storage::Reject reject{0, "s", "not-json", "why \"", 0, ""};
  const auto reply =
      take_bulk_body(body, "i\n\"", [&](std::string_view document, std::uint64_t number) {
        require(number == documents++);
        require(document.data() >= body.text().data());
        require(document.data() + document.size() <= body.text().data() + body.size());
        return number % 2 == 0 ? Outcome{Outcome::Kind::call}
                               : Outcome{Outcome::Kind::rejected, &reject};
      });
  require(reply ? reply->status == 200 : documents == 0);
}

void check_request(std::string_view text) {
  HttpReader reader(kMost);
  reader.feed(text);
  while (const auto request = reader.next()) {
    if (request->problem) break;
    const auto understood = understand_ingest(*request);
    if (const auto* reply = std::get_if<Reply>(&understood)) require(reply->status >= 200);
    (void)token_in((*request)[Header::authorization]);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 'l':
      check_lines(std::string(body));
      break;
    case 'g':
    case 'z':
      if (auto decoded = decode_body(std::string(body), data[0] == 'g' ? "gzip" : "zstd", kMost)) {
        require(decoded->size() <= kMost);
      }
      break;
    case 'p':
      check_records(otlp_lines_of_protobuf(body, kMost));
      break;
    case 'j':
      check_records(otlp_lines_of_json(body, kMost));
      break;
    case 's':
      check_records(loki_lines_of_protobuf(body, kMost));
      break;
    case 'k':
      check_records(loki_lines_of_json(body, kMost));
      break;
    case 'b':
      check_bulk(std::string(body));
      break;
    default:
      check_request(body);
      break;
  }
  return 0;
}
