#include "tools/format/command_line.h"

#include <algorithm>

#include "config/presets.h"

namespace fortnight::format {
namespace {

const char* const kExitStatus =
    "Exit status: 0 fine; 1 answered, but lines are rejected or nothing fits; 2 wrong arguments or "
    "a mistake in a configuration; 3 a file can't be read, or the answer can't be written";
const char* const kFormat = "a preset, a format of --config, or a YAML file that has one format";
const char* const kConfig = "a daemon's configuration, whose formats and limits are used";

bool is_option(const std::string& word) { return word.size() > 1 && word.starts_with('-'); }

bool takes_format(const CLI::Option& option) {
  return option.get_name() == "FORMAT" || option.check_name("--format");
}

}  // namespace

CommandLine::CommandLine()
    : app_("Finds the format of a producer's lines, and shows what a format makes of them") {
  app_.require_subcommand(1);
  app_.set_version_flag("--version", "fortnight-format " FORTNIGHT_VERSION);
  app_.footer(kExitStatus);

  add("guess", "Proposes a preset, or a mapping to paste, found by what the values look like",
      guess_.sample)
      ->add_flag("--mapping", guess_.mapping, "a mapping, even if a preset fits");

  CLI::App* const trial = app_.add_subcommand(
      "try",
      "Shows the fields of a sample's first calls, what is missing, and what is rejected and why");
  trial->add_option("FORMAT", try_.format, kFormat)->required();
  trial->add_option("FILE", try_.sample, "lines of the log; - for standard input")->required();
  trial->add_option("--config", try_.configuration, kConfig);
  trial->add_option("--lines", try_.shown, "how many calls are shown")->capture_default_str();
  trial->add_flag("--json", json_, "one JSON object, for scripts");

  CLI::App* const endpoints =
      add("endpoints", "Shows which endpoints the paths become, and proposes templates",
          endpoints_.sample);
  endpoints->add_option("--format", endpoints_.format,
                        std::string(kFormat) + "; default: as guessed, or one path a line");
  endpoints->add_option("--config", endpoints_.configuration, kConfig);
  endpoints->add_option("--top", endpoints_.shown, "how many endpoints are shown")
      ->capture_default_str();

  CLI::App* const replay = app_.add_subcommand(
      "replay", "Maps rejected lines again, and sends those that are calls now to the daemon");
  replay->add_option("FILTER", replay_.filters,
                     "of REJECTS: source=shop reason=no-time from=2026-11-20");
  replay
      ->add_option("--config", replay_.configuration,
                   "the daemon's configuration, with the mended formats")
      ->required();
  replay->add_option("--connect", replay_.connect,
                     "the query port or its socket, as for fortnight --connect");
  replay->add_option("--to", replay_.to,
                     "HOST:PORT of an HTTP source, which takes the lines in; without it, nothing "
                     "is sent");
  replay->add_flag("--json", json_, "one JSON object, for scripts");

  CLI::App* const importing = app_.add_subcommand(
      "import", "Proposes sources for the files that Promtail, Filebeat or Vector follows");
  importing
      ->add_option("FILE", import_.file, "promtail.yaml, filebeat.yml, vector.toml or vector.yaml")
      ->required();
  importing->add_flag("--json", json_, "one JSON object, for scripts");
}

CLI::App* CommandLine::add(const char* name, const char* gist, std::string& sample) {
  CLI::App* const command = app_.add_subcommand(name, gist);
  command->add_option("FILE", sample, "lines of the log; - for standard input")->required();
  command->add_flag("--json", json_, "one JSON object, for scripts");
  return command;
}

Result<Answered> CommandLine::run(TimeNs now, const client::Terminal& terminal) const {
  const Output output{json_, terminal};
  const std::string& command = app_.get_subcommands().front()->get_name();
  if (command == "guess") return guess_format(guess_, now, output);
  if (command == "endpoints") return show_endpoints(endpoints_, now, output);
  if (command == "replay") return replay_rejects(replay_, now, output);
  if (command == "import") return import_sources(import_, now, output);
  return try_format(try_, now, output);
}

std::vector<std::string> CommandLine::complete(std::span<const std::string> words) const {
  std::vector<std::string> found;
  if (words.empty()) return found;
  const std::string& word = words.back();
  const auto offer = [&](const std::string& candidate) {
    if (candidate.starts_with(word)) found.push_back(candidate);
  };
  const CLI::App* command = &app_;
  const CLI::Option* value_of = nullptr;  // the option whose value comes next
  std::size_t positionals = 0;
  for (const std::string& before : words.first(words.size() - 1)) {
    if (value_of != nullptr) {
      value_of = nullptr;
    } else if (is_option(before)) {
      const CLI::Option* const option = command->get_option_no_throw(before);
      if (option != nullptr && option->get_expected_min() > 0) value_of = option;
    } else if (command == &app_) {
      const std::vector<const CLI::App*> all = app_.get_subcommands({});
      const auto known = std::find_if(
          all.begin(), all.end(), [&](const CLI::App* each) { return each->get_name() == before; });
      if (known == all.end()) return found;
      command = *known;
    } else {
      ++positionals;
    }
  }
  if (value_of == nullptr && word.starts_with('-')) {
    for (const CLI::Option* const option : command->get_options()) {
      for (const std::string& name : option->get_lnames()) offer("--" + name);
    }
    return found;
  }
  if (command == &app_) {
    for (const CLI::App* const each : app_.get_subcommands({})) offer(each->get_name());
    return found;
  }
  if (value_of == nullptr) {
    for (const CLI::Option* const option : command->get_options()) {
      if (!option->get_positional()) continue;
      if (positionals-- == 0) value_of = option;
    }
  }
  if (value_of != nullptr && takes_format(*value_of)) {
    for (const auto& entry : config::preset_formats()) offer(entry.first);
  }
  return found;
}

}  // namespace fortnight::format
