#include "tools/client/command_line.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <system_error>

#include "base/ascii.h"
#include "base/json_writer.h"

namespace fortnight::client {
namespace {

// The group of options that fit every verb. The other groups are verbs.
constexpr const char* kGeneral = "general";
constexpr const char* kExport = "export";
constexpr const char* kShow = "show";
constexpr const char* kTop = "top";
constexpr const char* kToken = "token";
constexpr const char* kUser = "user";
constexpr const char* kBackup = "backup";
constexpr const char* kGrant = "token and user";
// Longer intervals would overflow the clock.
constexpr double kMostSeconds = 1e9;

Error usage(std::string message) {
  return {ErrorCode::invalid, message.append("; see fortnight --help")};
}

Result<double> seconds(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || !(value > 0 && value <= kMostSeconds)) {  // NaN fails as well
    return usage("--watch needs a number of seconds, not \"" + std::string(text) + "\"");
  }
  return value;
}

// `token add NAME`, `token list` and `token revoke NAME` are the verbs ISSUE, TOKENS and REVOKE.
Result<void> translate_token(Options& options) {
  std::vector<std::string>& words = options.arguments;
  const std::string action = words.empty() ? "" : words.front();
  if (!words.empty()) words.erase(words.begin());
  const bool adds = action == "add";
  const bool given = !(options.rights + options.accounts + options.expires).empty();
  if (!adds && given) return usage("--rights, --accounts and --expires are for token add only");
  if (action == "list" && words.empty()) {
    options.verb = "tokens";
  } else if (action == "revoke" && words.size() == 1) {
    options.verb = "revoke";
  } else if (adds && words.size() == 1) {
    options.verb = "issue";
    if (options.rights.empty()) return usage("token add needs --rights, as in --rights counts");
    words.push_back("rights=" + options.rights);
    if (!options.accounts.empty()) words.push_back("accounts=" + options.accounts);
    if (!options.expires.empty()) words.push_back("expires=" + options.expires);
  } else {
    return usage("expected token add NAME --rights A,B, token list or token revoke NAME");
  }
  return {};
}

// `user add NAME` and the like are the verbs USER NAME do=add and USERS.
Result<void> translate_user(Options& options) {
  std::vector<std::string>& words = options.arguments;
  const std::string action = words.empty() ? "" : words.front();
  const bool adds = action == "add";
  if (!adds && !(options.rights + options.accounts).empty()) {
    return usage("--rights and --accounts are for user add only");
  }
  if (options.totp && !adds && action != "reset-totp") {
    return usage("--totp is for user add and user reset-totp only");
  }
  if (action == "list" && words.size() == 1) {
    words.clear();
    options.verb = "users";
    return {};
  }
  // The form of the protocol.
  if (words.size() > 1 && words[1].starts_with("do=")) return {};
  const std::vector<std::string_view>& actions = query::choices_of("do");
  const bool known = std::find(actions.begin(), actions.end(), action) != actions.end();
  if (!known || words.size() != 2) {
    return usage(fmt::format("expected user list, or user {} NAME", fmt::join(actions, "|")));
  }
  words = {words[1], "do=" + action};
  if (adds && options.rights.empty()) {
    return usage("user add needs --rights, as in --rights counts,calls");
  }
  if (adds) words.push_back("rights=" + options.rights);
  if (!options.accounts.empty()) words.push_back("accounts=" + options.accounts);
  if (options.totp) words.emplace_back("totp=new");
  return {};
}

// The daemon has another working directory.
Result<void> translate_backup(Options& options) {
  std::vector<std::string>& words = options.arguments;
  if (words.size() != 1 || words[0].empty()) return usage("expected backup DIRECTORY");
  if (words[0].starts_with('"')) return {};  // the form of the protocol
  std::error_code failed;
  const std::filesystem::path whole = std::filesystem::absolute(words[0], failed);
  if (failed) return usage(words[0] + ": " + failed.message());
  words[0] = json_quoted(whole.lexically_normal().string());
  return {};
}

bool fits(const CLI::Option& option, std::string_view verb) {
  if (verb.empty()) return true;
  if (option.get_group() == kGrant) return verb == kToken || verb == kUser;
  if (option.check_name("--watch")) return verb != "export" && verb != "follow";
  return option.get_group() == kGeneral || option.get_group() == verb;
}

}  // namespace

