// JSON as the client reads it: each value as its own text, so that what is shown is what was sent,
// numbers and all. What doesn't parse is an empty list, and is shown as it stands.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace fortnight::client {

struct Member {
  std::string key;    // decoded
  std::string value;  // JSON text
};

// Of an object, in order; empty where `json` is none.
std::vector<Member> members_of(std::string_view json);
// Of an array, in order; empty where `json` is none.
std::vector<std::string> elements_of(std::string_view json);
// The value of the first member of that name; empty where there is none.
std::string member_of(std::string_view json, std::string_view key);
// By keys, one within the other; empty where there is no such value.
std::string value_at(std::string_view json, std::initializer_list<std::string_view> keys);
// A string decoded; null as nothing; anything else as it stands.
std::string text_of(std::string_view json);
// `text` as a JSON string, quotes included.
std::string json_quoted(std::string_view text);
// 0 where it is no number.
double number_of(std::string_view json);

}  // namespace fortnight::client
