// Damaged, missing, emptied, swapped and foreign files: a start always succeeds, an answer is right
// or marked as incomplete, and no call appears twice.
#include <boost/test/unit_test.hpp>
#include <limits>
#include <map>
#include <set>

#include "storage/files/file_names.h"
#include "tests/faults/life.h"
#include "tests/faults/oracle.h"
#include "tests/support/effort.h"
#include "tests/support/memory_cap.h"
#include "tests/support/simulated_file_system.h"
#include "tests/support/status_text.h"

using namespace fortnight;
using namespace fortnight::storage;
using namespace fortnight::faults;

namespace damage {

constexpr TimeNs kEnd = kLifeBegins + 4 * kNsPerDay - 2 * kNsPerHour;

struct Answers {
  std::map<std::string, int> calls;  // by call_id: how often it appears
  std::uint64_t counted = 0;
  bool calls_complete = true;
  bool counts_complete = true;
  std::string status;
};

Answers ask(const Engine& engine) {
  Answers answers;
  CallQuery query;
  query.from = day_start(day_of(kEnd) - life_options().retention_days);
  query.to = day_start(day_of(kEnd) + 2);
  query.limit = std::numeric_limits<std::uint64_t>::max();
  query.with_line = true;
  const auto scanned = engine.scan(query, {}, [&](CallRecord&& record) {
    ++answers.calls[record.field(TextField::call_id)];
    return true;
  });
  BOOST_REQUIRE_MESSAGE(scanned, (scanned ? "" : scanned.error().message));
  answers.calls_complete = scanned->completeness.complete;
  CountQuery count;
  count.edges = {day_start(day_of(kEnd) - 60), query.to};
  const auto counted = engine.count(count, kEnd, {});
  BOOST_REQUIRE_MESSAGE(counted, (counted ? "" : counted.error().message));
  for (CountGroups::Group group = 0; group < counted->groups.size(); ++group) {
    answers.counted += counted->groups.total(group).calls;
  }
  answers.counts_complete = counted->completeness.complete;
  answers.status = tests::status_text(engine, kEnd);
  return answers;
}

// A store at the end of its life, with calls in the journal, parts, segments and rollups.
struct Fixture {
  Fixture() {
    Oracle oracle(life_options().retention_days);
    auto engine = Engine::open(files, life_options(), kLifeBegins);
    BOOST_REQUIRE(engine);
    BOOST_REQUIRE(live(**engine, oracle, {.drops_a_day = false}, 5));
    std::mt19937_64 random(9);
    for (int i = 0; i < 5; ++i) {
      BOOST_REQUIRE((*engine)->append(oracle.make_append(kEnd, random), kEnd));
      BOOST_REQUIRE((*engine)->sync());
      if (i == 2) earlier = files.crashed(Loss::none, 0);
    }
    sound = ask(**engine);
    BOOST_REQUIRE(sound.calls_complete && sound.counts_complete);
  }

  // Damages a copy, opens it and queries it, continues and queries again, and once more after
  // another start: losses must stay reported.
  void check(const std::string& what,
             const std::function<void(SimulatedFileSystem&)>& damage) const {
    const auto image = files.crashed(Loss::none, 0);
    damage(*image);
    {
      const auto engine = Engine::open(*image, life_options(), kEnd);
      BOOST_REQUIRE_MESSAGE(engine, what << ": " << (engine ? "" : engine.error().message));
      check_answers(what + ", opened", ask(**engine));
      BOOST_REQUIRE_MESSAGE(maintain_until_idle(**engine, kEnd + kNsPerHour), what);
      check_answers(what + ", settled", ask(**engine));
    }
    const auto again = Engine::open(*image, life_options(), kEnd + kNsPerHour);
    BOOST_REQUIRE_MESSAGE(again, what << ": " << (again ? "" : again.error().message));
    check_answers(what + ", opened again", ask(**again));
  }

  void check_answers(const std::string& what, const Answers& answers) const {
    for (const auto& [call_id, times] : answers.calls) {
      BOOST_TEST(times == 1, what << ": " << call_id << " is there " << times << " times");
      BOOST_TEST(sound.calls.contains(call_id), what << ": " << call_id << " is new");
    }
    const std::size_t missing = sound.calls.size() - answers.calls.size();
    BOOST_TEST((missing == 0 || !answers.calls_complete),
               what << ": " << missing << " calls are missing in silence");
    BOOST_TEST(answers.counted <= sound.counted, what << ": counted too much");
    BOOST_TEST((answers.counted == sound.counted || !answers.counts_complete),
               what << ": " << answers.counted << " of " << sound.counted << " counted in silence");
  }

