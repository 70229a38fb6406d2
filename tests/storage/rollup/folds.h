// Folded rollups for the tests, and shorthands for questions about them.
#pragma once

#include <boost/test/unit_test.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/rollup/verify.h"
#include "tests/storage/rollup/calls.h"

namespace fortnight::storage::rollup_calls {

inline std::shared_ptr<const RollupReader> open(faults::SimulatedFileSystem& files,
                                                const std::string& path) {
  return RollupReader::open(files, path, std::make_shared<BlockCache>(1U << 20)).value();
}

inline std::shared_ptr<const RollupReader> write(faults::SimulatedFileSystem& files,
                                                 const std::string& path, RollupBuilder& builder) {
  builder.write(files, path).value();
  auto reader = open(files, path);
  const auto problems = verify_rollup(reader->file());
  BOOST_REQUIRE_MESSAGE(problems.empty(), (problems.empty() ? "" : problems.front()));
  return reader;
}

inline std::shared_ptr<const RollupReader> fold(faults::SimulatedFileSystem& files,
                                                const std::string& path,
                                                const std::vector<Counted>& calls,
                                                RollupRules rules) {
  const auto builder = RollupBuilder::create(kDay, std::move(rules));
  add_calls(*builder, calls);
  return write(files, path, *builder);
}

inline CountQuery whole_day(std::optional<TextField> by = {}) {
  CountQuery query;
  query.edges = {day_start(kDay), day_start(kDay + 1)};
  query.by_field = by;
  return query;
}

inline CountAnswer count(const RollupReader& reader, const CountQuery& query) {
  CountAnswer answer;
  BOOST_REQUIRE(reader.count(query, {}, answer));
  return answer;
}

inline std::uint64_t calls_of(const CountAnswer& answer, std::string_view name) {
  return answer.groups.find(name, 0).calls;
}

inline std::uint64_t total(const CountGroups& groups) {
  std::uint64_t calls = 0;
  for (CountGroups::Group group = 0; group < groups.size(); ++group) {
    calls += groups.total(group).calls;
  }
  return calls;
}

inline Predicate is(TextField field, const std::string& value, bool negated = false) {
  Predicate predicate;
  predicate.field = field;
  predicate.patterns = {{{value}}};
  predicate.negated = negated;
  return predicate;
}

inline Counted plain_call(int quarter) {
  Counted call{"ACC", "GET", "/api", "1", 200, day_start(kDay) + quarter * kNsPerQuarter, 1000};
  return call;
}

}  // namespace fortnight::storage::rollup_calls
