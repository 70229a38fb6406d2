#include "tools/format/chosen_format.h"
#include "tools/format/commands.h"
#include "tools/format/sample.h"
#include "tools/format/trial.h"
#include "tools/format/try_view.h"

namespace fortnight::format {

Result<Answered> try_format(const TryOptions& options, TimeNs now, const Output& output) {
  FORTNIGHT_ASSIGN(const ChosenFormat chosen, choose_format(options.format, options.configuration));
  Trial trial(chosen, options.sample, now, options.shown);
  FORTNIGHT_ASSIGN(SampleReader sample,
                   SampleReader::open(options.sample, chosen.config.limits.max_line_bytes));
  FORTNIGHT_TRY(sample.for_each([&](const Line& line) { trial.take(line); }));
  const TrialReport report = trial.report();
  const TrialNames names{sample_name(options.sample), chosen.name, chosen.config.retention.days};
  const bool fine =
      report.calls > 0 && report.rejected == 0 && report.too_old == 0 && report.future == 0;
  return Answered{
      output.json ? trial_json(report, names) : render_trial(report, names, output.terminal), fine};
}

}  // namespace fortnight::format
