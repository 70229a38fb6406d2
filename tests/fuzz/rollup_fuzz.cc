// Counts, merges and verifies a rollup of arbitrary bytes with corrected checksums.
#include <cstdint>
#include <string>

#include "storage/failures.h"
#include "storage/files/block_cache.h"
#include "storage/rollup/rollup.h"
#include "storage/rollup/verify.h"
#include "tests/support/checksums.h"
#include "tests/support/simulated_file_system.h"

namespace {

using namespace fortnight;
using namespace fortnight::storage;

std::vector<CountQuery> questions(Day day) {
  CountQuery plain;
  plain.edges = {day_start(day), day_start(day) + 7 * kNsPerQuarter, day_start(day + 1)};
  CountQuery by_endpoint = plain;
  by_endpoint.by_field = TextField::endpoint;
  CountQuery failed_by_account = plain;
  failed_by_account.by_field = TextField::account;
  Predicate failed;
  failed.subject = Predicate::Subject::status;
  failed.statuses = {{400, 599}};
  failed_by_account.predicates = {failed};
  return {plain, by_endpoint, failed_by_account};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  fortnight::tests::repair_rollup(bytes);
  fortnight::faults::SimulatedFileSystem files;
  files.put("rollup", std::move(bytes));
  const auto reader = RollupReader::open(files, "rollup", std::make_shared<BlockCache>(1U << 20));
  if (!reader) return 0;
  // No query can include a day beyond the range of times.
  const Day day = (*reader)->day();
  if (day < day_of(kMinTime) + 1 || day > day_of(kMaxTime) - 1) return 0;
  for (const CountQuery& query : questions(day)) {
    CountAnswer answer;
    static_cast<void>((*reader)->count(query, {}, answer));
  }
  std::vector<LatencySketch> sketches;
  static_cast<void>(
      (*reader)->latency({.edges = questions(day)[0].edges, .endpoints = {}}, sketches));
  FoundFailures failures;
  static_cast<void>((*reader)->failures({.predicates = {}, .codes = {"/code"}}, {}, failures));
  FailureQuery some;
  some.from = day_start(day) + kNsPerQuarter;
  some.codes = {"/code"};
  some.predicates = questions(day)[2].predicates;
  static_cast<void>((*reader)->failures(some, {}, failures));
  const auto builder = RollupBuilder::create(day);
  if (builder->add(**reader)) static_cast<void>(builder->write(files, "merged"));
  static_cast<void>(verify_rollup((*reader)->file()));
  return 0;
}