CommandLine::CommandLine(Options& options) : options_(options) { declare(); }

void CommandLine::declare() {
  // Words that are no options belong to the request, in their order.
  app_.allow_extras();
  // -h is no option of the app, which would read the ID -hX9 as -h and -X9.
  app_.set_help_flag();
  app_.option_defaults()->group(kGeneral)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  const auto flag = [&](const char* name, bool& value, const char* gist) {
    return app_.add_flag(name, value, gist)->disable_flag_override();
  };
  app_.add_option("--connect", options_.server.address,
                  fmt::format("the query port or its unix socket; tls:// before a port that speaks "
                              "TLS [FORTNIGHT_CONNECT, the daemon's socket on this host, or {}]",
                              kDefaultAddress))
      ->option_text(" ADDRESS");
  const auto file = [&](const char* name, std::string& value, const char* gist) {
    app_.add_option(name, value, gist)->option_text(" FILE");
  };
  file("--ca", options_.server.ca,
       "tls: the authorities that the server's certificate is checked with [FORTNIGHT_CA, or the "
       "system's]");
  file("--certificate", options_.server.certificate,
       "tls: the client's certificate [FORTNIGHT_CERTIFICATE]");
  file("--key", options_.server.key,
       "tls: the key of the client's certificate [FORTNIGHT_KEY, or in the certificate's file]");
  flag("--json", options_.json, "the protocol's JSON lines (default for a pipe or a file)");
  flag("--view", options_.view, "tables and charts (default for a terminal)");
  flag("--summary", options_.summary,
       "with JSON lines: a last line {\"summary\":{...}} with the closing line's members (totals, "
       "the next page's cursor, whether it is complete)");
  watch_ = app_.add_flag("--watch{2}")
               ->description("repeat the request at this interval (2) until interrupted")
               ->option_text("[=SECONDS]");
  flag("--curl", options_.curl, "show: as a curl command that repeats the request")->group(kShow);
  flag("--once", options_.once, "top without by=: a single picture, and no live view")->group(kTop);
  flag("--csv", options_.csv, "export: CSV with a header line, instead of lines of JSON")
      ->group(kExport);
  flag("--safe", options_.safe,
       "export --csv: an apostrophe before cells that begin with = + - or @, which a spreadsheet "
       "may evaluate as formulas")
      ->group(kExport);
  app_.add_option("--fields", options_.fields,
                  "export: only these fields; default for --csv: "
                  "ts,account,method,endpoint,path,status,revision,duration_ms,call_id")
      ->option_text(" A,B,C")
      ->group(kExport);
  app_.add_option("--rights", options_.rights,
                  "token add, user add: some of counts, calls, bodies and others")
      ->option_text(" A,B")
      ->group(kGrant);
  app_.add_option("--accounts", options_.accounts,
                  "token add, user add: only calls of these accounts")
      ->option_text(" A,B")
      ->group(kGrant);
  app_.add_option("--expires", options_.expires, "token add: 90d, 12h or a date [never]")
      ->option_text(" WHEN")
      ->group(kToken);
  flag("--totp", options_.totp,
       "user add, user reset-totp: shows the QR code for an authenticator app here; otherwise the "
       "person sets up the app at the next sign-in")
      ->group(kUser);
  flag("--version", options_.version, "the version of this program");
  flag("--help", options_.help, "this page; with a verb, the verb's page");
}

Result<void> CommandLine::parse(std::span<const std::string> words) {
  FORTNIGHT_ASSIGN(std::vector<std::string> reversed, with_separate_empty_values(words));
  std::reverse(reversed.begin(), reversed.end());
  try {
    app_.parse(std::move(reversed));
  } catch (const CLI::ArgumentMismatch&) {
    return usage(words.back() + " needs a value");
  } catch (const CLI::ParseError& error) {
    return usage(error.what());
  }
  FORTNIGHT_TRY(take_words(app_.remaining()));
  if (watch_->count() > 0) {
    FORTNIGHT_ASSIGN(options_.watch_seconds, seconds(watch_->results().back()));
  }
  return {};
}

