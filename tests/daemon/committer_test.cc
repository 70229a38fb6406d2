#include "daemon/committer.h"

#include <boost/test/unit_test.hpp>

#include "tests/daemon/client.h"
#include "tests/daemon/scripted_store.h"

namespace fortnight::daemon {
namespace committer {

struct Fixture {
  ScriptedStore store;
  std::unique_ptr<Clock> clock = system_clock();
  CommitterOptions options;
  std::atomic<int> rooms{0};
  std::atomic<int> idles{0};
  std::atomic<int> failures{0};
  std::atomic<int> told{0};

  std::unique_ptr<Committer> make() {
    options.retry_interval = std::chrono::milliseconds(1);
    return std::make_unique<Committer>(store, *clock, options,
                                       CommitterEvents{[this] { ++rooms; }, [this] { ++idles; },
                                                       [this](const Error&) { ++failures; }});
  }
  Commit commit(std::size_t bytes = 1, bool waits = true) {
    Commit made;
    made.append.skipped = 1;
    made.bytes = bytes;
    if (waits) made.when_durable = [this] { ++told; };
    return made;
  }
};

const Error kFull{ErrorCode::no_space, "no space left"};

}  // namespace committer

BOOST_FIXTURE_TEST_SUITE(committer, committer::Fixture)

BOOST_AUTO_TEST_CASE(one_sync_covers_all_waiting_batches) {
  const auto committer = make();
  store.hold_syncs(true);
  committer->push(commit());
  BOOST_TEST(comes_true([&] { return store.appends() == 1; }));
  for (int i = 0; i < 50; ++i) committer->push(commit());
  BOOST_TEST(told == 0);
  store.hold_syncs(false);
  BOOST_TEST(comes_true([&] { return told == 51; }));
  BOOST_TEST(store.syncs() == 2);
}

BOOST_AUTO_TEST_CASE(batches_without_a_waiter_are_synced_too) {
  const auto committer = make();
  committer->push(commit(1, false));
  BOOST_TEST(comes_true([&] { return store.syncs() == 1; }));
}

BOOST_AUTO_TEST_CASE(idle_is_reported_after_busy) {
  const auto committer = make();
  BOOST_TEST(!committer->busy());
  store.hold_syncs(true);
  committer->push(commit());
  BOOST_TEST(comes_true([&] { return store.appends() == 1; }));
  BOOST_TEST(committer->busy());
  BOOST_TEST(idles == 0);
  store.hold_syncs(false);
  BOOST_TEST(comes_true([&] { return idles == 1; }));
  BOOST_TEST(!committer->busy());
}

BOOST_AUTO_TEST_CASE(nothing_is_acknowledged_before_it_is_durable) {
  const auto committer = make();
  store.set_sync_error(io_error("sync failed"));
  committer->push(commit());
  BOOST_TEST(comes_true([&] { return failures == 1; }));
  store.set_sync_error(std::nullopt);
  committer->push(commit());
  committer->stop();
  BOOST_TEST(told == 0);
  BOOST_TEST(store.appends() == 1);
}

BOOST_AUTO_TEST_CASE(a_failed_append_ends_it) {
  const auto committer = make();
  store.set_append_error(io_error("append failed"));
  committer->push(commit());
  BOOST_TEST(comes_true([&] { return failures == 1; }));
  committer->stop();
  BOOST_TEST(told == 0);
}

BOOST_AUTO_TEST_CASE(a_full_store_pauses_it_until_there_is_room) {
  const auto committer = make();
  store.set_append_error(kFull);
  committer->push(commit());
  BOOST_TEST(comes_true([&] { return store.refused() > 3; }));
  BOOST_TEST(committer->status().paused == "no space left");
  store.set_append_error(std::nullopt);
  BOOST_TEST(comes_true([&] { return told == 1; }));
  BOOST_TEST(committer->status().paused == "");
  BOOST_TEST(store.appends() == 1);
  BOOST_TEST(failures == 0);
}

// A head that waits for its flush is normal under full load and isn't reported as a pause.
BOOST_AUTO_TEST_CASE(back_pressure_is_not_reported_as_a_pause) {
  const auto committer = make();
  store.set_append_error(Error{ErrorCode::limit, "waits to be written"});
  committer->push(commit());
  BOOST_TEST(comes_true([&] { return store.refused() > 2; }));
  BOOST_TEST(committer->status().paused.empty());
  BOOST_TEST(!committer->failed());
  store.set_append_error(std::nullopt);
  BOOST_TEST(comes_true([&] { return told == 1; }));
}

BOOST_AUTO_TEST_CASE(a_disk_that_is_full_only_at_sync_pauses_it_too) {
  const auto committer = make();
  store.set_sync_error(kFull);
  committer->push(commit());
  BOOST_TEST(comes_true([&] { return committer->status().paused == "no space left"; }));
  BOOST_TEST(told == 0);
  store.set_sync_error(std::nullopt);
  BOOST_TEST(comes_true([&] { return told == 1; }));
  BOOST_TEST(failures == 0);
}

BOOST_AUTO_TEST_CASE(the_queue_is_bounded_and_reports_room) {
  options.max_bytes = 100;
  const auto committer = make();
  store.set_append_error(kFull);
  committer->push(commit(99));
  BOOST_TEST(committer->has_room());
  committer->push(commit(99));
  BOOST_TEST(!committer->has_room());
  store.set_append_error(std::nullopt);
  BOOST_TEST(comes_true([&] { return rooms == 1; }));
  BOOST_TEST(committer->has_room());
}

BOOST_AUTO_TEST_CASE(stop_commits_what_was_pushed) {
  const auto committer = make();
  for (int i = 0; i < 20; ++i) committer->push(commit());
  committer->stop();
  BOOST_TEST(told == 20);
  BOOST_TEST(store.appends() == 20);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
