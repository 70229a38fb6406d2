#include "intake/known_shape.h"

#include <cstring>
#include <utility>

#include "base/json_text.h"
#include "storage/call/batch.h"

namespace fortnight::intake {
namespace {

constexpr std::uint32_t kWord = sizeof(std::uint64_t);

std::uint64_t load_word(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof(word));
  return word;
}

// Gaps are short: a name, its quotes, a colon. Seven bytes after each must be readable.
bool same_bytes(const char* a, const char* b, std::uint32_t length) {
  while (length >= kWord) {
    if (load_word(a) != load_word(b)) return false;
    a += kWord;
    b += kWord;
    length -= kWord;
  }
  if (length == 0) return true;
  const unsigned unwanted = 8 * (kWord - length);
  return (load_word(a) ^ load_word(b)) << unwanted == 0;
}

bool is_structural(char c) {
  return c == '{' || c == '}' || c == '[' || c == ']' || c == ':' || c == ',';
}

}  // namespace

KnownShape::KnownShape(std::string skeleton, ShapePlan plan)
    : skeleton_(std::move(skeleton)), plan_(std::move(plan)) {
  compile();
  skeleton_.append(kPadding, '\0');
}

bool KnownShape::match(std::string_view line, std::span<const std::uint32_t> structurals,
                       std::vector<Span>& spans) const {
  if (structurals.size() != structurals_) return false;
  spans.resize(steps_.size());
  Span* span = spans.data();
  std::uint32_t at = structurals.front();
  for (const Step& step : steps_) {
    const std::uint32_t begin = at + step.gap_length;
    const std::uint32_t next = structurals[step.structural + 1];
    // Also keeps the comparison within the line.
    if (begin + step.behind > next) return false;
    if (!same_bytes(line.data() + at, skeleton_.data() + step.gap, step.gap_length)) return false;
    at = next - step.behind;
    if (!step.is_string && !is_json_scalar({line.data() + begin, at - begin})) return false;
    *span++ = {begin, at - begin};
  }
  const auto last_length = static_cast<std::uint32_t>(skeleton().size()) - last_gap_;
  return at + last_length == structurals.back() + 1 &&
         same_bytes(line.data() + at, skeleton_.data() + last_gap_, last_length);
}

std::size_t KnownShape::memory() const {
  // Three copies of the skeleton: its own, the plan's, and that of the batches' shared shape.
  return sizeof(*this) + 3 * skeleton_.capacity() + steps_.capacity() * sizeof(Step) +
         sizeof(storage::Shape) + 2 * plan_.shape.ids.capacity() * sizeof(storage::Shape::IdHole) +
         plan_.candidates.capacity() * sizeof(Candidate) + plan_.guards.capacity() * sizeof(Guard) +
         plan_.redacted.capacity() * sizeof(Hole) +
         plan_.named.pairs.capacity() * sizeof(NamedValue) +
         plan_.named.headers.capacity() * sizeof(std::uint32_t);
}

void KnownShape::compile() {
  std::uint32_t gap = 0;
  bool after_hole = false;  // the structural after the last hole has not been seen
  const auto size = static_cast<std::uint32_t>(skeleton_.size());
  const auto meet_structural = [&](std::uint32_t at) {
    if (std::exchange(after_hole, false)) steps_.back().behind = at - gap;
    ++structurals_;
  };
  for (std::uint32_t at = 0; at < size; ++at) {
    const char c = skeleton_[at];
    if (c == '"' && skeleton_[at + 1] != storage::kHole) {  // a member's name
      meet_structural(at);
      for (++at; skeleton_[at] != '"'; ++at) {
        if (skeleton_[at] == '\\') ++at;
      }
    } else if (c == '"' || c == storage::kHole) {
      const bool is_string = c == '"';
      meet_structural(at);
      if (is_string) ++at;
      steps_.push_back({gap, at - gap, static_cast<std::uint32_t>(structurals_ - 1), 0, is_string});
      gap = at + 1;
      after_hole = true;
      if (is_string) ++at;  // skip the closing quote
    } else if (is_structural(c)) {
      meet_structural(at);
    }
  }
  last_gap_ = gap;
}

}  // namespace fortnight::intake
