// A sample of arbitrary lines: what is guessed is always a format that the daemon accepts, and what
// presets and the mapping make of the lines is consistent.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "tools/format/guess.h"
#include "tools/format/proposal_text.h"

namespace {

using namespace fortnight;

constexpr TimeNs kNow = 1'795'176'000 * kNsPerSecond;  // 2026-11-20T12:00:00Z
constexpr std::size_t kMaxLines = 20;

void require(bool condition) {
  if (!condition) std::abort();
}

// The lines, each with the bytes after it that parsers read.
std::vector<std::string> padded_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty() && lines.size() < kMaxLines) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    lines.push_back(std::string(line) + std::string(intake::LineFramer::kPadding, '\0'));
  }
  return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<std::string> texts = padded_lines({reinterpret_cast<const char*>(data), size});
  format::Lines lines;
  for (const std::string& text : texts) {
    format::Line line;
    line.bytes = std::string_view(text).substr(0, text.size() - intake::LineFramer::kPadding);
    lines.push_back(line);
  }
  const auto guessed = format::guess_lines(lines, "sample.json", kNow);
  require(guessed.has_value());
  require(guessed->lines == lines.size());
  require(guessed->proposal.calls <= guessed->proposal.lines);
  for (const format::PresetFit& fit : guessed->presets) require(fit.report.calls > 0);
  if (!guessed->mapping) return 0;
  const std::string yaml = format::mapping_yaml(guessed->proposal, 0, true);
  require(format::parse_format(yaml, "the proposal", "sample").has_value());
  return 0;
}
