// Files that are cut, copied or rewritten in place.
#include "tests/daemon/tail/harness.h"

namespace fortnight::daemon {

BOOST_FIXTURE_TEST_SUITE(tail_truncation, TailHarness)

BOOST_AUTO_TEST_CASE(copytruncate_when_caught_up) {
  write("app.log");
  poll();
  copy("app.log", "app.log.1");
  truncate("app.log");
  poll();
  write("app.log");
  settle();
  check_exactly_once();
  BOOST_TEST(warnings.size() == 1);
}

BOOST_AUTO_TEST_CASE(copytruncate_when_lagging) {
  write("app.log");
  poll();
  write("app.log", 100);
  copy("app.log", "app.log.1");
  truncate("app.log");
  write("app.log", 2);
  settle();
  check_exactly_once(false);
}

BOOST_AUTO_TEST_CASE(copytruncate_twice_with_restarts) {
  for (int i = 0; i < 2; ++i) {
    write("app.log", 40);
    poll();
    write("app.log", 40);
    if (i > 0) rename("app.log.1", "app.log.2");
    copy("app.log", "app.log.1");
    truncate("app.log");
    write("app.log", 2);
    poll();
    restart();
    poll();
  }
  settle();
  check_exactly_once(false);
}

BOOST_AUTO_TEST_CASE(copytruncate_under_a_glob_that_matches_the_copy) {
  options.globs = {path("app*")};
  write("app.log", 100);
  poll();
  write("app.log", 100);
  copy("app.log", "app.log.1");
  poll();  // both exist for a moment
  truncate("app.log");
  write("app.log", 2);
  settle();
  restart();
  settle();
  check_exactly_once(false);
}

BOOST_AUTO_TEST_CASE(truncated_and_grown_past_the_old_offset) {
  write("app.log");
  poll();
  truncate("app.log");
  write("app.log", 500);
  settle();
  check_exactly_once();
  BOOST_TEST(!warnings.empty());
}

BOOST_AUTO_TEST_CASE(rewritten_to_the_same_size) {
  write("app.log", 3);
  poll();
  truncate("app.log");
  write("app.log", 3);
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(a_missing_copy_is_reported) {
  write("app.log");
  poll();
  truncate("app.log");
  settle();
  BOOST_TEST(warnings.size() == 2);  // the truncation, and that no copy was found
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
