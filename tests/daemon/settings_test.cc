#include "daemon/settings.h"

#include <boost/test/unit_test.hpp>

namespace fortnight::daemon {

BOOST_AUTO_TEST_SUITE(settings)

BOOST_AUTO_TEST_CASE(a_small_disk_has_small_files_and_a_small_reserve) {
  const storage::EngineOptions usual = engine_options(config::default_config());
  for (const std::uint64_t megabytes : {64, 160, 512, 1024, 100'000}) {
    storage::EngineOptions options = usual;
    const std::uint64_t disk = megabytes << 20;
    fit_to_disk(options, disk);
    // All journal files together and the reserve leave most of the disk for calls.
    BOOST_TEST(3 * options.journal_file_bytes + options.disk_reserve <= disk / 4 + (3U << 20));
    BOOST_TEST(options.journal_file_bytes <= usual.journal_file_bytes);
    BOOST_TEST(options.disk_reserve <= usual.disk_reserve);
    BOOST_TEST(options.nearly_full_bytes() <= disk / 8 + disk / 4);
    BOOST_TEST(options.flush_bytes <= options.max_head_bytes / 2);
    if (megabytes >= 1024) BOOST_TEST(options.max_head_bytes == usual.max_head_bytes);
    if (megabytes >= 1024) BOOST_TEST(options.disk_reserve == usual.disk_reserve);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
