// A part whose end is damaged or missing: the rest returns all calls, or reports the missing
// blocks, and never returns a wrong line.
#include "storage/part/footer_search.h"

#include <boost/test/unit_test.hpp>
#include <map>
#include <vector>

#include "storage/files/block_cache.h"
#include "storage/part/block_calls.h"
#include "storage/part/block_reader.h"
#include "storage/part/block_walk.h"
#include "tests/storage/random_calls.h"
#include "tests/support/simulated_file_system.h"

using namespace fortnight;
using namespace fortnight::storage;
using fortnight::faults::SimulatedFileSystem;

BOOST_AUTO_TEST_SUITE(footer_search)

namespace {

constexpr Day kDay = 20777;

struct Saved {
  std::map<std::uint64_t, std::string> lines;  // by seq
  std::vector<std::uint32_t> lost;             // numbers of blocks
  bool found = false;                          // whether a footer was found
};

struct TestPart {
  SimulatedFileSystem files;
  std::map<std::uint64_t, std::string> lines;
  std::string whole;
  std::vector<SectionEntry> sections;
  std::vector<BlockEntry> blocks;

  TestPart(std::size_t calls, Effort effort, std::uint64_t seed = 7) {
    const Batch batch = samples::RandomCalls(seed).make(calls, kDay);
    const auto writer = PartWriter::create(files, "part", kDay, effort).value();
    for (const Call& call : batch.calls) {
      writer->add(batch, call).value();
      append_line(batch, call, lines[call.seq]);
    }
    writer->finish().value();
    whole = files.contents("part");
    const auto part = PartFile::open(files, "part", cache()).value();
    sections = part->footer().sections;
    blocks = part->blocks();
  }

  static std::shared_ptr<BlockCache> cache() { return std::make_shared<BlockCache>(1U << 20); }

  [[nodiscard]] const SectionEntry& section(Section kind) const {
    return *std::find_if(sections.begin(), sections.end(),
                         [&](const SectionEntry& section) { return section.kind == kind; });
  }
  [[nodiscard]] std::uint64_t early_end() const {
    const SectionEntry& early = section(Section::early_footer);
    return early.offset + early.length;
  }

  Saved save(const std::string& bytes) {
    files.put("part", bytes);
    Saved saved;
    const auto part = PartFile::open_damaged(files, "part", cache());
    if (!part) return saved;
    saved.found = true;
    for (std::uint32_t block = 0; block < (*part)->blocks().size(); ++block) {
      const auto reader = BlockReader::open(*part, block);
      const auto batch = reader ? decode_calls(**reader) : reader.error();
      if (!batch) {
        saved.lost.push_back(block);
        continue;
      }
      for (const Call& call : batch->calls) append_line(*batch, call, saved.lines[call.seq]);
    }
    return saved;
  }
};

std::string flipped(std::string bytes, std::uint64_t at, unsigned bit = 4) {
  bytes[at] = static_cast<char>(bytes[at] ^ (1U << bit));
  return bytes;
}

std::string zeroed(std::string bytes, std::uint64_t from, std::uint64_t length) {
  return bytes.replace(from, length, length, '\0');
}

}  // namespace

