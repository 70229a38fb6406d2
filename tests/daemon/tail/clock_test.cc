// The clock is set back by a day or forward by a year, between scans and while the tailer is
// stopped. Files that a rotation made meanwhile are recognised by their modification times.
#include "tests/daemon/tail/harness.h"

namespace fortnight::daemon {
BOOST_AUTO_TEST_SUITE(tail_clock)

namespace {

constexpr std::chrono::hours kDay{24};
constexpr std::chrono::hours kYear{365 * 24};

// A wall clock that can be set, and files that are dated by it.
struct SetClock : TailHarness {
  explicit SetClock(const std::string& glob) : TailHarness(glob) {
    options.wall_clock = [this] {
      const auto passed = std::chrono::system_clock::now().time_since_epoch() + set_by;
      return std::chrono::duration_cast<std::chrono::nanoseconds>(passed).count();
    };
  }
  // Writes and dates the file by the clock as it is set.
  void write_dated(const std::string& name, int count = 10) {
    write(name, count);
    std::filesystem::last_write_time(path(name),
                                     std::filesystem::file_time_type::clock::now() + set_by);
  }
  // app.log becomes app.log.1, and so on.
  void shift(int rotated) const {
    for (int n = rotated; n >= 1; --n) {
      for (const std::string ending : {"", ".gz"}) {
        const std::string name = "app.log." + std::to_string(n) + ending;
        if (!std::filesystem::exists(path(name))) continue;
        rename(name, "app.log." + std::to_string(n + 1) + ending);
      }
    }
    rename("app.log", "app.log.1");
  }

  std::chrono::system_clock::duration set_by{};
};

// Two rotations around the moment at which the clock is set.
void rotate_around(std::chrono::hours set_by, bool stopped, bool compressed, const char* glob) {
  SetClock tail(glob);
  tail.append("app.log.8", "ancient\n");
  std::filesystem::last_write_time(tail.path("app.log.8"),
                                   std::filesystem::file_time_type::clock::now() - 10 * kYear);
  tail.write_dated("app.log");
  tail.poll();
  tail.pass(std::chrono::seconds(5));
  tail.write_dated("app.log");
  tail.poll();
  std::erase(tail.lines, "ancient");
  tail.durable_lines = tail.lines.size();
  if (stopped) tail.restart();
  for (int rotated = 0; rotated < 4; ++rotated) {
    if (rotated == 1) tail.set_by += set_by;
    tail.write_dated("app.log", 3);
    tail.shift(rotated);
    tail.write_dated("app.log", 7);
    if (compressed && rotated == 2) tail.gzip("app.log.2");
  }
  tail.settle();
  tail.restart();
  tail.set_by = {};
  tail.write_dated("app.log", 2);
  tail.settle();
  std::erase(tail.lines, "ancient");
  BOOST_TEST_CONTEXT("set by " << set_by.count() << " h, stopped " << stopped << ", compressed "
                               << compressed << ", " << glob) {
    tail.check_exactly_once(false);  // files are read in the order of their dates
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_clock_is_set_between_two_rotations) {
  for (const auto set_by : {std::chrono::hours(-kDay), kYear, std::chrono::hours(-1)}) {
    for (const bool stopped : {false, true}) {
      for (const bool compressed : {false, true}) {
        for (const char* const glob : {"app.log", "app.log*"}) {
          rotate_around(set_by, stopped, compressed, glob);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_first_file_appears_and_rotates_while_stopped_and_the_clock_is_set) {
  for (const auto set_by : {std::chrono::hours(-kDay), kYear}) {
    SetClock tail("app.log");
    tail.poll();
    tail.restart();
    tail.set_by = set_by;
    tail.write_dated("app.log");
    tail.shift(0);
    tail.write_dated("app.log");
    tail.settle();
    tail.restart();
    tail.settle();
    BOOST_TEST_CONTEXT("set by " << set_by.count() << " h") { tail.check_exactly_once(); }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
