#include "query/cursor.h"

#include <boost/test/unit_test.hpp>

using fortnight::query::PageCursor;
using fortnight::query::RequestMark;
namespace storage = fortnight::storage;

BOOST_AUTO_TEST_SUITE(cursor)

BOOST_AUTO_TEST_CASE(a_cursor_reads_back) {
  for (const PageCursor& cursor :
       {PageCursor{{1'795'000'000'123'456'789, 42},
                   1'794'000'000'000'000'000,
                   fortnight::kMaxTime,
                   RequestMark{~0ULL, 0}},
        PageCursor{{-5, 0}, fortnight::kMinTime, fortnight::kMaxTime, std::nullopt}}) {
    const auto again = PageCursor::parse(cursor.to_string());
    BOOST_REQUIRE(again);
    BOOST_TEST(again->after.ts == cursor.after.ts);
    BOOST_TEST(again->after.seq == cursor.after.seq);
    BOOST_TEST(again->from == cursor.from);
    BOOST_TEST(again->to == cursor.to);
    BOOST_REQUIRE(again->mark.has_value() == cursor.mark.has_value());
    if (!cursor.mark) continue;
    BOOST_TEST(again->mark->filters == cursor.mark->filters);
    BOOST_TEST(again->mark->period == cursor.mark->period);
  }
}

BOOST_AUTO_TEST_CASE(other_texts_are_refused) {
  for (const char* text : {"", ".", "1.2.3", "1.2.3.4.5", "1.-2.3.4", "1.2.4.3", "1.2.3.4 ",
                           "a.b.c!.d", "zzzzzzzzzzzzzzzzzz.1.1.2", "1..1.2", "1.2.3.4.5.",
                           "1.2.3.4.5.-6", "1.2.3.4.5.6.7", "1.2.3.4.zzzzzzzzzzzzzzzzzz.6"}) {
    BOOST_TEST(!PageCursor::parse(text), text);
  }
}

BOOST_AUTO_TEST_SUITE_END()
