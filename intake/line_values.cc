#include "intake/line_values.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "base/json_text.h"
#include "config/part_names.h"

namespace fortnight::intake {

LineValues::LineValues(const config::Format& format, std::string source,
                       const std::vector<std::string>& constants)
    : constants_(constants), source_(std::move(source)) {
  for (const std::string& text : format.unset) {
    if (text.empty()) {
      empty_is_unset_ = true;
    } else if (text == "-") {
      dash_is_unset_ = true;
    } else {
      longest_unset_ = std::max(longest_unset_, text.size());
      unset_.push_back(text);
    }
  }
  const std::vector<std::string> names = numbered_parts(format);
  for (const config::Part& part : format.parts) parts_.emplace_back(part, names);
  part_texts_.resize(parts_.size());
  pieces_.resize(names.size());
  pieces_[kSource] = source_;
}

void LineValues::read(const ParsedLine& line) {
  line_ = &line;
  if (parts_.empty()) return;
  std::fill(pieces_.begin() + config::kBuiltInParts.size(), pieces_.end(), std::string_view());
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const LineValue value = first(line.plan->parts[i], part_texts_[i]);
    if (value.from != nullptr) parts_[i].take_apart(value.field.text, pieces_);
  }
}

LineValue LineValues::search(Candidates candidates, std::string& scratch) const {
  for (const Candidate& candidate : candidates) {
    if (candidate.what != Candidate::What::hole) {
      const std::string_view text = candidate.what == Candidate::What::part
                                        ? pieces_[candidate.hole.index]
                                        : std::string_view(constants_[candidate.hole.index]);
      const bool arrives =
          candidate.what == Candidate::What::part && candidate.hole.index == kArrival;
      if (arrives || !is_unset(text)) return {{text}, &candidate};
      continue;
    }
    const std::string_view raw = line_->scalar(candidate.hole.index);
    if (is_unset(raw) || line_->is_null(candidate.hole)) continue;
    if (candidate.guard != kNoGuard && !passes(candidate.guard)) continue;
    if (!line_->has_escapes) {
      return {{raw, static_cast<std::int32_t>(candidate.hole.index)}, &candidate};
    }
    const std::string_view text = decode_json_string(raw, scratch);
    if (text.data() == raw.data()) {
      return {{raw, static_cast<std::int32_t>(candidate.hole.index)}, &candidate};
    }
    if (!is_unset(text)) return {{text}, &candidate};
  }
  return {};
}

std::optional<std::string_view> LineValues::text_of(const Candidate& candidate,
                                                    std::string& scratch) const {
  switch (candidate.what) {
    case Candidate::What::part:
      return pieces_[candidate.hole.index];
    case Candidate::What::constant:
      return constants_[candidate.hole.index];
    case Candidate::What::hole:
      break;
  }
  if (line_->is_null(candidate.hole)) return std::nullopt;
  if (candidate.guard != kNoGuard && !passes(candidate.guard)) return std::nullopt;
  return decode_json_string(line_->scalar(candidate.hole.index), scratch);
}

bool LineValues::passes(std::uint16_t number) const {
  while (number != kNoGuard) {
    const Guard& guard = line_->plan->guards[number];
    if (!guard.hole) return false;
    const std::string_view text =
        decode_json_string(line_->scalar(guard.hole->index), guard_scratch_);
    if (!equal_without_case(text, guard.wanted)) return false;
    number = guard.above;
  }
  return true;
}

}  // namespace fortnight::intake
