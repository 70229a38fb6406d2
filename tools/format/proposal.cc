#include "tools/format/proposal.h"

#include <algorithm>
#include <functional>
#include <set>

#include "base/ascii.h"

namespace fortnight::format {
namespace {

// A field's values must look like it on this share of the lines that have it.
constexpr double kMostValues = 0.9;
// Below this, a candidate isn't proposed.
constexpr double kLeastConfidence = 0.3;
// If fewer lines of a log are calls, it is a log of something else.
constexpr double kFewestCalls = 0.05;
// More kinds of IDs are noise.
constexpr std::size_t kMaxIdKinds = 6;
constexpr std::size_t kMaxPerhaps = 3;
constexpr std::size_t kMaxKindName = 64;

Finding found_at(const std::string& pointer, double confidence, const PointerStatistics& at) {
  Finding finding;
  finding.pointer = pointer;
  finding.confidence = confidence;
  finding.lines = at.present;
  finding.values = at.distinct.size();
  return finding;
}

// How well the values at a pointer look like the field, 0 to 1, whatever their name.
double value_fit(Role role, const PointerStatistics& at) {
  switch (role) {
    case Role::ts: {
      // Numbers in the range of today's epochs may be IDs; times of a log ascend.
      const double ascents =
          at.times == 0 ? 0 : static_cast<double>(at.ascents) / static_cast<double>(at.times);
      return at.share(at.times) * (0.6 + 0.4 * ascents);
    }
    case Role::method:
      return at.share(at.methods);
    case Role::path:
      return at.share(at.paths) * (at.share(at.routes) > 0.5 ? 0.5 : 1);
    case Role::endpoint:
      return at.share(at.routes) > 0.3 ? at.share(at.paths) : 0;
    case Role::status:
      return at.share(at.statuses) * (0.3 + 0.7 * at.share(at.usual_statuses));
    case Role::revision:
      return at.share(at.dates);
    case Role::duration:
      return std::max(at.share(at.numbers), at.share(at.numbers_with_unit));
    case Role::call_id:
      // An ID that each call has for itself.
      return at.longest > 100 || at.distinct_share() < 0.95 ? 0 : at.share(at.identifiers);
    default:
      return 0;
  }
}

// Of these fields the name alone tells apart numbers and versions of any kind.
bool needs_name(Role role) { return role == Role::duration || role == Role::revision; }

class Proposer {
 public:
  explicit Proposer(const std::vector<FlatRecord>& records) : records_(records) {}

  Proposal run() {
    proposal_.lines = records_.size();
    for (const FlatRecord& record : records_) add_record(record, all_);
    find_calls();
    for (const Role role : {Role::ts, Role::method, Role::status, Role::path, Role::endpoint,
                            Role::duration, Role::revision}) {
      choose(role);
    }
    choose_request_line();
    choose_call_id();
    choose_account();
    choose_error_code();
    choose_ids();
    return std::move(proposal_);
  }

 private:
  using Pointers = std::map<std::string, PointerStatistics>;

  // The best pointer for a field, among lines that needn't be calls.
  [[nodiscard]] std::string best_of_all(Role role) const {
    std::string best;
    double most = kLeastConfidence;
    for (const auto& [pointer, at] : all_.pointers) {
      if (value_fit(role, at) < kMostValues || all_.presence(at) < kFewestCalls) continue;
      const double score =
          value_fit(role, at) * name_fit(role, pointer) * (0.5 + 0.5 * all_.presence(at));
      if (score > most) {
        most = score;
        best = pointer;
      }
    }
    return best;
  }

  static const FlatValue* value_at(const FlatRecord& record, const std::string& pointer) {
    for (const FlatValue& value : record) {
      if (value.pointer == pointer) return value.is_null() || value.text.empty() ? nullptr : &value;
    }
    return nullptr;
  }

  // A log may have other lines than calls. A call has most of a method, a path and a status.
  void find_calls() {
    std::vector<std::string> essential;
    for (const Role role : {Role::method, Role::path, Role::status}) {
      if (std::string best = best_of_all(role); !best.empty()) essential.push_back(std::move(best));
    }
    // One alone proves nothing: other lines have paths, too.
    if (essential.size() < 2) essential.clear();
    std::vector<const FlatRecord*> calls;
    std::vector<const FlatRecord*> others;
    for (const FlatRecord& record : records_) {
      const auto has = [&](const std::string& pointer) { return value_at(record, pointer); };
      const auto some = std::count_if(essential.begin(), essential.end(), has);
      const bool is_call = essential.empty() || 2 * some > static_cast<long>(essential.size());
      (is_call ? calls : others).push_back(&record);
    }
    if (calls.empty()) std::swap(calls, others);
    for (const FlatRecord* const call : calls) add_record(*call, calls_);
    proposal_.calls = calls.size();
    if (!others.empty()) find_condition(calls, others, essential);
  }

