// How well the presets fit a sample.
#pragma once

#include <string>
#include <vector>

#include "tools/format/proposal.h"
#include "tools/format/trial.h"

namespace fortnight::format {

struct PresetFit {
  std::string name;
  double score = 0;   // 0 to 1
  bool good = false;  // it reads what calls need: their time, method, path and status
  std::vector<std::string> missing;  // fields that most calls lack
  std::string doubt;                 // may be empty
  TrialReport report;
};

// All presets that find calls, the best first. `proposal` is the same sample's, and `proposed` what
// it makes of the lines.
std::vector<PresetFit> fit_presets(const Lines& lines, const std::vector<FlatRecord>& records,
                                   const Proposal& proposal, const TrialReport& proposed,
                                   TimeNs now);

}  // namespace fortnight::format
