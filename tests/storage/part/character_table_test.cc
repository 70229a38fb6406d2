#include "storage/part/character_table.h"

#include <boost/test/unit_test.hpp>
#include <random>

#include "storage/encoding/format.h"
#include "storage/files/block_cache.h"
#include "storage/part/file.h"
#include "storage/part/verify.h"
#include "tests/storage/predicates.h"
#include "tests/storage/sample_calls.h"
#include "tests/support/checksums.h"
#include "tests/support/simulated_file_system.h"

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(character_table)

namespace {

constexpr Day kDay = 20777;

CallQuery calls_with(const std::string& text) {
  CallQuery query;
  query.order = Order::oldest_first;
  query.predicates = {samples::text_of(text)};
  return query;
}

struct Answer {
  std::vector<std::uint64_t> seqs;
  ScanSummary summary;
};

constexpr std::uint64_t kMailed = 5000;  // number of the only call with an '@', in block 1

// A part of three blocks.
struct Fixture {
  fortnight::faults::SimulatedFileSystem files;
  std::shared_ptr<BlockCache> cache = std::make_shared<BlockCache>(64U << 20);

  explicit Fixture(Effort effort = Effort::fast) {
    Batch batch;
    for (std::uint64_t seq = 1; seq <= 3 * 4096 - 500; ++seq) {
      samples::add_sample(batch, {.ts = day_start(kDay) + static_cast<TimeNs>(seq),
                                  .call_id = std::to_string(seq * 7919),
                                  .note = seq == kMailed ? "me@here.example" : "no mail"});
      batch.calls.back().seq = seq;
    }
    auto writer = PartWriter::create(files, "part", kDay, effort).value();
    for (const Call& call : batch.calls) BOOST_REQUIRE(writer->add(batch, call));
    BOOST_REQUIRE(writer->finish());
  }
  Answer ask(const std::string& name, const CallQuery& query) {
    const auto part = PartReader::open(files, name, cache).value();
    Answer answer;
    const auto visit = [&](CallRecord&& record) {
      answer.seqs.push_back(record.ref.seq);
      return true;
    };
    BOOST_REQUIRE(part->scan(query, {}, visit, answer.summary));
    return answer;
  }
  // A copy of the part whose table begins with `bytes`.
  void write_copy(const std::string& name, bool sums_right, std::string_view bytes) {
    const auto part = PartFile::open(files, "part", cache).value();
    const SectionEntry* section = part->footer().find(Section::characters);
    BOOST_REQUIRE(section != nullptr);
    std::string file = part->read(0, part->footer().summary.bytes).value();
    file.replace(section->offset, bytes.size(), bytes);
    if (sums_right) fortnight::tests::repair_part(file);
    BOOST_REQUIRE(files.create(name).value()->write(0, file));
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(it_comes_back_as_it_was_built) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 50; ++round) {
    const std::size_t blocks = random() % 20;
    constexpr std::uint32_t kColumns = 30;
    CharacterTableBuilder builder;
    std::vector<std::vector<std::uint16_t>> expected(kColumns, std::vector<std::uint16_t>(blocks));
    for (std::size_t block = 0; block < blocks; ++block) {
      builder.start_block();
      for (std::uint32_t column = 0; column < kColumns; ++column) {
        if (random() % 3 == 0) continue;  // no chunk
        expected[column][block] = static_cast<std::uint16_t>(random());
        builder.add(kFirstTextColumn + column, CharacterClasses(expected[column][block]));
      }
    }
    std::string bytes;
    builder.encode(kFirstTextColumn + kColumns, Lz4Level::fast, bytes);
    const auto parse = [&](std::string_view from, std::uint32_t columns, std::size_t of) {
      return CharacterTable::parse(from, kFirstTextColumn + columns, of);
    };
    const CharacterTable table = parse(bytes, kColumns, blocks).value();
    for (int i = 0; i < 20; ++i) {
      const CharacterClasses text(static_cast<std::uint16_t>(1U << random() % 16));
      for (std::size_t block = 0; block < blocks; ++block) {
        for (std::uint32_t column = 0; column < kColumns; ++column) {
          const bool may = CharacterClasses(expected[column][block]).may_hold(text);
          BOOST_TEST_REQUIRE(table.may_hold(block, kFirstTextColumn + column, text) == may);
        }
      }
    }
    BOOST_TEST(!parse(bytes, kColumns, blocks + 1).has_value());
    BOOST_TEST(!parse(bytes, kColumns - 1, blocks).has_value());
    BOOST_TEST(!parse(bytes + '\0', kColumns, blocks).has_value());
    for (std::size_t length = 0; length < bytes.size(); length += 1 + bytes.size() / 10) {
      BOOST_TEST(!parse(bytes.substr(0, length), kColumns, blocks).has_value());
    }
  }
}

BOOST_AUTO_TEST_CASE(without_one_nothing_is_denied) {
  const CharacterTable none;
  BOOST_TEST(none.may_hold(3, 20, CharacterClasses(1)));
  BOOST_TEST(none.has_all_of(3, 20, CharacterClasses(1)));
}

BOOST_AUTO_TEST_CASE(one_that_would_take_too_much_is_not_written) {
  CharacterTableBuilder builder;
  for (int block = 0; block < 1100; ++block) {
    builder.start_block();
    builder.add(kFirstTextColumn + 8191, CharacterClasses(1));
  }
  std::string bytes;
  builder.encode(kFirstTextColumn + 8192, Lz4Level::fast, bytes);
  BOOST_TEST(bytes.empty());
}

BOOST_AUTO_TEST_CASE(a_character_of_one_block_is_found) {
  for (const Effort effort : {Effort::fast, Effort::sealed}) {
    Fixture fixture(effort);
    const auto seqs = [&](const std::string& text) {
      return fixture.ask("part", calls_with(text)).seqs;
    };
    BOOST_TEST((seqs("here.example") == std::vector<std::uint64_t>{kMailed}));
    BOOST_TEST(seqs("me@there").empty());
    BOOST_TEST(seqs("Zanzibar").empty());
    BOOST_TEST((seqs(std::to_string(kMailed * 7919)) == std::vector<std::uint64_t>{kMailed}));
    BOOST_TEST(seqs("call_id").size() == 3U * 4096 - 500);
  }
}

BOOST_AUTO_TEST_CASE(calls_that_lack_a_text_are_not_passed_with_it) {
  Fixture fixture;
  CallQuery query = calls_with("me@here");
  query.predicates[0].negated = true;
  BOOST_TEST(fixture.ask("part", query).seqs.size() == 3U * 4096 - 501);
}

BOOST_AUTO_TEST_CASE(all_blocks_are_read_where_it_is_damaged) {
  Fixture fixture;
  fixture.write_copy("damaged", false, "\xff");
  const Answer answer = fixture.ask("damaged", calls_with("me@here"));
  BOOST_TEST(answer.seqs.size() == 1U);
  BOOST_TEST(answer.summary.blocks_read == 3U);
  BOOST_TEST(answer.summary.completeness.complete);
}

// A table is only valid for its own part.
BOOST_AUTO_TEST_CASE(a_forged_one_is_found_by_verify) {
  Fixture fixture;
  const auto part = PartFile::open(fixture.files, "part", fixture.cache).value();
  BOOST_TEST(verify_part(part).empty());
  const SectionEntry* section = part->footer().find(Section::characters);
  const std::string bytes = part->read_section(*section).value();
  // Literals in the LZ4 block are character classes.
  for (std::size_t at = 8; at < bytes.size(); at += bytes.size() / 7) {
    fixture.write_copy("forged", true, bytes.substr(0, at) + '\0');
    const auto forged = PartFile::open(fixture.files, "forged", fixture.cache).value();
    BOOST_TEST(!verify_part(forged).empty() == (bytes[at] != '\0'));
  }
}

BOOST_AUTO_TEST_SUITE_END()
