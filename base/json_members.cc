#include "base/json_members.h"

#include "base/json_walk.h"

namespace fortnight {
namespace {

using Token = JsonWalk::Token;

bool begins_value(Token token) {
  return token != Token::close && token != Token::end && token != Token::key;
}

// The text of the value that begins with `token`, which the walk has just returned. Skips it.
std::string_view take_value(JsonWalk& walk, Token token, std::string_view json) {
  if (token == Token::primitive) return walk.raw();
  if (token == Token::string) {
    const std::size_t begin = static_cast<std::size_t>(walk.raw().data() - json.data()) - 1;
    return json.substr(begin, walk.position() - begin);
  }
  const std::size_t begin = walk.position() - 1;
  walk.skip(token);
  return json.substr(begin, walk.position() - begin);
}

}  // namespace

std::vector<JsonMember> members_of(std::string_view json) {
  std::vector<JsonMember> members;
  JsonWalk walk(json);
  if (walk.next() != Token::open_object) return {};
  for (Token token = walk.next(); token != Token::close; token = walk.next()) {
    if (token != Token::key) return {};
    const std::string_view key = walk.raw();
    token = walk.next();
    if (!begins_value(token)) return {};
    members.push_back({key, take_value(walk, token, json)});
  }
  if (walk.next() != Token::end) return {};
  return members;
}

std::vector<std::string_view> elements_of(std::string_view json) {
  std::vector<std::string_view> elements;
  JsonWalk walk(json);
  if (walk.next() != Token::open_array) return {};
  for (Token token = walk.next(); token != Token::close; token = walk.next()) {
    if (!begins_value(token)) return {};
    elements.push_back(take_value(walk, token, json));
  }
  if (walk.next() != Token::end) return {};
  return elements;
}

}  // namespace fortnight
