#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>

#include "tests/tools/segment_store.h"
#include "tools/segment/commands.h"

namespace fortnight::segment {
namespace {

constexpr int kCalls = 10000;  // three blocks

std::size_t problems_of(const std::string& path) {
  const auto target = open_target(path);
  if (!target) return 1;
  std::size_t problems = 0;
  const std::string told =
      output_of([&](std::FILE* out) { problems = verify(*target, out).value(); });
  BOOST_TEST_MESSAGE(told);
  return problems;
}

std::string repaired(const std::string& root) {
  return output_of([&](std::FILE* out) { repair(root, out).value(); });
}

std::string all_lines(const std::string& root) {
  const Target target = open_target(root).value();
  return output_of([&](std::FILE* out) { cat(target, {}, out).value(); });
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

storage::SectionEntry section_of(const SegmentStore& store, storage::Section kind) {
  const Target target = open_target(store.path(SegmentStore::part())).value();
  return *target.opened[0].part->footer().find(
      kind, kind == storage::Section::key_index
                ? static_cast<std::uint32_t>(storage::FieldColumn::account)
                : 0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(segment_repair)

BOOST_AUTO_TEST_CASE(every_flipped_byte_is_found) {
  const SegmentStore store(40);
  BOOST_TEST(problems_of(store.root()) == 0U);
  for (const auto& name : {SegmentStore::part(), SegmentStore::rollup()}) {
    const auto size = std::filesystem::file_size(store.path(name));
    for (std::uint64_t at = 0; at < size; ++at) {
      store.flip(name, at);
      BOOST_REQUIRE_MESSAGE(problems_of(store.path(name)) > 0, name.path() << " byte " << at);
      store.flip(name, at);
    }
  }
  BOOST_TEST(problems_of(store.root()) == 0U);
}

BOOST_AUTO_TEST_CASE(rollups_that_count_other_calls_are_found_and_counted_anew) {
  const SegmentStore store(100);
  const SegmentStore other(99);
  std::filesystem::copy_file(other.path(SegmentStore::rollup()), store.path(SegmentStore::rollup()),
                             std::filesystem::copy_options::overwrite_existing);
  BOOST_TEST(problems_of(store.root()) == 2U);  // not the manifest's file, not the day's calls
  repaired(store.root());
  BOOST_TEST(problems_of(store.root()) == 0U);
}

BOOST_AUTO_TEST_CASE(a_sound_directory_is_left_alone) {
  const SegmentStore store(100);
  BOOST_TEST(repaired(store.root()) == "nothing to repair\n");
  BOOST_TEST(!std::filesystem::exists(store.root() + "/quarantine"));
}

BOOST_AUTO_TEST_CASE(damaged_indices_are_made_from_calls) {
  for (const auto kind : {storage::Section::key_index, storage::Section::id_pages}) {
    const SegmentStore store(kCalls);
    store.flip(SegmentStore::part(), section_of(store, kind).offset + 20);
    BOOST_TEST(problems_of(store.root()) > 0U);
    repaired(store.root());
    BOOST_TEST(problems_of(store.root()) == 0U);
    BOOST_TEST((all_lines(store.root()) == joined(store.lines())));
  }
}

BOOST_AUTO_TEST_CASE(undamaged_blocks_are_saved) {
  const SegmentStore store(kCalls);
  const auto blocks =
      open_target(store.path(SegmentStore::part())).value().opened[0].part->blocks();
  store.flip(SegmentStore::part(), blocks[1].offset + blocks[1].header_bytes + 5);
  repaired(store.root());
  std::vector<std::string> left = store.lines();
  left.erase(left.begin() + blocks[1].first_row,
             left.begin() + blocks[1].first_row + blocks[1].rows);
  BOOST_TEST((all_lines(store.root()) == joined(left)));
  // The rollup still counts what is lost, and the loss stays on record.
  const Target target = open_target(store.root()).value();
  BOOST_TEST((target.manifest->lost == std::vector{SegmentStore::part()}));
  BOOST_TEST(target.manifest->rollups.at(0).calls == static_cast<std::uint64_t>(kCalls));
  BOOST_TEST(std::filesystem::exists(store.root() + "/quarantine"));
}

BOOST_AUTO_TEST_CASE(a_part_without_its_end_is_lost_and_the_rest_stays) {
  const SegmentStore store(100);
  std::filesystem::resize_file(store.path(SegmentStore::part()), 500);
  repaired(store.root());
  BOOST_TEST(all_lines(store.root()).empty());
  BOOST_TEST(open_target(store.root()).value().manifest->rollups.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_damaged_rollup_is_counted_anew) {
  const SegmentStore store(kCalls);
  store.flip(SegmentStore::rollup(), 40);
  repaired(store.root());
  BOOST_TEST(problems_of(store.root()) == 0U);
  const Target target = open_target(store.root()).value();
  BOOST_TEST(target.manifest->rollups.at(0).calls == static_cast<std::uint64_t>(kCalls));
  BOOST_TEST(target.manifest->lost.empty());
}

BOOST_AUTO_TEST_CASE(a_directory_in_use_is_refused) {
  const SegmentStore store(10);
  const auto lock = storage::lock_directory(store.root()).value();
  const auto result = repair(store.root(), stderr);
  BOOST_REQUIRE(!result);
  BOOST_TEST((result.error().code == storage::ErrorCode::locked));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::segment
