#include "storage/part/id_index.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/simulated_file_system.h"

namespace fortnight::storage {
BOOST_AUTO_TEST_SUITE(id_index)

namespace {

using faults::Operation;
using faults::SimulatedFileSystem;

const std::string kSpilled = "index.tmp";

using Pairs = std::vector<std::pair<std::uint64_t, std::uint32_t>>;  // hash, block

// Blocks of about a dozen IDs each, some of which repeat within the block or in others.
Pairs random_pairs(std::mt19937_64& random, std::size_t count) {
  Pairs pairs;
  std::uint32_t block = 0;
  while (pairs.size() < count) {
    for (std::uint64_t i = random() % 40; i > 0 && pairs.size() < count; --i) {
      const bool again = !pairs.empty() && random() % 8 == 0;
      pairs.emplace_back(again ? pairs[random() % pairs.size()].first : random(), block);
    }
    block += random() % 20 == 0 ? 300 : 1;
  }
  return pairs;
}

struct Sections {
  std::string directory;
  std::string pages;
};

// Builds an index of the pairs, with `memory` bytes of them in memory and the rest in a file.
Result<Sections> build(const Pairs& pairs, std::size_t memory, SimulatedFileSystem& files) {
  IdPairs collected(files, kSpilled, memory);
  std::uint32_t last = 0;
  for (const auto& [hash, block] : pairs) {
    if (block != last) FORTNIGHT_TRY(collected.make_room());
    collected.add(hash, block);
    last = block;
  }
  Sections out;
  FORTNIGHT_TRY(encode_id_index(collected, out.directory, [&](std::string_view bytes) {
    out.pages += bytes;
    return Result<void>();
  }));
  return out;
}

void check(const Pairs& pairs) {
  SimulatedFileSystem files;
  const auto [bytes, pages] = build(pairs, IdPairs::kMemory, files).value();
  BOOST_TEST(files.operations() == 0U);
  for (const std::size_t memory : {0U, 100U, 20'000U}) {
    const Sections spilled = build(pairs, memory, files).value();
    BOOST_TEST((spilled.directory == bytes));
    BOOST_TEST((spilled.pages == pages));
    BOOST_TEST(!files.paths().contains(kSpilled));
  }
  const auto directory = IdDirectory::parse(bytes, pages.size());
  BOOST_REQUIRE(directory);
  constexpr unsigned kKept = 24;  // bits of a hash that the index stores
  std::set<std::pair<std::uint64_t, std::uint32_t>> distinct;
  for (const auto& [hash, block] : pairs) distinct.emplace(hash >> kKept, block);
  BOOST_TEST(directory->ids() == distinct.size());

  std::size_t entries = 0;
  for (std::size_t bucket = 0; bucket < directory->pages(); ++bucket) {
    const IdDirectory::Page page = directory->page(bucket);
    if (page.length == 0) continue;
    std::uint64_t last = 0;
    BOOST_REQUIRE(directory->each(std::string_view(pages).substr(page.offset, page.length),
                                  [&](std::uint64_t rest, std::uint32_t) {
                                    BOOST_REQUIRE_GE(rest, last);
                                    last = rest;
                                    ++entries;
                                  }));
  }
  BOOST_TEST(entries == distinct.size());
  for (const auto& [hash, block] : pairs) {
    const IdDirectory::Page page = directory->page_of(hash);
    std::vector<std::uint32_t> blocks;
    BOOST_REQUIRE(
        directory->find(hash, std::string_view(pages).substr(page.offset, page.length), blocks));
    BOOST_REQUIRE(std::is_sorted(blocks.begin(), blocks.end()));
    BOOST_REQUIRE(std::binary_search(blocks.begin(), blocks.end(), block));
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_id_is_found_in_its_blocks) {
  std::mt19937_64 random(13);
  for (const std::size_t count : {0U, 1U, 2U, 100U, 127U, 128U, 5'000U, 70'000U}) {
    check(random_pairs(random, count));
  }
}

// Hashes with a common beginning, and the ends of their range.
BOOST_AUTO_TEST_CASE(hashes_that_lie_together) {
  std::mt19937_64 random(17);
  Pairs pairs = {{0, 0}, {~std::uint64_t{0}, 0}, {~std::uint64_t{0}, (1U << 24) - 1}};
  check(pairs);
  pairs.clear();
  for (std::uint32_t i = 0; i < 3'000; ++i) {
    pairs.emplace_back((std::uint64_t{0xab} << 56) + (random() >> 12), i / 10);
  }
  check(pairs);
}

// Whichever operation fails, the failure is reported and nothing is left behind.
BOOST_AUTO_TEST_CASE(a_failing_file_is_reported_and_removed) {
  std::mt19937_64 random(19);
  const Pairs pairs = random_pairs(random, 2'000);
  for (std::uint64_t failing = 1;; ++failing) {
    SimulatedFileSystem files;
    bool failed = false;
    files.before_each([&](std::uint64_t number, Operation operation, const std::string&) {
      const bool fails = number == failing && operation != Operation::remove;
      failed = failed || fails;
      return fails ? std::optional(faults::Fault{ErrorCode::no_space}) : std::nullopt;
    });
    const auto built = build(pairs, 500, files);
    BOOST_TEST(built.has_value() == !failed);
    BOOST_TEST(!files.paths().contains(kSpilled));
    if (built && files.operations() < failing) {
      BOOST_TEST(failing > 300U);
      break;
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::storage
