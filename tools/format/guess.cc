#include "tools/format/guess.h"

#include "tools/format/proposal_text.h"

namespace fortnight::format {
namespace {

// Enough to see each kind of line.
constexpr std::size_t kMaxLines = 2000;
constexpr std::size_t kMaxBytes = std::size_t{16} << 20;
// Calls of the proposal that presets are compared with.
constexpr std::size_t kComparedCalls = 20;

std::vector<FlatRecord> flatten_all(const Lines& lines) {
  std::vector<FlatRecord> records;
  Flattener flattener;
  for (const Line& line : lines) {
    if (auto record = flattener.flatten(line.bytes)) records.push_back(std::move(*record));
  }
  return records;
}

// Values as the daemon would keep them, without secrets.
void add_examples(const std::vector<SeenCall>& calls, Proposal& proposal) {
  for (const SeenCall& call : calls) {
    for (auto& [role, finding] : proposal.found) {
      if (!finding.example.empty() || role == Role::error_code) continue;
      finding.example = call.field(role_name(role));
    }
    for (const auto& [kind, value] : call.ids) {
      const auto finding = proposal.ids.find(kind);
      if (finding != proposal.ids.end() && finding->second.example.empty()) {
        finding->second.example = value;
      }
    }
  }
}

}  // namespace

Result<Guess> guess(SampleReader& sample, const std::string& path, TimeNs now) {
  FORTNIGHT_TRY(sample.keep_first(kMaxLines, kMaxBytes));
  const Lines lines = sample.kept();
  const std::vector<FlatRecord> records = flatten_all(lines);
  Guess guess;
  guess.lines = lines.size();
  guess.whole = sample.kept_all();
  guess.proposal = propose(records);
  if (guess.proposal.find(Role::ts) != nullptr) {
    // What is proposed is what the daemon would read.
    FORTNIGHT_ASSIGN(guess.mapping, parse_format(mapping_yaml(guess.proposal, 0, false),
                                                 "the proposal", format_name(path)));
    Trial trial(*guess.mapping, path, now, kComparedCalls);
    for (const Line& line : lines) trial.take(line);
    guess.proposed = trial.report();
    add_examples(guess.proposed.first, guess.proposal);
  }
  guess.presets = fit_presets(lines, records, guess.proposal, guess.proposed, now);
  return guess;
}

std::optional<ChosenFormat> best_format(const Guess& guess) {
  if (const PresetFit* const preset = guess.preset()) {
    return ChosenFormat{preset->name, config::default_config()};
  }
  return guess.has_mapping() ? guess.mapping : std::nullopt;
}

}  // namespace fortnight::format
