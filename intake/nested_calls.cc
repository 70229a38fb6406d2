#include "intake/nested_calls.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/json_text.h"
#include "base/json_walk.h"

namespace fortnight::intake {
namespace {

using WalkToken = JsonWalk::Token;
using Steps = std::vector<config::PointerStep>;

// A value's text, and its first token.
struct JsonValue {
  std::string_view text;
  WalkToken token = WalkToken::end;
};

// Reads the value that begins with `token`, which the walk has just returned.
JsonValue value_of(JsonWalk& walk, std::string_view json, WalkToken token) {
  std::size_t begin = walk.position();
  if (token == WalkToken::open_object || token == WalkToken::open_array) {
    --begin;
  } else {
    begin -= walk.raw().size() + (token == WalkToken::string ? 2 : 0);
  }
  walk.skip(token);
  return {json.substr(begin, walk.position() - begin), token};
}

// Calls visit(value) for each element of an array until it returns false.
template <typename Visit>
void each_element(std::string_view array, Visit&& visit) {
  JsonWalk walk(array);
  walk.next();
  for (WalkToken token = walk.next(); token != WalkToken::close && token != WalkToken::end;
       token = walk.next()) {
    if (!visit(value_of(walk, array, token))) return;
  }
}

// An object without one of its members.
struct Member {
  JsonValue value;
  std::string_view name;  // raw, of the member
  std::string others;     // the other members, with commas between them
};

Member take_member(std::string_view object, const std::string& name) {
  Member member;
  JsonWalk walk(object);
  std::string scratch;
  walk.next();
  while (walk.next() == WalkToken::key) {
    const std::string_view raw = walk.raw();
    const std::size_t begin = walk.position() - raw.size() - 2;
    const bool wanted =
        member.value.token == WalkToken::end && decode_json_string(raw, scratch) == name;
    const JsonValue value = value_of(walk, object, walk.next());
    if (wanted) {
      member.value = value;
      member.name = raw;
      continue;
    }
    if (!member.others.empty()) member.others.push_back(',');
    member.others.append(object, begin, walk.position() - begin);
  }
  return member;
}

// The text of an object around a call: {others,"name":inner}; empty if both are.
std::string around_of(const Member& member, const std::string& inner) {
  if (member.others.empty() && inner.empty()) return {};
  std::string out = "{" + member.others;
  if (!inner.empty()) {
    if (!member.others.empty()) out.push_back(',');
    out.append("\"").append(member.name).append("\":").append(inner);
  }
  return out + "}";
}

std::string with_around(std::string_view call, const std::string& around) {
  std::string out(call);
  if (around.empty() || !out.starts_with('{')) return out;
  const std::size_t end = out.rfind('}');
  std::size_t last = end;
  while (last > 0 && is_blank(out[last - 1])) --last;
  const bool is_empty = out[last - 1] == '{';
  out.resize(end);
  if (!is_empty) out.push_back(',');
  return out.append("\"@around\":").append(around).append("}");
}

// A call, and what was around it, from the inside out.
class Elements {
 public:
  Elements(const Steps& steps, std::size_t max_bytes, std::vector<std::string>& calls)
      : steps_(steps), max_bytes_(max_bytes), calls_(calls) {}

  // Follows the steps from `step` on, from a value within the members on the way.
  void follow(const JsonValue& value, std::size_t step) {
    if (step == steps_.size()) return arrive(value);
    if (value.token == WalkToken::open_object) {
      way_.push_back(take_member(value.text, steps_[step].name));
      const JsonValue next = way_.back().value;
      if (next.token != WalkToken::end) follow(next, step + 1);
      way_.pop_back();
    } else if (value.token == WalkToken::open_array) {
      std::size_t number = 0;
      each_element(value.text, [&](const JsonValue& element) {
        const bool any = steps_[step].kind == config::PointerStep::Kind::any;
        if (any || steps_[step].name == std::to_string(number)) follow(element, step + 1);
        ++number;
        return complete_;
      });
    }
  }

  [[nodiscard]] bool arrived() const { return arrived_; }
  [[nodiscard]] bool complete() const { return complete_; }

 private:
  void arrive(const JsonValue& value) {
    arrived_ = true;
    if (value.token != WalkToken::open_array) return add(value.text);
    each_element(value.text, [&](const JsonValue& element) {
      add(element.text);
      return complete_;
    });
  }

  void add(std::string_view text) {
    std::string around;
    for (auto member = way_.rbegin(); member != way_.rend(); ++member) {
      around = around_of(*member, around);
    }
    bytes_ += text.size() + around.size();
    complete_ = bytes_ <= max_bytes_;
    if (complete_) calls_.push_back(with_around(text, around));
  }

  const Steps& steps_;
  std::size_t max_bytes_;
  std::vector<std::string>& calls_;
  std::vector<Member> way_;
  std::size_t bytes_ = 0;
  bool arrived_ = false;
  bool complete_ = true;
};

JsonValue whole(std::string_view json) {
  JsonWalk walk(json);
  return value_of(walk, json, walk.next());
}

}  // namespace

bool take_elements(std::string_view json, const Steps& steps, std::size_t max_bytes,
                   std::vector<std::string>& calls, bool& complete) {
  Elements elements(steps, max_bytes, calls);
  elements.follow(whole(json), 0);
  complete = elements.complete();
  return elements.arrived();
}

std::optional<std::string> take_inside(std::string_view json, const Steps& steps) {
  std::vector<Member> way;
  JsonValue value = whole(json);
  for (const config::PointerStep& step : steps) {
    if (value.token != WalkToken::open_object) return std::nullopt;
    way.push_back(take_member(value.text, step.name));
    value = way.back().value;
  }
  std::string around;
  for (auto member = way.rbegin(); member != way.rend(); ++member) {
    around = around_of(*member, around);
  }
  if (value.token == WalkToken::open_object) return with_around(value.text, around);
  if (value.token != WalkToken::string) return std::nullopt;
  std::string scratch;
  std::string_view text = decode_json_string(value.text.substr(1, value.text.size() - 2), scratch);
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  const bool is_object = text.starts_with('{') && text.ends_with('}');
  return is_object ? with_around(text, around) : std::string(text);
}

}  // namespace fortnight::intake
