#include "tools/client/options.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "tools/client/lower.h"

namespace fortnight::client {
namespace {

constexpr double kWatchSeconds = 2;

Error usage(std::string message) {
  return {ErrorCode::invalid, message.append("; see fortnight --help")};
}

Result<double> seconds(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value <= 0) {
    return usage("--watch needs a number of seconds, not \"" + std::string(text) + "\"");
  }
  return value;
}

// Rejects options that the verb doesn't use.
Result<void> check_use(const Options& options) {
  const std::string verb = lower(options.verb);
  const bool exports = verb == "export";
  if (options.csv && !exports) return usage("--csv is for export only");
  if (options.safe && !options.csv) return usage("--safe is for export --csv only");
  if (!options.fields.empty() && !exports) return usage("--fields is for export only");
  const bool told = std::any_of(options.arguments.begin(), options.arguments.end(),
                                [](const auto& word) { return word.starts_with("fields="); });
  if (told && !options.fields.empty()) return usage("either --fields or fields=, not both");
  if (options.curl && verb != "show") return usage("--curl is for show only");
  if (options.watch_seconds > 0 && (exports || verb == "follow")) {
    return usage("--watch doesn't go with " + verb);
  }
  return {};
}

class Parser {
 public:
  explicit Parser(std::span<char*> arguments) : arguments_(arguments) {}

  Result<void> parse(Options& options) {
    for (; at_ < arguments_.size(); ++at_) {
      const std::string_view argument = arguments_[at_];
      if (argument == "-h") {
        options.help = true;
      } else if (argument.size() > 2 && argument.starts_with("--")) {
        FORTNIGHT_TRY(option(argument, options));
      } else if (options.verb.empty()) {
        options.verb = argument;
      } else {
        options.arguments.emplace_back(argument);
      }
    }
    return {};
  }

 private:
  Result<void> option(std::string_view argument, Options& options) {
    const std::size_t equals = argument.find('=');
    const std::string_view name = argument.substr(0, equals);
    std::optional<std::string_view> value;
    if (equals != std::string_view::npos) value = argument.substr(equals + 1);
    if (name == "--watch") {
      options.watch_seconds = kWatchSeconds;
      if (!value) return {};
      FORTNIGHT_ASSIGN(options.watch_seconds, seconds(*value));
      return {};
    }
    if (name == "--connect") return take(name, value, options.address);
    if (name == "--fields") return take(name, value, options.fields);
    bool* const flag = flag_of(name, options);
    if (flag == nullptr) return usage("no option \"" + std::string(name) + "\"");
    if (value) return usage(std::string(name) + " accepts no value");
    *flag = true;
    return {};
  }

  // The option's value follows its "=", or is the next argument.
  Result<void> take(std::string_view name, std::optional<std::string_view> value,
                    std::string& out) {
    if (!value) {
      if (at_ + 1 == arguments_.size()) return usage(std::string(name) + " needs a value");
      value = arguments_[++at_];
    }
    out = *value;
    return {};
  }

  static bool* flag_of(std::string_view name, Options& options) {
    if (name == "--help") return &options.help;
    if (name == "--version") return &options.version;
    if (name == "--json") return &options.json;
    if (name == "--view") return &options.view;
    if (name == "--summary") return &options.summary;
    if (name == "--csv") return &options.csv;
    if (name == "--curl") return &options.curl;
    if (name == "--safe") return &options.safe;
    return nullptr;
  }

  std::span<char*> arguments_;
  std::size_t at_ = 0;
};

}  // namespace

Result<Options> parse_options(std::span<char*> arguments, std::string_view connect) {
  Options options;
  options.address = connect.empty() ? kDefaultAddress : connect;
  FORTNIGHT_TRY(Parser(arguments).parse(options));
  if (options.verb.empty() && !options.help && !options.version) {
    return usage("what to ask for? As in: fortnight activity");
  }
  if (!options.help) FORTNIGHT_TRY(check_use(options));
  return options;
}

}  // namespace fortnight::client
