#include "storage/engine/live_rollup.h"

#include <boost/test/unit_test.hpp>
#include <random>
#include <vector>

#include "tests/storage/rollup/calls.h"

using namespace fortnight;
using namespace fortnight::storage;
using fortnight::faults::SimulatedFileSystem;

BOOST_AUTO_TEST_SUITE(live_rollup)

namespace {

const FileName kName{FileKind::rollup, 1, rollup_calls::kDay};

std::vector<rollup_calls::Counted> calls_of_the_day() {
  std::mt19937_64 random(7);
  std::vector<rollup_calls::Counted> calls;
  for (int i = 0; i < 500; ++i) calls.push_back(rollup_calls::random_call(random));
  return calls;
}

CountQuery whole_day() {
  CountQuery query;
  query.edges = {day_start(rollup_calls::kDay), day_start(rollup_calls::kDay + 1)};
  return query;
}

std::uint64_t calls_of(const RollupOpener& file) {
  CountAnswer answer;
  BOOST_REQUIRE(file.open().value()->count(whole_day(), {}, answer));
  return answer.groups.find("", 0).calls;
}

struct Stored {
  explicit Stored(std::size_t cache_bytes) : cache(std::make_shared<BlockCache>(cache_bytes)) {
    (void)rollup_calls::make_rollup(files, kName.path(), calls_of_the_day());
    entry = {kName, calls_of_the_day().size(), files.contents(kName.path()).size()};
  }
  SimulatedFileSystem files;
  std::shared_ptr<BlockCache> cache;
  RollupEntry entry;
};

constexpr std::size_t kMuch = 1U << 20;
constexpr std::size_t kNothing = 0;

}  // namespace

BOOST_AUTO_TEST_CASE(open_rollups_belong_to_the_cache) {
  Stored stored(kMuch);
  const RollupOpener file(stored.files, stored.cache, stored.entry);
  BOOST_TEST(stored.cache->bytes() == 0U);
  BOOST_TEST(calls_of(file) == 500U);
  BOOST_TEST(stored.cache->bytes() > 0U);
  const std::uint64_t operations = stored.files.operations();
  BOOST_TEST(calls_of(file) == 500U);
  BOOST_TEST(stored.files.operations() == operations);
}

BOOST_AUTO_TEST_CASE(without_a_cache_it_is_opened_each_time) {
  Stored stored(kNothing);
  const RollupOpener file(stored.files, stored.cache, stored.entry);
  BOOST_TEST(calls_of(file) == 500U);
  BOOST_TEST(calls_of(file) == 500U);
  BOOST_TEST(stored.cache->bytes() == 0U);
}

BOOST_AUTO_TEST_CASE(an_open_rollup_outlives_its_name) {
  Stored stored(kNothing);
  const RollupOpener file(stored.files, stored.cache, stored.entry);
  file.keep_open();
  BOOST_REQUIRE(stored.files.remove(kName.path()));
  BOOST_TEST(calls_of(file) == 500U);
}

BOOST_AUTO_TEST_CASE(the_cache_evicts_open_rollups) {
  Stored stored(kMuch);
  const RollupOpener file(stored.files, stored.cache, stored.entry);
  const std::weak_ptr<const RollupReader> reader = *file.open();
  file.keep_open();
  BOOST_TEST(!reader.expired());
  BOOST_TEST(stored.cache->bytes() == 0U);
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_damage_until_it_is_back) {
  Stored stored(kNothing);
  const RollupOpener file(stored.files, stored.cache, stored.entry);
  BOOST_TEST(file.readable());
  const std::string bytes = stored.files.contents(kName.path());
  stored.files.erase(kName.path());
  const auto gone = file.open();
  BOOST_REQUIRE(!gone);
  BOOST_TEST((gone.error().code == ErrorCode::corrupt));
  BOOST_TEST(!file.readable());
  file.keep_open();
  stored.files.put(kName.path(), bytes);
  BOOST_TEST(calls_of(file) == 500U);
  BOOST_TEST(file.readable());
}

BOOST_AUTO_TEST_SUITE_END()
