#include "storage/files/key_file.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/simulated_file_system.h"

namespace fortnight::storage {
BOOST_AUTO_TEST_SUITE(key_file)

BOOST_AUTO_TEST_CASE(a_key_is_made_once_and_kept) {
  faults::SimulatedFileSystem files;
  const std::string hash = open_key_file(files, "key").value().hex("a", "text", 8);
  BOOST_TEST(hash.size() == 16U);
  const auto crashed = files.crashed(faults::Loss::random, 3);
  BOOST_TEST(open_key_file(*crashed, "key").value().hex("a", "text", 8) == hash);
  BOOST_TEST(open_key_file(files, "other").value().hex("a", "text", 8) != hash);
}

BOOST_AUTO_TEST_CASE(a_damaged_key_is_set_aside) {
  for (const std::string damage : {"", "xyz", "00", "\n"}) {
    faults::SimulatedFileSystem files;
    const std::string hash = open_key_file(files, "key").value().hex("a", "text", 8);
    files.put("key", damage);
    const std::string next = open_key_file(files, "key").value().hex("a", "text", 8);
    BOOST_TEST(next != hash);
    BOOST_TEST(open_key_file(files, "key").value().hex("a", "text", 8) == next);
    BOOST_TEST(files.paths().contains("quarantine/key"));
  }
}

BOOST_AUTO_TEST_CASE(a_key_that_can_not_be_written_is_an_error) {
  faults::SimulatedFileSystem files;
  files.set_capacity(0);
  BOOST_TEST(!open_key_file(files, "key").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace fortnight::storage
