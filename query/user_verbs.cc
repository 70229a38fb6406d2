// USER and USERS: the people who may sign in on the page.
#include <algorithm>

#include "access/registry.h"
#include "access/totp.h"
#include "query/access_words.h"
#include "query/verbs.h"

namespace fortnight::query {
namespace {

using Credentials = access::People::Credentials;

// Whether totp=new is given.
Parsed<bool> makes_totp(const VerbContext& verb) {
  const Value* const value = verb.request.option("totp");
  if (value == nullptr) return false;
  if (value->text != "new") {
    return bad_request(value->column, "expected totp=new, not \"" + value->text + "\"");
  }
  return true;
}

// An option that the action doesn't use.
Parsed<void> only_for(const VerbContext& verb, std::string_view option, bool used) {
  const auto given = verb.request.options.find(option);
  if (used || given == verb.request.options.end()) return {};
  return bad_request(given->second.column,
                     "\"" + std::string(option) + "\" doesn't go with this do=");
}

Parsed<void> give_credentials(const VerbContext& verb, std::string_view name,
                              const Credentials& credentials) {
  std::string row;
  JsonWriter json(row);
  json.open_object().key("name").text(access::person_name(name).value_or(""));
  if (!credentials.password.empty()) {
    json.key("password").text(credentials.password);
    write_time_member("password_until", verb.request.now + access::kOneTimePasswordTime, json);
  }
  if (!credentials.totp_secret.empty()) {
    json.key("totp_uri")
        .text(access::totp_uri(access::person_name(name).value_or(""), credentials.totp_secret));
    json.key("recovery_codes").open_array();
    for (const std::string& code : credentials.recovery_codes) json.text(code);
    json.close_array();
  }
  json.close_object();
  return give(verb, row);
}

Parsed<Credentials> act(const VerbContext& verb, std::string_view name, std::string_view action,
                        access::People& people) {
  FORTNIGHT_ASSIGN(const bool totp, makes_totp(verb));
  const auto checked = [](Result<Credentials> result) -> Parsed<Credentials> {
    if (!result) return refusal_of(result.error());
    return *std::move(result);
  };
  const auto without_credentials = [](const Result<void>& result) -> Parsed<Credentials> {
    if (!result) return refusal_of(result.error());
    return Credentials();
  };
  if (action == "add") {
    FORTNIGHT_ASSIGN(access::Grant grant, grant_of(verb));
    return checked(people.add(name, std::move(grant), totp, verb.request.now));
  }
  if (action == "reset-password") return checked(people.reset_password(name, verb.request.now));
  if (action == "reset-totp") return checked(people.reset_totp(name, totp));
  if (action == "remove") return without_credentials(people.remove(name));
  return without_credentials(people.set_disabled(name, action == "disable"));
}

}  // namespace

Answer answer_user(const VerbContext& verb) {
  FORTNIGHT_ASSIGN(access::Registry* const registry, registry_of(verb));
  FORTNIGHT_ASSIGN(const std::string_view name, name_given(verb));
  const std::vector<std::string_view>& actions = choices_of("do");
  const Value* const action = verb.request.option("do");
  if (action == nullptr) {
    return RequestError("bad-request", "USER needs do=, such as do=add; HELP USER lists them");
  }
  if (std::find(actions.begin(), actions.end(), action->text) == actions.end()) {
    return bad_request(action->column,
                       "no do=\"" + action->text + "\"; HELP USER lists what there is");
  }
  const bool adds = action->text == "add";
  FORTNIGHT_TRY(only_for(verb, "rights", adds));
  FORTNIGHT_TRY(only_for(verb, "accounts", adds));
  FORTNIGHT_TRY(only_for(verb, "totp", adds || action->text == "reset-totp"));
  FORTNIGHT_ASSIGN(const Credentials credentials,
                   act(verb, name, action->text, registry->people()));
  const bool shown = !credentials.password.empty() || !credentials.totp_secret.empty();
  if (shown) FORTNIGHT_TRY(give_credentials(verb, name, credentials));
  return Summary().close();
}

Answer answer_users(const VerbContext& verb) {
  FORTNIGHT_ASSIGN(access::Registry* const registry, registry_of(verb));
  const std::vector<access::Person> people = registry->people().list();
  for (const access::Person& person : people) {
    std::string row;
    JsonWriter json(row);
    json.open_object().key("name").text(person.name);
    write_grant_members(person.grant, json);
    json.key("second_factor").boolean(person.has_factor());
    if (person.has_factor()) json.key("recovery_codes").number(person.recovery_codes.size());
    json.key("sessions").number(registry->sessions_of(person.name));
    write_time_member("created", person.created, json);
    if (person.used) write_time_member("used", *person.used, json);
    if (person.one_time_until) write_time_member("password_until", *person.one_time_until, json);
    if (person.disabled) json.key("disabled").boolean(true);
    json.close_object();
    FORTNIGHT_TRY(give(verb, row));
  }
  Summary summary;
  summary.json().key("users").number(people.size());
  return summary.close();
}

}  // namespace fortnight::query
