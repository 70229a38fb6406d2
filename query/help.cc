// HELP: describes the whole protocol for a user who has only netcat.
#include <fmt/format.h>

#include "base/ascii.h"
#include "query/verbs.h"

namespace fortnight::query {

namespace {

struct OptionWords {
  std::string_view name;
  std::string_view gist;
};

constexpr OptionWords kOptions[] = {
    {"date",
     "today (default), yesterday, 2026-11-20, last-N-minutes, last-N-hours or last-N-days (as "
     "last-7-days), or all: everything that is kept"},
    {"from",
     "start, inclusive: 2026-11-20, 2026-11-20T08:15 or 08:15 in local time, or "
     "2026-11-20T08:15:30Z; with date=, 08:15 of that day"},
    {"to", "end, exclusive, in the same forms; default: now"},
    {"tz",
     "an IANA time zone, such as Europe/Paris; default: the zone of the one account in the "
     "filters, otherwise the server's"},
    {"step", "15m, 1h, 1d or auto"},
    {"by", "account method endpoint path status code revision source call_id"},
    {"field", "account method endpoint path status code revision source call_id"},
    {"n", "number of values or groups; the rest is summed"},
    {"sort", "calls, errors or error_rate"},
    {"prefix", "only values that begin with this"},
    {"limit", "maximum number of rows"},
    {"order", "newest or oldest first"},
    {"cursor", "\"next\" in the closing line of the previous page; repeat filters and order"},
    {"with", "JSON pointers: each row gets the call's values there, as \"values\""},
    {"ref", "the ref of a call, from its row"},
    {"after", "the ref of a call: begin after it; default: with the next call that arrives"},
    {"source", "only these sources; * matches any run of characters, != excludes them"},
    {"reason",
     "not-json not-object no-time bad-time too-long not-utf8 too-old future no-zone; several, * "
     "and != as in source="},
    {"compare",
     "previous: the same length of time just before; for today, last-N-days and unfinished "
     "periods, the same hours of the days before. day or week: the same hours one day or one week "
     "earlier"},
    {"quantiles", "quantiles of durations, such as 0.5,0.95,0.99"},
    {"fields",
     "ts account method endpoint path status revision duration_ms call_id source ref, ID kinds, "
     "JSON pointers; default: the original lines"},
    {"rights", "some of counts calls bodies erase admin ingest"},
    {"accounts", "only calls of these accounts; default: all"},
    {"account", "calls of this account"},
    {"id", "calls with this ID, of any kind"},
    {"text", "calls with this text in any value or key"},
    {"confirm", "the token of the same request without confirm=; valid for 15 minutes"},
    {"now", "true: off the disk as soon as possible, not within a day"},
    {"reader", "only of this reader, such as \"token ci\"; * matches any run of characters"},
    {"verb", "only of this verb"},
    {"value", "only requests with this value of a filter or ID"},
    {"do",
     "add: with rights= and a one-time password; reset-password: another one-time password; "
     "reset-totp: removes the authenticator app; disable, enable, remove. All but add end the "
     "person's sessions"},
    {"totp",
     "new, for add and reset-totp: an authenticator app's secret, as an address for a QR "
     "code; default: the person sets up the app at the next sign-in"},
    {"expires", "90d, 12h, 2w, 2027-01-31 or an RFC 3339 time; default: never"},
};

constexpr std::string_view kGuide[] = {
    "Fortnight keeps an API's calls for 14 days and their counts for ever. A request is one "
    "line:",
    "  VERB key=value key=value ...",
    "An answer is lines of JSON, then one line that begins with OK or ERR. Examples:",
    "  ACTIVITY",
    "  ACTIVITY date=last-7-days account=OCQ4JJ tz=Europe/Paris",
    "  LOGS status=failed date=last-3-hours limit=10",
    "  SHOW 9fbd95f4-8630-4610-9756-fd08c2d2533a",
    "  TOP by=endpoint sort=error_rate date=yesterday",
    "From a shell: echo 'LOGS status=429' | nc -N HOST PORT",
    "",
    "VERBS (HELP VERB has details)",
};

constexpr std::string_view kFilters[] = {
    "",
    "FILTERS, for every verb that reads calls",
    "  account method endpoint path status code revision source call_id duration_ms",
    "  error_id async_job_id resource_id metric_id, and other configured kinds of ID; id= means "
    "any kind",
    "  /request/headers/user-agent=*axios*   any JSON pointer of the line; in an array, any "
    "element; below headers, names in any case",
    "  text=\"jo@example.com\"                 text in any value or key of the line; several: all "
    "must occur",
    "  word=\"jo@example.com\"                 the same, but whole words; finds rare ones at once",
    "  status=429,5xx                        any of these; groups: all success failed none 2xx "
    "3xx 4xx 5xx",
    "  status!=200                           not",
    "  endpoint=*profiles*                   * matches any run of characters, \\* a star; * alone "
    "matches any value",
    "  account=\"\"                            absent or empty",
    "  duration_ms>500 status>=500           numbers: < <= > >=",
    "  path=\"/a b, c\"                        quote spaces, commas and quotes as a JSON string",
    "",
    "REJECTED LINES",
    "  \"rejected\" in a closing line: the number of rejected lines of the period; REJECTS shows "
    "them",
    "",
    "DATES",
    "  date=today (default) yesterday last-30-minutes last-3-hours last-7-days all 2026-11-20",
    "  from=2026-11-20T08:15 to=2026-11-20T09:00 tz=America/New_York; to= is exclusive; "
    "RFC 3339 is accepted too",
    "  date=yesterday from=14:00 to=15:00",
    "  Requests for IDs search everything that is kept, unless they have a date.",
};

Parsed<void> say(const VerbContext& verb, std::string_view line) {
  std::string row;
  JsonWriter(row).open_object().key("help").text(line).close_object();
  return give(verb, row);
}

Parsed<void> say_guide(const VerbContext& verb) {
  for (const std::string_view line : kGuide) FORTNIGHT_TRY(say(verb, line));
  for (const VerbWords& words : verbs()) {
    FORTNIGHT_TRY(say(verb, fmt::format("  {:<9} {}", words.name, words.gist)));
  }
  for (const std::string_view line : kFilters) FORTNIGHT_TRY(say(verb, line));
  return {};
}

Parsed<void> say_verb(const VerbContext& verb, const VerbWords& words) {
  FORTNIGHT_TRY(say(verb, words.usage));
  FORTNIGHT_TRY(say(verb, fmt::format("  {}", words.gist)));
  for (const std::string_view name : words.options) {
    FORTNIGHT_TRY(say(verb, fmt::format("  {}=  {}", name, option_gist(name))));
  }
  if (words.filters) FORTNIGHT_TRY(say(verb, "  and filters: see HELP"));
  return say(verb, fmt::format("  Example: {}", words.example));
}

}  // namespace

std::string_view option_gist(std::string_view option) {
  for (const OptionWords& words : kOptions) {
    if (words.name == option) return words.gist;
  }
  return {};
}

Answer answer_help(const VerbContext& verb) {
  if (verb.request.alone.empty()) {
    FORTNIGHT_TRY(say_guide(verb));
    return Summary().close();
  }
  const Value& asked = verb.request.alone[0];
  const VerbWords* words = find_verb(upper(asked.text));
  if (words == nullptr) return unknown_verb(asked.column, asked.text);
  FORTNIGHT_TRY(say_verb(verb, *words));
  return Summary().close();
}

}  // namespace fortnight::query