  // A pointer that has one value on all calls, and another on most other lines; or that only calls
  // have.
  void find_condition(const std::vector<const FlatRecord*>& calls,
                      const std::vector<const FlatRecord*>& others,
                      const std::vector<std::string>& essential) {
    for (const auto& [pointer, at] : calls_.pointers) {
      if (at.distinct.size() != 1 || at.present != calls.size() || at.longest > 100) continue;
      const std::string& value = *at.distinct.begin();
      std::size_t same = 0;
      std::size_t different = 0;
      for (const FlatRecord* const record : others) {
        const FlatValue* const found = value_at(*record, pointer);
        if (found != nullptr) ++(found->text == value ? same : different);
      }
      if (same > 0 || 2 * different < others.size()) continue;
      proposal_.only = {pointer, value};
      return;
    }
    for (const std::string& pointer : essential) {
      const auto has = [&](const FlatRecord* record) { return value_at(*record, pointer); };
      if (!std::all_of(calls.begin(), calls.end(), has)) continue;
      if (std::any_of(others.begin(), others.end(), has)) continue;
      proposal_.only = {pointer, "*"};
      return;
    }
  }

  void choose(Role role) {
    std::string best;
    Finding finding;
    for (const auto& [pointer, at] : calls_.pointers) {
      if (used_.contains(pointer) || value_fit(role, at) < kMostValues * fit_needed(role)) continue;
      const double name = name_fit(role, pointer);
      if (needs_name(role) && name < 0.8) continue;
      const double score = value_fit(role, at) * name * (0.3 + 0.7 * calls_.presence(at));
      if (score <= std::max(finding.confidence, kLeastConfidence)) continue;
      finding = found_at(pointer, score, at);
    }
    if (finding.pointer.empty()) return;
    if (role == Role::duration) set_unit(finding);
    const PointerStatistics& at = calls_.pointers.at(finding.pointer);
    if (role == Role::ts && at.times_without_zone > 0) {
      finding.lacks_zone = true;
      finding.doubt = "without a zone: UTC is a guess";
    }
    used_.insert(finding.pointer);
    proposal_.found[role] = std::move(finding);
  }

  // Times that don't ascend, and statuses that are unusual, are doubtful, not wrong.
  static double fit_needed(Role role) { return role == Role::ts || role == Role::status ? 0.6 : 1; }

  void set_unit(Finding& finding) {
    const PointerStatistics& at = calls_.pointers.at(finding.pointer);
    const std::string name = "_" + snake_case(last_step(finding.pointer)) + "_";
    if (at.share(at.numbers_with_unit) > 0.5) return;
    const auto named = [&](std::initializer_list<std::string_view> words) {
      return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
        return name.find("_" + std::string(word) + "_") != std::string::npos;
      });
    };
    if (named({"ms", "millis", "milliseconds", "msec"})) {
      finding.unit = "ms";
    } else if (named({"us", "micros", "microseconds", "usec"})) {
      finding.unit = "us";
    } else if (named({"ns", "nanos", "nanoseconds", "nsec"})) {
      finding.unit = "ns";
    } else if (named({"s", "sec", "secs", "seconds"})) {
      finding.unit = "s";
    } else {
      set_unit_by_size(at, finding);
    }
  }

  static void set_unit_by_size(const PointerStatistics& at, Finding& finding) {
    const double median = at.median();
    const bool has_fractions = at.share(at.fractions) > 0.5;
    if (has_fractions && median < 10) {
      finding.unit = "s";
    } else if (!has_fractions && median >= 1e6) {
      finding.unit = "ns";
    } else if (!has_fractions && median >= 2e4) {
      finding.unit = "us";
    } else {
      finding.unit = "ms";
    }
    finding.confidence = std::min(finding.confidence, 0.6);
    finding.doubt = "the unit is a guess by size";
  }

  void choose_request_line() {
    if (proposal_.find(Role::method) != nullptr && proposal_.find(Role::path) != nullptr) return;
    for (const auto& [pointer, at] : calls_.pointers) {
      if (at.share(at.request_lines) < kMostValues) continue;
      proposal_.request_line = found_at(pointer, calls_.presence(at), at);
      used_.insert(pointer);
      return;
    }
  }

  void choose_call_id() {
    choose(Role::call_id);
    if (proposal_.find(Role::call_id) != nullptr) return;
    // Short IDs don't look like any: the name must say it, and each call have its own.
    Finding finding;
    for (const auto& [pointer, at] : calls_.pointers) {
      if (used_.contains(pointer) || at.longest > 100 || at.distinct_share() < 0.95) continue;
      const double name = name_fit(Role::call_id, pointer);
      const double score = name * calls_.presence(at) * 0.8;
      if (name < 0.8 || calls_.lines < 3 || score <= finding.confidence) continue;
      finding = found_at(pointer, score, at);
    }
    if (finding.pointer.empty()) return;
    used_.insert(finding.pointer);
    proposal_.found[Role::call_id] = std::move(finding);
  }

