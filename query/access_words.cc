#include "query/access_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/civil_time.h"

namespace fortnight::query {

Parsed<access::Registry*> registry_of(const VerbContext& verb) {
  if (verb.context.registry == nullptr) {
    return RequestError("unsupported", "no daemon here asks who somebody is");
  }
  return verb.context.registry;
}

Parsed<std::string_view> name_given(const VerbContext& verb) {
  if (verb.request.alone.empty()) {
    return RequestError("bad-request", std::string(verb.request.words->name) + " needs a name");
  }
  return std::string_view(verb.request.alone[0].text);
}

Parsed<access::Grant> grant_of(const VerbContext& verb) {
  const auto& options = verb.request.options;
  const auto given = options.find("rights");
  if (given == options.end()) {
    return RequestError("bad-request", fmt::format("{} needs rights=, such as rights=counts,calls",
                                                   verb.request.words->name));
  }
  access::Grant grant;
  for (const Value& value : given->second.values) {
    const auto right = access::find_right(value.text);
    if (!right) {
      return bad_request(value.column,
                         fmt::format("no right \"{}\"; expected some of {}", value.text,
                                     fmt::join(access::kRightNames, " ")));
    }
    grant.rights.add(*right);
  }
  const auto accounts = options.find("accounts");
  if (accounts != options.end()) {
    grant.accounts.emplace();
    for (const Value& value : accounts->second.values) grant.accounts->push_back(value.text);
  }
  return grant;
}

RequestError refusal_of(const Error& error) {
  if (error.code != ErrorCode::invalid && error.code != ErrorCode::not_found) {
    return store_error(error);
  }
  return {"bad-request", error.message};
}

void write_grant_members(const access::Grant& grant, JsonWriter& json) {
  json.key("rights").open_array();
  for (const std::string_view name : access::kRightNames) {
    if (grant.rights.has(*access::find_right(name))) json.text(name);
  }
  json.close_array().key("accounts");
  if (!grant.accounts) {
    json.null();
    return;
  }
  json.open_array();
  for (const std::string& account : *grant.accounts) json.text(account);
  json.close_array();
}

void write_time_member(std::string_view key, TimeNs time, JsonWriter& json) {
  json.key(key);
  write_time(time, fraction_digits(time), json);
}

}  // namespace fortnight::query
