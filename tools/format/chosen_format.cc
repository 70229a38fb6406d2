#include "tools/format/chosen_format.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <set>
#include <utility>
#include <vector>

#include "base/time_zone.h"
#include "config/load.h"
#include "config/nearest_name.h"
#include "config/presets.h"
#include "config/read_format.h"

namespace fortnight::format {
namespace {

Error invalid(std::string message) { return {ErrorCode::invalid, std::move(message)}; }

Error mistakes(const std::vector<config::Problem>& problems) {
  std::string text;
  for (const config::Problem& problem : problems) {
    text += (text.empty() ? "" : "\n") + problem.to_string();
  }
  return invalid(std::move(text));
}

bool zone_known(std::string_view name) { return TimeZone::find(name).has_value(); }

Result<void> check_known(const std::string& name, const config::Config& config) {
  if (config.formats.contains(name)) return {};
  std::vector<std::string_view> known;
  for (const auto& entry : config.formats) known.push_back(entry.first);
  const std::string_view nearest = config::nearest_name(name, known);
  return invalid(fmt::format("no format \"{}\"{}; known are {}", name,
                             nearest.empty() ? "" : fmt::format(", did you mean {}?", nearest),
                             fmt::join(known, ", ")));
}

// The formats that the configuration adds, or if it adds none, those that its sources use.
std::set<std::string> own_formats(const YAML::Node& root, const config::Config& config) {
  std::set<std::string> names;
  for (const auto& entry : root["formats"]) names.insert(entry.first.as<std::string>());
  if (!names.empty()) return names;
  for (const config::Source& source : config.sources) names.insert(source.format);
  return names;
}

Result<ChosenFormat> read_configuration(const YAML::Node& root, const std::string& file) {
  FORTNIGHT_ASSIGN(config::Config config, load_configuration(file));
  const std::set<std::string> names = own_formats(root, config);
  if (names.size() != 1) {
    return invalid(fmt::format("{} has {} formats ({}): fortnight-format try NAME FILE --config {}",
                               file, names.size(), fmt::join(names, ", "), file));
  }
  return ChosenFormat{*names.begin(), std::move(config)};
}

Result<ChosenFormat> read_format(const YAML::Node& root, const std::string& file,
                                 const std::string& name) {
  ChosenFormat chosen{name, config::default_config()};
  config::Problems problems(file);
  config::Format format;
  config::read_format(problems, root, name, chosen.config.formats, format, zone_known);
  if (!problems.none()) return mistakes(problems.take());
  chosen.config.formats[name] = std::move(format);
  return chosen;
}

Error yaml_error(const std::string& file, const YAML::Exception& exception) {
  return invalid(file + ": " + exception.what());
}

Result<ChosenFormat> read_file(const std::string& file) {
  try {
    const YAML::Node root = YAML::LoadFile(file);
    if (root.IsMap() && (root["formats"] || root["sources"])) return read_configuration(root, file);
    return read_format(root, file, std::filesystem::path(file).stem().string());
  } catch (const YAML::Exception& exception) {
    return yaml_error(file, exception);
  }
}

}  // namespace

// Checks that depend on the daemon's host aren't made: its files may be elsewhere.
Result<config::Config> load_configuration(const std::string& file) {
  config::Surroundings surroundings;
  surroundings.zone_known = zone_known;
  config::Loaded loaded = config::load_file(file, surroundings);
  if (!loaded.config) return mistakes(loaded.problems);
  return std::move(*loaded.config);
}

Result<ChosenFormat> choose_format(const std::string& format, const std::string& configuration) {
  if (!configuration.empty()) {
    FORTNIGHT_ASSIGN(config::Config config, load_configuration(configuration));
    FORTNIGHT_TRY(check_known(format, config));
    return ChosenFormat{format, std::move(config)};
  }
  ChosenFormat chosen{format, config::default_config()};
  if (chosen.config.formats.contains(format)) return chosen;
  std::error_code ignored;
  if (std::filesystem::is_regular_file(format, ignored)) return read_file(format);
  FORTNIGHT_TRY(check_known(format, chosen.config));
  return chosen;
}

Result<ChosenFormat> parse_format(const std::string& yaml, const std::string& file,
                                  const std::string& name) {
  try {
    return read_format(YAML::Load(yaml), file, name);
  } catch (const YAML::Exception& exception) {
    return yaml_error(file, exception);
  }
}

}  // namespace fortnight::format