  SimulatedFileSystem files;
  Answers sound;
  std::unique_ptr<SimulatedFileSystem> earlier;  // the store before its last appends
};

constexpr std::size_t kFlips = fortnight::tests::rounds(48U);

}  // namespace damage

BOOST_FIXTURE_TEST_SUITE(damage, damage::Fixture,
                         *boost::unit_test::fixture<fortnight::tests::MemoryCap>())

BOOST_AUTO_TEST_CASE(any_file_may_be_missing_or_empty_or_cut) {
  for (const std::string& path : files.paths()) {
    check(path + " missing", [&](SimulatedFileSystem& image) { image.erase(path); });
    check(path + " empty", [&](SimulatedFileSystem& image) { image.put(path, ""); });
    for (const std::size_t piece : {2, 8, 64}) {
      check(path + " cut", [&](SimulatedFileSystem& image) {
        const std::string bytes = image.contents(path);
        image.put(path, bytes.substr(0, bytes.size() / piece));
      });
    }
    check(path + " foreign", [&](SimulatedFileSystem& image) {
      image.put(path, std::string(image.contents(path).size(), 'x'));
    });
    check(path + " zeros", [&](SimulatedFileSystem& image) {
      image.put(path, std::string(image.contents(path).size(), '\0'));
    });
  }
}

BOOST_AUTO_TEST_CASE(any_two_files_may_be_missing) {
  const std::set<std::string> paths = files.paths();
  for (auto a = paths.begin(); a != paths.end(); ++a) {
    for (auto b = std::next(a); b != paths.end(); ++b) {
      check(*a + " and " + *b + " missing", [&](SimulatedFileSystem& image) {
        image.erase(*a);
        image.erase(*b);
      });
    }
  }
}

// Files of the same names are restored from an older copy.
BOOST_AUTO_TEST_CASE(files_may_be_out_of_date) {
  std::size_t tried = 0;
  for (const std::string& path : earlier->paths()) {
    if (!files.paths().contains(path) || earlier->contents(path) == files.contents(path)) continue;
    ++tried;
    check(path + " of an older time",
          [&](SimulatedFileSystem& image) { image.put(path, earlier->contents(path)); });
  }
  BOOST_TEST(tried >= 2U);  // the journal and its mark
}

BOOST_AUTO_TEST_CASE(any_byte_may_be_flipped) {
  for (const std::string& path : files.paths()) {
    const std::string whole = files.contents(path);
    for (std::size_t at = 0; at < whole.size(); at += 1 + whole.size() / kFlips) {
      check(path + " flipped at " + std::to_string(at), [&](SimulatedFileSystem& image) {
        std::string bytes = whole;
        bytes[at] = static_cast<char>(bytes[at] ^ 0x20);
        image.put(path, std::move(bytes));
      });
    }
  }
}

