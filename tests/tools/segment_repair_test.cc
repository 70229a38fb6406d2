#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>
#include <map>

#include "base/bytes.h"
#include "base/checksum.h"
#include "storage/engine.h"
#include "tests/support/effort.h"
#include "tests/support/temporary_directory.h"
#include "tests/tools/segment_store.h"
#include "tools/segment/commands.h"

namespace fortnight::segment {
BOOST_AUTO_TEST_SUITE(segment_repair)

namespace {

constexpr int kCalls = 10000;  // three blocks

std::size_t problems_of(const std::string& path) {
  std::size_t problems = 0;
  const std::string told = output_of([&](std::FILE* out) {
    const auto verified = verify(path, out);
    problems = verified ? verified->problems : 1;
  });
  BOOST_TEST_MESSAGE(told);
  return problems;
}

// The output of repair; an error is the last line.
std::string repaired(const std::string& root, storage::RepairOptions mode = {}) {
  return output_of([&](std::FILE* out) {
    const auto done = repair(root, mode, out);
    if (!done) std::fprintf(out, "error: %s\n", done.error().message.c_str());
  });
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

// Why a file can't be opened.
std::string told_of(const std::string& path) {
  const auto target = open_target(path);
  return target ? "" : target.error().message;
}

// Starts and stops a daemon's engine.
void start_engine(const std::string& root) {
  const auto files = storage::posix_file_system(root);
  const auto engine = storage::Engine::open(*files, {}, day_start(kDay + 1)).value();
  engine->close().value();
}

// Publishes the manifest that a daemon writes after moving the part to the quarantine.
void lose_part(const std::string& root) {
  const auto files = storage::posix_file_system(root);
  storage::Manifest manifest = open_target(root).value().store.manifest();
  manifest.parts.clear();
  manifest.lost = {SegmentStore::part()};
  ++manifest.generation;
  storage::write_atomically(*files, storage::manifest_path(manifest.generation),
                            encode_manifest(manifest))
      .value();
}

// By path: their bytes.
std::map<std::string, std::string> files_of(const std::string& root) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    files[entry.path()] = {std::istreambuf_iterator<char>(in), {}};
  }
  return files;
}

// A store with calls of two days, in a part and a rollup each.
class TwoDays {
 public:
  TwoDays() {
    const auto files = storage::posix_file_system(root());
    const auto engine = storage::Engine::open(*files, {}, kNow).value();
    storage::Append append;
    for (int i = 0; i < 100; ++i) {
      storage::samples::Sample sample;
      sample.ts = kNow - i % 2 * kNsPerDay + i;
      sample.call_id = "call-" + std::to_string(i);
      storage::samples::add_sample(append.batch, sample);
    }
    engine->append(std::move(append), kNow).value();
    engine->close().value();
    lines_ = all_lines(root());
  }
  // Swaps the names of the two days' files.
  void swap() const {
    for (const char* folder : {"parts", "rollups"}) {
      std::vector<std::string> paths;
      for (const auto& entry : std::filesystem::directory_iterator(root() + "/" + folder)) {
        paths.push_back(entry.path());
      }
      BOOST_REQUIRE(paths.size() == 2U);
      std::filesystem::rename(paths[0], root() + "/between");
      std::filesystem::rename(paths[1], paths[0]);
      std::filesystem::rename(root() + "/between", paths[1]);
    }
  }
  [[nodiscard]] const std::string& root() const { return directory_.path(); }
  [[nodiscard]] const std::string& lines() const { return lines_; }

