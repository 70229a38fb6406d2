#include "base/require.h"

#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>

BOOST_AUTO_TEST_SUITE(require)

namespace {

// How a process ends that requires `condition`.
int status_of(bool condition) {
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGABRT, SIG_DFL);
    FORTNIGHT_REQUIRE(condition);
    ::_exit(0);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  return status;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_false_condition_ends_a_checked_program) {
  BOOST_TEST(status_of(true) == 0);
#if defined(FORTNIGHT_CHECKS)
  const int status = status_of(false);
  BOOST_TEST(WIFSIGNALED(status));
  BOOST_TEST(WTERMSIG(status) == SIGABRT);
#else
  BOOST_TEST(status_of(false) == 0);
#endif
}

BOOST_AUTO_TEST_CASE(a_release_build_does_not_evaluate_the_condition) {
  int evaluated = 0;
  FORTNIGHT_REQUIRE(++evaluated > 0);
#if defined(FORTNIGHT_CHECKS)
  BOOST_TEST(evaluated == 1);
#else
  BOOST_TEST(evaluated == 0);
#endif
}

BOOST_AUTO_TEST_SUITE_END()
