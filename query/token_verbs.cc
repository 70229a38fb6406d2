// ISSUE, TOKENS and REVOKE: who may ask besides those on the host.
#include <algorithm>
#include <charconv>
#include <limits>

#include "access/tokens.h"
#include "base/civil_text.h"
#include "base/civil_time.h"
#include "query/verbs.h"

namespace fortnight::query {
namespace {

Parsed<access::Tokens*> tokens_of(const VerbContext& verb) {
  if (verb.context.tokens == nullptr) {
    return RequestError("unsupported", "there are no tokens here: no daemon asks for them");
  }
  return verb.context.tokens;
}

RequestError refused(const Error& error) {
  if (error.code != ErrorCode::invalid && error.code != ErrorCode::not_found) {
    return store_error(error);
  }
  return {"bad-request", error.message};
}

Parsed<access::Rights> rights_of(const VerbContext& verb) {
  const auto given = verb.request.options.find("rights");
  if (given == verb.request.options.end()) {
    return RequestError("bad-request", "ISSUE needs rights=, such as rights=counts,calls");
  }
  access::Rights rights;
  for (const Value& value : given->second.values) {
    const auto right = access::find_right(value.text);
    if (!right) {
      return bad_request(value.column, "no right \"" + value.text +
                                           "\"; expected some of counts calls bodies erase admin");
    }
    rights.add(*right);
  }
  return rights;
}

// "90d", "12h", "2w", or a time.
Parsed<std::optional<TimeNs>> end_of(const VerbContext& verb) {
  const Value* value = verb.request.option("expires");
  if (value == nullptr) return std::optional<TimeNs>();
  const std::string_view text = value->text;
  std::int64_t number = 0;
  const auto [stop, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit = text.substr(static_cast<std::size_t>(stop - text.data()));
  const TimeNs length = unit == "h"   ? kNsPerHour
                        : unit == "d" ? kNsPerDay
                        : unit == "w" ? 7 * kNsPerDay
                                      : 0;
  constexpr std::int64_t kMostHours = 200L * 366 * 24;
  const bool in_range = failed == std::errc() && number > 0 && length != 0 &&
                        number <= kMostHours * kNsPerHour / length;
  if (in_range && verb.request.now <= kMaxTime - number * length) {
    return std::optional(verb.request.now + number * length);
  }
  const auto civil = parse_civil(text);
  if (civil && civil->date_ns && !civil->clock_ns) {
    return std::optional(verb.request.zone.instant(*civil->date_ns));
  }
  if (civil && civil->date_ns && civil->offset_ns) {
    return std::optional(*civil->date_ns + *civil->clock_ns - *civil->offset_ns);
  }
  return bad_request(
      value->column,
      "no time \"" + value->text + "\"; expected 90d, 12h, 2w, 2027-01-31 or 2027-01-31T08:15:00Z");
}

Parsed<std::string_view> name_given(const VerbContext& verb) {
  if (verb.request.alone.empty()) {
    return RequestError("bad-request", std::string(verb.request.words->name) + " needs a name");
  }
  return std::string_view(verb.request.alone[0].text);
}

void write_time_member(std::string_view key, TimeNs time, JsonWriter& json) {
  json.key(key);
  write_time(time, fraction_digits(time), json);
}

void write_terms(const access::TokenTerms& terms, JsonWriter& json) {
  json.key("name").text(terms.name).key("rights").open_array();
  for (const std::string_view name : access::kRightNames) {
    if (terms.rights.has(*access::find_right(name))) json.text(name);
  }
  json.close_array().key("accounts");
  if (terms.accounts) {
    json.open_array();
    for (const std::string& account : *terms.accounts) json.text(account);
    json.close_array();
  } else {
    json.null();
  }
  if (terms.expires) write_time_member("expires", *terms.expires, json);
}

}  // namespace

Answer answer_issue(const VerbContext& verb) {
  FORTNIGHT_ASSIGN(access::Tokens* const tokens, tokens_of(verb));
  access::TokenTerms terms;
  FORTNIGHT_ASSIGN(terms.name, name_given(verb));
  FORTNIGHT_ASSIGN(terms.rights, rights_of(verb));
  FORTNIGHT_ASSIGN(terms.expires, end_of(verb));
  const auto accounts = verb.request.options.find("accounts");
  if (accounts != verb.request.options.end()) {
    terms.accounts.emplace();
    for (const Value& value : accounts->second.values) terms.accounts->push_back(value.text);
  }
  const auto issued = tokens->issue(terms, verb.request.now);
  if (!issued) return refused(issued.error());
  std::string row;
  JsonWriter json(row);
  json.open_object();
  write_terms(terms, json);
  json.key("token").text(*issued).close_object();
  FORTNIGHT_TRY(give(verb, row));
  return Summary().close();
}

Answer answer_tokens(const VerbContext& verb) {
  FORTNIGHT_ASSIGN(access::Tokens* const tokens, tokens_of(verb));
  const std::vector<access::Tokens::Entry> entries = tokens->list();
  for (const access::Tokens::Entry& entry : entries) {
    std::string row;
    JsonWriter json(row);
    json.open_object();
    write_terms(entry.terms, json);
    write_time_member("created", entry.created, json);
    if (entry.used) write_time_member("used", *entry.used, json);
    const bool expired = entry.terms.expires && *entry.terms.expires <= verb.request.now;
    if (expired) json.key("expired").boolean(true);
    json.close_object();
    FORTNIGHT_TRY(give(verb, row));
  }
  Summary summary;
  summary.json().key("tokens").number(entries.size());
  return summary.close();
}

Answer answer_revoke(const VerbContext& verb) {
  FORTNIGHT_ASSIGN(access::Tokens* const tokens, tokens_of(verb));
  FORTNIGHT_ASSIGN(const std::string_view name, name_given(verb));
  if (const auto revoked = tokens->revoke(name); !revoked) return refused(revoked.error());
  return Summary().close();
}

}  // namespace fortnight::query
