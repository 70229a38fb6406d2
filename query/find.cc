// FIND: the calls that a pasted text is about.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "query/filters.h"
#include "query/tokens.h"
#include "query/verbs.h"

namespace fortnight::query {

namespace {

using storage::CallRecord;

// Each word costs about as much as SHOW of an unknown ID.
constexpr std::size_t kMostTokens = 200;
constexpr std::uint64_t kDefaultCalls = 20;

struct TokenMatch {
  std::string_view token;
  std::string kind;  // an ID's kind, "call_id" or "ref"
  friend bool operator<(const TokenMatch& a, const TokenMatch& b) {
    return std::tie(a.token, a.kind) < std::tie(b.token, b.kind);
  }
};

struct FoundCall {
  CallRecord call;
  std::vector<TokenMatch> matches;
};

// The kinds of IDs that have this value in the call.
std::vector<std::string> kinds_in_call(const CallRecord& call, std::string_view token) {
  std::set<std::string> kinds;
  if (call.field(storage::TextField::call_id) == token) kinds.insert("call_id");
  for (const auto& [kind, value] : call.ids) {
    if (value == token) kinds.insert(kind);
  }
  return {kinds.begin(), kinds.end()};
}

class Finder {
 public:
  Finder(const VerbContext& verb, std::uint64_t limit) : verb_(verb), limit_(limit) {
    query_ = call_query(verb.request);
    query_.limit = limit + 1;
    prepare_rows(query_);
  }

  Parsed<void> try_token(std::string_view token) {
    FORTNIGHT_TRY(try_ref(token));
    storage::CallQuery query = query_;
    storage::Predicate carries_id;
    carries_id.subject = storage::Predicate::Subject::any_id;
    carries_id.patterns = {exactly(token)};
    query.predicates.push_back(std::move(carries_id));
    std::uint64_t calls = 0;
    const auto scanned = verb_.request.store->scan(query, verb_.budget, [&](CallRecord&& call) {
      if (++calls > limit_) {
        more_ = true;
        return false;
      }
      note(token, std::move(call));
      return true;
    });
    if (!scanned) return store_error(scanned.error());
    completeness_ += scanned->completeness;
    return {};
  }

  Parsed<void> give_rows() {
    std::vector<const FoundCall*> newest;
    for (const auto& [ref, found] : found_) newest.push_back(&found);
    std::sort(newest.begin(), newest.end(), [](const FoundCall* a, const FoundCall* b) {
      return std::tie(a->call.ts, a->call.ref.seq) > std::tie(b->call.ts, b->call.ref.seq);
    });
    more_ = more_ || newest.size() > limit_;
    if (newest.size() > limit_) newest.resize(limit_);
    for (const FoundCall* found : newest) {
      std::string row;
      JsonWriter json(row);
      json.open_object();
      write_call(found->call, verb_.context, json);
      json.key("matched").open_array();
      for (const TokenMatch& match : found->matches) {
        json.open_object().key("token").text(match.token).key("kind").text(match.kind);
        json.close_object();
      }
      json.close_array().close_object();
      FORTNIGHT_TRY(give(verb_, row));
    }
    given_ = newest.size();
    return {};
  }

  std::string summary(std::size_t tried) {
    Summary summary;
    JsonWriter& json = summary.json();
    json.key("calls").number(given_).key("tried").number(tried).key("tokens").open_array();
    for (const auto& [match, calls] : calls_) {
      json.open_object().key("token").text(match.token).key("kind").text(match.kind);
      json.key("calls").number(calls).close_object();
    }
    json.close_array();
    if (more_) json.key("more").boolean(true);
    summary.completeness(completeness_, verb_.request.period.everything(), given_ != 0);
    if (given_ == 0) summary.no_data();
    return summary.close();
  }

 private:
  Parsed<void> try_ref(std::string_view token) {
    const auto ref = storage::Ref::parse(token);
    if (!ref || !is_day(ref->day)) return {};
    auto call = verb_.request.store->fetch(*ref, verb_.budget);
    if (!call) return store_error(call.error());
    if (!*call) return {};
    const storage::CallQuery& period = query_;
    if ((*call)->ts < period.from || (*call)->ts >= period.to) return {};
    prepare_row(**call);
    (*call)->line.clear();
    add({token, "ref"}, **call);
    return {};
  }

  void note(std::string_view token, CallRecord&& call) {
    for (std::string& kind : kinds_in_call(call, token)) add({token, std::move(kind)}, call);
  }

  void add(TokenMatch match, const CallRecord& call) {
    ++calls_[match];
    const auto [place, added] = found_.try_emplace(call.ref);
    if (added) place->second.call = call;
    place->second.matches.push_back(std::move(match));
  }

  const VerbContext& verb_;
  const std::uint64_t limit_;
  storage::CallQuery query_;
  std::map<storage::Ref, FoundCall> found_;
  std::map<TokenMatch, std::uint64_t> calls_;
  storage::Completeness completeness_;
  bool more_ = false;
  std::uint64_t given_ = 0;
};

}  // namespace

Answer answer_find(const VerbContext& verb) {
  const ParsedRequest& request = verb.request;
  FORTNIGHT_ASSIGN(const std::uint64_t limit,
                   request.number("limit", kDefaultCalls, verb.context.limits.shown));
  if (request.alone.empty()) return bad_request(1, "FIND takes a text: FIND \"what was pasted\"");
  const std::vector<std::string> tokens = id_tokens(request.alone[0].text, kMostTokens);
  Finder finder(verb, limit);
  for (const std::string& token : tokens) FORTNIGHT_TRY(finder.try_token(token));
  FORTNIGHT_TRY(finder.give_rows());
  return finder.summary(tokens.size());
}

}  // namespace fortnight::query
