#include "storage/files/posix_io.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <string>

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(posix_io)

namespace {

// A file on which each call transfers at most `most` bytes, after `interruptions` EINTRs.
struct ShortFile {
  std::string bytes;
  std::size_t most = 3;
  int interruptions = 2;

  bool interrupted() {
    if (interruptions == 0) return false;
    --interruptions;
    errno = EINTR;
    return true;
  }
  ssize_t write(const void* from, std::size_t count, off_t offset) {
    if (interrupted()) return -1;
    count = std::min(count, most);
    bytes.resize(std::max(bytes.size(), static_cast<std::size_t>(offset) + count));
    std::copy_n(static_cast<const char*>(from), count, bytes.begin() + offset);
    interruptions = 1;
    return static_cast<ssize_t>(count);
  }
  ssize_t read(void* to, std::size_t count, off_t offset) {
    if (interrupted()) return -1;
    count = std::min({count, most, bytes.size() - static_cast<std::size_t>(offset)});
    std::copy_n(bytes.begin() + offset, count, static_cast<char*>(to));
    interruptions = 1;
    return static_cast<ssize_t>(count);
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(short_and_interrupted_calls_continue) {
  ShortFile file;
  BOOST_REQUIRE(write_fully([&](auto... args) { return file.write(args...); }, 2, "abcdefgh", "f"));
  BOOST_TEST(file.bytes.substr(2) == "abcdefgh");
  std::string back(8, '\0');
  BOOST_REQUIRE(read_fully([&](auto... args) { return file.read(args...); }, 2, back, "f"));
  BOOST_TEST(back == "abcdefgh");
}

BOOST_AUTO_TEST_CASE(a_file_that_ends_early_is_corrupt) {
  ShortFile file{"abc"};
  std::string back(4, '\0');
  const auto read = read_fully([&](auto... args) { return file.read(args...); }, 0, back, "f");
  BOOST_REQUIRE(!read);
  BOOST_TEST((read.error().code == ErrorCode::corrupt));
}

BOOST_AUTO_TEST_CASE(errors_have_codes) {
  const auto failing = [](int error_number) {
    return [error_number](const void*, std::size_t, off_t) -> ssize_t {
      errno = error_number;
      return -1;
    };
  };
  const auto code = [&](int error_number) {
    return write_fully(failing(error_number), 0, "x", "f").error().code;
  };
  BOOST_TEST((code(ENOSPC) == ErrorCode::no_space));
  BOOST_TEST((code(EDQUOT) == ErrorCode::no_space));
  BOOST_TEST((code(EIO) == ErrorCode::io));
  BOOST_TEST((system_error(ENOENT, "f").code == ErrorCode::not_found));
}

BOOST_AUTO_TEST_CASE(a_write_of_nothing_is_an_error_not_a_loop) {
  const auto written =
      write_fully([](const void*, std::size_t, off_t) -> ssize_t { return 0; }, 0, "x", "f");
  BOOST_TEST(!written);
}

BOOST_AUTO_TEST_SUITE_END()