 private:
  static constexpr TimeNs kNow = day_start(kDay) + 12 * kNsPerHour;
  tests::TemporaryDirectory directory_;
  std::string lines_;
};

storage::SectionEntry section_of(const SegmentStore& store, storage::Section kind) {
  const Target target = open_target(store.path(SegmentStore::part())).value();
  return *target.store.opened[0].part->footer().find(
      kind, kind == storage::Section::key_index
                ? static_cast<std::uint32_t>(storage::FieldColumn::account)
                : 0);
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_flipped_byte_is_found) {
  const SegmentStore store(40);
  BOOST_TEST(problems_of(store.root()) == 0U);
  for (const auto& name : {SegmentStore::part(), SegmentStore::rollup()}) {
    const auto size = std::filesystem::file_size(store.path(name));
    for (std::uint64_t at = 0; at < size; at += tests::stride(std::uint64_t{1})) {
      store.flip(name, at);
      BOOST_REQUIRE_MESSAGE(problems_of(store.path(name)) > 0, name.path() << " byte " << at);
      store.flip(name, at);
    }
  }
  BOOST_TEST(problems_of(store.root()) == 0U);
}

BOOST_AUTO_TEST_CASE(rollups_of_other_calls_are_found_and_rebuilt) {
  const SegmentStore store(100);
  const SegmentStore other(99);
  std::filesystem::copy_file(other.path(SegmentStore::rollup()), store.path(SegmentStore::rollup()),
                             std::filesystem::copy_options::overwrite_existing);
  BOOST_TEST(problems_of(store.root()) == 1U);  // the file isn't the manifest's
  repaired(store.root());
  BOOST_TEST(problems_of(store.root()) == 0U);
}

BOOST_AUTO_TEST_CASE(an_intact_directory_stays_unchanged) {
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
      open_target(store.path(SegmentStore::part())).value().store.opened[0].part->blocks();
  store.flip(SegmentStore::part(), blocks[1].offset + 5);
  repaired(store.root());
  std::vector<std::string> left = store.lines();
  left.erase(left.begin() + blocks[1].first_row,
             left.begin() + blocks[1].first_row + blocks[1].rows);
  BOOST_TEST((all_lines(store.root()) == joined(left)));
  // The rollup still counts the lost calls, and the loss stays recorded.
  const Target target = open_target(store.root()).value();
  BOOST_TEST((target.store.manifest().lost == std::vector{SegmentStore::part()}));
  BOOST_TEST(target.store.manifest().rollups.at(0).calls == static_cast<std::uint64_t>(kCalls));
  BOOST_TEST(std::filesystem::exists(store.root() + "/quarantine"));
}

// Queries that don't need the damaged column still read the block's calls.
BOOST_AUTO_TEST_CASE(a_partly_readable_block_is_dropped_only_on_demand) {
  const SegmentStore store(kCalls);
  const auto blocks =
      open_target(store.path(SegmentStore::part())).value().store.opened[0].part->blocks();
  store.flip(SegmentStore::part(), blocks[1].offset + blocks[1].bytes - 5);
  const auto before = files_of(store.root());
  const std::string told = repaired(store.root());
  BOOST_TEST(told.find("stays as it is") != std::string::npos);
  BOOST_TEST(told.find("error: ") != std::string::npos);
  auto after = files_of(store.root());
  after.erase(store.root() + "/lock");
  BOOST_TEST((after == before));
  BOOST_TEST(repaired(store.root(), {.drop_unreadable = true}).find("4,096 lost") !=
             std::string::npos);
  BOOST_TEST(open_target(store.root()).value().store.manifest().parts.at(0).summary.calls ==
             static_cast<std::uint64_t>(kCalls) - blocks[1].rows);
}

BOOST_AUTO_TEST_CASE(swapped_files_go_back_to_their_places) {
  for (const bool first_a_daemon : {false, true}) {
    TwoDays store;
    store.swap();
    if (first_a_daemon) start_engine(store.root());
    BOOST_TEST(problems_of(store.root()) >= 4U);
    repaired(store.root());
    BOOST_TEST(problems_of(store.root()) == 0U);
    BOOST_TEST(all_lines(store.root()) == store.lines());
    start_engine(store.root());
    BOOST_TEST(problems_of(store.root()) == 0U);
  }
}

BOOST_AUTO_TEST_CASE(losses_can_be_acknowledged) {
  const SegmentStore store(100);
  std::filesystem::remove(store.path(SegmentStore::part()));
  start_engine(store.root());
  BOOST_TEST(problems_of(store.root()) == 1U);
  const auto acknowledged = [&] {
    return output_of([&](std::FILE* out) { acknowledge(store.root(), out).value(); });
  };
  BOOST_TEST(acknowledged().find(SegmentStore::part().path() + ": lost") != std::string::npos);
  BOOST_TEST(problems_of(store.root()) == 0U);
  BOOST_TEST(acknowledged() == "nothing to acknowledge\n");
  // The counts of lost calls stay.
  BOOST_TEST(repaired(store.root()) == "nothing to repair\n");
  BOOST_TEST(open_target(store.root()).value().store.manifest().rollups.at(0).calls == 100U);
}

BOOST_AUTO_TEST_CASE(a_journal_that_is_gone_is_found_and_can_be_acknowledged) {
  const SegmentStore store(10);
  {
    const auto files = storage::posix_file_system(store.root());
    const auto engine = storage::Engine::open(*files, {}, day_start(kDay + 1)).value();
    storage::Append append;
    append.skipped = 1;
    engine->append(std::move(append), day_start(kDay + 1)).value();
    engine->sync().value();
  }
  BOOST_TEST(problems_of(store.root()) == 0U);
  std::filesystem::remove(store.root() + "/journal-0000000001");
  BOOST_TEST(problems_of(store.root()) == 1U);
  output_of([&](std::FILE* out) { acknowledge(store.root(), out).value(); });
  BOOST_TEST(problems_of(store.root()) == 0U);
  start_engine(store.root());
  BOOST_TEST(open_target(store.root()).value().store.manifest().lost.empty());
}

BOOST_AUTO_TEST_CASE(a_part_without_its_end_gives_all_calls_back) {
  const SegmentStore store(kCalls);
  const auto early = section_of(store, storage::Section::early_footer);
  std::filesystem::resize_file(store.path(SegmentStore::part()), early.offset + early.length);
  BOOST_TEST(told_of(store.path(SegmentStore::part())).find("repair") != std::string::npos);
  const std::string told = repaired(store.root());
  BOOST_TEST(told.find("10,000 calls saved") != std::string::npos);
  BOOST_TEST(problems_of(store.root()) == 0U);
  BOOST_TEST((all_lines(store.root()) == joined(store.lines())));
  BOOST_TEST(open_target(store.root()).value().store.manifest().lost.empty());
}

BOOST_AUTO_TEST_CASE(a_part_without_its_end_and_a_block_reports_the_loss) {
  const SegmentStore store(kCalls);
  const auto blocks =
      open_target(store.path(SegmentStore::part())).value().store.opened[0].part->blocks();
  store.flip(SegmentStore::part(), blocks[2].offset + blocks[2].header_bytes + 5);
  const auto size = std::filesystem::file_size(store.path(SegmentStore::part()));
  std::filesystem::resize_file(store.path(SegmentStore::part()), size - 100);
  const std::string told = repaired(store.root());
  BOOST_TEST(told.find("8,192 calls saved") != std::string::npos);
  BOOST_TEST(told.find("block 2: 1,808 calls of 2026-11-21T02:16:32Z to 2026-11-21T02:46:39Z") !=
             std::string::npos);
  std::vector<std::string> left = store.lines();
  left.resize(blocks[2].first_row);
  BOOST_TEST((all_lines(store.root()) == joined(left)));
  // Unreadable calls stay lost, and counted; no call appears twice.
  for (int again = 0; again < 2; ++again) {
    BOOST_TEST(repaired(store.root()) == "nothing to repair\n");
    BOOST_TEST(problems_of(store.root()) == 1U);
    BOOST_TEST((all_lines(store.root()) == joined(left)));
    std::filesystem::remove_all(store.root() + "/quarantine");
  }
  const Target target = open_target(store.root()).value();
  BOOST_TEST(target.store.manifest().rollups.at(0).calls == static_cast<std::uint64_t>(kCalls));
}

BOOST_AUTO_TEST_CASE(a_part_without_any_footer_is_lost_and_the_rest_stays) {
  const SegmentStore store(kCalls);
  const auto shapes = section_of(store, storage::Section::shapes);
  std::filesystem::resize_file(store.path(SegmentStore::part()), shapes.offset + 1);
  BOOST_TEST(told_of(store.path(SegmentStore::part())).find("can be saved") != std::string::npos);
  const std::string told = repaired(store.root());
  BOOST_TEST(told.find("nothing of it can be saved") != std::string::npos);
  BOOST_TEST(told.find("block 2: 1,808 calls") != std::string::npos);
  BOOST_TEST(all_lines(store.root()).empty());
  BOOST_TEST(open_target(store.root()).value().store.manifest().rollups.size() == 1U);
}

BOOST_AUTO_TEST_CASE(quarantined_files_are_restored) {
  for (const bool published : {false, true}) {
    const SegmentStore store(kCalls);
    const auto size = std::filesystem::file_size(store.path(SegmentStore::part()));
    std::filesystem::resize_file(store.path(SegmentStore::part()), size - 1);
    start_engine(store.root());
    BOOST_REQUIRE(!std::filesystem::exists(store.path(SegmentStore::part())));
    if (published) lose_part(store.root());
    BOOST_TEST(problems_of(store.root()) == 1U);
    repaired(store.root());
    BOOST_TEST(problems_of(store.root()) == 0U);
    BOOST_TEST((all_lines(store.root()) == joined(store.lines())));
    BOOST_TEST(repaired(store.root()) == "nothing to repair\n");
    start_engine(store.root());
    BOOST_TEST((all_lines(store.root()) == joined(store.lines())));
  }
}

BOOST_AUTO_TEST_CASE(rollups_without_restored_calls_are_rebuilt) {
  const SegmentStore store(kCalls);
  const auto size = std::filesystem::file_size(store.path(SegmentStore::part()));
  std::filesystem::resize_file(store.path(SegmentStore::part()), size - 1);
  std::filesystem::remove(store.root() + "/" + storage::manifest_path(1));
  std::filesystem::remove(store.path(SegmentStore::rollup()));
  start_engine(store.root());
  repaired(store.root());
  BOOST_TEST(problems_of(store.root()) == 1U);  // that the manifests were lost
  const Target target = open_target(store.root()).value();
  BOOST_TEST(target.store.manifest().rollups.at(0).calls == static_cast<std::uint64_t>(kCalls));
}

BOOST_AUTO_TEST_CASE(a_dry_run_reports_the_same_and_changes_nothing) {
  const SegmentStore store(kCalls);
  const auto size = std::filesystem::file_size(store.path(SegmentStore::part()));
  std::filesystem::resize_file(store.path(SegmentStore::part()), size - 1);
  const auto lock = storage::lock_directory(store.root()).value();  // as held by a running daemon
  const auto before = files_of(store.root());
  const std::string told =
      output_of([&](std::FILE* out) { repair(store.root(), {.dry_run = true}, out).value(); });
  BOOST_TEST(told == SegmentStore::part().path() + ": 10,000 calls can be saved, 0 lost\n");
  BOOST_TEST((files_of(store.root()) == before));
}

BOOST_AUTO_TEST_CASE(files_of_a_newer_version_stay_unchanged) {
  const SegmentStore store(100);
  std::string header = storage::encode_part_header(kDay);
  header[8] = 1;  // an incompatible feature
  std::string sum;
  ByteWriter(sum).u32(
      checksum32(std::string_view(header).substr(0, storage::kPartHeaderBytes - 4)));
  header.replace(storage::kPartHeaderBytes - 4, 4, sum);
  std::fstream(store.path(SegmentStore::part()), std::ios::in | std::ios::out) << header;
  storage::lock_directory(store.root()).value();  // creates its file
  const auto before = files_of(store.root());
  const auto result = repair(store.root(), {}, stderr);
  BOOST_REQUIRE(!result);
  BOOST_TEST((result.error().code == ErrorCode::unsupported));
  BOOST_TEST((files_of(store.root()) == before));
}

BOOST_AUTO_TEST_CASE(a_damaged_rollup_is_rebuilt) {
  const SegmentStore store(kCalls);
  store.flip(SegmentStore::rollup(), 40);
  repaired(store.root());
  BOOST_TEST(problems_of(store.root()) == 0U);
  const Target target = open_target(store.root()).value();
  BOOST_TEST(target.store.manifest().rollups.at(0).calls == static_cast<std::uint64_t>(kCalls));
  BOOST_TEST(target.store.manifest().lost.empty());
}

BOOST_AUTO_TEST_CASE(a_directory_in_use_is_refused) {
  const SegmentStore store(10);
  const auto lock = storage::lock_directory(store.root()).value();
  const auto result = repair(store.root(), {}, stderr);
  BOOST_REQUIRE(!result);
  BOOST_TEST((result.error().code == ErrorCode::locked));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::segment