  // Values that recur: fewer than calls, and more than one.
  [[nodiscard]] bool recurs(const PointerStatistics& at) const {
    return at.distinct.size() > 1 && at.longest <= 100 &&
           2 * at.distinct.size() <= std::max<std::uint64_t>(at.present, 4);
  }

  void choose_account() {
    Finding best;
    for (const auto& [pointer, at] : calls_.pointers) {
      if (used_.contains(pointer) || at.paths > 0 || at.times == at.present) continue;
      const double name = name_fit(Role::account, pointer);
      if (name < 0.8) continue;
      const double score = name * name * (0.5 + 0.5 * calls_.presence(at)) * (recurs(at) ? 1 : 0.6);
      if (score <= best.confidence) continue;
      best = found_at(pointer, score, at);
      if (!recurs(at)) best.doubt = "its values don't recur";
    }
    if (best.confidence >= kLeastConfidence) {
      used_.insert(best.pointer);
      proposal_.found[Role::account] = std::move(best);
      return;
    }
    for (const auto& [pointer, at] : calls_.pointers) {
      if (proposal_.perhaps_account.size() >= kMaxPerhaps) return;
      const bool fits = !used_.contains(pointer) && recurs(at) && at.strings == at.present &&
                        calls_.presence(at) >= 0.5 && name_fit(Role::account, pointer) >= 0.5 &&
                        at.paths == 0 && at.times == 0 && at.distinct.size() > 2;
      if (!fits) continue;
      proposal_.perhaps_account.push_back(found_at(pointer, 0, at));
    }
  }

  void choose_error_code() {
    Finding best;
    for (const auto& [pointer, at] : calls_.pointers) {
      const std::string name = snake_case(pointer);
      const bool named = name.find("error") != std::string::npos && name.ends_with("code");
      if (used_.contains(pointer) || !named || at.longest > 100) continue;
      if (at.present <= best.lines) continue;
      best = found_at(pointer, 0.7, at);
    }
    if (best.pointer.empty()) return;
    used_.insert(best.pointer);
    proposal_.found[Role::error_code] = std::move(best);
  }

  void choose_ids() {
    std::vector<std::pair<std::uint64_t, std::string>> candidates;
    for (const auto& [pointer, at] : calls_.pointers) {
      if (used_.contains(pointer) || at.longest > 100) continue;
      const std::string name = snake_case(last_step(pointer));
      const bool named = name.ends_with("_id") || name == "id";
      const bool looks_so = at.share(at.identifiers) >= kMostValues;
      if (at.distinct.size() < 2 || !(looks_so || (named && at.distinct_share() > 0.1))) continue;
      candidates.emplace_back(at.present, pointer);
    }
    std::sort(candidates.begin(), candidates.end(), std::greater<>());
    for (const auto& [present, pointer] : candidates) {
      if (proposal_.ids.size() >= kMaxIdKinds) return;
      const PointerStatistics& at = calls_.pointers.at(pointer);
      const double confidence = at.share(at.identifiers) >= kMostValues ? 0.8 : 0.5;
      proposal_.ids.try_emplace(kind_of(pointer), found_at(pointer, confidence, at));
    }
  }

  // The name of an ID kind: "order_id" for /order/id.
  static std::string kind_of(const std::string& pointer) {
    std::string name = snake_case(last_step(pointer));
    if (name == "id" || name == "uuid") {
      const std::string parent = snake_case(last_step(pointer.substr(0, pointer.rfind('/'))));
      if (!parent.empty()) name = parent + "_" + name;
    }
    if (!name.ends_with("id")) name += "_id";
    if (is_digit(name.front())) name = "id_" + name;
    if (name == "id" || name == "_id") return "other_id";
    if (name == "call_id") return "other_call_id";
    return name.substr(0, kMaxKindName);
  }

  const std::vector<FlatRecord>& records_;
  Statistics all_;
  Statistics calls_;
  std::set<std::string> used_;
  Proposal proposal_;
};

}  // namespace

const Finding* Proposal::find(Role role) const {
  const auto at = found.find(role);
  return at == found.end() ? nullptr : &at->second;
}

bool Proposal::has_calls() const {
  return request_line || (find(Role::method) != nullptr && find(Role::path) != nullptr);
}

Proposal propose_clf(std::uint64_t lines) {
  Proposal proposal;
  proposal.lines = lines;
  proposal.calls = lines;
  proposal.input = "text";
  return proposal;
}

Proposal propose(const std::vector<FlatRecord>& records) { return Proposer(records).run(); }

std::string_view confidence_word(double confidence) {
  if (confidence >= 0.85) return "sure";
  return confidence >= 0.6 ? "likely" : "unsure";
}

}  // namespace fortnight::format
