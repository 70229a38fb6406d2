// Failures of a part compared with a check of each call, on an intact part and with flipped bytes.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>

#include "storage/files/block_cache.h"
#include "storage/part/file.h"
#include "storage/part/part.h"
#include "tests/support/effort.h"
#include "tests/support/engine_under_test.h"
#include "tests/support/native_lines.h"

using namespace fortnight;
using namespace fortnight::storage;

namespace failure_counter {

using Random = std::mt19937_64;
constexpr Day kDay = 20777;  // 2026-11-20

std::string code(Random& random) {
  static const std::vector<std::string> kCodes = {
      "\"\"", "null", "7", "\"c\"", "\"\\u0063\"", "\"other\"", "{\"x\":1}", "[\"q\"]"};
  const std::size_t i = random() % (kCodes.size() + 1);
  return i < kCodes.size() ? kCodes[i] : "\"once " + std::to_string(random()) + "\"";
}

// Codes are at one of two places, at both, twice at one, or absent.
std::string random_line(Random& random, std::size_t number) {
  std::string line = "{\"ts\":\"2026-11-20T0" + std::to_string(number % 10) + ":00:00Z\"";
  if (random() % 10 > 0) line += ",\"account\":\"A" + std::to_string(random() % 40) + "\"";
  if (random() % 10 > 0) line += ",\"endpoint\":\"/e/" + std::to_string(random() % 9) + "\"";
  if (random() % 10 > 0) line += ",\"call_id\":\"" + std::to_string(random()) + "\"";
  line += ",\"status\":" + std::to_string(random() % 3 == 0 ? 200 : 400 + random() % 4);
  if (random() % 2 == 0) line += ",\"error\":{\"code\":" + code(random) + "}";
  if (random() % 8 == 0) line += ",\"error\":{\"code\":" + code(random) + "}";
  if (random() % 2 == 0) line += ",\"errors\":[{\"code\":" + code(random) + "}]";
  return line + "}";
}

struct Fixture {
  faults::SimulatedFileSystem files;
  std::shared_ptr<BlockCache> cache = std::make_shared<BlockCache>(64U << 20);
  FailureQuery query;

  Fixture() { query.codes = {"/error/code", "/errors/0/code"}; }
  void write(const std::string& name, Random& random, Effort effort) {
    Batch batch;
    const std::size_t calls = 100 + random() % 9000;
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < calls; ++i) lines.push_back(random_line(random, i * 10 / calls));
    for (const std::string& line : lines) {
      const auto split = random() % 40 == 0 ? tests::Split::plain : tests::Split::shapes;
      tests::add_native_line(line, split, batch);
      batch.calls.back().seq = batch.calls.size();
    }
    const auto writer = PartWriter::create(files, name, kDay, effort).value();
    for (const Call& call : batch.calls) writer->add(batch, call).value();
    writer->finish().value();
  }
  [[nodiscard]] FoundFailures counted(const std::string& name) {
    FoundFailures answer;
    PartReader::open(files, name, cache).value()->failures(query, {}, answer).value();
    return answer;
  }
  [[nodiscard]] Failures looked_at(const std::string& name) {
    Failures failures;
    ScanSummary summary;
    const auto add = [&](CallRecord&& call) {
      failures.add(call);
      return true;
    };
    const auto part = PartReader::open(files, name, cache).value();
    part->scan(failed_calls(query), {}, add, summary).value();
    return failures;
  }
};

std::vector<std::string> told(const Failures& failures) {
  std::vector<std::string> out;
  for (const FailureGroup& of : failures.all()) {
    std::string& line = out.emplace_back(of.endpoint + " " + std::to_string(of.status) + " " +
                                         of.code + " " + of.call_id);
    for (const std::uint64_t number : {of.calls, of.accounts}) {
      line += " " + std::to_string(number);
    }
    for (const FailureSighting& seen : {of.first, of.last}) {
      line += " " + seen.ref.to_string() + " " + std::to_string(seen.ts);
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace failure_counter

BOOST_FIXTURE_TEST_SUITE(failure_counter, failure_counter::Fixture)

BOOST_AUTO_TEST_CASE(it_counts_like_a_check_of_each_call) {
  for (int seed = 0; seed < tests::rounds(20); ++seed) {
    Random random(static_cast<std::uint64_t>(seed));
    write("part", random, seed % 2 == 0 ? Effort::fast : Effort::sealed);
    if (seed % 3 == 0) query.from = day_start(kDay) + 3 * kNsPerHour;
    const FoundFailures answer = counted("part");
    BOOST_TEST(answer.completeness.complete);
    BOOST_TEST(answer.failures.calls() > 10U);
    BOOST_TEST(told(answer.failures) == told(looked_at("part")), boost::test_tools::per_element());
    files.remove("part").value();
  }
}

BOOST_AUTO_TEST_CASE(a_damaged_block_leaves_no_kind_without_calls) {
  int damaged = 0;
  for (int seed = 0; seed < tests::rounds(60); ++seed) {
    Random random(static_cast<std::uint64_t>(seed));
    write("part", random, seed % 2 == 0 ? Effort::fast : Effort::sealed);
    std::string bytes = files.contents("part");
    {
      const auto part = PartFile::open(files, "part", cache).value();
      const BlockEntry& block = part->blocks()[random() % part->blocks().size()];
      const std::uint64_t chunks = block.bytes - block.header_bytes;
      for (int i = 0; i < 3; ++i) {
        bytes[block.offset + block.header_bytes + random() % chunks] ^= 0x40;
      }
    }
    files.put("damaged", bytes);
    const FoundFailures answer = counted("damaged");
    damaged += answer.completeness.complete ? 0 : 1;
    std::uint64_t calls = 0;
    for (const FailureGroup& of : answer.failures.all()) {
      BOOST_TEST_REQUIRE(of.calls > 0U);
      BOOST_TEST_REQUIRE(of.accounts > 0U);
      BOOST_TEST_REQUIRE(of.first.ts >= day_start(kDay));
      calls += of.calls;
    }
    BOOST_TEST(calls == answer.failures.calls());
    files.remove("part").value();
    files.remove("damaged").value();
  }
  BOOST_TEST(damaged > 0);
}

// Fewer calls than between two checks of the clock, with long texts.
BOOST_AUTO_TEST_CASE(exceeding_memory_is_an_error_in_head_and_part) {
  tests::EngineUnderTest store;
  const TimeNs now = day_start(kDay) + kNsPerHour;
  store.start(now);
  std::vector<std::string> lines;
  for (int i = 0; i < 3000; ++i) {
    lines.push_back(R"({"ts":"2026-11-20T00:00:00Z","endpoint":"/e/)" + std::to_string(i) +
                    R"(","status":500,"error":{"code":")" + std::string(2000, 'x') + R"("}})");
  }
  store.store().append(tests::native_append(lines), now).value();
  store.store().sync().value();
  const Budget budget(1U << 20);
  for (int i = 0; i < 2; ++i) {
    const auto answer = store.store().failures(query, budget);
    BOOST_TEST_REQUIRE(!answer.has_value());
    BOOST_TEST((answer.error().code == ErrorCode::limit));
    store.engine().flush().value();
  }
}

BOOST_AUTO_TEST_SUITE_END()
