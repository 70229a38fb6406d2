// Guesses the format of a sample.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/format/chosen_format.h"
#include "tools/format/presets_fit.h"
#include "tools/format/proposal.h"
#include "tools/format/sample.h"
#include "tools/format/trial.h"

namespace fortnight::format {

struct Guess {
  std::size_t lines = 0;
  bool whole = true;  // whether these are all lines of the sample
  Proposal proposal;
  std::optional<ChosenFormat> mapping;  // the proposal as a format, if it has a time
  TrialReport proposed;                 // what the mapping makes of the lines
  std::vector<PresetFit> presets;       // that find calls, the best first

  // The preset that fits; null if none does.
  [[nodiscard]] const PresetFit* preset() const {
    return !presets.empty() && presets.front().good ? &presets.front() : nullptr;
  }
  [[nodiscard]] bool has_mapping() const { return mapping && proposed.calls > 0; }
};

// `path` is the sample's; its name becomes the mapping's. ErrorCode::invalid: the mapping is no
// format, which is a bug.
Result<Guess> guess_lines(const Lines& lines, const std::string& path, TimeNs now);
// Guesses by the first lines of the sample, which the reader then keeps. Nothing of it may have
// been read. `path` is the sample's. Errors: see SampleReader.
Result<Guess> guess(SampleReader& sample, const std::string& path, TimeNs now);
// The format that is best for a guess; nothing if there is none.
std::optional<ChosenFormat> best_format(const Guess& guess);

}  // namespace fortnight::format
