#include "tests/faults/oracle.h"

#include <limits>
#include <set>

#include "storage/files/file_names.h"
#include "tests/storage/sample_calls.h"

namespace fortnight::faults {

using namespace storage;

namespace {

constexpr int kOldestDays = 40;

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
  for (std::uint64_t calls = random() % 6; calls > 0; --calls) {
    samples::Sample sample;
    sample.ts = random_time(now, retention_days_, random);
    sample.account = "A" + std::to_string(random() % 3);
    sample.status = random() % 3 == 0 ? 500 : 200;
    sample.call_id = "call-" + std::to_string(next_call_++);
    samples::add_sample(append.batch, sample);
    sent.push_back({sample.call_id, day_of(sample.ts), sample.account, is_error(sample.status)});
  }
  if (random() % 5 == 0) append.rejects.push_back({now, "source", "not-json", "", 0, "{oops"});
  append.positions.push_back({"source", std::to_string(appends_.size() + 1)});
  appends_.push_back(std::move(sent));
  return append;
}

std::string Oracle::check(const Engine& engine) const {
  const auto positions = engine.positions();
  const auto position = positions.find("source");
  const std::size_t prefix = position == positions.end() ? 0 : std::stoull(position->second);
  if (prefix < acknowledged_ || prefix > begun_) {
    return "position " + std::to_string(prefix) + " is not within " +
           std::to_string(acknowledged_) + " and " + std::to_string(begun_) + "\n";
  }
  std::string wrong = check_calls(engine, prefix) + check_counts(engine, prefix);
  const std::string status = engine.status(now_).json;
  for (const char* unharmed : {"\"lost_records\":0", "\"lost_files\":0", "\"unreadable_files\":0",
                               "\"damaged_manifests\":0", "\"rebuilt_from_files\":false"}) {
    if (status.find(unharmed) == std::string::npos) {
      wrong += "damage is reported where there is none: " + status + "\n";
      break;
    }
  }
  return wrong;
}

std::string Oracle::check_calls(const Engine& engine, std::size_t prefix) const {
  std::map<Day, std::multiset<std::string>> expected;
  for (std::size_t i = 0; i < prefix; ++i) {
    for (const SentCall& call : appends_[i]) expected[call.day].insert(call.call_id);
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
    const bool may_be_gone = day < day_of(now_) - retention_days_;
    if (found[day] == calls || (may_be_gone && found[day].empty())) continue;
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
    for (const SentCall& call : appends_[i]) {
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
