#include "storage/rollup/codes.h"

#include <boost/test/unit_test.hpp>

#include "storage/failures.h"
#include "storage/rollup/file.h"
#include "storage/rollup/source.h"
#include "tests/storage/rollup/folds.h"
#include "tests/support/effort.h"

namespace fortnight::storage {
BOOST_AUTO_TEST_SUITE(rollup_codes)

namespace {

using namespace rollup_calls;
using faults::SimulatedFileSystem;

std::vector<Counted> random_calls(std::uint64_t seed, std::size_t count, Variety variety = {}) {
  std::mt19937_64 random(seed);
  std::vector<Counted> calls;
  for (std::size_t i = 0; i < count; ++i) {
    calls.push_back(random_call(random, variety));
    calls.back().seq = seed * 1'000'000 + i;
  }
  return calls;
}

RollupRules with_codes(KeyCaps caps = fresh_caps({})) { return {caps, {}, kCodePointers}; }

FailureQuery query_of(TimeNs from, TimeNs to) {
  return {.from = from, .to = to, .predicates = {}, .codes = kCodePointers};
}

// Whole hours, so that all times are exact.
FailureQuery random_failures(std::mt19937_64& random) {
  const auto hour = [&] {
    return day_start(kDay) + static_cast<TimeNs>(random() % 26 - 1) * kNsPerHour;
  };
  FailureQuery query = query_of(hour(), hour());
  if (random() % 3 == 0) query = query_of(kMinTime, kMaxTime);
  for (auto i = random() % 3; i > 0; --i) query.predicates.push_back(random_predicate(random));
  return query;
}

bool tests_accounts(const FailureQuery& query) {
  return std::any_of(query.predicates.begin(), query.predicates.end(), [](const Predicate& asked) {
    return asked.subject == Predicate::Subject::field && asked.field == TextField::account;
  });
}

// One line for each group. Without `times` if counts know only the quarters.
std::vector<std::string> lines(const std::vector<FailureGroup>& groups, bool times) {
  std::vector<std::string> out;
  for (const FailureGroup& of : groups) {
    std::string line = of.endpoint + (of.endpoint_past_cap ? "*" : "") + " " +
                       std::to_string(of.status) + " " + of.code + (of.code_past_cap ? "*" : "") +
                       " " + std::to_string(of.calls) + " " + std::to_string(of.accounts);
    for (const FailureSighting& seen : {of.first, of.last}) {
      const TimeNs ts = times ? seen.ts : seen.ts - seen.ts % kNsPerQuarter;
      line += " " + std::to_string(ts);
      if (times) line += "/" + std::to_string(seen.ts_digits) + "/" + seen.ref.to_string();
    }
    out.push_back(std::move(line));
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::string> naive(const std::vector<Counted>& calls, const FailureQuery& query) {
  Failures failures;
  for (const Counted& call : calls) {
    const bool matched = std::all_of(query.predicates.begin(), query.predicates.end(),
                                     [&](const Predicate& asked) { return matches(asked, call); });
    if (!matched || !is_error(call.status) || call.ts < query.from || call.ts >= query.to) continue;
    failures.add(
        failures.kind_of({.endpoint = call.endpoint, .status = call.status, .code = call.code}),
        failures.account_of(call.account), {call.ts, call.ts_digits, {kDay, call.seq}}, "");
  }
  return lines(failures.take(), !tests_accounts(query));
}

std::vector<std::string> counted(const RollupReader& reader, const FailureQuery& query) {
  FoundFailures found;
  BOOST_REQUIRE(reader.failures(query, {}, found));
  BOOST_TEST(found.completeness.complete);
  return lines(found.failures.take(), !tests_accounts(query));
}

void check_random_queries(const RollupReader& reader, const std::vector<Counted>& calls,
                          std::uint64_t seed) {
  std::mt19937_64 random(seed);
  for (int i = 0; i < tests::rounds(200); ++i) {
    const FailureQuery query = random_failures(random);
    BOOST_TEST_CONTEXT("seed " << seed << ", query " << i) {
      BOOST_TEST(counted(reader, query) == naive(calls, query), boost::test_tools::per_element());
    }
  }
}

CodeCounts counts_of(const RollupReader& reader) {
  return reader.code_counts(query_of(kMinTime, kMaxTime)).value();
}

}  // namespace

BOOST_AUTO_TEST_CASE(any_query_equals_a_look_at_the_calls) {
  for (const std::uint64_t seed : {1U, 2U}) {
    SimulatedFileSystem files;
    const auto calls = random_calls(seed, 3000);
    const auto reader = fold(files, "day", calls, with_codes());
    BOOST_TEST(counts_of(*reader).complete);
    BOOST_TEST(counts_of(*reader).same_pointers);
    BOOST_TEST(counts_of(*reader).exact);
    check_random_queries(*reader, calls, seed);
  }
}

BOOST_AUTO_TEST_CASE(merged_files_count_the_calls_of_all) {
  SimulatedFileSystem files;
  std::vector<Counted> all;
  const auto merged = RollupBuilder::create(kDay);
  for (const std::uint64_t seed : {3U, 4U, 5U}) {
    const auto calls = random_calls(seed, 800);
    all.insert(all.end(), calls.begin(), calls.end());
    const auto reader = fold(files, "part" + std::to_string(seed), calls, with_codes());
    BOOST_REQUIRE(merged->add(*reader));
  }
  const auto reader = write(files, "day", *merged);
  BOOST_TEST(counts_of(*reader).complete);
  BOOST_TEST(counts_of(*reader).same_pointers);
  check_random_queries(*reader, all, 6);
}

BOOST_AUTO_TEST_CASE(calls_by_column_are_counted_once_their_codes_are_added) {
  SimulatedFileSystem files;
  KeyedBlocks blocks(1000);
  const auto calls = random_calls(7, 600);
  const auto builder = RollupBuilder::create(kDay, with_codes());
  blocks.add(*builder, calls);
  const auto without = write(files, "without", *builder);
  BOOST_TEST(!counts_of(*without).complete);
  add_codes(*builder, calls);
  check_random_queries(*write(files, "day", *builder), calls, 8);
}

// As an older version writes it: the file has no codes.
BOOST_AUTO_TEST_CASE(a_file_without_codes_makes_the_sum_incomplete) {
  SimulatedFileSystem files;
  const auto calls = random_calls(9, 300);
  const auto old = fold(files, "old", random_calls(10, 300), {});
  BOOST_TEST(!old->file()->footer().has_codes);
  BOOST_TEST(!counts_of(*old).complete);
  const auto fresh = fold(files, "new", calls, with_codes());
  const auto merged = RollupBuilder::create(kDay);
  BOOST_REQUIRE(merged->add(*old));
  BOOST_REQUIRE(merged->add(*fresh));
  const auto reader = write(files, "day", *merged);
  BOOST_TEST(!counts_of(*reader).complete);
  BOOST_TEST(counts_of(*reader).same_pointers);
  BOOST_TEST(reader->calls() == 600U);
  check_random_queries(*reader, calls, 11);
}

BOOST_AUTO_TEST_CASE(codes_of_other_pointers_are_known_as_such) {
  SimulatedFileSystem files;
  const auto one = fold(files, "one", random_calls(12, 200), with_codes());
  const auto other = fold(files, "other", random_calls(13, 200), {{}, {}, {{"/other"}}});
  BOOST_TEST(!counts_of(*other).same_pointers);
  const auto merged = RollupBuilder::create(kDay);
  BOOST_REQUIRE(merged->add(*one));
  BOOST_REQUIRE(merged->add(*other));
  const auto reader = write(files, "day", *merged);
  BOOST_TEST(counts_of(*reader).complete);
  BOOST_TEST(!counts_of(*reader).same_pointers);
}

// A producer may put anything into its codes.
BOOST_AUTO_TEST_CASE(codes_past_the_cap_are_counted_together) {
  SimulatedFileSystem files;
  auto calls = random_calls(14, 4000);
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (i % 2 == 0) calls[i].code = "request " + std::to_string(i);
  }
  calls.push_back(calls.front());
  calls.back().status = 500;
  calls.back().code.assign(kMaxKeyBytes + 1, 'x');
  KeyCaps caps;
  caps.codes = 3;
  const auto reader = fold(files, "day", calls, with_codes(caps));
  BOOST_TEST(!counts_of(*reader).exact);
  BOOST_TEST(reader->is_within(caps).value());
  const auto codes = reader->file()->codes().value();
  BOOST_TEST(codes->countable() == 3U);
  BOOST_TEST(codes->folded() > 500U);
  std::vector<Counted> named = calls;
  std::uint64_t folded = 0;
  std::erase_if(named, [](const Counted& call) {
    return call.code.size() > kMaxKeyBytes || call.code.starts_with("request");
  });
  for (const Counted& call : calls) {
    folded += is_error(call.status) && call.code.starts_with("request") ? 1 : 0;
  }
  FoundFailures found;
  BOOST_REQUIRE(reader->failures(query_of(kMinTime, kMaxTime), {}, found));
  std::uint64_t past_cap = 0;
  std::vector<FailureGroup> groups = found.failures.take();
  std::erase_if(groups, [&](const FailureGroup& group) {
    past_cap += group.code_past_cap ? group.calls : 0;
    return group.code_past_cap;
  });
  BOOST_TEST(past_cap == folded + 1);
  BOOST_TEST(lines(groups, true) == naive(named, query_of(kMinTime, kMaxTime)),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(accounts_past_the_cap_are_estimated) {
  SimulatedFileSystem files;
  std::vector<Counted> calls;
  for (int i = 0; i < 6000; ++i) {
    Counted call = plain_call(i % 96);
    call.account = "ACC" + std::to_string(i / 2);
    call.status = 500;
    call.code = "down";
    calls.push_back(call);
  }
  KeyCaps caps;
  caps.accounts = 100;
  const auto half = calls.begin() + 3000;
  const auto one = fold(files, "one", {calls.begin(), half}, with_codes(caps));
  const auto two = fold(files, "two", {half, calls.end()}, with_codes(caps));
  const auto merged = RollupBuilder::create(kDay, {caps, {}, {}});
  BOOST_REQUIRE(merged->add(*one));
  BOOST_REQUIRE(merged->add(*two));
  const auto reader = write(files, "day", *merged);
  FoundFailures found;
  BOOST_REQUIRE(reader->failures(query_of(kMinTime, kMaxTime), {}, found));
  const std::vector<FailureGroup> groups = found.failures.take();
  BOOST_REQUIRE(groups.size() == 1U);
  BOOST_TEST(groups.front().calls == 6000U);
  BOOST_TEST(groups.front().accounts_estimated);
  BOOST_TEST(groups.front().accounts > 3000 * (1 - 4 * kAccountsError));
  BOOST_TEST(groups.front().accounts < 3000 * (1 + 4 * kAccountsError));
}

BOOST_AUTO_TEST_CASE(hostile_sections_do_no_harm) {
  SimulatedFileSystem files;
  const auto reader = fold(files, "day", random_calls(15, 60), with_codes());
  const auto codes = reader->file()->codes().value();
  const std::size_t combos = reader->file()->keys().value()->combos.size();
  const std::string section = codes->encode(kDay);
  RollupCodes again;
  again.errors = again.counted = codes->counted;
  BOOST_REQUIRE(again.decode(section, kDay, combos));
  BOOST_TEST(again.encode(kDay) == section);
  std::mt19937_64 random(16);
  int parsed = 0;
  for (int i = 0; i < tests::rounds(20000); ++i) {
    std::string hostile = section;
    for (auto flips = 1 + random() % 4; flips > 0; --flips) {
      hostile[random() % hostile.size()] = static_cast<char>(random());
    }
    if (random() % 4 == 0) hostile.resize(random() % hostile.size());
    RollupCodes of;
    of.errors = of.counted = codes->counted;
    parsed += of.decode(hostile, kDay, combos) ? 1 : 0;
  }
  BOOST_TEST(parsed > 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::storage
