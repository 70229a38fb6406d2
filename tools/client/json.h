// A JSON reader for the client. Each value stays its own text, so that values, including numbers,
// are shown exactly as they were sent. Text that doesn't parse yields an empty list.
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

// Members of an object, in order; empty if `json` isn't an object.
std::vector<Member> members_of(std::string_view json);
// Elements of an array, in order; empty if `json` isn't an array.
std::vector<std::string> elements_of(std::string_view json);
// Value of the first member of that name; empty if there is none.
std::string member_of(std::string_view json, std::string_view key);
// Follows the keys through nested objects; empty if there is no such value.
std::string value_at(std::string_view json, std::initializer_list<std::string_view> keys);
// Strings are decoded, null is empty, other values stay as they are.
std::string text_of(std::string_view json);
// 0 if it isn't a number.
double number_of(std::string_view json);

}  // namespace fortnight::client
