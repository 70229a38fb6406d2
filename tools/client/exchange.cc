#include "tools/client/exchange.h"

#include <set>

#include "base/json_writer.h"
#include "storage/call/truncated.h"
#include "tools/client/json.h"

namespace fortnight::client {
namespace {

using Keys = std::initializer_list<std::string_view>;

// The first of these members that the line has.
std::string first_of(std::string_view line, std::initializer_list<Keys> places) {
  for (const Keys keys : places) {
    std::string value = value_at(line, keys);
    if (!value.empty() && value != "null") return value;
  }
  return {};
}

// Whether the value replaces a string that was cut off.
bool is_cut_off(std::string_view json) {
  const std::vector<Member> members = members_of(json);
  return members.size() == 1 && members[0].key == storage::kTruncatedMember;
}

Header header_of(const std::string& name, const std::string& json) {
  if (!is_cut_off(json)) return {name, text_of(json)};
  return {name, text_of(member_of(json, storage::kTruncatedMember)), true};
}

// Whether only the mark of a truncated line follows the first of these members that the line has:
// the missing part may have belonged to the member.
bool stands_last(std::string_view line, std::initializer_list<Keys> places) {
  for (const Keys keys : places) {
    const std::string value = value_at(line, keys);
    if (value.empty() || value == "null") continue;
    std::string within(line);
    for (const std::string_view key : keys) {
      std::vector<Member> members = members_of(within);
      if (!members.empty() && members.back().key == storage::kTruncatedMember) members.pop_back();
      if (members.empty() || members.back().key != key) return false;
      within = members.back().value;
    }
    return true;
  }
  return false;
}

// {"name":"value"} as most servers log it, {"name":["value",...]} as Caddy does.
std::vector<Header> headers_of(std::string_view json) {
  std::vector<Header> headers;
  for (const Member& member : members_of(json)) {
    const std::vector<std::string> values = elements_of(member.value);
    for (const std::string& value : values) headers.push_back(header_of(member.key, value));
    if (values.empty()) headers.push_back(header_of(member.key, member.value));
  }
  return headers;
}

// Members that the exchange shows elsewhere.
bool is_shown(std::string_view key) {
  static const std::set<std::string_view> shown = {
      "ts",       "call_id",     "account", "method",  "endpoint", "path",        "status",
      "revision", "duration_ms", "ids",     "request", "response", "resp_headers"};
  return shown.contains(key);
}

// The members that `shown` doesn't accept, as an object; empty if none remain.
template <typename Shown>
std::string object_without(std::string_view json, Shown&& shown) {
  std::string rest;
  JsonWriter writer(rest);
  for (const Member& member : members_of(json)) {
    if (shown(member.key)) continue;
    if (rest.empty()) writer.open_object();
    writer.key(member.key).raw(member.value);
  }
  if (!rest.empty()) writer.close_object();
  return rest;
}

// The line's other members, and the members of its messages other than headers and bodies.
std::string rest_of(std::string_view line) {
  std::string rest = object_without(line, is_shown);
  JsonWriter writer(rest);
  if (rest.empty()) {
    writer.open_object();
  } else {
    rest.pop_back();  // its closing bracket: more members follow
  }
  for (const std::string_view message : {"request", "response"}) {
    const std::string about = object_without(member_of(line, message), [](std::string_view key) {
      return key == "headers" || key == "body";
    });
    if (!about.empty()) writer.key(message).raw(about);
  }
  if (rest == "{") return {};
  writer.close_object();
  return rest;
}

}  // namespace

Exchange exchange_of(std::string_view row) {
  Exchange exchange;
  const std::string line = member_of(row, "line");
  exchange.method = text_of(member_of(row, "method"));
  exchange.path = text_of(member_of(row, "path"));
  exchange.status = static_cast<int>(number_of(member_of(row, "status")));
  exchange.cut_off = member_of(row, "truncated") == "true";
  exchange.request.headers =
      headers_of(first_of(line, {{"request", "headers"}, {"req", "headers"}, {"request_headers"}}));
  const auto of_bodies = [&](auto use) {
    return use(line, {{"request", "body"}, {"req", "body"}, {"request_body"}});
  };
  exchange.request.body = of_bodies(first_of);
  exchange.request.body_cut_off = exchange.cut_off && of_bodies(stands_last);
  exchange.response.headers = headers_of(first_of(
      line, {{"response", "headers"}, {"resp_headers"}, {"res", "headers"}, {"response_headers"}}));
  exchange.response.body =
      first_of(line, {{"response", "body"}, {"res", "body"}, {"response_body"}});
  exchange.rest = rest_of(line);
  return exchange;
}

}  // namespace fortnight::client
