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

bool for_each_member(std::string_view json, const VisitMember& visit) {
  JsonWalk walk(json);
  if (walk.next() != Token::open_object) return false;
  for (Token token = walk.next(); token != Token::close; token = walk.next()) {
    if (token != Token::key) return false;
    const std::string_view key = walk.raw();
    token = walk.next();
    if (!begins_value(token)) return false;
    visit({key, take_value(walk, token, json)});
  }
  return walk.next() == Token::end;
}

bool for_each_element(std::string_view json, const VisitElement& visit) {
  JsonWalk walk(json);
  if (walk.next() != Token::open_array) return false;
  for (Token token = walk.next(); token != Token::close; token = walk.next()) {
    if (!begins_value(token)) return false;
    visit(take_value(walk, token, json));
  }
  return walk.next() == Token::end;
}

std::vector<JsonMember> members_of(std::string_view json) {
  std::vector<JsonMember> members;
  const bool whole =
      for_each_member(json, [&](const JsonMember& member) { members.push_back(member); });
  return whole ? members : std::vector<JsonMember>();
}

std::vector<std::string_view> elements_of(std::string_view json) {
  std::vector<std::string_view> elements;
  const bool whole =
      for_each_element(json, [&](std::string_view element) { elements.push_back(element); });
  return whole ? elements : std::vector<std::string_view>();
}

}  // namespace fortnight
