// Erasures and crashes: before each operation on the files of an erasure and of the upkeep that
// follows, the process ends. The next start has all of the erased calls or none, and none once the
// erasure has returned.
#include <boost/test/unit_test.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "storage/files/block_cache.h"
#include "storage/files/file_names.h"
#include "storage/part/part.h"
#include "tests/faults/life.h"
#include "tests/storage/sample_calls.h"
#include "tests/support/effort.h"
#include "tests/support/simulated_file_system.h"

using namespace fortnight;
using namespace fortnight::storage;
using namespace fortnight::faults;

BOOST_AUTO_TEST_SUITE(erasure_faults)

namespace {

constexpr TimeNs kErasureBegins = kLifeBegins + 30 * kNsPerHour;
// In the lines of the calls that are erased, and in a rejected line.
constexpr std::string_view kSecret = "jo@example.com";

// What was sent to a store, and what must be there.
struct SentCalls {
  enum class Erasing { no, running, done };

  std::set<std::string> acknowledged;
  std::set<std::string> sent;
  std::set<std::string> secret;  // of those sent before the erasure
  Erasing erasing = Erasing::no;
  TimeNs now = kErasureBegins;
};

ErasureOrder order_of_secret(bool now) {
  ErasureOrder order;
  Predicate& text = order.predicates.emplace_back();
  text.subject = Predicate::Subject::text;
  text.patterns = {TextPattern{{std::string(kSecret)}}};
  order.text = kSecret;
  order.now = now;
  order.by = "a test";
  order.filter = "text";
  order.sha256 = "00";
  return order;
}

class ErasureLife {
 public:
  ErasureLife(Engine& engine, SentCalls& known) : engine_(engine), known_(known) {}

  // Two days of calls, in parts and segments and, the last ones, in the head.
  void begin() {
    for (int i = 0; i < 8; ++i) {
      known_.now = kErasureBegins - (8 - i) * 4 * kNsPerHour;
      send(i % 2 == 0);
      if (i % 3 != 2) maintain();
      if (i == 5) BOOST_REQUIRE(engine_.flush());
    }
    known_.now = kErasureBegins;
    maintain();
    send(true);
  }

  void erase(bool now) {
    known_.erasing = SentCalls::Erasing::running;
    const auto erased = engine_.erase(order_of_secret(now), {}, known_.now);
    BOOST_REQUIRE_MESSAGE(erased, (erased ? "" : erased.error().message));
    BOOST_TEST(erased->erasure.calls() == known_.secret.size());
    BOOST_TEST(erased->erasure.rejects == 1U);
    known_.erasing = SentCalls::Erasing::done;
  }

  // Calls after it, also such that would have been erased, and the rewriting of files.
  void end() {
    send(true);
    maintain();
    known_.now += kErasedFilesRewrittenAfter;
    maintain();
  }

  void maintain() { BOOST_REQUIRE(maintain_until_idle(engine_, known_.now)); }

 private:
  void send(bool secret) {
    Append append;
    std::vector<std::string> ids;
    for (int i = 0; i < 6; ++i) {
      const bool has_secret = secret && i % 2 == 0;
      ids.push_back("call-" + std::to_string(known_.sent.size()));
      samples::add_sample(append.batch, {.ts = known_.now + i,
                                         .account = has_secret ? "A" : "B",
                                         .call_id = ids.back(),
                                         .note = has_secret ? std::string(kSecret) : "nothing"});
      known_.sent.insert(ids.back());
      if (has_secret && known_.erasing == SentCalls::Erasing::no) known_.secret.insert(ids.back());
    }
    if (known_.sent.size() == ids.size()) {
      append.rejects.push_back({known_.now, "s", "not-json", "", 0, "of " + std::string(kSecret)});
      append.rejects.push_back({known_.now, "s", "not-json", "", 9, "of another"});
    }
    BOOST_REQUIRE(engine_.append(std::move(append), known_.now));
    BOOST_REQUIRE(engine_.sync());
    known_.acknowledged.insert(ids.begin(), ids.end());
  }

