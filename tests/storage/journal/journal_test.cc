#include "storage/journal/journal.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <memory>
#include <optional>
#include <random>

#include "base/bytes.h"
#include "base/checksum.h"
#include "storage/files/file_names.h"
#include "storage/journal/format.h"
#include "storage/journal/replay.h"
#include "tests/support/effort.h"
#include "tests/support/memory_cap.h"
#include "tests/support/simulated_file_system.h"

using namespace fortnight;
using namespace fortnight::storage;
using fortnight::faults::Fault;
using fortnight::faults::Loss;
using fortnight::faults::Operation;
using fortnight::faults::SimulatedFileSystem;

BOOST_AUTO_TEST_SUITE(journal, *boost::unit_test::fixture<fortnight::tests::MemoryCap>())

namespace {

constexpr std::uint64_t kFileBytes = 1024;

Journal new_journal(SimulatedFileSystem& files) { return {files, kFileBytes, {}, 1, 1}; }

Result<std::uint64_t> append(Journal& journal, std::string_view payload) {
  return journal.append({.front = std::string(payload), .shared = {}, .owner = {}, .back = {}});
}

struct Replayed {
  JournalReplay report;
  std::vector<std::string> payloads;
};

Replayed replay(SimulatedFileSystem& files, std::uint64_t covered = 0) {
  Replayed out;
  std::uint64_t last = covered;
  auto report =
      replay_journal(files, covered, {}, [&](std::uint64_t lsn, std::string_view payload) {
        BOOST_TEST(lsn > last);
        last = lsn;
        out.payloads.emplace_back(payload);
        return Result<void>();
      });
  BOOST_REQUIRE(report);
  out.report = *report;
  return out;
}

std::string payload(std::uint64_t i) {
  return "record " + std::to_string(i) + std::string(i % 7 * 40, static_cast<char>('a' + i % 26));
}

std::vector<std::string> payloads(std::uint64_t from, std::uint64_t to) {
  std::vector<std::string> out;
  for (std::uint64_t i = from; i <= to; ++i) out.push_back(payload(i));
  return out;
}

// Leaves `value` on the stack below, in one word of eight.
[[gnu::noinline]] void dirty_stack(std::uint64_t value, std::size_t which) {
  volatile std::uint64_t words[2048];
  for (std::size_t i = 0; i < std::size(words); ++i) words[i] = i % 8 == which ? value : 0;
}

std::string path(std::uint64_t number) { return FileName{FileKind::journal, number, 0}.path(); }

}  // namespace

