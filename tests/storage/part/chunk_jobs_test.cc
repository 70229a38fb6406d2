#include "storage/part/chunk_jobs.h"

#include <boost/test/unit_test.hpp>
#include <set>
#include <thread>
#include <tuple>
#include <vector>

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(chunk_jobs)

BOOST_AUTO_TEST_CASE(nothing_is_begun_before_the_start) {
  ChunkJobs jobs;
  bool begun = false;
  jobs.add(1, [&](std::string&) {
    begun = true;
    return CharacterClasses();
  });
  jobs.work();
  BOOST_TEST(!begun);
  jobs.start();
  jobs.work();
  BOOST_TEST(begun);
}

BOOST_AUTO_TEST_CASE(one_thread_begins_them_in_their_order) {
  ChunkJobs jobs;
  std::vector<int> order;
  for (const int column : {3, 1, 2}) {
    jobs.add(static_cast<std::uint32_t>(column), [&, column](std::string&) {
      order.push_back(column);
      return CharacterClasses();
    });
  }
  jobs.start();
  jobs.work();
  BOOST_TEST(order == (std::vector<int>{3, 1, 2}), boost::test_tools::per_element());
}

// For any number of threads the block is the same, with chunks in the order of columns.
BOOST_AUTO_TEST_CASE(many_threads_make_the_block_that_one_makes) {
  constexpr std::uint32_t kColumns = 300;
  const auto made_by = [&](ChunkJobs& jobs, int threads) {
    std::vector<std::atomic<int>> begun(kColumns);
    for (std::uint32_t i = 0; i < kColumns; ++i) {
      const std::uint32_t column = (i * 7) % kColumns;  // not in their order
      jobs.add(column, [&begun, column](std::string& chunk) {
        ++begun[column];
        chunk.assign(column % 50, static_cast<char>('a' + column % 26));
        return CharacterClasses(static_cast<std::uint16_t>(column));
      });
    }
    jobs.start();
    std::vector<std::thread> helpers;
    for (int i = 1; i < threads; ++i) helpers.emplace_back([&] { jobs.work(); });
    jobs.work();
    for (std::thread& helper : helpers) helper.join();
    for (const auto& times : begun) BOOST_TEST_REQUIRE(times == 1);
    std::string block = "before it";
    CharacterTableBuilder characters;
    const std::size_t header = jobs.write(77, block, characters);
    std::string table;
    characters.encode(kColumns, Lz4Level::fast, table);
    return std::tuple(block, header, table);
  };
  ChunkJobs alone;
  ChunkJobs together;
  const auto expected = made_by(alone, 1);
  for (int round = 0; round < 20; ++round) {
    BOOST_TEST_REQUIRE((made_by(together, 4) == expected));
  }
}

BOOST_AUTO_TEST_SUITE_END()
