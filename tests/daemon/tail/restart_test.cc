// Changes of files while the daemon is stopped, and kills at any moment.
#include "tests/daemon/tail/harness.h"
#include "tests/support/effort.h"

namespace fortnight::daemon {

BOOST_FIXTURE_TEST_SUITE(tail_restart, TailHarness)

BOOST_AUTO_TEST_CASE(continues_at_its_position) {
  write("app.log");
  poll();
  restart();
  write("app.log");
  poll();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(rotated_while_stopped) {
  write("app.log");
  poll();
  restart();
  write("app.log");
  rename("app.log", "app.log.1");
  write("app.log");
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(rotated_before_a_line_of_it_was_kept) {
  write("app.log");
  scan();
  restart();
  rename("app.log", "app.log.1");
  write("app.log");
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(rotated_while_stopped_and_not_yet_recreated) {
  write("app.log");
  poll();
  restart();
  write("app.log");
  rename("app.log", "app-20261120.log");
  poll();
  write("app.log");
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(rotated_twice_and_gzipped_while_stopped) {
  write("app.log", 100);
  poll();
  restart();
  write("app.log", 100);
  rename("app.log", "app.log.2");
  write("app.log", 100);
  rename("app.log", "app.log.1");
  gzip("app.log.1");
  gzip("app.log.2");
  write("app.log", 100);
  settle();
  restart();
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(rotated_copied_and_truncated_while_stopped) {
  write("app.log", 100);
  poll();
  restart();
  write("app.log", 100);
  copy("app.log", "app.log.1");
  truncate("app.log");
  write("app.log", 5);
  settle();
  check_exactly_once(false);
}

BOOST_AUTO_TEST_CASE(lost_while_stopped_is_reported) {
  write("app.log");
  poll();
  restart();
  remove("app.log");
  write("app.log");
  settle();
  check_exactly_once();
  BOOST_TEST(warnings.size() == 1);
}

BOOST_AUTO_TEST_CASE(an_inode_reused_by_a_smaller_and_by_a_larger_file) {
  for (const int count : {1, 500}) {
    write("app.log", 100);
    poll();
    restart();
    // Overwriting has the same effect as reusing an inode: the same inode with other bytes.
    truncate("app.log");
    write("app.log", count);
    settle();
    check_exactly_once();
  }
}

BOOST_AUTO_TEST_CASE(a_line_written_in_three_pieces_across_a_restart) {
  write("app.log");
  const std::string line = numbered_line();
  append("app.log", line.substr(0, 2));
  poll();
  append("app.log", line.substr(2, 2));
  restart();
  poll();
  append("app.log", line.substr(4) + "\n");
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(a_file_of_less_than_a_line) {
  append("app.log", "lin");
  poll();
  restart();
  poll();
  append("app.log", numbered_line().substr(3) + "\n");
  poll();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(rotated_before_its_first_line_was_whole) {
  const std::string line = numbered_line();
  append("app.log", line.substr(0, 3));
  poll();
  restart();
  append("app.log", line.substr(3) + "\n");
  rename("app.log", "app.log.1");
  write("app.log");
  // There is no position for a file of which no line was taken; only its name identifies it.
  options.globs = {path("app*")};
  settle();
  check_exactly_once(false);
}

BOOST_AUTO_TEST_CASE(a_damaged_position_repeats_lines_rather_than_losing_them) {
  write("app.log");
  poll();
  restart();
  positions.rbegin()->second[10] ^= 1;
  lines.clear();
  poll();
  check_exactly_once();
  BOOST_TEST(warnings.size() == 1);
}

BOOST_AUTO_TEST_CASE(a_finished_file_is_recognised_when_compressed) {
  options.globs = {path("app*")};
  write("app.log", 200);
  poll();
  rename("app.log", "app.log.1");
  write("app.log");
  settle();
  gzip("app.log.1");
  settle();
  restart();
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(killed_at_every_step_of_a_day_of_rotations) {
  // Each seed kills at other moments, before or after a read's position is durable.
  for (unsigned seed = 0; seed < tests::rounds(200U); ++seed) {
    TailHarness tail;
    unsigned random = seed * 2654435761U + 1;
    const auto dice = [&](unsigned sides) {
      random = random * 1664525U + 1013904223U;
      return (random >> 16) % sides;
    };
    tail.write("app.log", 1);
    tail.poll();
    for (int step = 0, rotated = 0; step < 30; ++step) {
      tail.pass(std::chrono::seconds(dice(40)));
      switch (dice(6)) {
        case 0:
          tail.write("app.log", static_cast<int>(dice(50)) + 1);
          break;
        case 1:
          if (!std::filesystem::exists(tail.path("app.log"))) break;
          for (int n = rotated++; n >= 1; --n) {
            for (const std::string ending : {"", ".gz"}) {
              const std::string name = "app.log." + std::to_string(n) + ending;
              if (std::filesystem::exists(tail.path(name))) {
                tail.rename(name, "app.log." + std::to_string(n + 1) + ending);
              }
            }
          }
          tail.rename("app.log", "app.log.1");
          tail.write("app.log", static_cast<int>(dice(5)) + 1);
          break;
        case 2:
          tail.poll();
          break;
        case 3:
          tail.scan();
          tail.tailer->read(tail.now, tail);
          break;
        case 4:
          tail.restart();
          break;
        case 5:
          if (std::filesystem::exists(tail.path("app.log.1"))) tail.gzip("app.log.1");
          break;
      }
    }
    tail.settle();
    BOOST_TEST_CONTEXT("seed " << seed) { tail.check_exactly_once(false); }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
