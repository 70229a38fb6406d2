#include <boost/test/unit_test.hpp>
#include <limits>

#include "storage/query.h"

using fortnight::storage::Ref;

BOOST_AUTO_TEST_SUITE(ref)

BOOST_AUTO_TEST_CASE(a_ref_reads_back) {
  const std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  for (const Ref& ref : {Ref{0, 0}, Ref{20777, 16024}, Ref{-3, 1}, Ref{20777, most}}) {
    BOOST_TEST((Ref::parse(ref.to_string()) == ref), ref.to_string());
  }
  BOOST_TEST((Ref{20777, 1 * 36 * 36 + 12 * 36 + 4}).to_string() == "g15-1c4");
}

BOOST_AUTO_TEST_CASE(is_written_in_one_way_only) {
  for (const char* text : {"", "-", "g15", "g15-", "-1c4", "g15-1C4", "g15-01", "g15-1c4 ", "+1-1",
                           "g15--1", "g15-zzzzzzzzzzzzzz", "zzzzzzzz-1", "g 5-1"}) {
    BOOST_TEST(!Ref::parse(text), text);
  }
}

BOOST_AUTO_TEST_SUITE_END()