BOOST_AUTO_TEST_CASE(files_may_be_swapped_or_copied_over_one_another) {
  const std::set<std::string> paths = files.paths();
  for (const std::string& a : paths) {
    for (const std::string& b : paths) {
      if (a < b) {
        check(a + " and " + b + " swapped", [&](SimulatedFileSystem& image) {
          const std::string bytes = image.contents(a);
          image.put(a, image.contents(b));
          image.put(b, bytes);
        });
      }
      if (a != b) {
        check(a + " copied over " + b,
              [&](SimulatedFileSystem& image) { image.put(b, image.contents(a)); });
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_manifest_before_the_newest_one_is_whole) {
  const std::set<std::string> paths = files.paths();
  const auto newest = std::prev(paths.upper_bound("manifest-9999999999"));
  BOOST_REQUIRE(newest->starts_with("manifest-"));
  const auto image = files.crashed(Loss::none, 0);
  // A start after which nothing is appended removes nothing that the previous manifest needs.
  BOOST_REQUIRE(Engine::open(*image, life_options(), kEnd));
  image->put(*newest, "damaged");
  const auto engine = Engine::open(*image, life_options(), kEnd);
  BOOST_REQUIRE(engine);
  const Answers answers = ask(**engine);
  BOOST_TEST((answers.calls == sound.calls));
  BOOST_TEST(answers.counted == sound.counted);
  BOOST_TEST(answers.calls_complete);
  BOOST_TEST(answers.status.find("\"damaged_manifests\":1") != std::string::npos);
  BOOST_TEST(image->paths().contains("quarantine/" + *newest));
}

// At every moment of a life, the newest manifest is damaged: all files of the previous one exist,
// and the journal continues from it.
BOOST_AUTO_TEST_CASE(the_manifest_before_the_newest_one_is_whole_at_any_moment) {
  constexpr std::uint64_t kEvery = fortnight::tests::stride(7U);
  SimulatedFileSystem living;
  Oracle oracle(life_options().retention_days);
  oracle.set_time(kLifeBegins);
  std::uint64_t tried = 0;
  living.before_each([&](std::uint64_t number, Operation, const std::string& path) {
    if (number % kEvery != 0) return std::optional<Fault>();
    const auto image = living.crashed(Loss::none, 0);
    std::vector<std::string> manifests;
    for (const std::string& left : image->paths()) {
      const auto name = FileName::parse(left);
      if (name && name->kind == FileKind::manifest) manifests.push_back(left);
    }
    if (manifests.size() < 2) return std::optional<Fault>();
    image->put(manifests.back(), "damaged");
    const std::string where = "before operation " + std::to_string(number) + " (" + path + ")";
    const auto engine = Engine::open(*image, life_options(), oracle.time());
    BOOST_REQUIRE_MESSAGE(engine, where);
    const std::string wrong = oracle.check_contents(**engine);
    BOOST_REQUIRE_MESSAGE(wrong.empty(), where << ": " << wrong);
    ++tried;
    return std::optional<Fault>();
  });
  const auto engine = Engine::open(living, life_options(), kLifeBegins);
  BOOST_REQUIRE(engine);
  BOOST_TEST(live(**engine, oracle, {.drops_a_day = false}, 6));
  BOOST_TEST(tried > fortnight::tests::rounds(100U));
}

// All calls and counts exist, but nobody can know whether other files are lost.
BOOST_AUTO_TEST_CASE(without_manifests_the_store_is_rebuilt_from_files) {
  const auto image = files.crashed(Loss::none, 0);
  for (const std::string& path : files.paths()) {
    if (path.starts_with("manifest-")) image->put(path, "damaged");
  }
  for (int start = 0; start < 2; ++start) {
    const auto engine = Engine::open(*image, life_options(), kEnd);
    BOOST_REQUIRE(engine);
    const Answers answers = ask(**engine);
    BOOST_TEST((answers.calls == sound.calls));
    BOOST_TEST(answers.counted == sound.counted);
    BOOST_TEST(!answers.calls_complete);
    BOOST_TEST(!answers.counts_complete);
    BOOST_TEST(answers.status.find("\"rebuilt_from_files\":true") != std::string::npos);
    BOOST_TEST(!(*engine)->start_warnings().empty());
    BOOST_REQUIRE(maintain_until_idle(**engine, kEnd));
    // The clock stays before the time of a flush.
    BOOST_REQUIRE(maintain_until_idle(**engine, kEnd - kNsPerHour));
  }
}

// A power loss may remove the newest manifest and the journal. The only copies of the calls since
// the previous manifest are then in files that no manifest names.
BOOST_AUTO_TEST_CASE(unnamed_files_are_taken_in_once_manifest_and_journal_are_gone) {
  const auto image = files.crashed(Loss::none, 0);
  {
    const auto engine = Engine::open(*image, life_options(), kEnd);
    BOOST_REQUIRE(engine);
    BOOST_REQUIRE((*engine)->flush());
  }
  std::string newest;
  std::size_t before = 0;
  for (const std::string& path : image->paths()) {
    if (path.starts_with("manifest-")) newest = path;
    before += path.starts_with("parts/") || path.starts_with("rollups/") ? 1 : 0;
  }
  image->erase(newest);
  for (const std::string& path : image->paths()) {
    if (path.starts_with("journal-0")) image->erase(path);
  }
  for (int start = 0; start < 2; ++start) {
    const auto engine = Engine::open(*image, life_options(), kEnd);
    BOOST_REQUIRE(engine);
    const Answers answers = ask(**engine);
    BOOST_TEST((answers.calls == sound.calls));
    BOOST_TEST(answers.counted <= sound.counted);
    BOOST_TEST(!answers.calls_complete);
    BOOST_TEST(!answers.counts_complete);
    BOOST_TEST(!(*engine)->start_warnings().empty());
  }
  std::size_t after = 0;
  for (const std::string& path : image->paths()) {
    after += path.starts_with("parts/") || path.starts_with("rollups/") ||
                     path.starts_with("quarantine/2")
                 ? 1
                 : 0;
  }
  BOOST_TEST(after >= before);  // no file was removed
}

BOOST_AUTO_TEST_SUITE_END()
