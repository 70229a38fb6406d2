// Endpoints whose calls all got 404 are folded to a cap of their own.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>
#include <random>
#include <set>
#include <tuple>

#include "storage/rollup/fold.h"
#include "tests/storage/rollup/folds.h"
#include "tests/support/effort.h"

namespace fortnight::storage {
BOOST_AUTO_TEST_SUITE(rollup_unmatched)

namespace {

using namespace rollup_calls;
using faults::SimulatedFileSystem;
using Calls = std::vector<Counted>;

// Scanned paths beside an API whose lookups often find nothing.
struct Scan {
  explicit Scan(std::uint64_t seed) : random(seed) {
    for (int i = 0; i < 200; ++i) {
      add("/scan/" + std::to_string(random() % 60), 404);
      add("/api/" + std::to_string(random() % 3), random() % 4 == 0 ? 200 : 404);
    }
    for (int i = 0; i < 3; ++i) add("/api/" + std::to_string(i), 200);
    add("", 404);
    std::shuffle(calls.begin(), calls.end(), random);
    if (seed % 3 != 0) {
      std::stable_partition(calls.begin(), calls.end(), [&](const Counted& call) {
        return call.endpoint.starts_with("/scan") == (seed % 3 == 1);
      });
    }
  }
  void add(const std::string& endpoint, std::int32_t status) {
    calls.push_back(plain_call(static_cast<int>(random() % 96)));
    calls.back().endpoint = endpoint;
    calls.back().status = status;
  }

