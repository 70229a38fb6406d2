#include "tools/client/json.h"

#include "base/json_members.h"
#include "base/json_number.h"
#include "base/json_text.h"
#include "base/json_walk.h"

namespace fortnight::client {
namespace {

std::string decoded(std::string_view raw) {
  std::string scratch;
  return std::string(decode_json_string(raw, scratch));
}

}  // namespace

std::vector<Member> members_of(std::string_view json) {
  std::vector<Member> members;
  for (const JsonMember& member : fortnight::members_of(json)) {
    members.push_back({decoded(member.key), std::string(member.value)});
  }
  return members;
}

std::vector<std::string> elements_of(std::string_view json) {
  const std::vector<std::string_view> elements = fortnight::elements_of(json);
  return {elements.begin(), elements.end()};
}

std::string member_of(std::string_view json, std::string_view key) {
  for (const JsonMember& member : fortnight::members_of(json)) {
    if (decoded(member.key) == key) return std::string(member.value);
  }
  return {};
}

std::string value_at(std::string_view json, std::initializer_list<std::string_view> keys) {
  std::string value(json);
  for (const std::string_view key : keys) value = member_of(value, key);
  return value;
}

std::string text_of(std::string_view json) {
  const bool quoted = json.size() >= 2 && json.front() == '"' && json.back() == '"';
  std::string scratch;
  return std::string(scalar_text(quoted ? json.substr(1, json.size() - 2) : json, quoted, scratch));
}

double number_of(std::string_view json) { return fortnight::number_of(json).value_or(0); }

}  // namespace fortnight::client
