// HELP: describes the whole protocol for a user who has only netcat.
#include <fmt/format.h>

#include "query/verbs.h"

namespace fortnight::query {

namespace {

struct OptionWords {
  std::string_view name;
  std::string_view gist;
};

constexpr OptionWords kOptions[] = {
    {"date",
     "today (default), yesterday, 2026-11-20, last-30-minutes, last-3-hours, last-7-days, any "
     "other "
     "last-N-minutes, last-N-hours or last-N-days, or all that is kept"},
    {"from",
     "2026-11-20, 2026-11-20T08:15 or 08:15 in local time, or 2026-11-20T08:15:30Z; beside date=, "
     "08:15 of that day"},
    {"to", "as from; the time itself is left out; without it: now"},
    {"tz",
     "an IANA time zone, as Europe/Paris; without it the account's where one is asked for, else "
     "the server's"},
    {"step", "15m, 1h, 1d or auto"},
    {"by", "account method endpoint path status code revision source call_id"},
    {"field", "account method endpoint path status code revision source call_id"},
    {"n", "how many; the rest is summed up"},
    {"sort", "calls, errors or error_rate"},
    {"prefix", "what the values begin with"},
    {"limit", "how many at the most"},
    {"order", "newest or oldest first"},
    {"cursor", "the \"next\" of the last page's closing line; repeat the filters and the order"},
    {"ref", "a call's own handle, from its row"},
    {"source", "of these sources alone; * is any run of characters, != none of them"},
    {"reason",
     "not-json not-object no-time bad-time too-long not-utf8 too-old future; several, with * and "
     "!= as source="},
    {"compare",
     "previous: as much time just before; of today, last-N-days and what isn't over, the same "
     "hours of the days before. day or week: the same hours a day or a week before"},
    {"quantiles", "of the durations, as 0.5,0.95,0.99"},
    {"fields",
     "ts account method endpoint path status revision duration_ms call_id source ref, ID kinds, "
     "JSON pointers; without it: the lines as they came in"},
};

constexpr std::string_view kGuide[] = {
    "Fortnight keeps an API's calls for 14 days and their counts for ever. Ask it, a line a "
    "request:",
    "  VERB key=value key=value ...",
    "An answer is lines of JSON, then one line that begins with OK or ERR. Try these:",
    "  ACTIVITY",
    "  ACTIVITY date=last-7-days account=OCQ4JJ tz=Europe/Paris",
    "  LOGS status=failed date=last-3-hours limit=10",
    "  SHOW 9fbd95f4-8630-4610-9756-fd08c2d2533a",
    "  TOP by=endpoint sort=error_rate date=yesterday",
    "From a shell: echo 'LOGS status=429' | nc -N HOST PORT",
    "",
    "VERBS (HELP VERB tells more)",
};

constexpr std::string_view kFilters[] = {
    "",
    "FILTERS, for every verb that reads calls",
    "  account method endpoint path status code revision source call_id duration_ms",
    "  error_id async_job_id resource_id metric_id, and every other configured kind of ID; id= is "
    "of any kind",
    "  /request/headers/user-agent=*axios*   any JSON pointer of the line; of an array, any "
    "element; below headers, names in any case",
    "  text=\"jo@example.com\"                 text in any value or key of the line; several: all "
    "of them",
    "  status=429,5xx                        any of several; all success failed none 2xx 3xx 4xx "
    "5xx are groups",
    "  status!=200                           not",
    "  endpoint=*profiles*                   * is any run of characters, \\* a star; * alone: "
    "there is one",
    "  account=\"\"                            absent or empty",
    "  duration_ms>500 status>=500           numbers: < <= > >=",
    "  path=\"/a b, c\"                        spaces, commas and quotes are written as a JSON "
    "string",
    "",
    "REJECTED LINES",
    "  \"rejected\" in a closing line: so many lines of that time are no calls; REJECTS gives them",
    "",
    "DATES",
    "  date=today (default) yesterday last-30-minutes last-3-hours last-7-days all 2026-11-20",
    "  from=2026-11-20T08:15 to=2026-11-20T09:00 tz=America/New_York; the end is not included; "
    "RFC 3339 is taken too",
    "  date=yesterday from=14:00 to=15:00",
    "  Asked for IDs, everything that is kept is looked at, unless you give a date.",
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
  if (words.filters) FORTNIGHT_TRY(say(verb, "  and filters: HELP tells them"));
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
  const VerbWords* words = find_verb(verb_of(asked.text));
  if (words == nullptr) return unknown_verb(asked.column, asked.text);
  FORTNIGHT_TRY(say_verb(verb, *words));
  return Summary().close();
}

}  // namespace fortnight::query
