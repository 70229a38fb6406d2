#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/ascii.h"
#include "query/vocabulary.h"
#include "tools/client/command_line.h"

namespace fortnight::client {
namespace {

using query::VerbWords;

constexpr std::string_view kValues = R"(
  Values: status=429,5xx  status!=200  duration_ms>500  endpoint=*profiles*
  (quote characters that your shell interprets). A value with spaces must be one
  argument, as in text="Order 10042". A value that begins with a double quote is
  passed unchanged as a JSON string. Words after -- aren't options.
)";

constexpr std::string_view kFooter = R"(
ENVIRONMENT
  FORTNIGHT_CONNECT    the server's address, unless --connect is given
  FORTNIGHT_DATA_DIR   the data directory whose query.sock is used, if neither is
  FORTNIGHT_TOKEN      the token that says who you are
  FORTNIGHT_CA, FORTNIGHT_CERTIFICATE, FORTNIGHT_KEY
                       the files of --ca, --certificate and --key
  NO_COLOR             if set to any value: no colours
  PAGER                the pager for long answers on a terminal (less); empty: none

EXIT STATUS
  0  answered    1  answered, but nothing was found    2  wrong usage, or the server answered ERR
  3  no connection, or it broke    4  the answer couldn't be written completely

EXAMPLES
  fortnight activity date=last-7-days account=OCQ4JJ
  fortnight logs status=failed endpoint='/api/profiles*' date=last-3-hours
  fortnight show 9fbd95f4-8630-4610-9756-fd08c2d2533a --curl
  fortnight top
  fortnight token add grafana --rights counts --expires 90d
  fortnight status --connect tls://logs.example.com:14002 --ca ca.pem
  fortnight user add jo --rights counts,calls,bodies
  fortnight export date=yesterday status=5xx --csv --fields ts,account,path,status > failed.csv
)";

// Of the description of `top` without `by=`.
constexpr std::size_t kLiveColumn = 6;

// Wraps `text` to 80 columns; all lines but the first are indented by `indent`.
std::string wrapped(std::string_view text, std::size_t indent) {
  constexpr std::size_t kColumns = 80;
  std::string out;
  std::size_t used = indent;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (!out.empty() && used + 1 + word.size() > kColumns) {
      out.append("\n").append(indent, ' ');
      used = indent;
    } else if (!out.empty()) {
      out += ' ';
      ++used;
    }
    out += word;
    used += word.size();
  }
  return out;
}

// A row of a list: a name, and its description from a column on.
std::string row(std::string_view name, std::string_view gist, std::size_t column) {
  return fmt::format("  {:<{}}{}\n", name, column - 2, wrapped(gist, column));
}

std::string verb_rows() {
  constexpr std::size_t kColumn = 13;
  std::string out = "\nVERBS\n";
  for (const VerbWords* const verb : offered_verbs()) {
    out += row(lower(verb->name), verb->gist, kColumn);
  }
  for (const LocalCommand& command : local_commands()) {
    out += row(command.name, command.gist, kColumn);
  }
  return out +
         "Other verbs are passed to the server unchanged. fortnight VERB --help describes one "
         "verb.\n";
}

std::string filter_keys() {
  constexpr std::size_t kIndent = 2;
  const std::string filters =
      fmt::format("{}, any other kind of ID and any JSON pointer of the call (/request/body/...).",
                  fmt::join(query::filter_names({}), " "));
  return "\nKEYS\n  " + wrapped("Filters: " + filters, kIndent) + "\n  " +
         wrapped("Others, such as date (today), from, to, tz and limit, depend on the verb.",
                 kIndent) +
         std::string(kValues);
}

// The options that a verb uses; all options if it is empty.
std::string option_rows(std::string_view verb) {
  constexpr std::size_t kColumn = 23;
  Options unused;
  const CommandLine line(unused);
  std::string out = "\nOPTIONS\n";
  for (const CLI::Option* const option : line.options_of(verb)) {
    out += row(name_of(*option) + option->get_option_text(), option->get_description(), kColumn);
  }
  return out;
}

}  // namespace

std::string help_text() {
  return "fortnight - query fortnightd for an API's calls\n\n"
         "USAGE\n  fortnight [OPTIONS] VERB [VALUE] [KEY=VALUE ...]\n" +
         verb_rows() + filter_keys() + option_rows({}) + std::string(kFooter);
}

std::string verb_help(std::string_view verb) {
  const std::string name = lower(verb);
  for (const LocalCommand& command : local_commands()) {
    if (command.name != name) continue;
    return fmt::format("fortnight {} - {}\n\nUSAGE\n  fortnight [OPTIONS] {}\n", name,
                       wrapped(command.gist, 0), command.usage) +
           option_rows(name);
  }
  const VerbWords* const words = query::find_verb(upper(verb));
  if (words == nullptr) return {};
  // In a line of the vocabulary, the verb comes first.
  const auto typed = [&](std::string_view line) {
    return name + std::string(line.substr(words->name.size()));
  };
  std::string out = fmt::format("fortnight {} - {}\n\nUSAGE\n  fortnight [OPTIONS] {}\n", name,
                                words->gist, typed(words->usage));
  if (words->verb == query::Verb::top) {
    out += "  fortnight [OPTIONS] top [filters]\n" +
           row("",
               "without by=: a live view of the last five minutes, with the slowest endpoints "
               "(95 % quantile, of all) and the busiest accounts; q ends it",
               kLiveColumn);
  }
  if (!words->options.empty() || words->filters) out += "\nKEYS\n";
  for (const std::string_view option : words->options) {
    constexpr std::size_t kColumn = 14;
    out += row(std::string(option) + "=", query::option_gist(option), kColumn);
  }
  if (words->filters) out += "  and filters, such as status=5xx: see fortnight --help\n";
  return out + option_rows(name) + "\nEXAMPLE\n  fortnight " + typed(words->example) + "\n";
}

}  // namespace fortnight::client
