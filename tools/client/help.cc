#include <fmt/format.h>

#include <algorithm>

#include "query/vocabulary.h"
#include "tools/client/lower.h"
#include "tools/client/options.h"

namespace fortnight::client {

std::string_view help_text() {
  return R"(fortnight - query fortnightd for an API's calls

USAGE
  fortnight [OPTIONS] VERB [VALUE] [KEY=VALUE ...]

VERBS
  activity   a chart of calls and errors over time; by=FIELD: one row per value
  logs       calls, newest first
  show ID    whole calls that have the ID: request, response, headers, bodies
  follow     calls as they arrive
  top        by=FIELD: the values with the most calls, or sort=errors, sort=error_rate
  values     field=FIELD: the values of a field
  errors     failed calls by endpoint, status and error code
  job ID     an asynchronous job's calls, in order
  export     all matching calls, as whole lines or CSV
  rejects    rejected lines with the reason, newest first
  explain    VERB ...: what a request would read
  status     the state of the daemon
  help       the server's guide to verbs, filters and dates; help VERB has details
  ping       checks that the server answers
Other verbs are passed to the server unchanged. fortnight VERB --help describes one verb.

KEYS
  account method endpoint path status revision source duration_ms call_id error_id
  async_job_id resource_id metric_id id text, any JSON pointer of the call (/request/body/...),
  and date (today), from, to, tz, limit. Values: status=429,5xx  status!=200  duration_ms>500
  endpoint=*profiles*  (quote characters that your shell interprets). A value with spaces must
  be one argument, as in text="Order 10042". A value that begins with a double quote is passed
  unchanged as a JSON string.

OPTIONS
  --connect HOST:PORT  the server's query port [FORTNIGHT_CONNECT, or 127.0.0.1:14002]
  --json               the protocol's JSON lines (default for a pipe or a file)
  --view               tables and charts (default for a terminal)
  --summary            with JSON lines: a last line {"summary":{...}} with the closing line's
                       members (totals, the next page's cursor, whether it is complete)
  --watch[=SECONDS]    repeat the request at this interval (2) until interrupted
  --curl               show: as a curl command that repeats the request
  --csv                export: CSV with a header line, instead of lines of JSON
  --safe               export --csv: an apostrophe before cells that begin with = + - or @, which
                       a spreadsheet may evaluate as formulas
  --fields A,B,C       export: only these fields; default for --csv:
                       ts,account,method,endpoint,path,status,revision,duration_ms,call_id
  --version            the version of this program
  --help               this page

ENVIRONMENT
  FORTNIGHT_CONNECT    the server's address, unless --connect is given
  NO_COLOR             if set to any value: no colours
  PAGER                the pager for long answers on a terminal (less); empty: none

EXIT STATUS
  0  answered    1  answered, but nothing was found    2  wrong usage, or the server answered ERR
  3  no connection, or it broke    4  the answer couldn't be written completely

EXAMPLES
  fortnight activity date=last-7-days account=OCQ4JJ
  fortnight logs status=failed endpoint='/api/profiles*' date=last-3-hours
  fortnight show 9fbd95f4-8630-4610-9756-fd08c2d2533a --curl
  fortnight export date=yesterday status=5xx --csv --fields ts,account,path,status > failed.csv
)";
}

namespace {

// The verb in upper case, as in the protocol.
std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return out;
}

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

// The options in help_text() that apply to the verb: those that name no verb, and those that name
// this one.
std::string options_of(std::string_view verb) {
  std::string_view text = help_text();
  constexpr std::string_view kBegin = "\nOPTIONS\n";
  text.remove_prefix(text.find(kBegin) + kBegin.size());
  text = text.substr(0, text.find("\n\n") + 1);
  constexpr std::string_view kOwners[] = {"show", "export"};
  std::string out;
  bool told = false;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n') + 1);
    text.remove_prefix(line.size());
    if (line.starts_with("  --")) {
      const std::string_view gist = line.substr(line.find_first_not_of(' ', line.find("  ", 4)));
      told = true;
      for (const std::string_view owner : kOwners) {
        if (gist.starts_with(owner)) told = owner == verb;
      }
    }
    if (told) out += line;
  }
  return out;
}

}  // namespace

std::string verb_help(std::string_view verb) {
  const std::string name = lower(verb);
  const query::VerbWords* const words = query::find_verb(upper(verb));
  if (words == nullptr) return {};
  const std::string usage = name + std::string(words->usage.substr(words->name.size()));
  std::string out = fmt::format("fortnight {} - {}\n\nUSAGE\n  fortnight [OPTIONS] {}\n", name,
                                words->gist, usage);
  if (!words->options.empty()) out += "\nKEYS\n";
  for (const std::string_view option : words->options) {
    constexpr std::size_t kIndent = 14;
    out += fmt::format("  {:<12}{}\n", std::string(option) + "=",
                       wrapped(query::option_gist(option), kIndent));
  }
  if (words->filters) out += "  and filters, such as status=5xx: see fortnight --help\n";
  out += "\nOPTIONS\n" + options_of(name);
  const std::string example = name + std::string(words->example.substr(words->name.size()));
  return out + "\nEXAMPLE\n  fortnight " + example + "\n";
}

}  // namespace fortnight::client
