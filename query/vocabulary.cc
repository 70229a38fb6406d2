#include "query/vocabulary.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "config/nearest_name.h"

namespace fortnight::query {

namespace {

constexpr std::string_view kFieldNames[storage::kTextFields] = {
    "account", "method", "endpoint", "path", "revision", "call_id", "source"};
constexpr std::string_view kBuiltInKinds[] = {"error_id", "async_job_id", "resource_id",
                                              "metric_id"};

std::vector<VerbWords> make_verbs() {
  return {
      {Verb::activity,
       "ACTIVITY",
       "ACTIVITY [date] [step=S] [by=F n=N] [quantiles=Q,Q] [compare=C] [filters]",
       "counts of calls and errors, one row per bucket of time",
       "ACTIVITY date=last-7-days by=status",
       {"date", "from", "to", "tz", "step", "by", "n", "compare", "quantiles"},
       0,
       true},
      {Verb::logs,
       "LOGS",
       "LOGS [date] [limit=N] [order=O] [cursor=C] [with=P,P] [filters]",
       "calls, newest first, in pages",
       "LOGS account=OCQ4JJ status=4xx,5xx date=yesterday limit=10",
       {"date", "from", "to", "tz", "limit", "order", "cursor", "with"},
       0,
       true},
      {Verb::show,
       "SHOW",
       "SHOW ID, or SHOW ref=REF, or SHOW filters; [limit=N] [date]",
       "whole calls, by any of their IDs",
       "SHOW 9fbd95f4-8630-4610-9756-fd08c2d2533a",
       {"date", "from", "to", "tz", "limit", "ref"},
       1,
       true,
       "id"},
      {Verb::follow,
       "FOLLOW",
       "FOLLOW [after=REF] [with=P,P] [filters]",
       "calls as they arrive, until you half-close",
       "FOLLOW status=failed",
       {"after", "with"},
       0,
       true},
      {Verb::top,
       "TOP",
       "TOP by=F [n=N] [sort=S] [compare=C] [date] [filters]",
       "the values with the most calls",
       "TOP by=account n=5 sort=errors date=last-24-hours",
       {"date", "from", "to", "tz", "by", "n", "sort", "compare"},
       0,
       true},
      {Verb::values,
       "VALUES",
       "VALUES field=F [prefix=P] [limit=N] [date] [filters]",
       "the values of a field",
       "VALUES field=endpoint prefix=/api/ date=last-7-days",
       {"date", "from", "to", "tz", "field", "prefix", "limit"},
       0,
       true},
      {Verb::errors,
       "ERRORS",
       "ERRORS [n=N] [compare=C] [date] [filters]",
       "failed calls by endpoint, status and error code",
       "ERRORS date=last-24-hours account=OCQ4JJ",
       {"date", "from", "to", "tz", "n", "compare"},
       0,
       true},
      {Verb::job,
       "JOB",
       "JOB ID [limit=N] [date] [filters]",
       "an asynchronous job's calls, from its submission on",
       "JOB 01JCZ4W7KX",
       {"date", "from", "to", "tz", "limit"},
       1,
       true,
       "id"},
      {Verb::export_calls,
       "EXPORT",
       "EXPORT [fields=F,F] [order=O] [date] [filters]",
       "all matching calls, as whole lines, oldest first",
       "EXPORT date=2026-11-20 status=failed fields=ts,account,status,/response/body/errors/0/code",
       {"date", "from", "to", "tz", "order", "fields"},
       0,
       true},
      {Verb::rejects,
       "REJECTS",
       "REJECTS [source=S] [reason=R] [date] [limit=N] [cursor=C]",
       "rejected lines with the reason, newest first",
       "REJECTS source=caddy reason=not-json limit=10",
       {"date", "from", "to", "tz", "source", "reason", "limit", "cursor"},
       0,
       false},
      {Verb::find,
       "FIND",
       "FIND \"TEXT\" [date] [limit=N]",
       "calls by any ID or ref in a pasted text: a URL, a cURL command, a ticket",
       "FIND \"order 9fbd95f4-8630-4610-9756-fd08c2d2533a failed, see /api/jobs/01JCZ4W7KX\"",
       {"date", "from", "to", "tz", "limit"},
       1,
       false,
       "text"},
      {Verb::twin,
       "TWIN",
       "TWIN ref=REF",
       "the nearest successful calls like a failed one, and the differences",
       "TWIN ref=g0z-1c4",
       {"ref"},
       0,
       false},
      {Verb::explain,
       "EXPLAIN",
       "EXPLAIN VERB ...",
       "what a request would read, without reading it",
       "EXPLAIN LOGS account=OCQ4JJ status=500",
       {},
       0,
       false},
      {Verb::status, "STATUS", "STATUS", "the state of the daemon", "STATUS", {}, 0, false},
      {Verb::sources,
       "SOURCES",
       "SOURCES [source=S]",
       "each source and each of its files: how far it is read, and why it was begun or continued",
       "SOURCES source=caddy",
       {"source"},
       0,
       false},
      {Verb::issue,
       "ISSUE",
       "ISSUE NAME rights=R,R [accounts=A,A] [expires=E]",
       "a token for somebody who isn't on this host, shown once",
       "ISSUE grafana rights=counts expires=90d",
       {"rights", "accounts", "expires"},
       1,
       false,
       "name"},
      {Verb::tokens, "TOKENS", "TOKENS", "the tokens, without their texts", "TOKENS", {}, 0, false},
      {Verb::revoke,
       "REVOKE",
       "REVOKE NAME",
       "ends a token",
       "REVOKE grafana",
       {},
       1,
       false,
       "name"},
      {Verb::audit,
       "AUDIT",
       "AUDIT [reader=N] [verb=V] [ref=REF] [value=V] [date] [limit=N] [cursor=C]",
       "who was shown the contents of calls, and what admins did, newest first",
       "AUDIT ref=g0z-1c4 date=all",
       {"date", "from", "to", "tz", "reader", "verb", "ref", "value", "limit", "cursor"},
       0,
       false},
      {Verb::erase,
       "ERASE",
       "ERASE account=A, or id=ID, or text=T; then the same with confirm=TOKEN [now=true]",
       "calls go for good; without confirm= only says which",
       "ERASE account=OCQ4JJ",
       {"account", "id", "text", "confirm", "now"},
       0,
       false},
      {Verb::erasures,
       "ERASURES",
       "ERASURES [limit=N]",
       "what was erased, when, and by whom",
       "ERASURES limit=10",
       {"limit"},
       0,
       false},
      {Verb::backup,
       "BACKUP",
       "BACKUP DIR",
       "a copy of everything, in a directory of the daemon's host; the next one there is quick",
       "BACKUP /var/backups/fortnight",
       {},
       1,
       false,
       "dir"},
      {Verb::user,
       "USER",
       "USER NAME do=D [rights=R,R] [accounts=A,A] [totp=new]",
       "adds or changes a person who signs in on the page",
       "USER jo do=add rights=counts,calls,bodies",
       {"do", "rights", "accounts", "totp"},
       1,
       false,
       "name"},
      {Verb::users, "USERS", "USERS", "the people who may sign in", "USERS", {}, 0, false},
      {Verb::reload,
       "RELOAD",
       "RELOAD",
       "the daemon loads its configuration again; answered when it is in force",
       "RELOAD",
       {},
       0,
       false},
      {Verb::ping, "PING", "PING", "answers OK", "PING", {}, 0, false},
      {Verb::help,
       "HELP",
       "HELP [VERB]",
       "a guide to requests, or details of one verb",
       "HELP LOGS",
       {},
       1,
       false,
       "verb"},
      {Verb::auth,
       "AUTH",
       "AUTH TOKEN",
       "says who you are: the connection then has the token's rights",
       "AUTH fnt_0123456789_abcdefghijklmnopqrstuv_012345",
       {},
       1,
       false,
       "token"},
      {Verb::quit, "QUIT", "QUIT", "closes the connection", "QUIT", {}, 0, false},
  };
}

}  // namespace

const std::vector<VerbWords>& verbs() {
  static const std::vector<VerbWords> all = make_verbs();
  return all;
}

const VerbWords* find_verb(std::string_view name) {
  const auto found = std::find_if(verbs().begin(), verbs().end(),
                                  [&](const VerbWords& words) { return words.name == name; });
  return found == verbs().end() ? nullptr : &*found;
}

RequestError unknown_verb(std::size_t column, std::string_view verb) {
  std::vector<std::string_view> known;
  for (const VerbWords& words : verbs()) known.push_back(words.name);
  const std::string_view nearest = config::nearest_name(verb, known);
  return bad_request(
      column,
      fmt::format("unknown verb \"{}\"{}; HELP lists all verbs", verb, did_you_mean(nearest)),
      nearest);
}

bool is_option(std::string_view name) {
  // Fields are filters in most verbs, even where some verb has an option of the same name.
  if (text_field(name)) return false;
  return std::any_of(verbs().begin(), verbs().end(), [&](const VerbWords& words) {
    return std::find(words.options.begin(), words.options.end(), name) != words.options.end();
  });
}

bool takes_several(std::string_view option) {
  static constexpr std::string_view kLists[] = {"fields", "with",   "quantiles", "source",
                                                "reason", "rights", "accounts"};
  return std::find(std::begin(kLists), std::end(kLists), option) != std::end(kLists);
}

const std::vector<std::string_view>& choices_of(std::string_view option) {
  static const std::vector<std::string_view> fields = {
      "account", "method", "endpoint", "path", "status", "code", "revision", "source", "call_id"};
  static const std::vector<std::string_view> none;
  static const std::map<std::string_view, std::vector<std::string_view>> all = {
      {"by", fields},
      {"field", fields},
      {"sort", {"calls", "errors", "error_rate"}},
      {"order", {"newest", "oldest"}},
      {"reason",
       {"not-json", "not-object", "no-time", "bad-time", "too-long", "not-utf8", "too-old",
        "future", "no-zone"}},
      {"compare", {"previous", "day", "week"}},
      {"now", {"false", "true"}},
      {"do", {"add", "reset-password", "reset-totp", "disable", "enable", "remove"}},
  };
  const auto found = all.find(option);
  return found == all.end() ? none : found->second;
}

std::optional<storage::TextField> text_field(std::string_view name) {
  const auto found = std::find(std::begin(kFieldNames), std::end(kFieldNames), name);
  if (found == std::end(kFieldNames)) return std::nullopt;
  return static_cast<storage::TextField>(found - std::begin(kFieldNames));
}

std::string_view name_of(storage::TextField field) {
  return kFieldNames[static_cast<std::size_t>(field)];
}

std::vector<std::string_view> id_kinds(const Context& context) {
  std::vector<std::string_view> kinds(std::begin(kBuiltInKinds), std::end(kBuiltInKinds));
  for (const std::string& kind : context.id_kinds) {
    const bool known =
        kind == "call_id" || std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
    if (!known) kinds.push_back(kind);
  }
  return kinds;
}

std::vector<std::string_view> filter_names(const Context& context) {
  std::vector<std::string_view> names(std::begin(kFieldNames), std::end(kFieldNames));
  names.insert(names.end(), {"status", "duration_ms", "code", "word", "id", "text"});
  for (const std::string_view kind : id_kinds(context)) {
    // An ID kind takes precedence over the error code or the word of its name.
    if (kind != "code" && kind != "word") names.push_back(kind);
  }
  return names;
}

std::vector<std::string_view> exported_names(const Context& context) {
  std::vector<std::string_view> names = {"ts",      "account", "method",   "endpoint",
                                         "path",    "status",  "revision", "duration_ms",
                                         "call_id", "source",  "ref"};
  const std::vector<std::string_view> kinds = id_kinds(context);
  names.insert(names.end(), kinds.begin(), kinds.end());
  return names;
}

}  // namespace fortnight::query
