// The data directory: nothing in it leads outside, and only one process has it.
#include "storage/files/root_directory.h"

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "storage/files/file_system.h"
#include "tests/support/temporary_directory.h"

using namespace fortnight;
using namespace fortnight::storage;
namespace fs = std::filesystem;

namespace root_directory {

struct Directory {
  Directory() {
    fs::create_directory(root());
    fs::create_directory(outside());
    std::ofstream(outside() + "/file") << "another's";
  }
  [[nodiscard]] std::string root() const { return directory.path() + "/data"; }
  [[nodiscard]] std::string outside() const { return directory.path() + "/outside"; }
  fortnight::tests::TemporaryDirectory directory;
};

std::string contents(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace root_directory

BOOST_FIXTURE_TEST_SUITE(root_directory, root_directory::Directory)

BOOST_AUTO_TEST_CASE(links_within_are_not_followed) {
  fs::create_symlink(outside(), root() + "/parts");
  fs::create_symlink(outside() + "/file", root() + "/journal-0000000001");
  const auto files = posix_file_system(root());
  for (const std::string path : {"parts/file", "journal-0000000001"}) {
    BOOST_TEST(!files->open(path));
    BOOST_TEST(!files->open_for_overwrite(path));
    BOOST_TEST(!files->create(path));
  }
  BOOST_TEST(!files->create("parts/new"));
  BOOST_TEST(!files->remove("parts/file"));
  BOOST_TEST(!files->rename("parts/file", "taken"));
  BOOST_TEST(!files->list("parts"));
  const auto refused = files->make_directory("parts");
  BOOST_REQUIRE(!refused);
  BOOST_TEST(refused.error().message.find("symbolic link") != std::string::npos);
  BOOST_TEST(contents(outside() + "/file") == "another's");
  BOOST_TEST(!fs::exists(outside() + "/new"));
}

BOOST_AUTO_TEST_CASE(files_of_other_users_are_not_opened) {
  if (::geteuid() != 0) return;  // only root can change a file's owner
  const auto files = posix_file_system(root());
  BOOST_REQUIRE(files->make_directory("parts"));
  BOOST_REQUIRE(write_atomically(*files, "parts/file", "ours"));
  BOOST_TEST(bool(files->open("parts/file")));
  constexpr uid_t kNobody = 65534;
  BOOST_REQUIRE(::chown((root() + "/parts/file").c_str(), kNobody, kNobody) == 0);
  BOOST_TEST(!files->open("parts/file"));
  BOOST_REQUIRE(::chown((root() + "/parts/file").c_str(), 0, 0) == 0);
  BOOST_REQUIRE(::chown((root() + "/parts").c_str(), kNobody, kNobody) == 0);
  BOOST_TEST(!files->open("parts/file"));
  BOOST_TEST(!files->list("parts"));
}

BOOST_AUTO_TEST_CASE(the_way_to_it_may_have_links) {
  fs::create_symlink(root(), directory.path() + "/link");
  const auto files = posix_file_system(directory.path() + "/link");
  BOOST_REQUIRE(files->make_directory("parts"));
  BOOST_REQUIRE(write_atomically(*files, "parts/file", "ours"));
  BOOST_TEST(contents(root() + "/parts/file") == "ours");
  BOOST_REQUIRE(files->rename("parts/file", "moved"));
  BOOST_TEST(files->list("").value().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_missing_directory_is_reported) {
  const auto files = posix_file_system(root() + "/nowhere");
  const auto listed = files->list("");
  BOOST_REQUIRE(!listed);
  BOOST_TEST((listed.error().code == ErrorCode::not_found));
}

BOOST_AUTO_TEST_CASE(its_lock_holds_after_the_file_is_replaced) {
  const auto held = lock_directory(root()).value();
  for (const bool another : {false, true}) {
    fs::remove(root() + "/lock");
    if (another) fs::create_directory(root() + "/lock");
    const auto second = lock_directory(root());
    BOOST_REQUIRE(!second);
    BOOST_TEST((second.error().code == ErrorCode::locked));
  }
}

BOOST_AUTO_TEST_CASE(a_directory_in_the_locks_place_does_no_harm) {
  fs::create_directory(root() + "/lock");
  const auto held = lock_directory(root());
  BOOST_REQUIRE(held);
  BOOST_TEST(!lock_directory(root()));
}

BOOST_AUTO_TEST_SUITE_END()
