// What a trial found, for a terminal and for scripts.
#pragma once

#include <string>

#include "tools/client/terminal.h"
#include "tools/format/trial.h"

namespace fortnight::format {

// `sample` and `format` are their names; `retention_days` is the configuration's.
struct TrialNames {
  std::string sample;
  std::string format;
  std::uint32_t retention_days = 14;
};

std::string render_trial(const TrialReport& report, const TrialNames& names,
                         const client::Terminal& terminal);

// One JSON object, with a line end.
std::string trial_json(const TrialReport& report, const TrialNames& names);

}  // namespace fortnight::format
