#include "storage/engine/rejects.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/memory_cap.h"
#include "tests/support/simulated_file_system.h"

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(rejects_files, *boost::unit_test::fixture<fortnight::tests::MemoryCap>())

BOOST_AUTO_TEST_CASE(they_read_back_and_damage_is_seen) {
  fortnight::faults::SimulatedFileSystem files;
  const std::vector<Reject> rejects = {{1, "tcp", "not-json", "no object", 0, "hello"},
                                       {2, "tail", "no-time", "", 17, std::string(5000, 'x')}};
  const std::string path = "rejects/0000000001.rejects";
  RejectCounts counts;
  counts.add(1, "tcp", "not-json", 7);
  const auto batch = std::make_shared<RejectBatch>(RejectBatch{40, {rejects[0]}});
  const auto next = std::make_shared<RejectBatch>(RejectBatch{41, {rejects[1]}});
  const RejectBatches batches = {batch, next};
  const auto bytes = write_rejects(files, path, batches, counts);
  BOOST_REQUIRE(bytes);
  BOOST_TEST(bytes->bytes == files.contents(path).size());
  const auto back = read_rejects(files, path);
  BOOST_REQUIRE(back);
  BOOST_REQUIRE(back->size() == 2U);
  BOOST_TEST((*back)[1].bytes == rejects[1].bytes);
  BOOST_TEST((*back)[0].detail == "no object");

  BOOST_TEST(RejectsFile::read(files, path)->counts()->total() == 7U);
  BOOST_TEST(RejectsFile::read(files, path)->first_number().value() == 40U);

  const std::string whole = files.contents(path);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    files.put(path, damaged);
    BOOST_TEST(!read_rejects(files, path));
    files.put(path, whole.substr(0, i));
    BOOST_TEST(!read_rejects(files, path));
  }
}

BOOST_AUTO_TEST_SUITE_END()
