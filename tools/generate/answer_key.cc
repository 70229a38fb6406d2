#include "tools/generate/answer_key.h"

#include <algorithm>

#include "tools/generate/ids.h"

namespace fortnight::generate {
namespace {

constexpr std::size_t kSampledIds = 40;
constexpr std::size_t kSampledLines = 20;

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = text.size();
  for (const char c : text) hash = mix(hash, static_cast<unsigned char>(c));
  return hash;
}

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    if (c == '\t') {
      out.append("\\t");  // the only control character in odd lines
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

template <typename Counts>
void append_counts(std::string& out, std::string_view name, const Counts& counts) {
  if (out.back() != '{') out.push_back(',');
  append_json_string(out, name);
  out.append(":[");
  append_decimal(out, static_cast<std::int64_t>(counts.calls));
  out.push_back(',');
  append_decimal(out, static_cast<std::int64_t>(counts.errors));
  out.push_back(']');
}

template <typename Tally>
void append_tally(std::string& out, std::string_view name, const Tally& tally) {
  out.append(",\n\"").append(name).append("\":{");
  for (const auto& [value, counts] : tally) append_counts(out, value, counts);
  out.push_back('}');
}

}  // namespace

void AnswerKey::count(Tally& tally, std::string_view value, bool error) {
  auto found = tally.find(value);
  if (found == tally.end()) found = tally.emplace(value, Counts{}).first;
  ++found->second.calls;
  found->second.errors += error ? 1 : 0;
}

void AnswerKey::sample(std::string_view kind, const std::string& id, const Call& call) {
  if (id.empty()) return;
  auto of_kind = samples_.find(kind);
  if (of_kind == samples_.end()) of_kind = samples_.emplace(kind, Sample{}).first;
  Sample& sample = of_kind->second;
  const std::uint64_t hash = hash_of(id);
  if (sample.size() == kSampledIds && hash > sample.rbegin()->first) return;
  Sampled& entry = sample[hash];
  entry.id = id;
  ++entry.calls;
  if (entry.lines.size() < kSampledLines) entry.lines.push_back(call.line);
  if (sample.size() > kSampledIds) sample.erase(std::prev(sample.end()));
}

void AnswerKey::add(const Call& call) {
  const bool error = call.status >= 400;
  first_ = total_.calls == 0 ? call.time : std::min(first_, call.time);
  last_ = std::max(last_, call.time);
  ++total_.calls;
  total_.errors += error ? 1 : 0;
  count(account_, call.account, error);
  count(endpoint_, call.endpoint, error);
  count(status_, std::to_string(call.status), error);
  count(method_, call.method, error);
  count(revision_, call.revision, error);
  Counts& quarter = quarters_[call.time - call.time % kQuarter];
  ++quarter.calls;
  quarter.errors += error ? 1 : 0;

  sample("call_id", call.call_id, call);
  sample("error_id", call.error_id, call);
  sample("async_job_id", call.job_id, call);
  sample("metric_id", call.metric_id, call);
  for (auto id = call.resource_ids.begin(); id != call.resource_ids.end(); ++id) {
    // A call that has an ID twice counts once.
    if (std::find(call.resource_ids.begin(), id, *id) == id) sample("resource_id", *id, call);
  }
}

std::string AnswerKey::json() const {
  Tally days;
  Tally quarters;
  for (const auto& [start, counts] : quarters_) {
    std::string name;
    append_rfc3339(name, start, 0);
    quarters[name] = counts;
    Counts& day = days[name.substr(0, 10)];
    day.calls += counts.calls;
    day.errors += counts.errors;
  }
  std::string out = "{\"lines\":" + std::to_string(total_.calls + rejects_);
  out += ",\"calls\":" + std::to_string(total_.calls);
  out += ",\"errors\":" + std::to_string(total_.errors);
  out += ",\"rejects\":" + std::to_string(rejects_) + ",\"first\":\"";
  append_rfc3339(out, first_, 6);
  out += "\",\"last\":\"";
  append_rfc3339(out, last_, 6);
  out += '"';
  append_tally(out, "account", account_);
  append_tally(out, "endpoint", endpoint_);
  append_tally(out, "status", status_);
  append_tally(out, "method", method_);
  append_tally(out, "revision", revision_);
  append_tally(out, "day", days);
  append_tally(out, "quarter", quarters);
  out += ",\n\"ids\":[";
  const char* separator = "\n";
  for (const auto& [kind, sample] : samples_) {
    for (const auto& [hash, entry] : sample) {
      out += separator;
      separator = ",\n";
      out += "{\"kind\":\"" + kind + "\",\"id\":";
      append_json_string(out, entry.id);
      out += ",\"calls\":" + std::to_string(entry.calls) + ",\"lines\":[";
      for (const std::string& line : entry.lines) {
        if (out.back() != '[') out.push_back(',');
        append_json_string(out, line);
      }
      out += "]}";
    }
  }
  out += "\n]}\n";
  return out;
}

}  // namespace fortnight::generate