// CLI11 reads `--fields= WORD` as `--fields=WORD`, so an empty value becomes a word of its own. It
// also accepts `--json=` and `--json=true`, which are errors here.
Result<std::vector<std::string>> CommandLine::with_separate_empty_values(
    std::span<const std::string> words) const {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--") {
      out.insert(out.end(), words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
      break;
    }
    const std::string name = word.substr(0, word.find('='));
    const CLI::Option* const option = option_named(name);
    if (option == nullptr || name.size() == word.size()) {
      out.push_back(word);
      continue;
    }
    const bool has_value = name.size() + 1 < word.size();
    if (takes_value(*option) && !has_value) {
      out.push_back(name);
      out.emplace_back();
      continue;
    }
    if (option->get_disable_flag_override()) return usage(name + " accepts no value");
    if (!has_value) return usage(name + "= needs a value");
    out.push_back(word);
  }
  return out;
}

Result<void> CommandLine::take_words(const std::vector<std::string>& words) {
  std::optional<Error> unknown;
  bool options_ended = false;
  for (const std::string& word : words) {
    if (!options_ended && word == "--") {
      options_ended = true;
    } else if (!options_ended && word == "-h") {
      options_.help = true;
    } else if (!options_ended && word.starts_with("--")) {
      if (!unknown) unknown = usage("no option \"" + word.substr(0, word.find('=')) + "\"");
    } else if (options_.verb.empty()) {
      options_.verb = word;
    } else {
      options_.arguments.push_back(word);
    }
  }
  if (unknown) return *unknown;
  return {};
}

Result<void> CommandLine::check_use() const {
  if (options_.safe && !options_.csv) return usage("--safe is for export --csv only");
  const std::string verb = lower(options_.verb);
  for (const CLI::Option* const option : app_.get_options()) {
    // An empty value is the same as no option.
    const bool given = option->count() > 0 && !option->results().back().empty();
    if (!given || fits(*option, verb)) continue;
    const std::string name = name_of(*option);
    return option->get_group() == kGeneral
               ? usage(fmt::format("{} doesn't go with {}", name, verb))
               : usage(fmt::format("{} is for {} only", name, option->get_group()));
  }
  const bool has_fields = std::any_of(options_.arguments.begin(), options_.arguments.end(),
                                      [](const auto& word) { return word.starts_with("fields="); });
  if (has_fields && !options_.fields.empty()) return usage("either --fields or fields=, not both");
  return {};
}

std::vector<const CLI::Option*> CommandLine::options_of(std::string_view verb) const {
  return app_.get_options([&](const CLI::Option* option) { return fits(*option, verb); });
}

const CLI::Option* CommandLine::option_named(const std::string& name) const {
  return name.starts_with("--") ? app_.get_option_no_throw(name) : nullptr;
}

bool takes_value(const CLI::Option& option) { return option.get_expected_min() > 0; }

std::string name_of(const CLI::Option& option) { return "--" + option.get_lnames().front(); }

const std::vector<LocalCommand>& local_commands() {
  static const std::vector<LocalCommand> commands = {
      {"doctor", "doctor",
       "what is wrong with the daemon and its host, and what mends it; exit status 0: nothing, 1: "
       "warnings, 2: something critical, 3: it refuses to answer"},
      {"import", "import FILE",
       "proposes sources for the files that Promtail, Filebeat or Vector follows, from its "
       "configuration; the same as fortnight-format import"},
  };
  return commands;
}

std::vector<const query::VerbWords*> offered_verbs() {
  std::vector<const query::VerbWords*> offered;
  for (const query::VerbWords& words : query::verbs()) {
    if (words.verb == query::Verb::auth || words.verb == query::Verb::quit) continue;
    offered.push_back(&words);
  }
  return offered;
}

Result<Options> parse_options(std::span<char*> arguments, const Server& usual) {
  Options options;
  options.server = usual;
  CommandLine line(options);
  const std::vector<std::string> words(arguments.begin(), arguments.end());
  FORTNIGHT_TRY(line.parse(words));
  if (options.help) return options;
  if (options.verb.empty() && !options.version) {
    return usage("what to ask for? As in: fortnight activity");
  }
  FORTNIGHT_TRY(line.check_use());
  if (lower(options.verb) == kToken) FORTNIGHT_TRY(translate_token(options));
  if (lower(options.verb) == kUser) FORTNIGHT_TRY(translate_user(options));
  if (lower(options.verb) == kBackup) FORTNIGHT_TRY(translate_backup(options));
  return options;
}

}  // namespace fortnight::client