BOOST_AUTO_TEST_CASE(cut_anywhere_behind_the_early_footer_nothing_is_lost) {
  for (const Effort effort : {Effort::fast, Effort::sealed}) {
    TestPart part(40, effort);
    for (std::size_t length = 0; length <= part.whole.size(); ++length) {
      const Saved saved = part.save(part.whole.substr(0, length));
      BOOST_REQUIRE_MESSAGE(saved.found == (length >= part.early_end()), "cut at " << length);
      BOOST_REQUIRE_MESSAGE(!saved.found || saved.lines == part.lines, "cut at " << length);
      const bool opens = PartFile::open(part.files, "part", TestPart::cache()).has_value();
      BOOST_REQUIRE_MESSAGE(opens == (length == part.whole.size()), "cut at " << length);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_flipped_byte_loses_only_its_own_structure) {
  for (const Effort effort : {Effort::fast, Effort::sealed}) {
    TestPart part(40, effort);
    const std::uint64_t calls_end = part.section(Section::early_footer).offset;
    for (std::size_t at = 0; at < part.whole.size(); ++at) {
      const Saved saved = part.save(flipped(part.whole, at, at % 8));
      const bool of_calls = at >= kPartHeaderBytes && at < calls_end;
      BOOST_REQUIRE_MESSAGE(saved.found, "byte " << at);
      BOOST_REQUIRE_MESSAGE(saved.lines == part.lines || (of_calls && saved.lines.empty()),
                            "byte " << at);
      BOOST_REQUIRE_MESSAGE(saved.lines.empty() == (saved.lost.size() == 1), "byte " << at);
    }
  }
}

BOOST_AUTO_TEST_CASE(either_footer_will_do) {
  TestPart part(40, Effort::sealed);
  const SectionEntry& early = part.section(Section::early_footer);
  std::string table;
  encode_block_table(part.blocks, table);
  for (std::uint64_t at = early.offset; at < part.early_end(); ++at) {
    const std::string damaged = flipped(part.whole, at);
    BOOST_REQUIRE(part.save(damaged).lines == part.lines);
    // With the end also missing, nothing locates shapes and dictionaries; a block table isn't
    // needed.
    const Saved saved = part.save(damaged.substr(0, part.early_end() + 9));
    BOOST_REQUIRE(saved.found == (at < early.offset + table.size()));
    BOOST_REQUIRE(!saved.found || saved.lines == part.lines);
  }
}

BOOST_AUTO_TEST_CASE(a_large_part_loses_only_damaged_blocks) {
  TestPart part(10000, Effort::fast);  // three blocks
  BOOST_REQUIRE(part.blocks.size() == 3U);
  const std::uint64_t size = part.whole.size();
  const std::string no_end = zeroed(part.whole, size - 4096, 4096);
  BOOST_TEST((part.save(no_end).lines == part.lines));
  BOOST_TEST((part.save(part.whole + "what doesn't belong there").lines == part.lines));
  BOOST_TEST((part.save(zeroed(part.whole, 0, kPartHeaderBytes)).lines == part.lines));
  for (std::uint64_t cut = part.early_end(); cut < size; cut += 997) {
    BOOST_REQUIRE((part.save(part.whole.substr(0, cut)).lines == part.lines));
  }
  // With a damaged block in addition, the other blocks are there.
  const BlockEntry& middle = part.blocks[1];
  for (const std::uint64_t at : {middle.offset + 3, middle.offset + middle.bytes / 2}) {
    const Saved saved = part.save(flipped(no_end, at));
    BOOST_TEST(saved.lost == std::vector<std::uint32_t>{1});
    std::map<std::uint64_t, std::string> rest = part.lines;
    for (std::uint64_t row = 0; row < middle.rows; ++row) rest.erase(middle.first_row + row + 1);
    BOOST_TEST((saved.lines == rest));
  }
}

BOOST_AUTO_TEST_CASE(without_block_tables_the_blocks_say_where_they_are) {
  TestPart part(10000, Effort::fast);
  const std::string no_tables =
      flipped(flipped(part.whole, part.section(Section::early_footer).offset + 3),
              part.section(Section::blocks).offset + 3);
  BOOST_TEST((part.save(no_tables).lines == part.lines));
  // A damaged chunk is skipped, unless it is the last one of a block; a damaged header ends the
  // walk.
  const BlockEntry& middle = part.blocks[1];
  const Saved chunk = part.save(flipped(no_tables, middle.offset + middle.header_bytes + 1));
  BOOST_TEST(chunk.lost == std::vector<std::uint32_t>{1});
  BOOST_TEST(chunk.lines.size() == part.lines.size() - middle.rows);
  const Saved header = part.save(flipped(no_tables, middle.offset + 3));
  BOOST_TEST(header.lines.size() == part.blocks[0].rows);
}

BOOST_AUTO_TEST_CASE(blocks_are_walked_up_to_where_they_are_cut_off) {
  TestPart part(10000, Effort::fast);
  const auto walked = [&](std::uint64_t length) {
    part.files.put("part", part.whole.substr(0, length));
    return walk_blocks(*part.files.open("part").value(), length);
  };
  const std::vector<BlockEntry> all = walked(part.whole.size());
  BOOST_REQUIRE(all.size() == part.blocks.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const BlockEntry& known = part.blocks[i];
    BOOST_TEST(all[i].offset == known.offset);
    BOOST_TEST(all[i].bytes == known.bytes);
    BOOST_TEST(all[i].header_checksum == known.header_checksum);
    BOOST_TEST(all[i].first_row == known.first_row);
    BOOST_TEST(all[i].min_ts == known.min_ts);
    BOOST_TEST(all[i].max_seq == known.max_seq);
    BOOST_TEST(walked(known.offset + known.bytes).size() == i + 1);
    BOOST_TEST(walked(known.offset + known.bytes - 1).size() == i);
  }
}

BOOST_AUTO_TEST_CASE(another_parts_end_is_not_accepted) {
  TestPart part(40, Effort::fast);
  const TestPart other(50, Effort::fast, 8);
  const std::string blocks = part.whole.substr(0, part.section(Section::shapes).offset);
  const std::string end = other.whole.substr(other.section(Section::shapes).offset);
  BOOST_TEST(!part.save(blocks + end).found);
  // Neither are many end marks.
  std::string marks;
  for (int i = 0; i < 1000; ++i) marks += std::string(12, '\1') + std::string(kPartEndMagic);
  BOOST_TEST(!part.save(blocks + marks).found);
}

BOOST_AUTO_TEST_SUITE_END()
