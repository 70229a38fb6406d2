#include "storage/files/open_files.h"

#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>
#include <vector>

#include "tests/support/temporary_directory.h"

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(open_files)

namespace {

std::ptrdiff_t descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
}

// Files 0, 1, 2 ..., each of which contains its number.
struct Files : fortnight::tests::TemporaryDirectory {
  explicit Files(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      put(name(i), text(i));
      opened.push_back(open->open(name(i)).value());
    }
  }
  static std::string name(std::size_t number) { return "file-" + std::to_string(number); }
  static std::string text(std::size_t number) { return std::to_string(1000 + number); }
  void put(const std::string& name, const std::string& bytes) const {
    std::ofstream(path() + "/" + name) << bytes;
  }
  void remove(std::size_t number) {
    open->keep_without_name(name(number));
    std::filesystem::remove(path() + "/" + name(number));
  }
  [[nodiscard]] Result<std::string> read(std::size_t number) const {
    std::string bytes(4, '\0');
    FORTNIGHT_TRY(opened[number]->read(0, bytes));
    return bytes;
  }

  static constexpr std::size_t kMost = 3;
  const std::shared_ptr<OpenFiles> open =
      std::make_shared<OpenFiles>(std::make_shared<const RootDirectory>(path()), kMost);
  std::vector<std::unique_ptr<ReadableFile>> opened;
};

// The descriptor of the directory itself.
constexpr std::size_t kOfRoot = 1;

}  // namespace

BOOST_AUTO_TEST_CASE(only_so_many_are_open_and_all_can_be_read) {
  const std::ptrdiff_t before = descriptors();
  const Files files(20);
  const auto most = static_cast<std::ptrdiff_t>(Files::kMost + kOfRoot);
  BOOST_TEST(descriptors() - before == most);
  for (std::size_t round = 0; round < 3; ++round) {
    for (std::size_t i = 0; i < 20; ++i) {
      BOOST_TEST(files.read(i).value() == Files::text(i));
      BOOST_TEST(files.opened[i]->size() == 4U);
    }
  }
  BOOST_TEST(descriptors() - before == most);
}

BOOST_AUTO_TEST_CASE(a_file_that_was_closed_outlives_its_name) {
  const std::ptrdiff_t before = descriptors();
  Files files(10);
  for (std::size_t i = 0; i < 10; ++i) files.remove(i);
  for (std::size_t i = 0; i < 10; ++i) BOOST_TEST(files.read(i).value() == Files::text(i));
  files.opened.clear();
  BOOST_TEST(descriptors() - before == static_cast<std::ptrdiff_t>(kOfRoot));
}

BOOST_AUTO_TEST_CASE(a_file_that_took_the_name_is_not_read) {
  Files files(10);
  files.put("other", "0000");
  std::filesystem::rename(files.path() + "/other", files.path() + "/" + Files::name(0));
  std::filesystem::remove(files.path() + "/" + Files::name(1));
  BOOST_TEST((files.read(0).error().code == ErrorCode::corrupt));
  BOOST_TEST((files.read(1).error().code == ErrorCode::corrupt));
}

BOOST_AUTO_TEST_CASE(two_readers_of_one_file_are_apart) {
  Files files(10);
  files.opened.push_back(files.open->open(Files::name(0)).value());
  files.opened[0].reset();
  BOOST_TEST(files.read(10).value() == Files::text(0));
}

BOOST_AUTO_TEST_CASE(without_free_descriptors_it_closes_its_own) {
  const Files files(10);
  rlimit limit{};
  BOOST_REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  // All descriptors below this one are in use.
  const int lowest_free = ::dup(0);
  ::close(lowest_free);
  rlimit few = limit;
  few.rlim_cur = static_cast<rlim_t>(lowest_free);
  BOOST_REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
  const auto text = files.read(0);
  ::setrlimit(RLIMIT_NOFILE, &limit);
  BOOST_TEST(text.value() == Files::text(0));
}

BOOST_AUTO_TEST_CASE(threads_read_while_names_go) {
  constexpr std::size_t kFiles = 40;
  Files files(kFiles);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> readers;
  for (unsigned seed = 0; seed < 3; ++seed) {
    readers.emplace_back([&, seed] {
      std::minstd_rand chance(seed + 1);
      for (int i = 0; i < 2000; ++i) {
        const std::size_t number = chance() % kFiles;
        const auto text = files.read(number);
        if (!text || *text != Files::text(number)) ++wrong;
      }
    });
  }
  for (std::size_t i = 0; i < kFiles; ++i) files.remove(i);
  for (std::thread& reader : readers) reader.join();
  BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_SUITE_END()
