#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/json_writer.h"
#include "base/number_text.h"
#include "tools/format/commands.h"
#include "tools/format/guess.h"
#include "tools/format/proposal_text.h"

namespace fortnight::format {
namespace {

constexpr std::size_t kIndent = 4;

std::string percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? "0 %" : fmt::format("{} %", 100 * part / whole);
}

class GuessPage {
 public:
  GuessPage(const Guess& guess, const GuessOptions& options, const client::Terminal& terminal)
      : guess_(guess), options_(options), terminal_(terminal) {}

  std::string render() {
    comment(fmt::format("{}: {}{} line{}", sample_name(options_.sample),
                        guess_.whole ? "" : "the first ", with_commas(guess_.lines),
                        guess_.lines == 1 ? "" : "s"));
    if (guess_.preset() != nullptr && !options_.mapping) {
      print_preset(*guess_.preset());
    } else if (guess_.has_mapping()) {
      print_mapping();
    } else {
      print_nothing();
    }
    return std::move(out_);
  }

 private:
  void comment(const std::string& text) {
    out_ += terminal_.styled("# " + text, client::Style::faint) + "\n";
  }

  void print_preset(const PresetFit& fit) {
    const TrialReport& report = fit.report;
    comment(fmt::format("The preset {} fits: {} of the lines are calls ({} skipped, {} rejected)",
                        fit.name, percent(report.calls, report.lines), with_commas(report.skipped),
                        with_commas(report.rejected)));
    if (!fit.missing.empty()) {
      comment(fmt::format("Most calls have no {}", fmt::join(fit.missing, ", ")));
    }
    if (!fit.doubt.empty()) comment("Unsure: " + fit.doubt);
    std::vector<std::string> others;
    for (const PresetFit& other : guess_.presets) {
      if (other.good && other.name != fit.name) others.push_back(other.name);
    }
    if (!others.empty()) {
      comment(fmt::format("These read it too, but know less of it: {}", fmt::join(others, ", ")));
    }
    out_ += configuration_yaml(fit.name, "", options_.sample);
    comment(fmt::format("Try it: fortnight-format try {} {}", fit.name, options_.sample));
  }

  void print_mapping() {
    if (guess_.preset() == nullptr) comment(no_preset());
    const TrialReport& report = guess_.proposed;
    comment(fmt::format("A mapping, found by what the values look like: {} of the lines are calls",
                        percent(report.calls, report.lines)));
    const std::vector<std::string> absent = not_found(guess_.proposal);
    if (!absent.empty()) comment("Not found:");
    for (const std::string& what : absent) comment("  " + what);
    out_ += configuration_yaml(guess_.mapping->name, mapping_yaml(guess_.proposal, kIndent, true),
                               options_.sample);
    const std::string file = guess_.mapping->name + ".yaml";
    comment(fmt::format("Try it: fortnight-format guess {0} > {1}; fortnight-format try {1} {0}",
                        options_.sample, file));
  }

  [[nodiscard]] std::string no_preset() const {
    if (guess_.presets.empty()) return "No preset reads it";
    const PresetFit& best = guess_.presets.front();
    std::string text = fmt::format("No preset fits; the nearest is {}", best.name);
    if (!best.missing.empty()) {
      text += fmt::format(", which finds no {}", fmt::join(best.missing, ", "));
    }
    return text;
  }

  void print_nothing() {
    if (guess_.proposal.lines == 0) {
      comment("No line is a JSON object, has pairs as logfmt does, or is in Common Log Format");
      return;
    }
    comment(no_preset());
    for (const std::string& what : not_found(guess_.proposal)) comment("  " + what);
  }

  const Guess& guess_;
  const GuessOptions& options_;
  const client::Terminal& terminal_;
  std::string out_;
};

void write_finding(const Finding& finding, JsonWriter& json) {
  json.open_object().key("pointer").text(finding.pointer);
  json.key("confidence").fraction(finding.confidence).key("unit").text_or_null(finding.unit);
  json.key("doubt").text_or_null(finding.doubt).key("lines").number(finding.lines).close_object();
}

std::string guess_json(const Guess& guess, const std::string& sample) {
  std::string out;
  JsonWriter json(out);
  const PresetFit* const preset = guess.preset();
  json.open_object().key("lines").number(guess.lines);
  json.key("preset").text_or_null(preset == nullptr ? "" : preset->name);
  json.key("presets").open_array();
  for (const PresetFit& fit : guess.presets) {
    json.open_object().key("name").text(fit.name).key("score").fraction(fit.score);
    json.key("good").boolean(fit.good).key("calls").number(fit.report.calls);
    json.key("missing").open_array();
    for (const std::string& field : fit.missing) json.text(field);
    json.close_array().key("doubt").text_or_null(fit.doubt).close_object();
  }
  json.close_array().key("calls").number(guess.proposed.calls);
  json.key("fields").open_object();
  for (const auto& [role, finding] : guess.proposal.found) {
    write_finding(finding, json.key(role_name(role)));
  }
  json.close_object().key("ids").open_object();
  for (const auto& [kind, finding] : guess.proposal.ids) write_finding(finding, json.key(kind));
  json.close_object().key("not_found").open_array();
  for (const std::string& what : not_found(guess.proposal)) json.text(what);
  json.close_array();
  const std::string mapping =
      guess.has_mapping() ? mapping_yaml(guess.proposal, kIndent, false) : std::string();
  json.key("configuration");
  if (preset != nullptr) {
    json.text(configuration_yaml(preset->name, "", sample));
  } else {
    json.text_or_null(mapping.empty() ? ""
                                      : configuration_yaml(guess.mapping->name, mapping, sample));
  }
  json.close_object();
  return out + "\n";
}

}  // namespace

Result<Answered> guess_format(const GuessOptions& options, TimeNs now, const Output& output) {
  FORTNIGHT_ASSIGN(
      SampleReader sample,
      SampleReader::open(options.sample, config::default_config().limits.max_line_bytes));
  FORTNIGHT_ASSIGN(const Guess found, guess(sample, options.sample, now));
  const bool fine = found.preset() != nullptr || found.has_mapping();
  return Answered{output.json ? guess_json(found, options.sample)
                              : GuessPage(found, options, output.terminal).render(),
                  fine};
}

}  // namespace fortnight::format
