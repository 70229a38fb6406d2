// Unusual files and names: compressed, linked, unreadable, with long lines and odd bytes.
#include <unistd.h>

#include "daemon/tail/names.h"
#include "tests/daemon/tail/harness.h"

namespace fortnight::daemon {

BOOST_FIXTURE_TEST_SUITE(tail_files, TailHarness)

BOOST_AUTO_TEST_CASE(two_files_with_the_same_first_kilobyte) {
  options.globs = {path("*.log")};
  const std::string same(2000, 'x');
  for (const std::string name : {"a.log", "b.log"}) append(name, same + "\n");
  poll();
  write("a.log");
  write("b.log");
  poll();
  restart();
  write("a.log");
  write("b.log");
  settle();
  BOOST_TEST(std::erase(lines, same) == 2);
  check_exactly_once(false);
}

BOOST_AUTO_TEST_CASE(gzip_of_several_members) {
  options.globs = {path("app.log*")};
  for (int member = 0; member < 3; ++member) {
    write("piece");
    gzip("piece");
    BOOST_REQUIRE_EQUAL(
        std::system(("cat " + path("piece.gz") + " >> " + path("app.log.1.gz")).c_str()), 0);
    remove("piece.gz");
  }
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(truncated_gzip_is_read_and_continues_when_it_grows) {
  options.globs = {path("app.log*")};
  write("whole", 20'000);
  gzip("whole");
  const auto size = std::filesystem::file_size(path("whole.gz"));
  copy("whole.gz", "app.log.1.gz");
  std::filesystem::resize_file(path("app.log.1.gz"), size / 2);
  poll();
  BOOST_TEST(lines.size() > 1000);
  BOOST_TEST(lines.size() < 20'000);
  restart();
  poll();
  BOOST_REQUIRE_EQUAL(std::system(("tail -c +" + std::to_string(size / 2 + 1) + " " +
                                   path("whole.gz") + " >> " + path("app.log.1.gz"))
                                      .c_str()),
                      0);
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(damaged_gzip_is_read_up_to_the_damage) {
  options.globs = {path("app.log*")};
  write("app.log.1", 20'000);
  gzip("app.log.1");
  {
    std::fstream file(path("app.log.1.gz"));
    file.seekp(static_cast<std::streamoff>(std::filesystem::file_size(path("app.log.1.gz")) / 2));
    file << std::string(64, '\xff');
  }
  settle();
  BOOST_TEST(lines.size() > 1000);
  BOOST_TEST(!warnings.empty());
}

BOOST_AUTO_TEST_CASE(a_line_of_64_mb_is_delivered_once_and_skipped) {
  write("app.log");
  append("app.log", std::string(32 << 20, 'x'));
  poll();
  restart();
  append("app.log", std::string(32 << 20, 'x') + "\n");
  write("app.log");
  settle();
  BOOST_TEST(std::erase(lines, "too long") == 1);
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(nuls_and_line_ends_split_across_reads) {
  append("app.log", std::string(5, '\0') + "a" + std::string(3, '\0') + "\r");
  poll();
  append("app.log", "\n\r\n");
  poll();
  BOOST_TEST(lines.size() == 2);
  BOOST_TEST(lines[0] == "a" + std::string(3, '\0'));  // NULs before a line are skipped
  BOOST_TEST(lines[1].empty());
}

BOOST_AUTO_TEST_CASE(a_symbolic_link_that_is_retargeted) {
  write("first");
  std::filesystem::create_symlink(path("first"), path("app.log"));
  poll();
  write("first");
  write("second");
  remove("app.log");
  std::filesystem::create_symlink(path("second"), path("app.log"));
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(hard_links_and_overlapping_globs_read_a_file_once) {
  options.globs = {path("*.log"), path("a*"), path("app.log")};
  write("app.log");
  std::filesystem::create_hard_link(path("app.log"), path("another.log"));
  poll();
  restart();
  write("app.log");
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(a_fifo_and_a_directory_are_ignored) {
  options.globs = {path("*")};
  BOOST_REQUIRE_EQUAL(std::system(("mkfifo " + path("fifo")).c_str()), 0);
  std::filesystem::create_directory(path("directory"));
  write("app.log");
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(permission_lost_and_restored) {
  if (::geteuid() == 0) return;  // root may read everything
  write("app.log");
  poll();
  restart();
  write("app.log");
  std::filesystem::permissions(path("app.log"), std::filesystem::perms::none);
  poll();
  poll();
  BOOST_TEST(warnings.size() == 1);
  std::filesystem::permissions(path("app.log"), std::filesystem::perms::owner_all);
  settle();
  check_exactly_once();
}

BOOST_AUTO_TEST_CASE(rotated_names) {
  for (const std::string name :
       {"app.log.1", "app.log.12.gz", "app.log-20261120", "app.log-20261120.zst", "app.log.gz",
        "app-2026-11-20T08-15-30.123.log", "app-2026-11-20T08-15-30.123.log.gz", "app.1.log",
        "app.log.old"}) {
    BOOST_TEST(is_rotated_name("app.log", name), name);
    const auto bases = base_names(name);
    BOOST_TEST((std::find(bases.begin(), bases.end(), "app.log") != bases.end()), name);
  }
  for (const std::string name : {"app.log", "app-admin.log", "app.log.error", "application.log.1",
                                 "app.log2", "other.log.1", "app", ""}) {
    BOOST_TEST(!is_rotated_name("app.log", name), name);
    const auto bases = base_names(name);
    BOOST_TEST(
        (name == "app.log" || std::find(bases.begin(), bases.end(), "app.log") == bases.end()),
        name);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
