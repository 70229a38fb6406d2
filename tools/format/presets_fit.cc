#include "tools/format/presets_fit.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "config/presets.h"

namespace fortnight::format {
namespace {

// A field counts as found if so many of the calls have it.
constexpr double kMostCalls = 0.9;
// Of the fields that calls need: servers log broken requests without a method and a path.
constexpr double kMostEssential = 0.6;
// A preset of which the sample has a larger share of its pointers is that of the sample's producer.
constexpr double kSpecific = 0.6;

// Enough to find one with a duration.
constexpr std::size_t kFirstCalls = 20;

// What a field adds to the score of a preset.
double weight(std::string_view field) {
  if (field == "method" || field == "path" || field == "status") return 3;
  return field == "ts" || field == "endpoint" ? 0 : 1;
}

// All texts of a preset that begin like a JSON pointer.
void collect_pointers(const YAML::Node& node, std::set<std::string>& pointers) {
  if (node.IsScalar() && node.Scalar().starts_with('/')) pointers.insert(node.Scalar());
  if (node.IsSequence()) {
    for (const auto& element : node) collect_pointers(element, pointers);
  }
  if (!node.IsMap()) return;
  for (const auto& entry : node) {
    collect_pointers(entry.first, pointers);
    if (!entry.first.IsScalar() || entry.first.Scalar() != "endpoints") {
      collect_pointers(entry.second, pointers);
    }
  }
}

std::set<std::string> pointers_of(std::string_view preset) {
  std::set<std::string> pointers;
  for (const auto& [name, text] : config::preset_texts()) {
    if (name == preset) collect_pointers(YAML::Load(std::string(text)), pointers);
  }
  return pointers;
}

// The share of a preset's pointers that the sample has: presets that know the names of many
// producers give way to those of one.
double specificity(std::string_view preset, const std::vector<FlatRecord>& records) {
  const std::set<std::string> pointers = pointers_of(preset);
  std::set<std::string> there;
  for (const FlatRecord& record : records) {
    for (const FlatValue& value : record) {
      if (pointers.contains(value.pointer)) there.insert(value.pointer);
    }
  }
  return pointers.empty()
             ? 0
             : static_cast<double>(there.size()) / static_cast<double>(pointers.size());
}

double ratio(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

PresetFit fit(const std::string& name, const Lines& lines, TimeNs now) {
  PresetFit fit;
  fit.name = name;
  Trial trial({name, config::default_config()}, "sample", now, kFirstCalls);
  for (const Line& line : lines) trial.take(line);
  fit.report = trial.report();
  if (fit.report.calls == 0) return fit;
  double found = 0;
  double all = 0;
  bool essential = true;
  for (const std::string_view field : kFields) {
    const double share = ratio(fit.report.calls_with(field), fit.report.calls);
    found += weight(field) * share;
    all += weight(field);
    if (share < kMostEssential && weight(field) > 1) essential = false;
    if (share >= kMostCalls) continue;
    fit.missing.emplace_back(field);
  }
  const double taken = ratio(fit.report.calls, fit.report.calls + fit.report.rejected);
  // Skipped lines are no mistake, but a preset that takes more of them is better.
  const double used = 0.9 + 0.1 * ratio(fit.report.calls, fit.report.lines);
  fit.score = taken * used * found / all;
  fit.good = essential && taken >= kMostCalls;
  return fit;
}

double duration_of(const TrialReport& report, std::uint64_t line) {
  for (const SeenCall& call : report.first) {
    if (call.line == line) return std::atof(call.field("duration_ms").c_str());
  }
  return 0;
}

// A preset for another unit makes each call a thousand times slower or faster. `specific`: the
// preset is one producer's, and knows better than a guess by size.
void check_duration(const Proposal& proposal, const TrialReport& proposed, bool specific,
                    PresetFit& fit) {
  const Finding* const duration = proposal.find(Role::duration);
  if (duration == nullptr) return;
  const bool named = duration->doubt.empty();
  if (specific && !named) return;
  for (const SeenCall& call : fit.report.first) {
    const double read = std::atof(call.field("duration_ms").c_str());
    const double expected = duration_of(proposed, call.line);
    if (read <= 0 || expected <= 0) continue;
    constexpr double kFar = 50;
    if (read < expected * kFar && expected < read * kFar) return;
    fit.doubt = fmt::format("it reads {} of line {} as {} ms, which may be {} ms",
                            duration->pointer, call.line, call.field("duration_ms"), expected);
    if (named) fit.good = false;
    fit.score *= named ? 0.5 : 0.95;
    return;
  }
}

// Whether a preset misses what the proposal finds: then it is of another producer.
bool finds_less(const TrialReport& report, const Proposal& proposal, const TrialReport& proposed) {
  constexpr double kLikely = 0.6;
  for (const Role role : {Role::account, Role::duration}) {
    const Finding* const finding = proposal.find(role);
    if (finding == nullptr || finding->confidence < kLikely) continue;
    const std::string_view field = role_name(role);
    if (ratio(proposed.calls_with(field), proposed.calls) < kMostCalls) continue;
    if (ratio(report.calls_with(field), report.calls) < 0.5) return true;
  }
  return false;
}

}  // namespace

std::vector<PresetFit> fit_presets(const Lines& lines, const std::vector<FlatRecord>& records,
                                   const Proposal& proposal, const TrialReport& proposed,
                                   TimeNs now) {
  std::vector<PresetFit> fits;
  for (const auto& entry : config::preset_formats()) {
    PresetFit one = fit(entry.first, lines, now);
    if (one.report.calls == 0) continue;
    const double known = specificity(entry.first, records);
    one.score *= 0.9 + 0.1 * known;
    check_duration(proposal, proposed, known > kSpecific, one);
    if (known < kSpecific && finds_less(one.report, proposal, proposed)) one.good = false;
    fits.push_back(std::move(one));
  }
  std::stable_sort(fits.begin(), fits.end(), [](const PresetFit& a, const PresetFit& b) {
    return a.good != b.good ? a.good : a.score > b.score;
  });
  // Names that are the native format's, too, are no sign of a producer.
  const auto native = std::find_if(fits.begin(), fits.end(),
                                   [](const PresetFit& one) { return one.name == "fortnight"; });
  if (native != fits.end() && native->good &&
      native->missing.size() <= fits.front().missing.size()) {
    std::rotate(fits.begin(), native, native + 1);
  }
  return fits;
}

}  // namespace fortnight::format
