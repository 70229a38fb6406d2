#include "tools/format/guess.h"

#include <algorithm>

#include "base/json_writer.h"
#include "intake/part_reader.h"
#include "tools/format/flat_values.h"
#include "tools/format/proposal_text.h"

namespace fortnight::format {
namespace {

// Enough to see each kind of line.
constexpr std::size_t kMaxLines = 2000;
constexpr std::size_t kMaxBytes = std::size_t{16} << 20;
// Calls of the proposal that presets are compared with.
constexpr std::size_t kComparedCalls = 20;

// The lines as the daemon stores them: without what surrounds them, and without secrets. `more` are
// further keys of a format.
std::vector<FlatRecord> flatten_all(const Lines& lines, const std::string& more, TimeNs now) {
  const ChosenFormat any = parse_format("{ts: $arrival" + more + "}", "any", "any").value();
  config::Source source;
  source.format = any.name;
  intake::Mapper mapper(intake::mapper_settings(any.config, source));
  std::vector<FlatRecord> records;
  Flattener flattener;
  std::string text;
  for (const Line& line : lines) {
    storage::Append append;
    mapper.map(line.bytes, line.offset, now, append);
    for (const storage::Call& call : append.batch.calls) {
      text.clear();
      storage::append_line(append.batch, call, text);
      const std::size_t size = text.size();
      text.append(intake::LineFramer::kPadding, '\0');
      auto record = flattener.flatten(std::string_view(text).substr(0, size));
      if (record) records.push_back(std::move(*record));
    }
  }
  return records;
}

// The pointer to the array that has all values of all lines; empty if there is none.
std::string array_of_all(const std::vector<FlatRecord>& records) {
  constexpr std::string_view kFirst = "/0/";
  std::string array;
  for (const FlatRecord& record : records) {
    for (const FlatValue& value : record) {
      const std::size_t at = value.pointer.find(kFirst);
      if (at == 0 || at == std::string::npos || value.pointer.find('/', 1) != at) return {};
      if (array.empty()) array = value.pointer.substr(0, at);
      if (value.pointer.compare(0, at, array) != 0) return {};
    }
  }
  return array;
}

// Any text is logfmt, but not with so many pairs.
bool is_logfmt(const std::vector<FlatRecord>& records) {
  constexpr std::size_t kFewestPairs = 3;
  const auto has_pairs = [](const FlatRecord& record) {
    const auto pairs = std::count_if(record.begin(), record.end(), [](const FlatValue& value) {
      return value.is_string || value.text != "true";
    });
    return static_cast<std::size_t>(pairs) >= kFewestPairs;
  };
  const auto many = std::count_if(records.begin(), records.end(), has_pairs);
  return !records.empty() && 2 * static_cast<std::size_t>(many) > records.size();
}

bool is_clf(const Lines& lines) {
  const auto fits = std::count_if(lines.begin(), lines.end(), [](const Line& line) {
    return !intake::parse_clf_line(line.bytes).time.empty();
  });
  return 2 * static_cast<std::size_t>(fits) > lines.size();
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
  FORTNIGHT_ASSIGN(Guess guess, guess_lines(sample.kept(), path, now));
  guess.whole = sample.kept_all();
  return guess;
}

Result<Guess> guess_lines(const Lines& lines, const std::string& path, TimeNs now) {
  std::vector<FlatRecord> records = flatten_all(lines, "", now);
  const std::string array = array_of_all(records);
  if (!array.empty()) records = flatten_all(lines, ", each: " + json_quoted(array), now);
  Guess guess;
  guess.lines = lines.size();
  guess.proposal = propose(records);
  guess.proposal.each = array;
  if (records.empty() && is_clf(lines)) {
    guess.proposal = propose_clf(lines.size());
  } else if (records.empty()) {
    const std::vector<FlatRecord> pairs = flatten_all(lines, ", input: logfmt", now);
    if (is_logfmt(pairs)) {
      guess.proposal = propose(pairs);
      guess.proposal.input = "logfmt";
    }
  }
  const bool has_time = guess.proposal.find(Role::ts) != nullptr || guess.proposal.input == "text";
  if (has_time || guess.proposal.has_calls()) {
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
