// ISSUE, TOKENS and REVOKE: who may ask besides those on the host.
#include <charconv>
#include <limits>

#include "access/registry.h"
#include "base/civil_text.h"
#include "query/access_words.h"
#include "query/verbs.h"

namespace fortnight::query {
namespace {

Parsed<access::Tokens*> tokens_of(const VerbContext& verb) {
  FORTNIGHT_ASSIGN(access::Registry* const registry, registry_of(verb));
  return &registry->tokens();
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

void write_terms(const access::TokenTerms& terms, JsonWriter& json) {
  json.key("name").text(terms.name);
  write_grant_members(terms.grant, json);
  if (terms.expires) write_time_member("expires", *terms.expires, json);
}

}  // namespace

Answer answer_issue(const VerbContext& verb) {
  FORTNIGHT_ASSIGN(access::Tokens* const tokens, tokens_of(verb));
  access::TokenTerms terms;
  FORTNIGHT_ASSIGN(terms.name, name_given(verb));
  FORTNIGHT_ASSIGN(terms.grant, grant_of(verb));
  FORTNIGHT_ASSIGN(terms.expires, end_of(verb));
  const auto issued = tokens->issue(terms, verb.request.now);
  if (!issued) return refusal_of(issued.error());
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
  if (const auto revoked = tokens->revoke(name); !revoked) return refusal_of(revoked.error());
  return Summary().close();
}

}  // namespace fortnight::query
