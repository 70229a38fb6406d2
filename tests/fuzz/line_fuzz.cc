// A stream of arbitrary bytes through intake. Its lines don't depend on how it is split into
// pieces. Each line becomes a call, a reject, a skip or nothing; a call restores its line, mended,
// or its first part. With redaction, stored lines are still JSON, and their secrets don't depend on
// whether their shape is known. The first byte is the pieces' length, the second one selects the
// format and whether redaction is on.
#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "intake/framing.h"
#include "intake/mapper.h"
#include "storage/journal/batch_codec.h"
#include "tests/intake/naive_mender.h"

namespace {

using namespace fortnight;

constexpr std::size_t kMaxLine = 8192;
constexpr TimeNs kNow = 1'795'176'000 * kNsPerSecond;  // 2026-11-20T12:00:00Z

void require(bool condition) {
  if (!condition) std::abort();
}

struct Line {
  std::string bytes;
  std::uint64_t offset;
  bool too_long;
  friend bool operator==(const Line&, const Line&) = default;
};

std::vector<Line> framed(std::string_view stream, std::size_t piece) {
  std::vector<Line> lines;
  intake::LineFramer framer(kMaxLine, 0, 1024);
  const auto take = [&](const std::optional<intake::LineFramer::Line>& line) {
    if (line) lines.push_back({std::string(line->bytes), line->offset, line->too_long});
    return line.has_value();
  };
  while (!stream.empty()) {
    const std::span<char> space = framer.space();
    const std::size_t count = std::min({piece, space.size(), stream.size()});
    std::memcpy(space.data(), stream.data(), count);
    framer.filled(count);
    stream.remove_prefix(count);
    while (take(framer.next())) continue;
  }
  take(framer.last());
  return lines;
}

class Intake {
 public:
  Intake(std::size_t format, bool redacts) : redacts_(redacts) {
    config::Config config = config::default_config();
    if (!redacts) config.redact.keys.clear();
    config.limits.max_line_bytes = kMaxLine;
    auto chosen = config.formats.begin();
    std::advance(chosen, format % config.formats.size());
    config::Source source;
    source.name = "fuzz";
    source.format = chosen->first;
    settings_ = intake::mapper_settings(config, source);
    settings_.format.unwrap = {false, {}};  // what is within a wrapping isn't the line
    mapper_ = std::make_unique<intake::Mapper>(settings_);
  }

  // At the second time the line's shape is known.
  void take_twice(const Line& line) {
    storage::Append append;
    for (int time = 0; time < 2; ++time) take(line, append);
    require(storage::check_batch(append.batch).has_value());
    require(append.batch.calls.size() % 2 == 0);
    if (append.batch.calls.empty()) return;
    std::string kept;
    std::string again;
    storage::append_line(append.batch, append.batch.calls[0], kept);
    storage::append_line(append.batch, append.batch.calls[1], again);
    require(kept == again);
    simdjson::padded_string padded(kept);
    simdjson::dom::parser parser;
    const auto error = parser.parse(padded).error();
    // simdjson rejects numbers beyond a double and halves of surrogate pairs.
    require(error == simdjson::SUCCESS || error == simdjson::NUMBER_ERROR ||
            error == simdjson::STRING_ERROR || error == simdjson::DEPTH_ERROR);
    require(kept.starts_with('{') && kept.ends_with('}'));
    if (line.too_long) {
      require(kept.ends_with("\"@truncated\":true}"));
    } else if (!redacts_) {
      require(unblanked(line.bytes).find(kept) != std::string::npos ||
              unblanked(intake::naively_mended(line.bytes)).find(kept) != std::string::npos);
    }
  }

 private:
  // Line ends outside strings become spaces.
  static std::string unblanked(std::string line) {
    std::replace(line.begin(), line.end(), '\r', ' ');
    return line;
  }

  void take(const Line& line, storage::Append& append) {
    if (line.too_long) {
      mapper_->map_cut_off(line.bytes, line.offset, kNow, append);
    } else {
      mapper_->map_copy(line.bytes, line.offset, kNow, append);
    }
  }

  bool redacts_;
  intake::MapperSettings settings_;
  std::unique_ptr<intake::Mapper> mapper_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view stream(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::vector<Line> lines = framed(stream, data[0] + std::size_t{1});
  require(lines == framed(stream, stream.size()));
  Intake intake(data[1] & 0x7fU, (data[1] & 0x80U) != 0);
  for (const Line& line : lines) intake.take_twice(line);
  return 0;
}