  Engine& engine_;
  SentCalls& known_;
};

std::set<std::string> ids_in(const Engine& engine) {
  std::set<std::string> ids;
  CallQuery query;
  query.limit = std::numeric_limits<std::uint64_t>::max();
  const auto scanned = engine.scan(query, {}, [&](CallRecord&& call) {
    BOOST_REQUIRE(ids.insert(call.field(TextField::call_id)).second);
    return true;
  });
  BOOST_REQUIRE(scanned);
  BOOST_TEST(scanned->completeness.complete);
  return ids;
}

std::uint64_t counted_in(const Engine& engine) {
  CountQuery query;
  query.edges = {day_start(day_of(kLifeBegins) - 2), day_start(day_of(kLifeBegins) + 10)};
  const auto answer = engine.count(query, kErasureBegins, {});
  BOOST_REQUIRE(answer);
  return answer->groups.find("", 0).calls;
}

void check_erasure(const Engine& engine, const SentCalls& known) {
  const std::set<std::string> ids = ids_in(engine);
  std::set<std::string> secret;
  for (const std::string& id : ids) {
    BOOST_REQUIRE(known.sent.contains(id));
    if (known.secret.contains(id)) secret.insert(id);
  }
  for (const std::string& id : known.acknowledged) {
    if (!known.secret.contains(id)) BOOST_REQUIRE_MESSAGE(ids.contains(id), id << " is lost");
  }
  using Erasing = SentCalls::Erasing;
  if (known.erasing == Erasing::done) BOOST_REQUIRE(secret.empty());
  if (known.erasing == Erasing::running) {
    BOOST_REQUIRE(secret.empty() || secret == known.secret);
  }
  if (known.erasing == Erasing::no) {
    for (const std::string& id : known.acknowledged) BOOST_REQUIRE(ids.contains(id));
  }
  BOOST_REQUIRE_GE(counted_in(engine), known.acknowledged.size());
  BOOST_REQUIRE_LE(counted_in(engine), known.sent.size());
}

// Looks for the secret in the bytes of all files, and in the calls of all parts.
void check_files(SimulatedFileSystem& files, const std::string& where) {
  for (const std::string& path : files.paths()) {
    BOOST_REQUIRE_MESSAGE(files.contents(path).find(kSecret) == std::string::npos,
                          where << ": " << path);
    const auto name = FileName::parse(path);
    if (!name || (name->kind != FileKind::part && name->kind != FileKind::segment)) continue;
    const auto part = PartReader::open(files, path, std::make_shared<BlockCache>(1U << 20));
    BOOST_REQUIRE(part);
    for (std::uint32_t block = 0; block < (*part)->blocks(); ++block) {
      const auto batch = (*part)->read_block(block);
      BOOST_REQUIRE(batch);
      for (const Call& call : batch->calls) {
        BOOST_REQUIRE_MESSAGE(samples::line_of(*batch, call).find(kSecret) == std::string::npos,
                              where << ": " << path);
      }
    }
  }
}

// Opens the state after a crash, erases again, and lets upkeep finish.
void check_after_crash(SimulatedFileSystem& image, const SentCalls& known,
                       const std::string& where) {
  BOOST_TEST_CONTEXT(where) {
    auto engine = Engine::open(image, life_options(), known.now);
    BOOST_REQUIRE_MESSAGE(engine, where << ": " << (engine ? "" : engine.error().message));
    BOOST_TEST((*engine)->start_warnings().empty());
    check_erasure(**engine, known);
    BOOST_REQUIRE((*engine)->erase(order_of_secret(true), {}, known.now));
    BOOST_REQUIRE(maintain_until_idle(**engine, known.now));
    BOOST_REQUIRE((*engine)->flush());
    BOOST_REQUIRE(maintain_until_idle(**engine, known.now));
    std::set<std::string> ids = ids_in(**engine);
    for (const std::string& id : known.secret) BOOST_REQUIRE(!ids.contains(id));
    const auto certificates = (*engine)->certificates();
    BOOST_REQUIRE(certificates);
    std::uint64_t number = 0;
    for (const std::string& line : *certificates) {
      BOOST_REQUIRE_MESSAGE(line.find("\"finished\":null") == std::string::npos, line);
      BOOST_REQUIRE_MESSAGE(
          line.find("\"number\":" + std::to_string(++number) + ",") != std::string::npos, line);
    }
    check_files(image, where);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_erasure_is_done_whole_or_not_at_all_and_leaves_the_files) {
  const std::uint64_t every = tests::stride(1U);
  std::uint64_t points = 0;
  for (const bool now : {false, true}) {
    SimulatedFileSystem files;
    SentCalls known;
    auto engine = Engine::open(files, life_options(), kLifeBegins);
    BOOST_REQUIRE(engine);
    ErasureLife life(**engine, known);
    life.begin();
    files.before_each([&](std::uint64_t number, Operation operation, const std::string& path) {
      const bool changes = operation != Operation::read && operation != Operation::list &&
                           operation != Operation::free_bytes && operation != Operation::open;
      if (!changes || number % every != 0) return std::optional<Fault>();
      for (const Loss loss : {Loss::none, Loss::everything, Loss::random}) {
        check_after_crash(*files.crashed(loss, number), known,
                          "before operation " + std::to_string(number) + " (" + path + "), loss " +
                              std::to_string(static_cast<int>(loss)));
        ++points;
      }
      return std::optional<Fault>();
    });
    life.erase(now);
    check_erasure(**engine, known);
    life.end();
    check_erasure(**engine, known);
  }
  BOOST_TEST_MESSAGE("crash points of erasures: " << points);
  BOOST_TEST(points > tests::rounds(600U));
}

BOOST_AUTO_TEST_CASE(nothing_of_what_was_erased_is_in_any_file) {
  for (const bool now : {false, true}) {
    SimulatedFileSystem files;
    SentCalls known;
    auto engine = Engine::open(files, life_options(), kLifeBegins);
    BOOST_REQUIRE(engine);
    ErasureLife life(**engine, known);
    life.begin();
    files.put("quarantine/found.part", "something about " + std::string(kSecret));
    files.put("quarantine/kept.part", "something else");
    std::set<std::string> with_secret;
    for (const std::string& path : files.paths()) {
      if (files.contents(path).find(kSecret) != std::string::npos) {
        with_secret.insert(path.substr(0, 4));
      }
    }
    BOOST_TEST((with_secret == std::set<std::string>{"jour", "part", "quar", "reje"}));
    life.erase(now);
    if (!now) known.now += kErasedFilesRewrittenAfter;
    life.maintain();
    check_files(files, "after upkeep");
    BOOST_TEST(!files.paths().contains("quarantine/found.part"));
    BOOST_TEST(files.paths().contains("quarantine/kept.part"));
    check_erasure(**engine, known);
    // The rejected line is gone, and still counted.
    const auto rejects = (*engine)->rejects({}, {});
    BOOST_REQUIRE(rejects);
    BOOST_REQUIRE(rejects->rejects.size() == 2U);
    BOOST_TEST(rejects->rejects[1].reject.bytes == "");
    BOOST_TEST(rejects->rejects[1].reject.detail == "erased");
    BOOST_TEST(rejects->rejects[0].reject.bytes == "of another");
    BOOST_TEST(rejects->rejects[0].number == 1U);
  }
}

BOOST_AUTO_TEST_CASE(on_a_full_disk_nothing_is_erased_and_nothing_else_changes) {
  std::uint64_t refused = 0;
  for (std::uint64_t at = 1;; ++at) {
    SimulatedFileSystem files;
    SentCalls known;
    auto engine = Engine::open(files, life_options(), kLifeBegins);
    BOOST_REQUIRE(engine);
    ErasureLife life(**engine, known);
    life.begin();
    std::uint64_t writes = 0;
    files.before_each([&](std::uint64_t, Operation operation, const std::string&) {
      const bool takes_room = operation == Operation::write || operation == Operation::create;
      if (!takes_room || ++writes < at) return std::optional<Fault>();
      return std::optional(Fault{ErrorCode::no_space});
    });
    const auto erased = (*engine)->erase(order_of_secret(false), {}, known.now);
    const bool full = writes >= at;
    files.before_each({});
    if (erased) {
      known.erasing = SentCalls::Erasing::done;
    } else {
      ++refused;
      BOOST_TEST((erased.error().code == ErrorCode::no_space), erased.error().message);
    }
    check_erasure(**engine, known);
    // With room, the next try succeeds.
    BOOST_REQUIRE((*engine)->erase(order_of_secret(true), {}, known.now));
    known.erasing = SentCalls::Erasing::done;
    check_erasure(**engine, known);
    life.maintain();
    BOOST_REQUIRE((*engine)->flush());
    life.maintain();
    check_files(files, "a full disk at write " + std::to_string(at));
    if (!full) break;
  }
  BOOST_TEST(refused > 5U);
}

BOOST_AUTO_TEST_SUITE_END()