  std::mt19937_64 random;
  Calls calls;
};

// The names that a file must have, by obvious code: all endpoints with another status than 404, and
// the `most` unmatched ones with the most calls times quarters.
std::set<std::string> naive_names(const Calls& calls, std::size_t most) {
  struct Seen {
    std::uint64_t calls = 0;
    std::set<TimeNs> quarters;
    bool unmatched = true;
  };
  std::map<std::string, Seen> seen;
  for (const Counted& call : calls) {
    Seen& endpoint = seen[call.endpoint];
    ++endpoint.calls;
    endpoint.quarters.insert(call.ts / kNsPerQuarter);
    endpoint.unmatched = endpoint.unmatched && call.status == 404;
  }
  std::set<std::string> names;
  std::vector<std::tuple<std::int64_t, std::string>> unmatched;
  for (const auto& [name, endpoint] : seen) {
    if (!endpoint.unmatched || name.empty()) {
      names.insert(name);
    } else {
      const auto rank = static_cast<std::int64_t>(endpoint.calls * endpoint.quarters.size());
      unmatched.emplace_back(-rank, name);
    }
  }
  std::sort(unmatched.begin(), unmatched.end());
  for (std::size_t i = 0; i < std::min(most, unmatched.size()); ++i) {
    names.insert(std::get<1>(unmatched[i]));
  }
  return names;
}

std::set<std::string> names_of(const RollupReader& reader) {
  const CountAnswer answer = count(reader, whole_day(TextField::endpoint));
  std::set<std::string> names;
  for (CountGroups::Group group = 0; group < answer.groups.size(); ++group) {
    if (!answer.groups.is_other(group)) names.emplace(answer.groups.name(group));
  }
  return names;
}

// Checks that each named endpoint is exact in a filter and as a group, and that the answers say how
// many calls are hidden.
void check_unmatched(const RollupReader& reader, const Calls& calls) {
  const CountGroups exact = naive_count(calls, whole_day(TextField::endpoint)).groups;
  const CountAnswer grouped = count(reader, whole_day(TextField::endpoint));
  std::uint64_t named_calls = 0;
  for (const std::string& name : names_of(reader)) {
    BOOST_TEST_CONTEXT(name) {
      CountQuery query = whole_day();
      query.predicates = {is(TextField::endpoint, name)};
      const CountAnswer answer = count(reader, query);
      BOOST_REQUIRE(answer.groups == naive_count(calls, query).groups);
      BOOST_REQUIRE_EQUAL(answer.past_cap.calls, 0U);
      BOOST_REQUIRE(grouped.groups.find(name, 0) == exact.find(name, 0));
      named_calls += exact.find(name, 0).calls;
    }
  }
  BOOST_REQUIRE_EQUAL(total(grouped.groups), calls.size());
  BOOST_REQUIRE_EQUAL(grouped.past_cap.calls, calls.size() - named_calls);
  BOOST_REQUIRE_EQUAL(grouped.past_cap.unmatched, grouped.past_cap.calls);
  BOOST_REQUIRE_EQUAL(grouped.past_cap.untested, 0U);
}

}  // namespace

// A small cap of their own, whether or not the endpoints exceed theirs.
BOOST_AUTO_TEST_CASE(unmatched_endpoints_are_folded_to_their_own_cap) {
  for (std::uint64_t seed = 1; seed <= tests::rounds(30U); ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      const Scan scan(seed);
      for (const std::uint32_t most : {0U, 1U, 7U, 1'000U}) {
        SimulatedFileSystem files;
        const KeyCaps caps{.unmatched_endpoints = most};
        const auto fresh = fold(files, "fresh", scan.calls, {fresh_caps(caps), {}});
        BOOST_REQUIRE(!fresh->fold().any());
        BOOST_TEST(fresh->is_within(caps).value() == (most == 1'000));
        const auto builder = RollupBuilder::create(kDay, {caps, {}});
        builder->add(*fresh).value();
        const auto sealed = write(files, "sealed", *builder);
        BOOST_TEST(sealed->is_within(caps).value());
        BOOST_TEST(names_of(*sealed) == naive_names(scan.calls, most),
                   boost::test_tools::per_element());
        check_unmatched(*sealed, scan.calls);
      }
    }
  }
}

// Each file alone has endpoints with only 404s that got another status in another file.
BOOST_AUTO_TEST_CASE(unmatched_endpoints_of_several_files_are_found_in_their_sum) {
  for (std::uint64_t seed = 1; seed <= tests::rounds(30U); ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      const Scan scan(seed);
      SimulatedFileSystem files;
      const KeyCaps caps{.unmatched_endpoints = 5};
      const auto builder = RollupBuilder::create(kDay, {caps, {}});
      const std::size_t share = scan.calls.size() / 7 + 1;
      for (std::size_t first = 0; first < scan.calls.size(); first += share) {
        const std::size_t end = std::min(first + share, scan.calls.size());
        const Calls some(scan.calls.begin() + static_cast<std::ptrdiff_t>(first),
                         scan.calls.begin() + static_cast<std::ptrdiff_t>(end));
        builder->add(*fold(files, std::to_string(first), some, {fresh_caps(caps), {}})).value();
      }
      const auto sealed = write(files, "sealed", *builder);
      BOOST_TEST(names_of(*sealed) == naive_names(scan.calls, 5), boost::test_tools::per_element());
      check_unmatched(*sealed, scan.calls);
    }
  }
}

// Late calls of paths that the sealed file may have folded don't make its counts uncertain.
BOOST_AUTO_TEST_CASE(late_scans_leave_named_endpoints_exact) {
  Scan scan(4);
  SimulatedFileSystem files;
  const KeyCaps caps{.unmatched_endpoints = 5};
  const auto sealed = fold(files, "sealed", scan.calls, {caps, {}});
  const std::set<std::string> before = names_of(*sealed);
  Calls late;
  for (int i = 0; i < 90; ++i) {
    late.push_back(plain_call(i));
    late.back().endpoint = i % 3 == 0 ? "/api/1" : "/scan/" + std::to_string(i % 80);
    late.back().status = 404;
  }
  const auto builder = RollupBuilder::create(kDay, {caps, {}});
  builder->add(*sealed).value();
  builder->add(*fold(files, "late", late, {fresh_caps(caps), {}})).value();
  const auto again = write(files, "again", *builder);
  scan.calls.insert(scan.calls.end(), late.begin(), late.end());
  BOOST_TEST(names_of(*again) == before, boost::test_tools::per_element());
  check_unmatched(*again, scan.calls);
  BOOST_TEST(again->is_within(caps).value());
}

// An endpoint that a sealed file folded and that gets another status later is named. Its earlier
// calls are hidden, and the answer says so.
BOOST_AUTO_TEST_CASE(an_endpoint_that_answers_late_is_named_and_uncertain) {
  const Scan scan(5);
  SimulatedFileSystem files;
  const KeyCaps caps{.unmatched_endpoints = 0};
  const auto sealed = fold(files, "sealed", scan.calls, {caps, {}});
  Calls late(2, plain_call(3));
  late[0].endpoint = late[1].endpoint = "/scan/1";
  late[1].status = 404;
  const auto builder = RollupBuilder::create(kDay, {caps, {}});
  builder->add(*sealed).value();
  builder->add(*fold(files, "late", late, {fresh_caps(caps), {}})).value();
  const auto again = write(files, "again", *builder);
  CountQuery query = whole_day();
  query.predicates = {is(TextField::endpoint, "/scan/1")};
  const CountAnswer answer = count(*again, query);
  BOOST_TEST(total(answer.groups) == 2U);
  BOOST_TEST(answer.past_cap.untested ==
             count(*again, whole_day(TextField::endpoint)).past_cap.calls);
  BOOST_TEST(count(*again, whole_day(TextField::endpoint)).past_cap.unmatched == 0U);
}

// Calls are folded during collection only to the other caps: any endpoint may still get a 200.
BOOST_AUTO_TEST_CASE(unmatched_endpoints_are_not_folded_while_calls_come) {
  SimulatedFileSystem files;
  const auto builder =
      RollupBuilder::create(kDay, {{.revisions = 1, .unmatched_endpoints = 0}, {}});
  Calls calls;
  for (int i = 0; i < 6'000; ++i) {
    calls.push_back(plain_call(i % 96));
    calls.back().endpoint = "/late/" + std::to_string(i % 300);
    calls.back().revision = std::to_string(i);  // folded on the way
    calls.back().status = i < 5'000 ? 404 : 200;
  }
  add_calls(*builder, calls);
  const auto reader = write(files, "day", *builder);
  BOOST_TEST(names_of(*reader).size() == 300U);
  check_unmatched(*reader, calls);
}

// Earlier versions named all unmatched endpoints of a sealed day. Such a file reads as before, and
// is folded by a merge of its own.
BOOST_AUTO_TEST_CASE(sealed_files_without_the_cap_stay_readable) {
  const Scan scan(6);
  SimulatedFileSystem files;
  const KeyCaps caps{.unmatched_endpoints = 3};
  const auto old = fold(files, "old", scan.calls, {without_unmatched_cap(KeyCaps{}), {}});
  BOOST_TEST(files.contents("old").substr(12, 4) == std::string(4, '\0'));
  BOOST_TEST(names_of(*old) == naive_names(scan.calls, 1'000), boost::test_tools::per_element());
  check_unmatched(*old, scan.calls);
  BOOST_TEST(!old->is_within(caps).value());
  const auto builder = RollupBuilder::create(kDay, {caps, {}});
  builder->add(*old).value();
  const auto folded = write(files, "folded", *builder);
  BOOST_TEST(names_of(*folded) == naive_names(scan.calls, 3), boost::test_tools::per_element());
  check_unmatched(*folded, scan.calls);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::storage
