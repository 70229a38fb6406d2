#include "intake/split_line.h"

#include "base/ascii.h"
#include "base/json_text.h"
#include "storage/call/batch.h"

namespace fortnight::intake {
namespace {}  // namespace

bool LineSplitter::split(std::string_view line, std::span<const std::uint32_t> structurals) {
  line_ = line;
  skeleton_.clear();
  spans_.clear();
  open_.clear();
  if (structurals.empty()) return false;
  copied_ = structurals.front();
  enum class Expect : std::uint8_t { value, value_or_end, key, key_or_end, comma_or_end, nothing };
  Expect expect = Expect::value;
  const std::size_t count = structurals.size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t at = structurals[i];
    const std::uint32_t next = structurals.data()[i + 1];
    const char c = line[at];
    const bool closes = c == '}' || c == ']';
    switch (expect) {
      case Expect::key_or_end:
      case Expect::key:
        if (closes && expect == Expect::key_or_end) break;
        if (c != '"' || i + 1 == count || line[next] != ':' || !skip_key(at, next)) return false;
        ++i;
        expect = Expect::value;
        continue;
      case Expect::value_or_end:
      case Expect::value:
        if (closes && expect == Expect::value_or_end) break;
        if (c == '{' || c == '[') {
          if (open_.size() == kMaxDepth) return false;
          open_.push_back(c == '{' ? '}' : ']');
          expect = c == '{' ? Expect::key_or_end : Expect::value_or_end;
          continue;
        }
        if (!add_scalar(at, next)) return false;
        expect = open_.empty() ? Expect::nothing : Expect::comma_or_end;
        continue;
      case Expect::comma_or_end:
        if (closes) break;
        if (c != ',') return false;
        expect = open_.back() == '}' ? Expect::key : Expect::value;
        continue;
      case Expect::nothing:
        return false;
    }
    // Only closing brackets reach this point.
    if (open_.empty() || open_.back() != c) return false;
    open_.pop_back();
    expect = open_.empty() ? Expect::nothing : Expect::comma_or_end;
    copy_up_to(at + 1);
  }
  return expect == Expect::nothing;
}

// The end of the scalar that begins at `begin`: only blanks lie between it and `next`, the next
// structural.
std::uint32_t LineSplitter::trimmed_end(std::uint32_t begin, std::uint32_t next) const {
  while (next > begin && is_blank(line_[next - 1])) --next;
  return next;
}

// A string can't end in an escaped quote here: simdjson has found its end before `next`.
bool LineSplitter::add_scalar(std::uint32_t begin, std::uint32_t next) {
  std::uint32_t end = trimmed_end(begin, next);
  if (line_[begin] == '"') {
    ++begin;
    --end;
    if (end < begin || line_[end] != '"') return false;
  } else if (!is_json_scalar(line_.substr(begin, end - begin))) {
    return false;
  }
  copy_up_to(begin);
  skeleton_.push_back(storage::kHole);
  copied_ = end;
  spans_.push_back({begin, end - begin});
  return true;
}

bool LineSplitter::skip_key(std::uint32_t begin, std::uint32_t next) {
  const std::uint32_t end = trimmed_end(begin, next);
  return end >= begin + 2 && line_[end - 1] == '"';
}

void LineSplitter::copy_up_to(std::uint32_t end) {
  if (end <= copied_) return;
  skeleton_.append(line_, copied_, end - copied_);
  copied_ = end;
}

}  // namespace fortnight::intake
