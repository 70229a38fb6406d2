// Rotation by rename while the tailer runs.
#include "tests/daemon/tail/harness.h"

namespace fortnight::daemon {

BOOST_FIXTURE_TEST_SUITE(tail_rotation, TailHarness)

BOOST_AUTO_TEST_CASE(reads_what_is_appended) {
  write("app.log");
  poll();
  write("app.log");
  poll();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(from_end_skips_old_lines_and_reads_new_files_whole) {
  options.from = config::TailFrom::end;
  append("app.log", "old\nold, and going on ");
  poll();
  append("app.log", "later\n");
  poll();
  BOOST_TEST(lines == std::vector<std::string>{"old, and going on later"});
  lines.clear();
  rename("app.log", "app.log.1");
  write("app.log");
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(from_end_applies_to_the_first_start_only) {
  options.from = config::TailFrom::end;
  poll();
  restart();
  write("app.log");
  poll();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(where_from_end_began_is_a_checkpoint) {
  options.from = config::TailFrom::end;
  append("app.log", "old\n");
  poll();
  BOOST_TEST(!checkpoint_positions.empty());
  write("app.log");
  poll();
  restart_from({checkpoint_positions, 0});
  poll();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(what_can_be_read_again_from_the_beginning_needs_no_checkpoint) {
  write("app.log");
  poll();
  BOOST_TEST(checkpoint_positions.empty());
}

BOOST_AUTO_TEST_CASE(rename_and_create) {
  write("app.log");
  poll();
  write("app.log");
  rename("app.log", "app.log.1");
  write("app.log");
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(a_writer_that_keeps_the_old_file_for_a_minute) {
  write("app.log");
  poll();
  rename("app.log", "app.log.1");
  write("app.log.1");
  poll();
  for (int i = 0; i < 6; ++i) {
    pass(std::chrono::seconds(10));
    write("app.log.1", 1);
    poll();
  }
  write("app.log");
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(a_file_appears_and_rotates_between_two_scans) {
  append("app.log.7", "ancient\n");
  std::filesystem::last_write_time(
      path("app.log.7"), std::filesystem::file_time_type::clock::now() - std::chrono::hours(24));
  poll();
  write("app.log");
  rename("app.log", "app.log.2");
  write("app.log");
  rename("app.log", "app.log.1");
  write("app.log");
  settle();
  check_exactly_once(false);
}

BOOST_AUTO_TEST_CASE(two_rotations_between_two_scans) {
  write("app.log");
  poll();
  write("app.log");
  rename("app.log", "app.log.1");
  write("app.log", 1);
  rename("app.log.1", "app.log.2");
  rename("app.log", "app.log.1");
  write("app.log");
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(older_rotations_are_not_read) {
  append("app.log.1", "ancient\n");
  std::filesystem::last_write_time(
      path("app.log.1"), std::filesystem::file_time_type::clock::now() - std::chrono::hours(24));
  write("app.log");
  poll();
  rename("app.log.1", "app.log.2");
  rename("app.log", "app.log.1");
  write("app.log");
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(deleted_before_its_end_was_read) {
  write("app.log");
  scan();
  write("app.log");
  remove("app.log");
  poll();
  write("app.log");
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(a_rotated_file_is_closed_only_once_it_is_quiet) {
  write("app.log");
  poll();
  rename("app.log", "app.log.1");
  poll();
  pass(std::chrono::seconds(59));
  poll();
  BOOST_TEST(tailer->status().files == 1);
  pass(std::chrono::seconds(2));
  poll();
  scan();
  BOOST_TEST(tailer->status().files == 0);
}

BOOST_AUTO_TEST_CASE(no_final_line_end_then_rotated) {
  write("app.log");
  append("app.log", numbered_line());
  poll();
  pass(std::chrono::hours(1));
  poll();
  BOOST_TEST(lines.size() == 10);  // it waits for its LF
  rename("app.log", "app.log.1");
  poll();
  BOOST_TEST(lines.size() == 10);
  settle();
  restart();
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(a_last_line_that_is_ended_after_the_rotation) {
  write("app.log");
  append("app.log", numbered_line());
  poll();
  rename("app.log", "app.log.1");
  poll();
  append("app.log.1", "\n");
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(storage_full_across_three_rotations) {
  write("app.log");
  poll();
  room = false;
  for (int i = 0; i < 3; ++i) {
    write("app.log", 50);
    for (int n = i; n >= 1; --n) {
      rename("app.log." + std::to_string(n), "app.log." + std::to_string(n + 1));
    }
    rename("app.log", "app.log.1");
    write("app.log", 50);
    poll();
    pass(std::chrono::seconds(30));
  }
  room = true;
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(a_glob_that_matches_the_rotated_names_too) {
  options.globs = {path("app*")};
  write("app.log");
  poll();
  for (int i = 0; i < 3; ++i) {
    for (int n = i; n >= 1; --n) {
      rename("app.log." + std::to_string(n), "app.log." + std::to_string(n + 1));
    }
    rename("app.log", "app.log.1");
    write("app.log");
    poll();
  }
  settle();
  restart();
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(gzipped_while_being_drained) {
  options.globs = {path("app*")};
  write("app.log", 1000);
  scan();
  rename("app.log", "app.log.1");
  write("app.log");
  scan();
  gzip("app.log.1");
  poll();
  settle();
  restart();
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
