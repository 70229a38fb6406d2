#include "query/disclosure.h"

#include "base/civil_time.h"
#include "base/json_writer.h"
#include "query/call_row.h"
#include "query/permission.h"

namespace fortnight::query {
namespace {

// Of one filter. A request for more values is recorded with these.
constexpr std::size_t kMaxValues = 100;

std::string_view symbol_of(Operator op) {
  switch (op) {
    case Operator::equal:
      return "";
    case Operator::not_equal:
      return "!";
    case Operator::less:
      return "<";
    case Operator::less_equal:
      return "<=";
    case Operator::greater:
      return ">";
    case Operator::greater_equal:
      return ">=";
  }
  return "";
}

void write_hashes(const std::string& name, const std::vector<Value>& values,
                  const access::Audit& audit, JsonWriter& json) {
  json.open_array();
  for (std::size_t i = 0; i < values.size() && i < kMaxValues; ++i) {
    json.text(audit.hash(name, values[i].text));
  }
  json.close_array();
}

// What an admin does with the subject: words of the protocol, which aren't hashed.
void write_change(const ParsedRequest& request, JsonWriter& json) {
  if (const Value* change = request.option("do")) json.key("do").text(change->text);
  const auto rights = request.options.find("rights");
  if (rights == request.options.end()) return;
  json.key("rights").open_array();
  for (const Value& right : rights->second.values) json.text(right.text);
  json.close_array();
}

std::string filters_of(const ParsedRequest& request, const access::Audit& audit) {
  std::string text;
  JsonWriter json(text);
  if (!request.alone.empty()) {
    if (administers(request)) {
      json.key("subject").text(request.alone[0].text);
      write_change(request, json);
    } else {
      json.key("id");
      write_hashes("id", request.alone, audit, json);
    }
  }
  std::vector<const Parameter*> filters;
  for (const Parameter& filter : request.filters) filters.push_back(&filter);
  // These are options of ERASE, and filters elsewhere.
  for (const std::string_view name : {"account", "id", "text"}) {
    const auto given = request.options.find(name);
    if (given != request.options.end()) filters.push_back(&given->second);
  }
  if (!filters.empty()) {
    json.key("filters").open_object();
    for (const Parameter* filter : filters) {
      json.key(filter->name + std::string(symbol_of(filter->op)));
      write_hashes(filter->name, filter->values, audit, json);
    }
    json.close_object();
  }
  if (request.dated) {
    json.key("from");
    write_time(request.period.from, fraction_digits(request.period.from), json);
    json.key("to");
    write_time(request.period.to, fraction_digits(request.period.to), json);
  }
  return text;
}

}  // namespace

Disclosure::Disclosure(access::Audit& audit, const ParsedRequest& request, const std::string& peer)
    : audit_(audit), filters_(filters_of(request, audit)) {
  JsonWriter json(request_);
  json.key("request").text(audit.next_request(request.now));
  json.key("reader").text(request.reader->name()).key("peer").text(peer);
  json.key("verb").text(request.words->name);
}

Result<void> Disclosure::record(std::size_t bytes, TimeNs now) {
  if (recorded_ && refs_.empty()) return {};
  std::string members = request_;
  if (!filters_.empty()) members.append(",").append(filters_);
  JsonWriter json(members);
  json.key("bytes").number(bytes);
  if (!refs_.empty()) {
    json.key("refs").open_array();
    for (const storage::Ref& ref : refs_) json.text(ref.to_string());
    json.close_array();
  }
  FORTNIGHT_TRY(audit_.append(members, now));
  recorded_ = true;
  filters_.clear();
  refs_.clear();
  return {};
}

std::shared_ptr<Disclosure> disclosure_of(const Context& context, const ParsedRequest& request,
                                          const std::string& peer) {
  if (context.audit == nullptr) return nullptr;
  const bool discloses = shows_contents(request) || administers(request);
  return discloses ? std::make_shared<Disclosure>(*context.audit, request, peer) : nullptr;
}

}  // namespace fortnight::query
