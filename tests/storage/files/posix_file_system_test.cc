#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "storage/files/file_names.h"
#include "storage/files/file_system.h"
#include "tests/support/temporary_directory.h"

using namespace fortnight;
using namespace fortnight::storage;
using fortnight::tests::TemporaryDirectory;

BOOST_AUTO_TEST_SUITE(posix_files)

BOOST_AUTO_TEST_CASE(written_bytes_are_read) {
  const TemporaryDirectory directory;
  const auto files = posix_file_system(directory.path());
  BOOST_REQUIRE(files->make_directory("a/b"));
  BOOST_REQUIRE(files->make_directory("a/b"));
  BOOST_REQUIRE(write_atomically(*files, "a/b/c", "hello"));
  BOOST_TEST(read_whole(*files, "a/b/c", 5).value() == "hello");
  BOOST_TEST((read_whole(*files, "a/b/c", 4).error().code == ErrorCode::corrupt));
  BOOST_TEST((read_whole(*files, "a/b/d", 4).error().code == ErrorCode::not_found));
  const auto entries = files->list("a/b").value();
  BOOST_REQUIRE(entries.size() == 1U);
  BOOST_TEST(entries[0].name == "c");
  BOOST_TEST(entries[0].size == 5U);
  // Directories aren't listed.
  BOOST_TEST(files->list("a").value().empty());
  BOOST_TEST(files->free_bytes().value() > 0U);
}

BOOST_AUTO_TEST_CASE(files_are_for_the_group_or_for_their_owner_alone) {
  const TemporaryDirectory directory;
  const auto mode_of = [&](const std::string& name) {
    return std::filesystem::status(directory.path() + "/" + name).permissions();
  };
  using std::filesystem::perms;
  const perms of_owner = perms::owner_read | perms::owner_write;
  BOOST_REQUIRE(write_atomically(*posix_file_system(directory.path()), "a", "x"));
  BOOST_TEST((mode_of("a") == (of_owner | perms::group_read)));
  BOOST_REQUIRE(
      write_atomically(*posix_file_system(directory.path(), FileReaders::owner), "a", "x"));
  BOOST_TEST((mode_of("a") == of_owner));
}

BOOST_AUTO_TEST_CASE(a_reserved_file_is_zeros_and_can_be_written_over) {
  const TemporaryDirectory directory;
  const auto files = posix_file_system(directory.path());
  const auto file = files->create("f").value();
  BOOST_REQUIRE(file->reserve(3'000'000));
  BOOST_REQUIRE(file->write(10, "abc"));
  BOOST_REQUIRE(file->sync());
  std::string expected(3'000'000, '\0');
  expected.replace(10, 3, "abc");
  BOOST_TEST((read_whole(*files, "f", 3'000'000).value() == expected));
}

BOOST_AUTO_TEST_CASE(a_preallocated_file_is_zeros_and_can_be_written_over) {
  const TemporaryDirectory directory;
  const auto files = posix_file_system(directory.path());
  {
    const auto file = files->create("f").value();
    BOOST_REQUIRE(file->preallocate(3'000'000));
    BOOST_REQUIRE(file->write(10, "abc"));
    BOOST_REQUIRE(file->sync());
  }
  const auto reopened = files->open_for_overwrite("f").value();
  BOOST_REQUIRE(reopened->write(12, "d"));
  std::string expected(3'000'000, '\0');
  expected.replace(10, 3, "abd");
  BOOST_TEST((read_whole(*files, "f", 3'000'000).value() == expected));
  BOOST_TEST(!files->open_for_overwrite("g"));
}

BOOST_AUTO_TEST_CASE(an_open_file_outlives_its_name) {
  const TemporaryDirectory directory;
  const auto files = posix_file_system(directory.path());
  BOOST_REQUIRE(write_atomically(*files, "f", "hello"));
  const auto file = files->open("f").value();
  BOOST_REQUIRE(files->remove("f"));
  std::string back(5, '\0');
  BOOST_REQUIRE(file->read(0, back));
  BOOST_TEST(back == "hello");
}

BOOST_AUTO_TEST_CASE(a_directory_is_locked_once) {
  const TemporaryDirectory directory;
  auto lock = lock_directory(directory.path());
  BOOST_REQUIRE(lock);
  BOOST_TEST((lock_directory(directory.path()).error().code == ErrorCode::locked));
  lock->reset();
  BOOST_TEST(bool(lock_directory(directory.path())));
}

BOOST_AUTO_TEST_SUITE_END()
