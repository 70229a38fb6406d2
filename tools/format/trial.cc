#include "tools/format/trial.h"

#include <algorithm>
#include <limits>

#include "base/civil_time.h"
#include "base/number_text.h"
#include "storage/engine/retention.h"

namespace fortnight::format {
namespace {

using storage::TextField;

// A batch is emptied at this size: memory stays small, and shapes are shared by many calls.
constexpr std::size_t kCallsInABatch = 4096;

// The settings of the daemon, except that calls of any time are mapped: an old sample shows what a
// format makes of its lines.
intake::MapperSettings settings_of(const ChosenFormat& chosen, const std::string& source) {
  config::Source configured;
  configured.name = source;
  configured.format = chosen.name;
  intake::MapperSettings settings = intake::mapper_settings(chosen.config, configured);
  settings.max_age = std::numeric_limits<TimeNs>::max() / 2;
  settings.future = std::numeric_limits<TimeNs>::max() / 2;
  return settings;
}

TimeNs max_age_of(const ChosenFormat& chosen) {
  config::Source configured;
  configured.format = chosen.name;
  return intake::mapper_settings(chosen.config, configured).max_age;
}

std::size_t index_of(std::string_view field) {
  return static_cast<std::size_t>(std::find(kFields.begin(), kFields.end(), field) -
                                  kFields.begin());
}

}  // namespace

const std::string& SeenCall::field(std::string_view name) const { return fields[index_of(name)]; }

std::uint64_t TrialReport::calls_with(std::string_view name) const { return with[index_of(name)]; }

Trial::Trial(const ChosenFormat& chosen, const std::string& source, TimeNs now, std::size_t shown)
    : now_(now),
      max_age_(max_age_of(chosen)),
      future_(std::chrono::nanoseconds(chosen.config.limits.future).count()),
      first_kept_(storage::first_kept_day(now, static_cast<int>(chosen.config.retention.days))),
      shown_(shown),
      mapper_(settings_of(chosen, source)) {
  for (const auto& id : chosen.config.formats.at(chosen.name).ids) {
    if (id.first != "call_id") report_.ids[id.first] = 0;
  }
}

void Trial::take(const Line& line) {
  ++line_;
  if (append_.batch.calls.size() >= kCallsInABatch) append_.batch.clear();
  const std::size_t before = append_.batch.calls.size();
  if (line.too_long) {
    mapper_.map_cut_off(line.bytes, line.offset, now_, append_);
  } else {
    mapper_.map(line.bytes, line.offset, now_, append_);
  }
  for (std::size_t i = before; i < append_.batch.calls.size(); ++i) {
    see(append_.batch.calls[i], line_);
  }
  for (storage::Reject& reject : append_.rejects) {
    Refused& refused = report_.refused[reject.reason];
    if (++refused.lines > 1) continue;
    refused.first_line = line_;
    refused.detail = std::move(reject.detail);
    refused.bytes = std::move(reject.bytes);
  }
  append_.rejects.clear();
}

void Trial::see(const storage::Call& call, std::uint64_t line) {
  const SeenCall one = seen(call, line);
  for (std::size_t i = 0; i < kFields.size(); ++i) report_.with[i] += one.fields[i].empty() ? 0 : 1;
  for (const auto& id : one.ids) ++report_.ids[id.first];
  if (on_call_) on_call_(one);
  if (call.ts < now_ - max_age_) {
    ++report_.too_old;
  } else if (call.ts > now_ && call.ts - now_ > future_) {
    ++report_.future;
  } else if (day_of(call.ts) < first_kept_) {
    ++report_.past_retention;
  }
  if (!report_.times) report_.times = {call.ts, call.ts};
  report_.times->first = std::min(report_.times->first, call.ts);
  report_.times->second = std::max(report_.times->second, call.ts);
  if (report_.first.size() < shown_) report_.first.push_back(one);
}

SeenCall Trial::seen(const storage::Call& call, std::uint64_t line) const {
  const storage::Batch& batch = append_.batch;
  SeenCall out;
  out.line = line;
  const auto text = [&](TextField field) { return std::string(batch.field(call, field)); };
  std::string ts;
  append_rfc3339(call.ts, call.ts_digits, ts);
  std::string duration;
  if (call.duration_ns != storage::kNoDuration) append_milliseconds(call.duration_ns, duration);
  out.fields = {std::move(ts),
                text(TextField::account),
                text(TextField::method),
                text(TextField::endpoint),
                text(TextField::path),
                call.status == storage::kNoStatus ? "" : std::to_string(call.status),
                text(TextField::revision),
                std::move(duration),
                text(TextField::call_id)};
  storage::for_each_id(batch, call, [&](std::string_view kind, std::string_view value) {
    out.ids.emplace_back(kind, value);
  });
  return out;
}

TrialReport Trial::report() const {
  TrialReport report = report_;
  const intake::Counters& counters = mapper_.counters();
  report.lines = counters.lines;
  report.calls = counters.calls;
  report.skipped = counters.skipped;
  report.rejected = counters.rejected_total();
  report.mended = counters.mended;
  report.truncated = counters.truncated;
  return report;
}

}  // namespace fortnight::format
