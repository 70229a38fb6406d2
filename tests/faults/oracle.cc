#include "tests/faults/oracle.h"

#include <algorithm>
#include <limits>
#include <set>

#include "base/civil_time.h"
#include "storage/files/file_names.h"
#include "tests/storage/sample_calls.h"
#include "tests/support/status_text.h"

namespace fortnight::faults {

using namespace storage;

namespace {

constexpr int kOldestDays = 40;
constexpr std::uint64_t kSources = 3;

TimeNs random_time(TimeNs now, int retention_days, std::mt19937_64& random) {
  const auto within = static_cast<TimeNs>(random() % static_cast<std::uint64_t>(kNsPerHour));
  switch (random() % 12) {
    case 0:
      return now - within - kNsPerDay;
    case 1:
      return now - within - retention_days * kNsPerDay;
    case 2:
      return now - within - (retention_days + 5) * kNsPerDay;
    default:
      return now - within;
  }
}

}  // namespace

Append Oracle::make_append(TimeNs now, std::mt19937_64& random) {
  Append append;
  Sent sent;
  sent.source = "source-" + std::to_string(random() % kSources);
  for (std::uint64_t calls = random() % 6; calls > 0; --calls) {
    samples::Sample sample;
    sample.ts = random_time(now, retention_days_, random);
    sample.account = "A" + std::to_string(random() % 3);
    sample.status = random() % 3 == 0 ? 500 : 200;
    sample.call_id = "call-" + std::to_string(next_call_++);
    samples::add_sample(append.batch, sample);
    sent.calls.push_back(
        {sample.call_id, day_of(sample.ts), sample.account, is_error(sample.status)});
  }
  if (random() % 5 == 0) append.rejects.push_back({now, sent.source, "not-json", "", 0, "{oops"});
  sent.rejects = append.rejects.size();
  sent.skipped = append.skipped = random() % 3;
  const auto before = std::count_if(appends_.begin(), appends_.end(),
                                    [&](const Sent& other) { return other.source == sent.source; });
  append.positions.push_back({sent.source, std::to_string(before + 1)});
  appends_.push_back(std::move(sent));
  return append;
}

std::optional<std::size_t> Oracle::prefix_of(const Engine& engine) const {
  const std::map<std::string, std::string> positions = engine.positions();
  std::size_t prefix = 0;
  for (const auto& [source, position] : positions) prefix += std::stoull(position);
  if (prefix > appends_.size()) return std::nullopt;
  std::map<std::string, std::uint64_t> expected;
  for (std::size_t i = 0; i < prefix; ++i) ++expected[appends_[i].source];
  for (const auto& [source, appends] : expected) {
    const auto position = positions.find(source);
    if (position == positions.end() || position->second != std::to_string(appends)) {
      return std::nullopt;
    }
  }
  return prefix;
}

std::string Oracle::check(const Engine& engine) const {
  const std::string status = tests::status_text(engine, now_);
  for (const char* unharmed : {"\"lost_records\":0", "\"lost_files\":0", "\"unreadable_files\":0",
                               "\"damaged_manifests\":0", "\"rebuilt_from_files\":false"}) {
    if (status.find(unharmed) != std::string::npos) continue;
    return "damage is reported where there is none: " + status + "\n" + check_contents(engine);
  }
  return check_contents(engine);
}

std::string Oracle::check_contents(const Engine& engine) const {
  const std::optional<std::size_t> prefix = prefix_of(engine);
  if (!prefix) return "the positions are those of no beginning of what was sent\n";
  if (*prefix < acknowledged_ || *prefix > begun_) {
    return "appends: " + std::to_string(*prefix) + " is not within " +
           std::to_string(acknowledged_) + " and " + std::to_string(begun_) + "\n";
  }
  return check_calls(engine, *prefix) + check_counts(engine, *prefix) +
         check_counters(engine, *prefix);
}

std::string Oracle::check_counters(const Engine& engine, std::size_t prefix) const {
  std::size_t calls = 0;
  std::size_t rejects = 0;
  std::uint64_t skipped = 0;
  for (std::size_t i = 0; i < prefix; ++i) {
    calls += appends_[i].calls.size();
    rejects += appends_[i].rejects;
    skipped += appends_[i].skipped;
  }
  std::string wrong;
  const std::string status = tests::status_text(engine, now_);
  for (const std::string& counter :
       {"\"intake\":{\"calls\":" + std::to_string(calls) + ",",
        "\"skipped\":" + std::to_string(skipped) + ",\"rejects\":{" +
            (rejects == 0 ? "" : "\"not-json\":" + std::to_string(rejects)) + "}"}) {
    if (status.find(counter) == std::string::npos) {
      wrong += counter + " isn't what the status says: " + status + "\n";
    }
  }
  return wrong;
}

std::string Oracle::check_calls(const Engine& engine, std::size_t prefix) const {
  std::map<Day, std::multiset<std::string>> expected;
  for (std::size_t i = 0; i < prefix; ++i) {
    for (const SentCall& call : appends_[i].calls) expected[call.day].insert(call.call_id);
  }
  std::map<Day, std::multiset<std::string>> found;
  CallQuery query;
  query.limit = std::numeric_limits<std::uint64_t>::max();
  const auto scanned = engine.scan(query, {}, [&](CallRecord&& record) {
    found[record.ref.day].insert(record.field(TextField::call_id));
    return true;
  });
  if (!scanned) return "scan: " + scanned.error().message + "\n";
  std::string wrong;
  for (const auto& [day, calls] : expected) {
    const bool may_be_gone = day < day_of(now_) - retention_days_ || dropping_.contains(day);
    const bool must_be_gone = dropped_.contains(day);
    if (!must_be_gone && found[day] == calls) continue;
    if (may_be_gone && found[day].empty()) continue;
    wrong += day_to_string(day) + ": " + std::to_string(found[day].size()) + " calls of " +
             std::to_string(calls.size()) + " of the first " + std::to_string(prefix) +
             " appends\n";
  }
  for (const auto& [day, calls] : found) {
    if (!expected.contains(day) && !calls.empty())
      wrong += day_to_string(day) + ": unknown calls\n";
  }
  return wrong;
}

std::string Oracle::check_counts(const Engine& engine, std::size_t prefix) const {
  CountQuery query;
  const Day first = day_of(now_) - kOldestDays;
  for (Day day = first; day <= day_of(now_) + 2; ++day) query.edges.push_back(day_start(day));
  query.by_field = TextField::account;
  CountGroups expected;
  for (std::size_t i = 0; i < prefix; ++i) {
    for (const SentCall& call : appends_[i].calls) {
      const auto bucket = static_cast<std::size_t>(call.day - first);
      expected.of(expected.at(call.account), bucket) += {1, call.is_error ? 1U : 0U};
    }
  }
  const auto counted = engine.count(query, now_, {});
  if (!counted) return "count: " + counted.error().message + "\n";
  if (counted->groups == expected) return {};
  std::string wrong = "counts differ from a recount:";
  for (CountGroups::Group group = 0; group < expected.size(); ++group) {
    const std::string account(expected.name(group));
    expected.each_bucket(group, [&](std::size_t i, const Counts& counts) {
      const std::uint64_t calls = counted->groups.find(account, i).calls;
      if (calls == counts.calls) return;
      wrong += " " + account + " " + day_to_string(first + static_cast<Day>(i)) + ": " +
               std::to_string(calls) + " of " + std::to_string(counts.calls) + ";";
    });
  }
  return wrong + "\n";
}

}  // namespace fortnight::faults
