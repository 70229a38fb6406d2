// Elasticsearch's bulk API: an action and its document are a line each.
//
//   {"create":{"_index":"logs","_id":"1"}}
//   {"@timestamp":"…","status":200}
#include <fmt/format.h>

#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/json_members.h"
#include "base/json_writer.h"
#include "daemon/ingest/record_bodies.h"

namespace fortnight::daemon {
namespace {

constexpr unsigned kCreated = 201;
constexpr unsigned kNothingStored = 200;  // the document is no call, or has come before

struct BulkAction {
  std::string_view verb;   // "index", "create", "update", "delete"
  std::string_view index;  // JSON text; empty: none
  std::string_view id;     // the same
  [[nodiscard]] bool has_document() const { return verb != "delete"; }
};

std::optional<BulkAction> parse_action(std::string_view line) {
  BulkAction action;
  std::size_t members = 0;
  bool known = false;
  const bool whole = for_each_member(line, [&](const JsonMember& member) {
    ++members;
    action.verb = member.key;
    known = member.key == "index" || member.key == "create" || member.key == "update" ||
            member.key == "delete";
    known &= for_each_member(member.value, [&](const JsonMember& option) {
      const bool text = option.value.size() >= 2 && option.value.front() == '"';
      if (option.key == "_index" && text) action.index = option.value;
      if (option.key == "_id" && text) action.id = option.value;
    });
  });
  return whole && known && members == 1 ? std::optional(action) : std::nullopt;
}

// The lines of a body without blank ones.
class BulkLines {
 public:
  explicit BulkLines(std::string_view text) : text_(text) {}
  std::optional<std::string_view> next() {
    while (at_ < text_.size()) {
      const std::size_t end = std::min(text_.find('\n', at_), text_.size());
      begin_ = at_;
      std::string_view line = text_.substr(at_, end - at_);
      at_ = end + 1;
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (line.find_first_not_of(" \t") != std::string_view::npos) return line;
    }
    return std::nullopt;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;
};

Problem no_bulk(std::uint64_t line, std::string_view why) {
  return {400, "bad-request", fmt::format("line {} of the bulk request: {}", line, why)};
}

// What is wrong with the request's form; nothing if every action has its document.
std::optional<Problem> check_bulk(std::string_view text) {
  BulkLines lines(text);
  std::uint64_t number = 0;
  while (const auto line = lines.next()) {
    ++number;
    const auto action = parse_action(*line);
    if (!action) return no_bulk(number, "expected an action, such as {\"create\":{}}");
    if (!action->has_document()) continue;
    ++number;
    if (!lines.next()) return no_bulk(number, "the action before has no document");
  }
  if (number == 0) return no_bulk(1, "expected an action");
  return std::nullopt;
}

// Appends the item of an action.
class BulkAnswer {
 public:
  explicit BulkAnswer(std::string_view index) { append_json_string(index, index_); }

  // `type` and `why`: of an error.
  void add(const BulkAction& action, unsigned status, std::string_view type = {},
           std::string_view why = {}) {
    text_ += text_.empty() ? "{\"" : ",{\"";
    text_.append(action.verb).append("\":{\"_index\":");
    text_ += action.index.empty() ? std::string_view(index_) : action.index;
    text_ += ",\"_id\":";
    text_ += action.id.empty() ? std::string_view("null") : action.id;
    text_ += fmt::format(",\"status\":{}", status);
    if (type.empty()) {
      const std::string_view result = status == kCreated ? "created" : "noop";
      text_ += fmt::format(",\"result\":\"{}\",\"_version\":1", result);
    } else {
      errors_ = true;
      text_.append(",\"error\":{\"type\":\"").append(type).append("\",\"reason\":");
      append_json_string(why, text_);
      text_ += '}';
    }
    text_ += "}}";
  }
  [[nodiscard]] std::string take() const {
    return fmt::format("{{\"took\":0,\"errors\":{},\"items\":[{}]}}", errors_, text_);
  }

 private:
  std::string index_;
  std::string text_;
  bool errors_ = false;
};

}  // namespace

boost::system::result<Reply, Problem> take_bulk_body(const Body& body, std::string_view index,
                                                     const TakeDocument& take) {
  if (auto wrong = check_bulk(body.text())) return std::move(*wrong);
  BulkAnswer answer(index);
  BulkLines lines(body.text());
  std::uint64_t number = 0;
  while (const auto line = lines.next()) {
    const BulkAction action = *parse_action(*line);
    const auto document = action.has_document() ? lines.next() : std::nullopt;
    if (action.verb != "index" && action.verb != "create") {
      answer.add(action, 400, "action_request_validation_exception",
                 "calls can't be changed: the actions are index and create");
      continue;
    }
    const Outcome outcome = take(*document, number++);
    if (outcome.reject == nullptr) {
      answer.add(action, outcome.kind == Outcome::Kind::call ? kCreated : kNothingStored);
    } else {
      answer.add(action, 400, "document_parsing_exception",
                 outcome.reject->reason + ": " + outcome.reject->detail);
    }
  }
  Reply reply = text_reply(200, "application/json", answer.take());
  reply.headers.add("X-Elastic-Product", "Elasticsearch");
  return reply;
}

}  // namespace fortnight::daemon
