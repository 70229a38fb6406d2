#include "access/grant.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/civil_text.h"
#include "base/civil_time.h"
#include "base/json_text.h"

namespace fortnight::access {
namespace {

constexpr std::size_t kMaxNameBytes = 64;
constexpr std::size_t kMaxAccounts = 1'000;

bool take_rights(std::string_view json, Rights& rights) {
  const auto names = texts_of(json);
  if (!names) return false;
  for (const std::string& name : *names) {
    const auto right = find_right(name);
    if (!right) return false;
    rights.add(*right);
  }
  return true;
}

}  // namespace

void normalise(Grant& grant) {
  if (!grant.accounts) return;
  std::sort(grant.accounts->begin(), grant.accounts->end());
  grant.accounts->erase(std::unique(grant.accounts->begin(), grant.accounts->end()),
                        grant.accounts->end());
}

std::string problem_of(const Grant& grant, std::string_view what) {
  const std::string subject(what);
  if (grant.rights.empty()) return subject + " without rights opens nothing";
  if (!grant.accounts) return {};
  if (grant.accounts->empty()) return subject + " for no account opens nothing";
  if (grant.accounts->size() > kMaxAccounts) {
    return subject + " is for at most 1000 accounts, or for all";
  }
  if (grant.rights.has(Right::admin)) {
    return "admin is for all accounts: it can't be restricted to some";
  }
  return {};
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxNameBytes &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_alphanumeric(c) || c == '.' || c == '_' || c == '-'; });
}

void write_grant(const Grant& grant, JsonWriter& json) {
  json.key("rights").open_array();
  for (const std::string_view name : kRightNames) {
    if (grant.rights.has(*find_right(name))) json.text(name);
  }
  json.close_array();
  if (!grant.accounts) return;
  json.key("accounts").open_array();
  for (const std::string& account : *grant.accounts) json.text(account);
  json.close_array();
}

void write_time(std::string_view key, TimeNs time, JsonWriter& json) {
  std::string text;
  append_rfc3339(time, fraction_digits(time), text);
  json.key(key).text(text);
}

std::optional<std::string> text_of(std::string_view json) {
  if (json.size() < 2 || json.front() != '"') return std::nullopt;
  std::string scratch;
  return std::string(decode_json_string(json.substr(1, json.size() - 2), scratch));
}

std::optional<std::vector<std::string>> texts_of(std::string_view json) {
  if (!json.starts_with('[')) return std::nullopt;
  std::vector<std::string> texts;
  for (const std::string_view element : elements_of(json)) {
    auto text = text_of(element);
    if (!text) return std::nullopt;
    texts.push_back(*std::move(text));
  }
  return texts;
}

std::optional<TimeNs> time_of(std::string_view json) {
  const auto text = text_of(json);
  if (!text) return std::nullopt;
  const auto civil = parse_civil(*text);
  if (!civil || !civil->date_ns || !civil->clock_ns || !civil->offset_ns) return std::nullopt;
  return *civil->date_ns + *civil->clock_ns - *civil->offset_ns;
}

std::optional<bool> take_grant(const JsonMember& member, Grant& grant) {
  if (member.key == "rights") return take_rights(member.value, grant.rights);
  if (member.key != "accounts") return std::nullopt;
  grant.accounts = texts_of(member.value);
  return grant.accounts.has_value();
}

}  // namespace fortnight::access
