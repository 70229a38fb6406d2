// The index of terms: what it finds is compared with a check of every call.
#include "storage/part/term_index.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "storage/call/line_match.h"
#include "storage/files/block_cache.h"
#include "storage/part/plan.h"
#include "storage/part/verify.h"
#include "tests/storage/predicates.h"
#include "tests/storage/sample_calls.h"
#include "tests/support/simulated_file_system.h"

using namespace fortnight;
using namespace fortnight::storage;

namespace term_index {

using faults::SimulatedFileSystem;
using Blocks = std::vector<std::uint32_t>;

constexpr Day kDay = 20777;
constexpr std::uint32_t kBlocks = 12;
constexpr std::uint64_t kCalls = kBlocks * kBlockCalls - 100;

// Addresses come once in a hundred calls, and each customer in some of the blocks.
std::string note(std::uint64_t i) {
  if (i % 100 == 7) return "mail to user" + std::to_string(i) + "@example.com bounced";
  if (i % 100 == 8)
    return "https:\\/\\/shop.example\\/orders\\/ord-" + std::to_string(i) + "\\/lines";
  return i % 3 == 0 ? "customer cus_" + std::to_string(i / 6000) + " paid" : "no \\u0041ccess";
}

samples::Sample call(std::uint64_t i) {
  return {.ts = day_start(kDay) + static_cast<TimeNs>(i) * kNsPerSecond,
          .account = "A" + std::to_string(i % 7),
          .endpoint = "/orders",
          .status = 200,
          .call_id = "call-" + std::to_string(i * 7919),
          .note = note(i)};
}

struct Fixture {
  SimulatedFileSystem files;
  Batch batch;
  std::shared_ptr<const PartFile> part;

  explicit Fixture(std::uint64_t calls = kCalls, Effort effort = Effort::sealed,
                   const std::function<samples::Sample(std::uint64_t)>& sample = call) {
    for (std::uint64_t i = 0; i < calls; ++i) {
      samples::add_sample(batch, sample(i));
      batch.calls.back().seq = i + 1;
    }
    const auto writer = PartWriter::create(files, "part", kDay, effort).value();
    for (const Call& each : batch.calls) BOOST_REQUIRE(writer->add(batch, each));
    BOOST_REQUIRE(writer->finish());
    open();
  }

  void open() {
    part = PartFile::open(files, "part", std::make_shared<BlockCache>(64U << 20)).value();
  }
  [[nodiscard]] PartPlan plan(const Predicate& predicate) const {
    return PartPlan::make(*part, {predicate}, kMinTime, kMaxTime).value();
  }
  // The blocks of the calls that meet the predicate.
  [[nodiscard]] Blocks expected(const Predicate& predicate) const {
    CallMatcher matcher({predicate});
    matcher.bind(batch);
    Blocks blocks;
    for (std::size_t i = 0; i < batch.calls.size(); ++i) {
      const auto block = static_cast<std::uint32_t>(i / kBlockCalls);
      if (!matcher.matches(batch.calls[i])) continue;
      if (blocks.empty() || blocks.back() != block) blocks.push_back(block);
    }
    return blocks;
  }
  [[nodiscard]] const SectionEntry* section(Section kind) const {
    return part->footer().find(kind);
  }
};

Predicate word(const std::string& text) {
  Predicate predicate = samples::text_of(text);
  predicate.whole = true;
  return predicate;
}

}  // namespace term_index

BOOST_FIXTURE_TEST_SUITE(term_index, term_index::Fixture)

