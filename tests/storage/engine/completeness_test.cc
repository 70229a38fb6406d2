// The calls of a period that a view lacks.
#include "storage/engine/completeness.h"

#include <boost/test/unit_test.hpp>
#include <memory>
#include <vector>

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(completeness)

namespace {

constexpr Day kToday = 20'777;
constexpr TimeNs kFrom = day_start(kToday - 3);
constexpr TimeNs kTo = day_start(kToday);  // days -3, -2, -1

// A version whose parts are all readable, except those added as unreadable.
struct Files {
  Version version;

  void counted(Day day) {
    LiveRollup rollup;
    rollup.entry.name = {FileKind::rollup, 1, day};
    version.rollups.push_back(rollup);
  }
  void unreadable(Day day) {
    LivePart part;
    part.entry.name = {FileKind::part, 2, day};
    version.parts[day].push_back(part);
  }
  void lost(FileKind kind, Day day) { version.manifest.lost.push_back({kind, 3, day}); }
  [[nodiscard]] Completeness ask(TimeNs from = kFrom, TimeNs to = kTo) const {
    View view;
    view.version = std::make_shared<Version>(version);
    return completeness_of_calls(view, from, to);
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_store_without_losses_is_complete) {
  Files files;
  files.counted(kToday - 2);
  const Completeness answer = files.ask();
  BOOST_TEST(answer.complete);
  BOOST_TEST(answer.damaged() == 0U);
  BOOST_TEST(!answer.retained_from);
}

// Calls are missing if some were counted on a day that isn't kept.
BOOST_AUTO_TEST_CASE(dropped_days_with_calls_are_missing) {
  Files files;
  files.version.manifest.first_kept = kToday - 1;
  BOOST_TEST(files.ask().complete);  // nothing was counted
  files.counted(kToday - 3);
  const Completeness missing = files.ask();
  BOOST_TEST(!missing.complete);
  BOOST_TEST(missing.damaged() == 0U);
  // After the missing calls, and not after the first kept day.
  BOOST_TEST(missing.retained_from.value() >= day_start(kToday - 2));
  BOOST_TEST(missing.retained_from.value() <= day_start(kToday - 1));
  // Other periods have all their calls.
  BOOST_TEST(files.ask(day_start(kToday - 2)).complete);
  // The last dropped day with calls is used.
  files.counted(kToday - 2);
  BOOST_TEST(files.ask(kFrom, day_start(kToday - 2)).retained_from.value() ==
             day_start(kToday - 1));
}

BOOST_AUTO_TEST_CASE(a_single_dropped_day_is_missing) {
  Files files;
  files.version.manifest.dropped = {kToday - 2};
  files.counted(kToday - 2);
  files.counted(kToday - 1);
  BOOST_TEST(files.ask().retained_from.value() == day_start(kToday - 1));
  BOOST_TEST(files.ask(day_start(kToday - 1)).complete);
}

BOOST_AUTO_TEST_CASE(files_that_are_lost_or_unreadable_are_counted) {
  Files files;
  files.lost(FileKind::part, kToday - 3);
  files.lost(FileKind::segment, kToday - 1);
  files.lost(FileKind::part, kToday);         // not within the period
  files.lost(FileKind::rollup, kToday - 1);   // has no calls
  files.lost(FileKind::rejects, kToday - 1);  // has no calls either
  files.unreadable(kToday - 2);
  files.unreadable(kToday - 4);  // not within the period
  const Completeness answer = files.ask();
  BOOST_TEST(answer.damaged() == 3U);
  BOOST_TEST(!answer.complete);
  BOOST_TEST(!answer.retained_from);
}

// Its calls may be of any day up to the one in its name.
BOOST_AUTO_TEST_CASE(a_lost_journal_affects_all_days_before_its_own) {
  Files files;
  files.lost(FileKind::journal, kToday - 2);
  BOOST_TEST(files.ask(day_start(kToday - 400), day_start(kToday - 399)).damaged() == 1U);
  BOOST_TEST(files.ask().damaged() == 1U);
  BOOST_TEST(files.ask(day_start(kToday - 1)).damaged() == 0U);
}

// The last instant of a period is just before its end.
BOOST_AUTO_TEST_CASE(the_edges_of_a_period) {
  const FileName day{FileKind::part, 1, kToday};
  BOOST_TEST(may_have_held(day, day_start(kToday), day_start(kToday) + 1));
  BOOST_TEST(may_have_held(day, day_start(kToday + 1) - 1, day_start(kToday + 1)));
  BOOST_TEST(!may_have_held(day, day_start(kToday - 1), day_start(kToday)));
  BOOST_TEST(!may_have_held(day, day_start(kToday + 1), day_start(kToday + 2)));
  BOOST_TEST(may_have_held(day, kMinTime, kMaxTime));
}

BOOST_AUTO_TEST_SUITE_END()
