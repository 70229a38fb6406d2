#include "storage/files/file_names.h"

#include <boost/test/unit_test.hpp>

#include "base/civil_time.h"

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(file_names)

BOOST_AUTO_TEST_CASE(every_kind_reads_back) {
  for (const FileKind kind : {FileKind::manifest, FileKind::journal, FileKind::rejects}) {
    const FileName name{kind, 42, 0};
    BOOST_TEST((FileName::parse(name.path()) == name), name.path());
  }
  for (const FileKind kind :
       {FileKind::part, FileKind::segment, FileKind::rollup, FileKind::late_rollup}) {
    const FileName name{kind, 9'999'999'999, *day_from_string("2024-02-29")};
    BOOST_TEST((FileName::parse(name.path()) == name), name.path());
  }
  BOOST_TEST((FileName{FileKind::part, 7, *day_from_string("2026-11-20")}.path()) ==
             "parts/2026-11-20-0000000007.part");
}

BOOST_AUTO_TEST_CASE(foreign_names_are_refused) {
  for (const char* path :
       {"", "lock", "fortnight.yaml", "manifest-", "manifest-1", "manifest-00000000001",
        "manifest-000000000x", "journal-0000000001.bak", "parts/2026-11-20-0000000007",
        "parts/2026-02-30-0000000007.part", "parts/2026-11-20.part", "parts/notes.part",
        "parts/2263-01-01-0000000007.part", "parts/9999-12-31-0000000007.part",
        "parts/0001-01-01-0000000007.part", "rollups/2026-11-20-0000000007.part", "notes.tmp",
        ".tmp", "rejects/.rejects"}) {
    BOOST_TEST(!FileName::parse(path).has_value(), path);
  }
}

BOOST_AUTO_TEST_CASE(a_temporary_of_ours_is_ours) {
  const auto name = FileName::parse("manifest-0000000003.tmp");
  BOOST_REQUIRE(name.has_value());
  BOOST_TEST((name->kind == FileKind::temporary));
  BOOST_TEST(name->number == 3U);
}

BOOST_AUTO_TEST_SUITE_END()