BOOST_AUTO_TEST_CASE(rare_terms_leave_their_blocks) {
  const std::vector<Predicate> rare = {
      word("user7@example.com"),
      word("user20007@example.com bounced"),
      word("ord-40008"),
      samples::text_of("/ord-40008/"),
      samples::text_of("orders/ord-8/lines"),
      word("cus_0"),
      samples::pointer_of("/note", "mail to user107@example.com bounced"),
      samples::pointer_of("/note", "https://shop.example/orders/ord-108/lines")};
  for (const Predicate& predicate : rare) {
    const PartPlan left = plan(predicate);
    const Blocks blocks = expected(predicate);
    BOOST_TEST_CONTEXT(predicate.patterns[0].pieces[0]) {
      BOOST_REQUIRE(!blocks.empty());
      BOOST_TEST(
          std::includes(left.blocks().begin(), left.blocks().end(), blocks.begin(), blocks.end()));
      BOOST_TEST(left.blocks().size() <= blocks.size() + 2);  // hashes may agree
      BOOST_TEST(left.rest().size() == 1U);
      BOOST_REQUIRE(left.steps().size() == 1U);
      BOOST_TEST(left.steps()[0].find("by the term index") != std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(terms_that_are_nowhere_leave_no_block) {
  std::size_t blocks = 0;
  for (int i = 0; i < 50; ++i) {
    blocks += plan(word("nobody" + std::to_string(i) + "@example.com")).blocks().size();
  }
  BOOST_TEST(blocks <= 8U);
}

// An ID that stands in a value of its own is found by the ID index.
BOOST_AUTO_TEST_CASE(ids_are_found_as_words) {
  const PartPlan left = plan(word("call-7919"));
  BOOST_TEST(std::count(left.blocks().begin(), left.blocks().end(), 0U) == 1);
  BOOST_TEST(left.blocks().size() <= 3U);
}

BOOST_AUTO_TEST_CASE(other_texts_are_searched_everywhere) {
  Predicate negated = word("user7@example.com");
  negated.negated = true;
  Predicate pattern = samples::pointer_of("/note", "");
  pattern.patterns = {TextPattern{{"mail to user107@", ""}}};
  const std::vector<Predicate> scans = {
      samples::text_of("user7@example.com"),  // perhaps within a longer term
      word("note"),                           // a key name
      word("paid"),                           // frequent
      word("to"),                             // short
      negated,
      pattern};
  for (const Predicate& predicate : scans) {
    const PartPlan left = plan(predicate);
    BOOST_TEST_CONTEXT(left.steps().at(0)) {
      BOOST_TEST(left.blocks().size() == kBlocks);
      BOOST_TEST(left.steps()[0].ends_with(" by its columns"));
    }
  }
}

BOOST_AUTO_TEST_CASE(of_several_texts_all_must_be_there) {
  Predicate both = word("user7@example.com");
  both.patterns.push_back({{"user45007@example.com"}});
  BOOST_TEST(plan(both).blocks().size() <= 1U);
  Predicate either = samples::pointer_of("/note", "mail to user107@example.com bounced");
  either.patterns.push_back({{"mail to user45007@example.com bounced"}});
  const Blocks blocks = plan(either).blocks();
  BOOST_TEST(std::count(blocks.begin(), blocks.end(), 0U) == 1);
  BOOST_TEST(std::count(blocks.begin(), blocks.end(), 45007 / kBlockCalls) == 1);
  BOOST_TEST(blocks.size() <= 4U);
}

BOOST_AUTO_TEST_CASE(it_has_a_bound) {
  BOOST_TEST(section(Section::term_pages)->length + section(Section::term_directory)->length <=
             4 * kCalls);
}

// Each call has words of its own.
BOOST_AUTO_TEST_CASE(a_column_with_too_many_terms_is_left_out) {
  const auto all_different = [](std::uint64_t i) {
    samples::Sample sample = call(i);
    sample.note.clear();
    for (int k = 0; k < 40; ++k) sample.note += "w" + std::to_string(i * 40 + k) + "x ";
    return sample;
  };
  const Fixture many(kLeastTermBlocks * kBlockCalls, Effort::sealed, all_different);
  BOOST_TEST(many.section(Section::term_pages)->length <= 4 * kLeastTermBlocks * kBlockCalls);
  const Predicate sought = word("w400123x");
  BOOST_REQUIRE(many.expected(sought).size() == 1U);
  BOOST_TEST(many.plan(sought).blocks().size() == kLeastTermBlocks);
}

BOOST_AUTO_TEST_CASE(small_and_fast_parts_have_none) {
  const Fixture small(kLeastTermBlocks * kBlockCalls - kBlockCalls);
  BOOST_TEST(small.section(Section::term_directory) == nullptr);
  BOOST_TEST(small.plan(word("user7@example.com")).blocks().size() == kLeastTermBlocks - 1);
  const Fixture fast(kCalls, Effort::fast);
  BOOST_TEST(fast.section(Section::term_pages) == nullptr);
}

BOOST_AUTO_TEST_CASE(damage_costs_only_time) {
  BOOST_TEST(verify_part(part).empty());
  for (const Section kind : {Section::term_pages, Section::term_directory}) {
    const std::uint64_t middle = section(kind)->offset + section(kind)->length / 2;
    std::string bytes = files.contents("part");
    for (std::uint64_t i = middle - 200; i < middle + 200; ++i) bytes[i] ^= 0x55;
    SimulatedFileSystem damaged;
    damaged.put("part", bytes);
    const auto broken =
        PartFile::open(damaged, "part", std::make_shared<BlockCache>(64U << 20)).value();
    BOOST_TEST(!verify_part(broken).empty());
    for (std::uint64_t i = 7; i < kCalls; i += 5000) {
      const Predicate sought = word("user" + std::to_string(i - i % 100 + 7) + "@example.com");
      const Blocks blocks = expected(sought);
      const auto left = PartPlan::make(*broken, {sought}, kMinTime, kMaxTime).value();
      BOOST_TEST(
          std::includes(left.blocks().begin(), left.blocks().end(), blocks.begin(), blocks.end()));
    }
  }
}

BOOST_AUTO_TEST_CASE(hostile_directories_are_refused_or_harmless) {
  const SectionEntry& entry = *section(Section::term_directory);
  const std::string bytes = files.contents("part").substr(entry.offset, entry.length);
  const std::uint64_t pages = section(Section::term_pages)->length;
  const std::size_t columns = part->shapes().value()->columns.size();
  const auto try_bytes = [&](const std::string& hostile) {
    const auto directory = TermDirectory::parse(hostile, pages, columns);
    if (!directory) return;
    for (std::uint64_t hash = 1; hash != 0; hash <<= 9) {
      static_cast<void>(directory->frequent(hash));
      const IdDirectory::Page page = directory->pages().page_of(hash);
      BOOST_TEST(page.offset + page.length <= pages);
    }
    for (std::size_t i = 0; i < columns; ++i) static_cast<void>(directory->covers(i));
  };
  BOOST_REQUIRE(TermDirectory::parse(bytes, pages, columns));
  BOOST_TEST(!TermDirectory::parse(bytes, pages, columns + 1));
  for (std::size_t i = 0; i < bytes.size(); i += 1 + bytes.size() / 2000) {
    for (const int change : {0x01, 0x80, 0xff}) {
      std::string hostile = bytes;
      hostile[i] = static_cast<char>(hostile[i] ^ change);
      try_bytes(hostile);
    }
    try_bytes(bytes.substr(0, i));
  }
}

BOOST_AUTO_TEST_SUITE_END()
