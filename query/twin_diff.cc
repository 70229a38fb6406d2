#include "query/twin_diff.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "base/ascii.h"
#include "base/civil_text.h"
#include "base/json_diff.h"
#include "base/json_number.h"
#include "base/json_text.h"
#include "base/json_walk.h"

namespace fortnight::query {

namespace {

using storage::CallRecord;
using storage::TextField;

constexpr std::size_t kMostDifferences = 200;
// Longer lines aren't compared with each other: each may have a hundred thousand places.
constexpr std::size_t kLongestCompared = 256U << 10;

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

// Whether the values are the statuses of their calls. These always matter.
bool is_status(const JsonDifference& difference, const CallRecord& call, const CallRecord& twin) {
  return difference.left && difference.right &&
         text_of_json(*difference.left) == std::to_string(call.status) &&
         text_of_json(*difference.right) == std::to_string(twin.status);
}

// Whether headers of this name differ between any two calls, whatever their results.
bool is_routine_header(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "age",         "cf-ray",          "content-length", "date",
      "etag",        "expires",         "forwarded",      "idempotency-key",
      "traceparent", "x-forwarded-for", "x-real-ip"};
  static constexpr std::string_view kParts[] = {"request-id", "call-id", "correlation-id",
                                                "trace-id", "span-id"};
  const std::string lowered = lower(name);
  const auto has = [&](std::string_view part) { return lowered.find(part) != lowered.npos; };
  if (std::find(std::begin(kNames), std::end(kNames), lowered) != std::end(kNames)) return true;
  if (std::any_of(std::begin(kParts), std::end(kParts), has)) return true;
  const bool limit = has("ratelimit") || has("rate-limit");
  return limit && (has("remaining") || has("reset"));
}

// The order in which differences are written.
enum class Rank : std::uint8_t { telling, varies, varies_in_headers };

Rank rank_of(const JsonDifference& difference, const CallRecord& call, const CallRecord& twin,
             const VaryingPlaces& varying) {
  if (is_status(difference, call, twin)) return Rank::telling;
  const auto pointer = JsonPointer::parse(difference.pointer);
  const std::size_t header = pointer ? pointer->first_header() : 0;
  const bool in_headers = pointer && header < pointer->steps().size();
  const bool varies = varying.contains(difference.pointer) ||
                      (in_headers && is_routine_header(pointer->steps()[header]));
  if (!varies) return Rank::telling;
  return in_headers ? Rank::varies_in_headers : Rank::varies;
}

struct Ranked {
  Rank rank;
  const JsonDifference* difference;
};

}  // namespace

VaryingPlaces::VaryingPlaces(std::span<const CallRecord> calls) {
  const CallRecord* first = nullptr;
  for (const CallRecord& call : calls) {
    if (call.line.size() > kLongestCompared) continue;
    if (first == nullptr) {
      first = &call;
      continue;
    }
    // A place that is the same in the first call and in each other one doesn't vary.
    for (JsonDifference& difference : json_differences(first->line, call.line)) {
      pointers_.insert(std::move(difference.pointer));
    }
  }
}

void write_differences(const CallRecord& call, const CallRecord& twin, const VaryingPlaces& varying,
                       JsonWriter& row) {
  const std::vector<JsonDifference> differences = json_differences(call.line, twin.line);
  std::vector<Ranked> ranked;
  for (const JsonDifference& difference : differences) {
    if (is_identity(difference, call, twin)) continue;
    ranked.push_back({rank_of(difference, call, twin, varying), &difference});
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const Ranked& a, const Ranked& b) { return a.rank < b.rank; });
  const std::size_t written = std::min(ranked.size(), kMostDifferences);
  row.key("diff").open_array();
  for (const Ranked& each : std::span(ranked).first(written)) {
    row.open_object().key("pointer").text(each.difference->pointer);
    if (each.difference->left) row.key("this").raw(*each.difference->left);
    if (each.difference->right) row.key("twin").raw(*each.difference->right);
    if (each.rank != Rank::telling) row.key("varies").boolean(true);
    row.close_object();
  }
  row.close_array();
  if (written != ranked.size()) row.key("diff_more").number(ranked.size() - written);
}

}  // namespace fortnight::query
