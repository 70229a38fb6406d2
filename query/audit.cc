// AUDIT: who was shown the contents of calls, and what admins did.
#include "access/audit.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/json_members.h"
#include "base/json_text.h"
#include "query/cursor.h"
#include "query/filters.h"
#include "query/verbs.h"

namespace fortnight::query {
namespace {

constexpr storage::Order kOrder = storage::Order::newest_first;

std::string text_of_json(std::string_view json) {
  if (json.size() < 2 || json.front() != '"') return std::string(json);
  std::string scratch;
  return std::string(decode_json_string(json.substr(1, json.size() - 2), scratch));
}

bool has_text(std::string_view array, std::string_view text) {
  const std::vector<std::string_view> elements = elements_of(array);
  return std::any_of(elements.begin(), elements.end(),
                     [&](std::string_view element) { return text_of_json(element) == text; });
}

// What lines an AUDIT asks for, besides their time.
class AuditFilter {
 public:
  static Parsed<AuditFilter> of(const ParsedRequest& request, const access::Audit& audit) {
    AuditFilter filter(audit);
    const auto pattern = [&](std::string_view option, std::vector<storage::TextPattern>& out) {
      const Value* value = request.option(option);
      if (value != nullptr) out = {pattern_of(value->text)};
    };
    pattern("reader", filter.readers_);
    if (const Value* verb = request.option("verb")) {
      if (find_verb(upper(verb->text)) == nullptr) return unknown_verb(verb->column, verb->text);
      filter.verb_ = upper(verb->text);
    }
    if (request.option("ref") != nullptr) {
      const auto ref = storage::Ref::parse(request.option("ref")->text);
      if (!ref) {
        return bad_request(request.option("ref")->column, "no ref: take it from a row's \"ref\"");
      }
      filter.ref_ = ref->to_string();
    }
    if (const Value* value = request.option("value")) filter.value_ = value->text;
    return filter;
  }

  [[nodiscard]] bool matches(std::string_view line) const {
    // Most lines don't have the ref, which is found faster than the members.
    if (!ref_.empty() && line.find('"' + ref_ + '"') == std::string_view::npos) return false;
    bool reader = readers_.empty();
    bool verb = verb_.empty();
    bool ref = ref_.empty();
    bool value = !value_;
    for (const JsonMember& member : members_of(line)) {
      if (member.key == "reader" && !reader) {
        reader = storage::matches_any(readers_, text_of_json(member.value));
      } else if (member.key == "verb" && !verb) {
        verb = text_of_json(member.value) == verb_;
      } else if (member.key == "refs" && !ref) {
        ref = has_text(member.value, ref_);
      } else if (member.key == "id" && !value) {
        value = has_text(member.value, audit_.hash("id", *value_));
      } else if (member.key == "filters" && !value) {
        value = has_value(member.value);
      }
    }
    return reader && verb && ref && value;
  }

 private:
  explicit AuditFilter(const access::Audit& audit) : audit_(audit) {}

  [[nodiscard]] bool has_value(std::string_view filters) const {
    const std::vector<JsonMember> members = members_of(filters);
    return std::any_of(members.begin(), members.end(), [&](const JsonMember& member) {
      // The name, without the operator.
      std::string name = text_of_json('"' + std::string(member.key) + '"');
      name.resize(name.find_last_not_of("!<>=") + 1);
      return has_text(member.value, audit_.hash(name, *value_));
    });
  }

  const access::Audit& audit_;
  std::vector<storage::TextPattern> readers_;
  std::string verb_;
  std::string ref_;
  std::optional<std::string> value_;
};

struct AuditPage {
  Period period;
  std::uint64_t limit = 0;
  RequestMark mark;
  TimeNs before = 0;  // where the page begins: lines before this time
};

Parsed<AuditPage> page_of_audit(const VerbContext& verb) {
  constexpr std::uint64_t default_page = 50;
  const ParsedRequest& request = verb.request;
  AuditPage page;
  page.period = request.period;
  page.mark = RequestMark::of(request, kOrder);
  FORTNIGHT_ASSIGN(page.limit, request.number("limit", default_page, verb.context.limits.rows));
  page.before = request.period.to;
  if (const Value* value = request.option("cursor")) {
    const std::optional<PageCursor> cursor = PageCursor::parse(value->text);
    if (!cursor) return bad_request(value->column, "no cursor: take it from a summary's \"next\"");
    FORTNIGHT_TRY(cursor->check(request, kOrder, *value));
    if (cursor->mark) page.mark = *cursor->mark;
    page.period = {cursor->from, cursor->to};
    page.before = cursor->after.ts;
  }
  return page;
}

}  // namespace

Answer answer_audit(const VerbContext& verb) {
  if (verb.context.audit == nullptr) {
    return RequestError("unsupported", "nothing is recorded: audit.enabled is false");
  }
  const access::Audit& audit = *verb.context.audit;
  FORTNIGHT_ASSIGN(const AuditPage page, page_of_audit(verb));
  FORTNIGHT_ASSIGN(const AuditFilter filter, AuditFilter::of(verb.request, audit));
  std::uint64_t given = 0;
  TimeNs last = 0;
  bool more = false;
  Parsed<void> sent;
  const auto read = audit.read(page.period.from, page.before,
                               [&](const access::Audit::Line& line) -> Result<bool> {
                                 FORTNIGHT_TRY(verb.budget.check());
                                 if (!filter.matches(line.json)) return true;
                                 more = given == page.limit;
                                 if (more) return false;
                                 sent = give(verb, line.json);
                                 ++given;
                                 last = line.ts;
                                 return static_cast<bool>(sent);
                               });
  if (!read) return store_error(read.error());
  FORTNIGHT_TRY(sent);
  Summary summary;
  summary.json().key("records").number(given);
  summary.json().key("complete").boolean(true);
  summary.period(verb.request, page.period);
  if (more) {
    const PageCursor next{{last, 0}, page.period.from, page.period.to, page.mark};
    summary.json().key("next").text(next.to_string());
  }
  if (given == 0) summary.no_data();
  return summary.close();
}

}  // namespace fortnight::query
