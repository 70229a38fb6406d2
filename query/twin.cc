// TWIN: what differs between a call and one like it that succeeded.
#include <algorithm>
#include <cstdlib>

#include "base/civil_text.h"
#include "base/json_diff.h"
#include "base/json_number.h"
#include "base/json_text.h"
#include "query/filters.h"
#include "query/verbs.h"

namespace fortnight::query {

namespace {

using storage::CallRecord;
using storage::TextField;

constexpr std::size_t kMostDifferences = 200;

std::string text_of_json(std::string_view json) {
  if (!json.starts_with('"')) return std::string(json);
  std::string scratch;
  return std::string(decode_json_string(json.substr(1, json.size() - 2), scratch));
}

bool is_id_of(const CallRecord& call, std::string_view text) {
  return call.field(TextField::call_id) == text ||
         std::any_of(call.ids.begin(), call.ids.end(),
                     [&](const auto& id) { return id.second == text; });
}

// Whether the text is the call's time, in a form with a date or as an epoch.
bool is_time_of(const CallRecord& call, std::string_view text) {
  if (const auto civil = parse_civil(text); civil && civil->date_ns && civil->clock_ns) {
    return *civil->date_ns + *civil->clock_ns - civil->offset_ns.value_or(0) == call.ts;
  }
  if (!is_json_number(text)) return false;
  const double number = std::strtod(std::string(text).c_str(), nullptr);
  for (const double unit : {1e9, 1e6, 1e3, 1.0}) {
    // A double has microseconds of the present.
    if (std::abs(number * unit - static_cast<double>(call.ts)) < 2e3) return true;
  }
  return false;
}

// Whether the values differ between any two calls: each is its own call's ID or time.
bool is_identity(const JsonDifference& difference, const CallRecord& call, const CallRecord& twin) {
  if (!difference.left || !difference.right) return false;
  const std::string left = text_of_json(*difference.left);
  const std::string right = text_of_json(*difference.right);
  return (is_id_of(call, left) && is_id_of(twin, right)) ||
         (is_time_of(call, left) && is_time_of(twin, right));
}

void write_differences(const CallRecord& call, const CallRecord& twin, JsonWriter& row) {
  std::size_t written = 0;
  std::uint64_t more = 0;
  row.key("diff").open_array();
  for (const JsonDifference& difference : json_differences(call.line, twin.line)) {
    if (is_identity(difference, call, twin)) continue;
    if (written == kMostDifferences) {
      ++more;
      continue;
    }
    ++written;
    row.open_object().key("pointer").text(difference.pointer);
    if (difference.left) row.key("this").raw(*difference.left);
    if (difference.right) row.key("twin").raw(*difference.right);
    row.close_object();
  }
  row.close_array();
  if (more != 0) row.key("diff_more").number(more);
}

// The query for successful calls of the same account, method and endpoint.
Parsed<storage::CallQuery> query_like(const VerbContext& verb, const CallRecord& call) {
  storage::CallQuery query;
  for (const TextField field : {TextField::account, TextField::method, TextField::endpoint}) {
    storage::Predicate same;
    same.subject = storage::Predicate::Subject::field;
    same.field = field;
    same.patterns = {exactly(call.field(field))};
    query.predicates.push_back(std::move(same));
  }
  Parameter good;
  good.name = "status";
  good.values = {{"success", 1}};
  FORTNIGHT_ASSIGN(auto predicates, filter_of(good, verb.context));
  std::move(predicates.begin(), predicates.end(), std::back_inserter(query.predicates));
  query.limit = 1;
  query.with_line = true;
  prepare_rows(query);
  return query;
}

enum class Side { before, after };

// Sends the nearest call on that side, if there is one, and returns how many there are.
Parsed<std::uint64_t> give_twin(const VerbContext& verb, const CallRecord& call, Side side,
                                storage::CallQuery query, storage::Completeness& completeness) {
  const bool before = side == Side::before;
  query.order = before ? storage::Order::newest_first : storage::Order::oldest_first;
  query.after = storage::Cursor{call.ts, call.ref.seq};
  if (before) {
    query.to = call.ts == kMaxTime ? call.ts : call.ts + 1;
  } else {
    query.from = call.ts;
  }
  std::optional<CallRecord> twin;
  const auto scanned = verb.request.store->scan(query, verb.budget, [&](CallRecord&& found) {
    twin = std::move(found);
    return true;
  });
  if (!scanned) return store_error(scanned.error());
  completeness += scanned->completeness;
  if (!twin) return std::uint64_t{0};
  std::string row;
  JsonWriter json(row);
  json.open_object().key("side").text(before ? "before" : "after");
  write_differences(call, *twin, json);
  write_call(*twin, verb.context, json);
  json.close_object();
  FORTNIGHT_TRY(give(verb, row));
  return std::uint64_t{1};
}

}  // namespace

Answer answer_twin(const VerbContext& verb) {
  FORTNIGHT_ASSIGN(const storage::Ref ref, ref_option(verb));
  auto call = verb.request.store->fetch(ref, verb.budget);
  if (!call) return store_error(call.error());
  Summary summary;
  if (!*call) {
    FORTNIGHT_ASSIGN(const storage::Completeness missing, completeness_at(verb, ref));
    summary.json().key("calls").number(0);
    summary.completeness(missing, true, false);
    summary.json().key("note").text("the call isn't kept");
    return summary.close();
  }
  const auto held = verb.budget.reserve((*call)->line.size());
  FORTNIGHT_ASSIGN(const storage::CallQuery query, query_like(verb, **call));
  storage::Completeness completeness;
  std::uint64_t calls = 0;
  for (const Side side : {Side::before, Side::after}) {
    FORTNIGHT_ASSIGN(const std::uint64_t given, give_twin(verb, **call, side, query, completeness));
    calls += given;
  }
  summary.json().key("calls").number(calls);
  summary.completeness(completeness, true, calls != 0);
  if (calls == 0) summary.no_data();
  return summary.close();
}

}  // namespace fortnight::query
