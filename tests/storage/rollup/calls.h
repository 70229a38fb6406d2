// Random calls for the tests of rollups, and a naive model of their counts.
#pragma once

#include <array>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "storage/call/batch.h"
#include "storage/call/predicate.h"
#include "storage/files/block_cache.h"
#include "storage/packing/dictionary.h"
#include "storage/query.h"
#include "storage/rollup/rollup.h"
#include "tests/support/simulated_file_system.h"

namespace fortnight::storage::rollup_calls {

inline constexpr Day kDay = 20778;

// The values of TextField account, method, endpoint and revision, and the other counted fields.
struct Counted {
  std::string account, method, endpoint, revision;
  std::int32_t status = kNoStatus;
  TimeNs ts = 0;
  std::int64_t duration_ns = kNoDuration;
  std::string code = {};  // the error code
  std::uint8_t ts_digits = 9;
  std::uint64_t seq = 1;
};

// Where the lines of these calls have their error codes.
inline const std::vector<std::string> kCodePointers = {"/code"};

struct Variety {
  std::uint32_t accounts = 12;
  std::uint32_t endpoints = 5;
};

inline Counted random_call(std::mt19937_64& random, const Variety& variety = {}) {
  static const std::vector<std::string> methods = {"GET", "POST", "DELETE", ""};
  static const std::vector<std::string> revisions = {"2026-10-15", "2025-01-15", ""};
  static const std::vector<std::int32_t> statuses = {200, 200, 200, 201, 302,
                                                     404, 429, 500, 0,   999};
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  Counted call;
  // The smaller of two random numbers, so that some accounts are popular.
  const std::size_t account = std::min(below(variety.accounts), below(variety.accounts));
  if (account > 0) call.account = "ACC" + std::to_string(account);
  call.method = methods[below(methods.size())];
  const std::size_t endpoint = below(variety.endpoints);
  if (endpoint > 0) call.endpoint = "/api/" + std::to_string(endpoint) + "/{id}";
  call.revision = revisions[below(revisions.size())];
  call.status = statuses[below(statuses.size())];
  call.ts = day_start(kDay) + static_cast<TimeNs>(random() % kNsPerDay);
  if (below(10) > 0) call.duration_ns = static_cast<std::int64_t>(random() % 5'000'000'000);
  static const std::vector<std::string> codes = {"", "not_found", "limit", "down"};
  call.code = codes[below(codes.size())];
  call.ts_digits = below(2) == 0 ? 9 : 3;
  if (call.ts_digits == 3 && below(4) > 0) call.ts -= call.ts % 1'000'000;
  return call;
}

inline void append_call(Batch& batch, const Counted& counted) {
  Call call;
  call.ts = counted.ts;
  call.status = counted.status;
  call.duration_ns = counted.duration_ns;
  call.ts_digits = counted.ts_digits;
  call.seq = counted.seq;
  if (batch.shapes.empty()) {
    Shape plain;
    plain.skeleton = kPlainSkeleton;
    plain.holes = 1;
    batch.shapes.push_back(std::make_shared<const Shape>(std::move(plain)));
  }
  call.values = static_cast<std::uint32_t>(batch.text.size());
  append_value(batch.text, "{\"code\":\"" + counted.code + "\"}");
  const auto set = [&](TextField field, std::string_view value) {
    call.text[static_cast<std::size_t>(field)] = append_value(batch.text, value);
  };
  set(TextField::account, counted.account);
  set(TextField::method, counted.method);
  set(TextField::endpoint, counted.endpoint);
  set(TextField::revision, counted.revision);
  batch.calls.push_back(call);
}

inline void add_calls(RollupBuilder& builder, const std::vector<Counted>& calls) {
  Batch batch;
  for (const Counted& call : calls) append_call(batch, call);
  for (const Call& call : batch.calls) builder.add(batch, call);
}

// Adds the codes of failed calls that were added by column.
inline void add_codes(RollupBuilder& builder, const std::vector<Counted>& calls) {
  Batch batch;
  for (const Counted& call : calls) append_call(batch, call);
  for (const Call& call : batch.calls) {
    if (is_error(call.status)) builder.add_code(batch, call);
  }
}

// Passes calls by column, like a part's writer.
class KeyedBlocks {
 public:
  // `room`: maximum number of accounts in the dictionary.
  explicit KeyedBlocks(std::size_t room)
      : names_{DictionaryBuilder(room, 1U << 20),
               {1U << 20, 1U << 20},
               {1U << 20, 1U << 20},
               {1U << 20, 1U << 20}} {}

  void add(RollupBuilder& builder, const std::vector<Counted>& calls) {
    std::array<Strings, 4> values;
    std::array<std::vector<std::uint32_t>, 4> codes;
    std::vector<TimeNs> ts;
    std::vector<std::int64_t> durations;
    std::vector<std::int64_t> statuses;
    for (const Counted& call : calls) {
      const std::array texts = {call.account, call.endpoint, call.method, call.revision};
      for (std::size_t i = 0; i < texts.size(); ++i) {
        values[i].add(texts[i]);
        const auto code = names_[i].intern(texts[i]);
        full_[i] = full_[i] || !code;
        codes[i].push_back(code.value_or(0));
      }
      ts.push_back(call.ts);
      durations.push_back(call.duration_ns);
      statuses.push_back(call.status);
    }
    const auto key = [&](std::size_t i) {
      if (full_[i]) codes[i].clear();
      return KeyedCalls::Key{&values[i], &names_[i].entries(), codes[i]};
    };
    builder.add({.account = key(0),
                 .endpoint = key(1),
                 .method = key(2),
                 .revision = key(3),
                 .ts = ts,
                 .duration_ns = durations,
                 .status = statuses});
  }
  [[nodiscard]] bool full() const { return full_[0]; }

 private:
  std::array<DictionaryBuilder, 4> names_;
  std::array<bool, 4> full_{};
};

// Writes the calls' rollup to `path` and opens it.
inline std::shared_ptr<const RollupReader> make_rollup(faults::SimulatedFileSystem& files,
                                                       const std::string& path,
                                                       const std::vector<Counted>& calls) {
  const auto builder = RollupBuilder::create(kDay, {.codes = kCodePointers});
  add_calls(*builder, calls);
  builder->write(files, path).value();
  return RollupReader::open(files, path, std::make_shared<BlockCache>(1U << 20)).value();
}

inline const std::string& text_of(const Counted& call, TextField field) {
  switch (field) {
    case TextField::account:
      return call.account;
    case TextField::method:
      return call.method;
    case TextField::endpoint:
      return call.endpoint;
    default:
      return call.revision;
  }
}

inline bool matches(const Predicate& predicate, const Counted& call) {
  const bool matched = predicate.subject == Predicate::Subject::status
                           ? status_matches(predicate, call.status)
                           : matches_any(predicate.patterns, text_of(call, predicate.field));
  return matched != predicate.negated;
}

// The answer, by a check of each call.
inline CountAnswer naive_count(const std::vector<Counted>& calls, const CountQuery& query) {
  CountAnswer answer;
  const std::size_t buckets = query.edges.size() - 1;
  for (const Counted& call : calls) {
    const TimeNs quarter = call.ts - call.ts % kNsPerQuarter;
    std::size_t bucket = buckets;
    for (std::size_t i = 0; i < buckets; ++i) {
      if (quarter >= query.edges[i] && quarter < query.edges[i + 1]) bucket = i;
    }
    if (bucket == buckets) continue;
    bool all = true;
    for (const Predicate& predicate : query.predicates) all = all && matches(predicate, call);
    if (!all) continue;
    std::string group;
    if (query.by_status) group = std::to_string(call.status);
    if (query.by_field) group = text_of(call, *query.by_field);
    answer.groups.of(answer.groups.at(group), bucket) += {1, is_error(call.status) ? 1U : 0U};
  }
  return answer;
}

inline Predicate random_predicate(std::mt19937_64& random) {
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  Predicate predicate;
  predicate.negated = below(3) == 0;
  const Counted sample = random_call(random);
  switch (below(3)) {
    case 0:
      predicate.subject = Predicate::Subject::status;
      if (below(4) == 0) {
        predicate.bounds = {{Comparison::greater_equal, 300}, {Comparison::less, 500}};
      } else {
        predicate.statuses = {{sample.status, sample.status}};
        if (below(2) == 0) predicate.statuses.push_back({400, 499});
      }
      return predicate;
    case 1:
      predicate.field = TextField::account;
      break;
    default:
      static const TextField fields[] = {TextField::method, TextField::endpoint,
                                         TextField::revision};
      predicate.field = fields[below(3)];
  }
  predicate.patterns = {{{text_of(sample, predicate.field)}}};
  if (below(3) == 0)
    predicate.patterns.push_back({{text_of(random_call(random), predicate.field)}});
  if (below(4) == 0) predicate.patterns = {{{"", "1", ""}}};
  if (below(8) == 0) predicate.patterns = {{{"", ""}}};
  return predicate;
}

inline CountQuery random_query(std::mt19937_64& random) {
  const auto below = [&](std::size_t n) { return static_cast<TimeNs>(random() % n); };
  CountQuery query;
  static const TimeNs steps[] = {kNsPerQuarter, kNsPerHour, kNsPerDay, kNsPerQuarter / 4};
  const TimeNs step = steps[below(4)];
  TimeNs edge = day_start(kDay) + (below(7) - 4) * step;
  for (TimeNs i = 0; i < 2 + below(6); ++i) {
    query.edges.push_back(edge);
    edge += step * (1 + below(3));
  }
  if (query.edges.size() < 2) query.edges.push_back(edge);
  for (TimeNs i = below(4); i > 0; --i) query.predicates.push_back(random_predicate(random));
  static const TextField fields[] = {TextField::account, TextField::method, TextField::endpoint,
                                     TextField::revision};
  const auto by = static_cast<std::size_t>(below(8));
  if (by < 4) query.by_field = fields[by];
  query.by_status = by == 4;
  return query;
}

}  // namespace fortnight::storage::rollup_calls