BOOST_AUTO_TEST_CASE(records_come_back_in_order_over_many_files) {
  SimulatedFileSystem files;
  Journal journal = new_journal(files);
  for (std::uint64_t i = 1; i <= 50; ++i) BOOST_TEST(append(journal, payload(i)).value() == i);
  BOOST_REQUIRE(journal.sync());
  BOOST_TEST(journal.synced_lsn() == 50U);
  BOOST_TEST(files.paths().size() > 3U);
  const Replayed back = replay(files);
  BOOST_TEST(back.payloads == payloads(1, 50), boost::test_tools::per_element());
  BOOST_TEST(back.report.next_lsn == 51U);
  BOOST_TEST(back.report.lost_records == 0U);
  BOOST_TEST(replay(files, 20).payloads == payloads(21, 50), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_record_larger_than_a_file_gets_its_own) {
  SimulatedFileSystem files;
  Journal journal = new_journal(files);
  std::string large(10'000, '\0');
  std::mt19937 random(3);
  for (char& c : large) c = static_cast<char>(random());
  BOOST_REQUIRE(append(journal, "a"));
  BOOST_REQUIRE(append(journal, large));
  BOOST_REQUIRE(append(journal, "b"));
  BOOST_TEST((replay(files).payloads == std::vector<std::string>{"a", large, "b"}));
}

// Under high load, compression would cost processor time that is needed elsewhere.
BOOST_AUTO_TEST_CASE(large_records_are_written_as_they_are) {
  SimulatedFileSystem files;
  Journal journal = new_journal(files);
  const std::string small(2000, 'a');
  const std::string large(1U << 20, 'b');
  BOOST_REQUIRE(append(journal, small));
  BOOST_REQUIRE(append(journal, large));
  BOOST_REQUIRE(journal.sync());
  const Replayed back = replay(files);
  BOOST_TEST((back.payloads == std::vector{small, large}));
  BOOST_TEST(read_whole(files, path(1), 1U << 22).value().find(small) == std::string::npos);
  BOOST_TEST(read_whole(files, path(2), 1U << 22).value().find(large) != std::string::npos);
}

// High load may also consist of small records.
BOOST_AUTO_TEST_CASE(small_records_are_compressed_but_while_much_comes) {
  SimulatedFileSystem files;
  Journal journal(files, std::uint64_t{1} << 23, {}, 1, 1);
  const std::string small = "begin " + std::string(10'000, 'x');
  const auto as_it_was = [&] {
    const std::string bytes = read_whole(files, path(1), 1U << 24).value();
    std::size_t found = 0;
    for (auto at = bytes.find(small); at != std::string::npos; at = bytes.find(small, at + 1)) {
      ++found;
    }
    return found;
  };
  const auto append_all = [&](const std::string& payload, int times) {
    for (int i = 0; i < times; ++i) BOOST_REQUIRE(append(journal, payload));
    BOOST_REQUIRE(journal.sync());
  };
  append_all(small, 1);
  BOOST_TEST(as_it_was() == 0U);
  append_all(std::string(1U << 20, 'y'), 1);
  append_all(small, 60);  // together as many bytes
  BOOST_TEST(as_it_was() == 60U);
  append_all(small, 2);
  BOOST_TEST(as_it_was() == 62U);
  append_all(small, 3);  // the load is low again
  BOOST_TEST(as_it_was() == 62U);
  BOOST_TEST(replay(files).payloads.size() == 67U);
}

BOOST_AUTO_TEST_CASE(a_large_record_is_written_without_a_copy) {
  SimulatedFileSystem files;
  Journal journal(files, std::uint64_t{1} << 23, {}, 1, 1);
  const auto large = std::make_shared<const std::string>(1U << 20, 'c');
  for (const std::string& back : {std::string("back"), std::string("b"), std::string()}) {
    BOOST_REQUIRE(
        journal.append({.front = "front", .shared = *large, .owner = large, .back = back}));
  }
  BOOST_TEST(large.use_count() == 4);
  BOOST_REQUIRE(journal.sync());
  BOOST_TEST(large.use_count() == 1);
  BOOST_TEST((replay(files).payloads ==
              std::vector{"front" + *large + "back", "front" + *large + "b", "front" + *large}));
}

// The state of a checksum must not depend on uninitialised memory.
BOOST_AUTO_TEST_CASE(a_checksum_does_not_depend_on_the_stack) {
  const std::string shared(1000, 'e');
  for (std::size_t which = 0; which < 8; ++which) {
    JournalBytes record{.front = "front", .shared = shared, .owner = {}, .back = "back"};
    make_record(record, 1, 0, false);
    dirty_stack(7, which);
    seal_record(record, 7);
    record.join();
    BOOST_TEST(record_is_sealed(record.front, 7));
  }
}

// For each of the record's writes, and any earlier content.
BOOST_AUTO_TEST_CASE(a_record_with_a_failed_write_is_absent) {
  for (const std::size_t bytes : {std::size_t{10}, std::size_t{1} << 20}) {
    const std::string shared(bytes, 'd');
    const auto append_zeros = [&](Journal& journal) {
      return journal.append(
          {.front = "front", .shared = shared, .owner = {}, .back = std::string(4, '\0')});
    };
    for (int failing = 1; failing <= 4; ++failing) {
      SimulatedFileSystem files;
      Journal journal(files, std::uint64_t{1} << 22, {}, 1, 1);
      BOOST_REQUIRE(append_zeros(journal));
      BOOST_REQUIRE(journal.sync());
      int writes = 0;
      files.before_each([&](std::uint64_t, Operation operation, const std::string&) {
        const bool fails = operation == Operation::write && ++writes == failing;
        return fails ? std::optional(Fault{ErrorCode::no_space}) : std::nullopt;
      });
      const bool taken = append_zeros(journal).has_value();
      files.before_each({});
      BOOST_TEST(taken == (writes < failing));
      BOOST_TEST(replay(files).payloads.size() == (taken ? 2U : 1U));
      BOOST_REQUIRE(append_zeros(journal));
      BOOST_REQUIRE(journal.sync());
      BOOST_TEST(replay(files).payloads.size() == (taken ? 3U : 2U));
    }
  }
}

// For any state of the unsynced tail: all synced records are there, in order, and the records after
// them continue without a gap.
BOOST_AUTO_TEST_CASE(after_a_power_loss_a_prefix_is_there_with_all_that_was_synced) {
  for (std::uint64_t seed = 0; seed < fortnight::tests::rounds(300U); ++seed) {
    SimulatedFileSystem files;
    Journal journal = new_journal(files);
    const std::uint64_t synced = seed % 23;
    const std::uint64_t appended = synced + seed % 11;
    for (std::uint64_t i = 1; i <= synced; ++i) {
      BOOST_REQUIRE(append(journal, payload(i)));
      if (i % 3 == seed % 3) BOOST_REQUIRE(journal.sync());
    }
    BOOST_REQUIRE(journal.sync());
    for (std::uint64_t i = synced + 1; i <= appended; ++i)
      BOOST_REQUIRE(append(journal, payload(i)));
    const auto after = files.crashed(Loss::random, seed);
    const Replayed back = replay(*after);
    BOOST_TEST(back.payloads.size() >= synced);
    BOOST_TEST(back.payloads == payloads(1, back.payloads.size()),
               boost::test_tools::per_element());
    BOOST_TEST(back.report.lost_records == 0U);

    // A journal that continues from there is read as one.
    Journal next(*after, kFileBytes, back.report.files, back.report.next_number,
                 back.report.next_lsn);
    const std::uint64_t from = back.payloads.size() + 1;
    for (std::uint64_t i = from; i < from + 10; ++i) {
      BOOST_TEST(append(next, payload(i)).value() == i);
    }
    const Replayed again = replay(*after);
    BOOST_TEST(again.payloads == payloads(1, from + 9), boost::test_tools::per_element());
    BOOST_TEST(again.report.lost_records == 0U);
  }
}

BOOST_AUTO_TEST_CASE(cut_at_any_byte_it_returns_the_records_before) {
  SimulatedFileSystem files;
  Journal journal(files, 4096, {}, 1, 1);
  for (std::uint64_t i = 1; i <= 9; ++i) BOOST_REQUIRE(append(journal, payload(i)));
  BOOST_REQUIRE(journal.sync());
  const std::string whole = files.contents(path(1));
  std::size_t most = 0;
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    files.put(path(1), whole.substr(0, length));
    const Replayed back = replay(files);
    BOOST_TEST(back.payloads == payloads(1, back.payloads.size()),
               boost::test_tools::per_element());
    BOOST_TEST(back.payloads.size() >= most);
    // A file with its name had a header.
    BOOST_TEST((back.report.lost_records > 0) == (length < kJournalHeaderBytes));
    most = back.payloads.size();
  }
  BOOST_TEST(most == 9U);
}

BOOST_AUTO_TEST_CASE(damage_in_the_middle_is_counted_and_the_rest_is_read) {
  SimulatedFileSystem files;
  Journal journal(files, 8192, {}, 1, 1);
  for (std::uint64_t i = 1; i <= 20; ++i) {
    BOOST_REQUIRE(append(journal, payload(i)));
    BOOST_REQUIRE(journal.sync());
  }
  const std::string whole = files.contents(path(1));
  const std::size_t used = whole.find_last_not_of('\0') + 1;
  for (std::size_t i = 0; i < used; ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x40);
    files.put(path(1), damaged);
    const Replayed back = replay(files);
    // Damage of the last record can't be distinguished from an unsynced tail.
    BOOST_TEST(back.payloads.size() >= 19U);
    BOOST_TEST(back.payloads.size() + back.report.lost_records +
                   (back.report.next_lsn == 20 ? 1 : 0) ==
               20U);
    std::vector<std::string> expected = payloads(1, 20);
    for (const std::string& read : back.payloads) {
      BOOST_TEST((std::find(expected.begin(), expected.end(), read) != expected.end()));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_lost_file_is_counted) {
  SimulatedFileSystem files;
  Journal journal = new_journal(files);
  for (std::uint64_t i = 1; i <= 50; ++i) BOOST_REQUIRE(append(journal, payload(i)));
  BOOST_REQUIRE(journal.sync());
  files.erase(path(2));
  const Replayed back = replay(files);
  BOOST_TEST(back.report.lost_records > 0U);
  BOOST_TEST(back.payloads.size() + back.report.lost_records == 50U);
  BOOST_TEST(back.payloads.back() == payload(50));
}

BOOST_AUTO_TEST_CASE(released_files_are_recycled_without_their_old_records) {
  SimulatedFileSystem files;
  Journal journal = new_journal(files);
  for (std::uint64_t i = 1; i <= 200; ++i) {
    BOOST_REQUIRE(append(journal, payload(i)));
    BOOST_REQUIRE(journal.sync());
    if (i > 10) journal.release(i - 10);
    BOOST_TEST(files.paths().size() <= 8U);
  }
  const Replayed back = replay(files, 190);
  BOOST_TEST(back.payloads == payloads(191, 200), boost::test_tools::per_element());
  BOOST_TEST(back.report.lost_records == 0U);
}

BOOST_AUTO_TEST_CASE(a_full_disk_takes_nothing_and_loses_nothing) {
  for (const Operation full_at : {Operation::write, Operation::sync}) {
    SimulatedFileSystem files;
    Journal journal = new_journal(files);
    bool full = false;
    files.before_each([&](std::uint64_t, Operation operation, const std::string&) {
      return full && operation == full_at ? std::optional(Fault{ErrorCode::no_space, true})
                                          : std::nullopt;
    });
    std::uint64_t taken = 0;
    for (std::uint64_t round = 0; round < 60; ++round) {
      full = round % 5 >= 3;
      const auto lsn = append(journal, payload(taken + 1));
      if (lsn) {
        BOOST_TEST(*lsn == ++taken);
      } else {
        BOOST_TEST((lsn.error().code == ErrorCode::no_space));
      }
      const auto synced = journal.sync();
      BOOST_TEST((synced || synced.error().code == ErrorCode::no_space));
      if (synced) BOOST_TEST(journal.synced_lsn() == taken);
      // Records reported as durable survive a power loss at this moment.
      const auto after = files.crashed(Loss::everything, 0);
      const Replayed back = replay(*after);
      BOOST_TEST(back.payloads.size() >= journal.synced_lsn());
      BOOST_TEST(back.payloads == payloads(1, back.payloads.size()),
                 boost::test_tools::per_element());
      BOOST_TEST(back.report.lost_records == 0U);
    }
    full = false;
    BOOST_REQUIRE(journal.sync());
    BOOST_TEST(taken > 30U);
    BOOST_TEST(replay(files).payloads == payloads(1, taken), boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(a_file_that_was_not_synced_is_not_recycled) {
  SimulatedFileSystem files;
  Journal journal = new_journal(files);
  bool full = false;
  files.before_each([&](std::uint64_t, Operation operation, const std::string&) {
    if (operation != Operation::sync || !std::exchange(full, false)) return std::optional<Fault>();
    return std::optional(Fault{ErrorCode::no_space, true});
  });
  for (std::uint64_t i = 1; i <= 200; ++i) {
    BOOST_REQUIRE(append(journal, payload(i)));
    full = i % 9 == 0;
    const auto synced = journal.sync();
    BOOST_TEST((synced || synced.error().code == ErrorCode::no_space));
    BOOST_REQUIRE(journal.sync());
    if (i > 10) journal.release(i - 10);
  }
  BOOST_TEST(files.syncs_after_a_failure() == 0U);
  BOOST_TEST(replay(files, 190).payloads == payloads(191, 200), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(any_other_failure_is_final) {
  for (const Operation failing : {Operation::write, Operation::sync}) {
    SimulatedFileSystem files;
    Journal journal = new_journal(files);
    BOOST_REQUIRE(append(journal, payload(1)));
    BOOST_REQUIRE(journal.sync());
    bool broken = true;
    files.before_each([&](std::uint64_t, Operation operation, const std::string&) {
      return broken && operation == failing ? std::optional(Fault{ErrorCode::io, false})
                                            : std::nullopt;
    });
    const auto appended = append(journal, payload(2));
    BOOST_TEST((!appended || !journal.sync()));
    broken = false;
    const std::uint64_t operations = files.operations();
    BOOST_TEST((append(journal, payload(3)).error().code == ErrorCode::io));
    BOOST_TEST((journal.sync().error().code == ErrorCode::io));
    BOOST_TEST(files.operations() == operations);
  }
}

BOOST_AUTO_TEST_CASE(a_newer_versions_file_is_refused) {
  SimulatedFileSystem files;
  std::string header = encode_journal_header({1, 1});
  header[8] = 2;
  std::string rest = header.substr(0, header.size() - 8);
  header = rest;
  ByteWriter(header).u64(checksum64(rest));
  files.put(path(1), header);
  const auto report =
      replay_journal(files, 0, {}, [](std::uint64_t, std::string_view) { return Result<void>(); });
  BOOST_REQUIRE(!report);
  BOOST_TEST((report.error().code == ErrorCode::unsupported));
}

// Including records of an earlier life in recycled files, and of files that are still needed.
BOOST_AUTO_TEST_CASE(forgotten_files_go_once_they_are_not_needed) {
  SimulatedFileSystem files;
  Journal journal = new_journal(files);
  const auto bytes_with = [&](std::string_view text) {
    std::uint64_t found = 0;
    for (const std::string& path : files.paths()) {
      if (files.contents(path).find(text) != std::string::npos) ++found;
    }
    return found;
  };
  std::uint64_t lsn = 0;
  for (int i = 0; i < 40; ++i) {
    lsn = append(journal, "secret " + std::to_string(i) + std::string(100, 'x')).value();
    BOOST_REQUIRE(journal.sync());
    if (i % 10 == 9) journal.release(lsn);
  }
  BOOST_TEST(bytes_with("secret") > 1U);
  BOOST_TEST(!journal.holds_forgotten());
  journal.forget();
  BOOST_TEST(journal.holds_forgotten());
  const auto later = append(journal, "later");
  BOOST_REQUIRE(later);
  BOOST_REQUIRE(journal.sync());
  journal.release(lsn - 1);
  BOOST_TEST(journal.holds_forgotten());
  journal.release(lsn);
  BOOST_TEST(!journal.holds_forgotten());
  BOOST_TEST(bytes_with("secret") == 0U);
  // What came later is there.
  BOOST_TEST((replay(files, lsn).payloads == std::vector<std::string>{"later"}));
  // Files are recycled again.
  for (int i = 0; i < 40; ++i) {
    lsn = append(journal, "other " + std::to_string(i) + std::string(100, 'x')).value();
    BOOST_REQUIRE(journal.sync());
    journal.release(lsn);
  }
  BOOST_TEST(files.paths().size() > 2U);
}

BOOST_AUTO_TEST_CASE(a_forgotten_file_that_cannot_be_removed_is_tried_again) {
  SimulatedFileSystem files;
  Journal journal = new_journal(files);
  const auto lsn = append(journal, "secret");
  BOOST_REQUIRE(lsn);
  BOOST_REQUIRE(journal.sync());
  journal.forget();
  files.before_each([](std::uint64_t, Operation operation, const std::string&) {
    return operation == Operation::remove ? std::optional(Fault{ErrorCode::io}) : std::nullopt;
  });
  journal.release(*lsn);
  BOOST_TEST(journal.holds_forgotten());
  files.before_each({});
  BOOST_TEST(!journal.holds_forgotten());
  for (const std::string& path : files.paths()) {
    BOOST_TEST(files.contents(path).find("secret") == std::string::npos);
  }
}

BOOST_AUTO_TEST_SUITE_END()
