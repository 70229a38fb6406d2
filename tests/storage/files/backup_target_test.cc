// The directory of a backup on real file systems.
#include "storage/files/backup_target.h"

#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <string>

#include "tests/support/temporary_directory.h"

using namespace fortnight;
using namespace fortnight::storage;
namespace fs = std::filesystem;

BOOST_AUTO_TEST_SUITE(backup_target)

struct Fixture {
  tests::TemporaryDirectory store;
  tests::TemporaryDirectory other;
  std::unique_ptr<FileSystem> files = posix_file_system(store.path());
  std::unique_ptr<BackupTarget> target = posix_backup_target(store.path(), other.path());

  Fixture() {
    BOOST_REQUIRE(files->make_directory("parts"));
    BOOST_REQUIRE(target->files().make_directory("parts"));
    BOOST_REQUIRE(write_atomically(*files, "parts/a", "the bytes"));
  }
};

BOOST_FIXTURE_TEST_CASE(a_link_has_the_same_bytes_and_outlives_the_original, Fixture) {
  BOOST_REQUIRE(target->link("parts/a"));
  BOOST_TEST(target->shares_disk());
  BOOST_TEST(fs::hard_link_count(other.path() + "/parts/a") == 2U);
  BOOST_REQUIRE(files->remove("parts/a"));
  BOOST_TEST(read_whole(target->files(), "parts/a", 100).value() == "the bytes");
}

BOOST_FIXTURE_TEST_CASE(errors_are_no_reason_to_copy, Fixture) {
  const auto missing = target->link("parts/b");
  BOOST_REQUIRE(!missing);
  BOOST_TEST((missing.error().code == ErrorCode::not_found));
  BOOST_REQUIRE(target->link("parts/a"));
  const auto taken = target->link("parts/a");
  BOOST_REQUIRE(!taken);
  BOOST_TEST((taken.error().code == ErrorCode::io));
}

BOOST_FIXTURE_TEST_CASE(another_file_system_needs_copies, Fixture) {
  const fs::path memory = "/dev/shm";
  struct stat here {};
  struct stat there {};
  if (::stat(store.path().c_str(), &here) != 0 || ::stat(memory.c_str(), &there) != 0 ||
      here.st_dev == there.st_dev) {
    BOOST_TEST_MESSAGE("skipped: there is no other file system");
    return;
  }
  const auto elsewhere = posix_backup_target(store.path(), memory.string());
  BOOST_TEST(!elsewhere->shares_disk());
  const auto linked = posix_backup_target("/proc/self", store.path())->link("stat");
  BOOST_REQUIRE(!linked);
  BOOST_TEST((linked.error().code == ErrorCode::unsupported));
}

BOOST_FIXTURE_TEST_CASE(copies_are_for_their_owner_only, Fixture) {
  BOOST_REQUIRE(write_atomically(target->files(), "parts/copy", "secret"));
  BOOST_TEST(((fs::status(other.path() + "/parts/copy").permissions() &
               (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none));
}

BOOST_AUTO_TEST_SUITE_END()
