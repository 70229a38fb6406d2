// Many files with similar names: the work is linear in their number.
#include <ctime>

#include "tests/daemon/tail/harness.h"
#include "tests/support/effort.h"

namespace fortnight::daemon {

BOOST_FIXTURE_TEST_SUITE(tail_many_files, TailHarness)

// Two thousand files, all rotated at once, with a tailer that returns after each piece of work.
BOOST_AUTO_TEST_CASE(two_thousand_files_rotated_at_once) {
  options.globs = {path("*.log")};
  const int files = static_cast<int>(tests::rounds(2000U));
  const auto name = [](int i) { return "service-" + std::to_string(i) + ".log"; };
  for (int i = 0; i < files; ++i) write(name(i), 2);
  gives_way = true;
  poll();
  for (int i = 0; i < files; ++i) {
    write(name(i), 1);
    rename(name(i), name(i) + ".1");
    write(name(i), 1);
  }
  poll();
  BOOST_TEST(tailer->status().files == static_cast<std::size_t>(2 * files));
  check_exactly_once(false);
  restart();
  for (int i = 0; i < files; ++i) write(name(i), 1);
  settle();
  check_exactly_once(false);
}

// All files have the base `service.log` and differ only by a number. Comparing each with each takes
// 7 s of CPU time; looking each up by its head takes a twentieth of that.
BOOST_AUTO_TEST_CASE(files_that_differ_by_a_number_are_not_compared_with_each_other) {
  options.globs = {path("*.log")};
  const int files = static_cast<int>(tests::rounds(2000U));
  const auto name = [](int i) { return "service-" + std::to_string(i) + ".log"; };
  for (int i = 0; i < files; ++i) write(name(i), i % 2 == 0 ? 1 : 150);
  poll();
  for (int i = 0; i < files; ++i) {
    rename(name(i), name(i) + ".1");
    write(name(i), 1);
  }
  const std::clock_t begun = std::clock();
  poll();
  const double seconds = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
  BOOST_TEST(seconds < 2);
  check_exactly_once(false);
  restart();
  const std::clock_t again = std::clock();
  settle();
  BOOST_TEST(static_cast<double>(std::clock() - again) / CLOCKS_PER_SEC < 4);
  check_exactly_once(false);
}

// A number within a name may also come from a rotation: the copy is recognised by its bytes.
BOOST_AUTO_TEST_CASE(a_copy_that_is_numbered_within_its_name) {
  for (const int count : {20, 300}) {
    for (const bool stopped : {false, true}) {
      TailHarness tail("app*.log");
      tail.write("app-7.log", 300);
      tail.write("app.log", count);
      tail.poll();
      if (stopped) tail.restart();
      tail.write("app.log", 200);
      tail.copy("app.log", "app.1.log");
      if (!stopped) tail.poll();
      tail.truncate("app.log");
      tail.write("app.log", 3);
      tail.settle();
      tail.restart();
      tail.settle();
      BOOST_TEST_CONTEXT(count << " lines, stopped " << stopped) { tail.check_exactly_once(false); }
    }
  }
}

// The file grows past its first kilobyte while there is no room to read it.
BOOST_AUTO_TEST_CASE(a_numbered_copy_of_a_file_that_grew_unread) {
  options.globs = {path("app*.log")};
  write("app.log", 1);
  write("app-7.log", 300);
  poll();
  room = false;
  write("app.log", 300);
  poll();
  copy("app.log", "app-2.log");
  poll();
  room = true;
  settle();
  check_exactly_once(false);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
