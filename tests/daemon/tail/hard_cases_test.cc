// Cases in which other tailers lose or repeat lines: rotations during which files are also
// compressed, copied, renamed and read.
#include <unistd.h>

#include <algorithm>

#include "tests/daemon/tail/harness.h"

namespace fortnight::daemon {

BOOST_FIXTURE_TEST_SUITE(tail_hard_cases, TailHarness)

// logrotate `create` and `compress` without `delaycompress`: the writer keeps the old file for a
// while, so its last lines are only in the unlinked open file.
void compress_too_early(TailHarness& tail, bool restarts) {
  for (int round = 0; round < 3; ++round) {
    auto writer = tail.writer("app.log");
    tail.write_to(writer, 40);
    tail.poll();
    for (int n = round; n >= 1; --n) {
      tail.rename("app.log." + std::to_string(n) + ".gz",
                  "app.log." + std::to_string(n + 1) + ".gz");
    }
    tail.rename("app.log", "app.log.1");
    tail.append("app.log", "");
    tail.poll();
    tail.compress_aside("app.log.1");
    tail.write_to(writer, 7);
    tail.poll();
    tail.remove("app.log.1");
    tail.write_to(writer, 5);
    tail.poll();
    if (restarts) tail.restart();
    tail.poll();
  }
  tail.settle();
  tail.restart();
  tail.settle();
  tail.check_exactly_once();
}

BOOST_AUTO_TEST_CASE(gzipped_while_the_writer_holds_the_old_file) {
  compress_too_early(*this, false);
}

BOOST_AUTO_TEST_CASE(the_same_under_a_glob_that_matches_both) {
  options.globs = {path("app.log*")};
  compress_too_early(*this, false);
}

BOOST_AUTO_TEST_CASE(the_same_with_restarts) { compress_too_early(*this, true); }

BOOST_AUTO_TEST_CASE(the_same_with_restarts_under_a_glob) {
  options.globs = {path("app.log*")};
  compress_too_early(*this, true);
}

BOOST_AUTO_TEST_CASE(more_rotated_files_than_are_remembered_whole) {
  options.globs = {path("app.log*")};
  const int count = static_cast<int>(TailLedger::kGoneKept + 2 * Imprints::kSheet);
  for (int i = 0; i < count; ++i) {
    const std::string name = "app.log." + std::to_string(i);
    write("app.log", 1);
    if (i % 8 == 0) poll();
    rename("app.log", name);
    if (i % 8 == 0) poll();
    compress_aside(name);
    remove(name);
  }
  settle();
  check_exactly_once(false);
  restart();
  settle();
  check_exactly_once(false);
}

BOOST_AUTO_TEST_CASE(compressed_before_a_line_of_the_open_file_was_read) {
  options.globs = {path("app.log*")};
  append("app.log", "");
  poll();  // it is open, and was empty
  write("app.log");
  rename("app.log", "app.log.1");
  compress_aside("app.log.1");
  remove("app.log.1");
  settle();
  restart();
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(files_that_are_gone_leave_an_imprint_that_knows_them_again) {
  options.globs = {path("app.log*")};
  options.quiet = std::chrono::seconds(1);
  write("app.log", 20);
  poll();
  copy("app.log", "kept");
  const int count = static_cast<int>(TailLedger::kGoneKept + 3 * Imprints::kSheet);
  for (int i = 0; i < count; ++i) {
    rename("app.log", "app.log.1");
    write("app.log", 1);
    poll();
    pass(std::chrono::seconds(2));
    read();
    remove("app.log.1");
  }
  settle();
  BOOST_TEST(positions.size() < TailLedger::kGoneKept + 2 * Imprints::kSheet);
  restart();
  rename("kept", "app.log.bak");
  settle();
  check_exactly_once();
}

void copy_and_truncate_again_and_again(TailHarness& tail) {
  for (int round = 0; round < 5; ++round) {
    tail.write("app.log", 20);
    tail.poll();
    std::filesystem::copy_file(tail.path("app.log"), tail.path("app.log.1"),
                               std::filesystem::copy_options::overwrite_existing);
    if (round % 2 == 1) tail.poll();
    tail.truncate("app.log");
    if (round % 3 != 1) tail.poll();
    tail.pass(std::chrono::seconds(20));
  }
  tail.settle();
  tail.restart();
  tail.settle();
  tail.check_exactly_once(false);
}

BOOST_AUTO_TEST_CASE(copied_onto_the_same_name_and_truncated_again_and_again) {
  copy_and_truncate_again_and_again(*this);
}

BOOST_AUTO_TEST_CASE(the_same_where_the_copy_is_matched) {
  options.globs = {path("app.log*")};
  copy_and_truncate_again_and_again(*this);
}

BOOST_AUTO_TEST_CASE(copied_onto_the_same_name_while_lagging) {
  for (int round = 0; round < 4; ++round) {
    write("app.log", 20);
    poll();
    write("app.log", 20);
    std::filesystem::copy_file(path("app.log"), path("app.log.1"),
                               std::filesystem::copy_options::overwrite_existing);
    truncate("app.log");
    poll();
    pass(std::chrono::seconds(5));
  }
  settle();
  check_exactly_once(false);
}

BOOST_AUTO_TEST_CASE(a_copy_made_while_stopped) {
  options.globs = {path("app.log*")};
  write("app.log");
  poll();
  restart();
  write("app.log");
  copy("app.log", "app.log.bak");
  write("app.log");
  settle();
  restart();
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(a_copy_that_is_there_at_the_first_start) {
  options.globs = {path("app.log*")};
  write("app.log", 300);
  copy("app.log", "app.log.bak");
  copy("app.log", "app.log.1");
  compress_aside("app.log.1");
  write("app.log");
  settle();
  restart();
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(started_between_the_copy_and_its_truncation) {
  for (const bool matched : {false, true}) {
    TailHarness tail(matched ? "app.log*" : "app.log");
    tail.write("app.log", 50);
    tail.poll();
    tail.restart();
    tail.write("app.log", 50);
    tail.copy("app.log", "app.log.1");
    tail.scan();
    tail.truncate("app.log");
    tail.write("app.log", 5);
    tail.settle();
    tail.restart();
    tail.settle();
    tail.check_exactly_once(false);
  }
}

BOOST_AUTO_TEST_CASE(a_copy_that_is_made_slowly) {
  options.globs = {path("app.log*")};
  write("app.log", 500);
  poll();
  write("app.log", 500);
  std::ifstream file(path("app.log"), std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  for (std::size_t at = 0; at < text.size(); at += 1500) {
    append("app.log.1", text.substr(at, 1500));
    if (at % 4500 == 0) poll();
    if (at == 6000) restart();
  }
  truncate("app.log");
  write("app.log", 5);
  settle();
  check_exactly_once(false);
}

BOOST_AUTO_TEST_CASE(a_symbolic_link_that_is_retargeted_to_another_folder_while_stopped) {
  for (const bool rotated : {false, true}) {
    TailHarness tail("logs/app.log");
    for (const char* folder : {"logs", "one", "two"}) {
      std::filesystem::create_directory(tail.path(folder));
    }
    tail.write("one/app.log");
    std::filesystem::create_symlink(tail.path("one/app.log"), tail.path("logs/app.log"));
    tail.poll();
    tail.restart();
    tail.write("one/app.log");
    if (rotated) tail.rename("one/app.log", "one/app.log.1");
    tail.write("two/app.log");
    tail.remove("logs/app.log");
    std::filesystem::create_symlink(tail.path("two/app.log"), tail.path("logs/app.log"));
    tail.settle();
    tail.restart();
    tail.settle();
    tail.check_exactly_once();
  }
}

BOOST_AUTO_TEST_CASE(a_linked_folder_that_is_retargeted_while_stopped) {
  options.globs = {path("current/app.log")};
  std::filesystem::create_directory(path("one"));
  std::filesystem::create_directory(path("two"));
  write("one/app.log");
  std::filesystem::create_directory_symlink(path("one"), path("current"));
  poll();
  restart();
  write("one/app.log");
  remove("current");
  write("two/app.log");
  std::filesystem::create_directory_symlink(path("two"), path("current"));
  settle();
  check_exactly_once();
}

// Two files written at the same time, whose names look like rotations of each other.
BOOST_AUTO_TEST_CASE(two_files_that_begin_alike) {
  for (const std::size_t alike : {std::size_t{20}, std::size_t{3000}}) {
    for (const std::string second : {"api.2.log", "api.log.2"}) {
      TailHarness tail("api*");
      const std::string banner = std::string(alike, '=') + "\n";
      tail.append("api.log", banner);
      tail.append(second, banner);
      tail.poll();
      tail.write(second);
      tail.poll();
      tail.poll();
      tail.write("api.log");
      tail.poll();
      tail.restart();
      tail.write(second);
      tail.write("api.log");
      tail.settle();
      BOOST_TEST_CONTEXT(second << ", " << alike << " bytes alike") {
        BOOST_TEST(std::erase(tail.lines, std::string(alike, '=')) == 2);
        tail.check_exactly_once(false);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_longer_file_next_to_one_that_does_not_grow) {
  options.globs = {path("api*.log")};
  append("api.log", std::string(2000, 'x') + "\n");
  append("api.2.log", std::string(2000, 'x') + "\n");
  write("api.2.log");
  poll();
  BOOST_TEST(std::erase(lines, std::string(2000, 'x')) == 2);
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(the_first_file_appears_and_rotates_while_stopped) {
  for (const std::string glob : {"app.log", "*.log"}) {
    for (const bool made_anew : {true, false}) {
      TailHarness tail(glob);
      tail.append("app.log.9", "ancient\n");
      std::filesystem::last_write_time(
          tail.path("app.log.9"),
          std::filesystem::file_time_type::clock::now() - std::chrono::hours(24));
      tail.poll();
      tail.restart();
      tail.write("app.log");
      tail.rename("app.log", "app.log.2");
      tail.write("app.log");
      tail.rename("app.log", "app.log.1");
      tail.compress_aside("app.log.2");
      tail.remove("app.log.2");
      if (made_anew) tail.write("app.log");
      tail.settle();
      tail.restart();
      tail.settle();
      tail.check_exactly_once(false);
    }
  }
}

// A writer without O_APPEND continues at its old offset after a truncation.
BOOST_AUTO_TEST_CASE(holes_before_a_line) {
  std::fstream writer(path("app.log"), std::ios::out | std::ios::binary);
  const auto write_on = [&](int count) {
    for (int i = 0; i < count; ++i) writer << numbered_line() << '\n';
    writer.flush();
  };
  for (int round = 0; round < 4; ++round) {
    write_on(20'000);
    poll();
    write_on(10);
    poll();
    if (round > 0) rename("app.log.1", "app.log.2");
    copy("app.log", "app.log.1");
    truncate("app.log");
    if (round % 2 == 0) poll();
    write_on(1);
    poll();
    if (round == 2) restart();
  }
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(room_that_is_reserved_is_not_read_before_it_is_written) {
  write("app.log");
  const auto size = std::filesystem::file_size(path("app.log"));
  std::filesystem::resize_file(path("app.log"), size + (1 << 20));
  poll();
  BOOST_TEST(lines.size() == 10);
  const std::string line = numbered_line() + "\n";
  std::fstream file(path("app.log"), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(size));
  file << line << std::flush;
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(lines_of_a_lost_journal_are_read_again_from_the_files) {
  write("app.log", 30);
  poll();
  const Durable before = durable();
  write("app.log", 30);
  poll();
  rename("app.log", "app.log.2");
  compress_aside("app.log.2");
  remove("app.log.2");
  write("app.log", 30);
  poll();
  settle();
  rename("app.log", "app.log.1");
  write("app.log", 30);
  settle();
  restart_from(before);
  settle();
  restart();
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(replaced_by_a_longer_copy_of_itself) {
  for (const bool stopped : {false, true}) {
    TailHarness tail;
    for (int round = 0; round < 3; ++round) {
      tail.write("original");
      std::filesystem::copy_file(tail.path("original"), tail.path(".app.log.tmp"));
      tail.rename(".app.log.tmp", "app.log");
      tail.poll();
      if (stopped) tail.restart();
    }
    tail.settle();
    tail.check_exactly_once();
  }
}

BOOST_AUTO_TEST_CASE(cut_off_at_its_end) {
  write("app.log", 200);
  poll();
  const auto size = std::filesystem::file_size(path("app.log"));
  std::filesystem::resize_file(path("app.log"), size - 9);  // the last line
  poll();
  write("app.log");
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
