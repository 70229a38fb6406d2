// Reads values of a line: of its holes, of parts of its texts, and constants.
//
// Not thread-safe.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "config/format.h"
#include "intake/call_writer.h"
#include "intake/parsed_line.h"
#include "intake/part_reader.h"

namespace fortnight::intake {

// A value that is set, and what it is from; null: none is set.
struct LineValue {
  FieldText field;
  const Candidate* from = nullptr;
};

class LineValues {
 public:
  // Numbers of built-in parts, as config::kBuiltInParts has them. The text of kArrival is empty.
  enum BuiltIn : std::uint32_t {
    kSource,
    kArrival,
    kFile,
    kTime,
    kHost,
    kProgram,
    kProcess,
    kStream
  };

  // `constants` must outlive it.
  LineValues(const config::Format& format, std::string source,
             const std::vector<std::string>& constants);

  // A built-in part of the following lines; `text` must outlive them.
  void set_part(BuiltIn part, std::string_view text) { pieces_[part] = text; }
  // The line that the following calls are about; takes its texts apart. `line` must outlive them.
  // Call it again if the line's bytes have changed.
  void read(const ParsedLine& line);

  // The first candidate that is set. `scratch` holds the decoded text, if it has escapes.
  LineValue first(Candidates candidates, std::string& scratch) const {
    if (candidates.empty()) return {};
    // Inline for what most fields of most lines are: a hole with the text itself.
    const Candidate& best = candidates.front();
    if (best.what == Candidate::What::hole && best.guard == kNoGuard && !line_->has_escapes) {
      const std::string_view raw = line_->scalar(best.hole.index);
      if (!is_unset(raw) && !line_->is_null(best.hole)) {
        return {{raw, static_cast<std::int32_t>(best.hole.index)}, &best};
      }
    }
    return search(candidates, scratch);
  }
  // The text of a candidate, decoded; nothing if it is null, or not in the line.
  std::optional<std::string_view> text_of(const Candidate& candidate, std::string& scratch) const;
  // Whether a text counts as absent.
  [[nodiscard]] bool is_unset(std::string_view text) const {
    if (text.size() <= 1) {
      if (text.empty() ? empty_is_unset_ : text.front() == '-' && dash_is_unset_) return true;
    }
    return text.size() <= longest_unset_ &&
           std::find(unset_.begin(), unset_.end(), text) != unset_.end();
  }
  // Whether an ID's hole is a text that isn't empty and counts as absent.
  [[nodiscard]] bool is_unset_id(std::string_view raw) const {
    return !raw.empty() && is_unset(raw);
  }

 private:
  LineValue search(Candidates candidates, std::string& scratch) const;
  [[nodiscard]] bool passes(std::uint16_t guard) const;

  std::vector<std::string> unset_;  // beyond "" and "-"
  bool empty_is_unset_ = false;
  bool dash_is_unset_ = false;
  std::size_t longest_unset_ = 0;
  const std::vector<std::string>& constants_;
  std::string source_;
  std::vector<PartReader> parts_;
  std::vector<std::string> part_texts_;   // decoded texts that were taken apart
  std::vector<std::string_view> pieces_;  // by the part's number
  const ParsedLine* line_ = nullptr;
  mutable std::string guard_scratch_;
};

}  // namespace fortnight::intake
