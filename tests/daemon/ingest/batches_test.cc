// Batches are remembered with their lines, and the oldest are forgotten.
#include "daemon/ingest/batches.h"

#include <boost/test/unit_test.hpp>

#include "tests/daemon/scripted_store.h"

namespace fortnight::daemon {
namespace ingest_batches {

struct Fixture {
  ScriptedStore store;
  std::unique_ptr<Clock> clock = system_clock();
  boost::asio::io_context loop;

  // Runs `use` with the batches of the store, and stores what it remembers.
  template <typename Use>
  void with_batches(std::size_t most, const Use& use) {
    Committer committer(store, *clock, {}, {[] {}, [] {}, [](const Error&) {}});
    Gatherer gatherer(loop, committer, store.positions());
    Batches batches(gatherer, most);
    use(batches);
    gatherer.flush();
    committer.stop();
    loop.restart();
    loop.poll();
  }
};

}  // namespace ingest_batches

BOOST_FIXTURE_TEST_SUITE(ingest_batches_suite, ingest_batches::Fixture)

BOOST_AUTO_TEST_CASE(a_batch_is_known_by_source_sender_and_id_over_restarts) {
  with_batches(10, [](Batches& batches) {
    BOOST_TEST(!batches.find("s", "", "1"));
    batches.remember("s", "", "1", {3, 2, 1});
    batches.remember("s", "", "1", {9, 9, 9});  // the first counts
    batches.remember("a/b", "token c", "2", {4, 0, 0, 5});
  });
  with_batches(10, [](Batches& batches) {
    BOOST_TEST((batches.find("s", "", "1").value() == BatchCounts{3, 2, 1}));
    BOOST_TEST((batches.find("a/b", "token c", "2").value() == BatchCounts{4, 0, 0, 5}));
    BOOST_TEST(!batches.find("t", "", "1"));
    BOOST_TEST(!batches.find("s", "token c", "1"));
    BOOST_TEST(!batches.find("a", "/btoken c", "2"));
    BOOST_TEST(!batches.find("a/", "btoken c", "2"));
  });
}

BOOST_AUTO_TEST_CASE(the_oldest_are_forgotten) {
  for (int round = 0; round < 3; ++round) {
    with_batches(5, [round](Batches& batches) {
      for (int i = 0; i < 4; ++i) {
        batches.remember("s", "", std::to_string(round * 4 + i), {static_cast<unsigned>(i), 0, 0});
      }
      for (int i = 0; i <= round * 4 + 3; ++i) {
        const bool known = batches.find("s", "", std::to_string(i)).has_value();
        BOOST_TEST(known == (i > round * 4 + 3 - 5), "round " << round << ", batch " << i);
      }
    });
  }
}

BOOST_AUTO_TEST_CASE(damaged_positions_are_ignored) {
  storage::Append append;
  for (const std::string value : {"x", "1 2 3", "1 2 3 4 5", "", "1 2 3 -4"}) {
    append.positions.push_back({"batch/1.0/s" + value, value});
  }
  append.positions.push_back({"batch/1.0/sgood", "7 1 2 3"});
  append.positions.push_back({"batch/1.0/stwin", "7 1 2 3"});
  BOOST_REQUIRE(bool(store.append(std::move(append), 0)));
  with_batches(5, [](Batches& batches) {
    BOOST_TEST((batches.find("s", "", "good").value() == BatchCounts{1, 2, 3}));
    BOOST_TEST(!batches.find("s", "", "twin"));
    BOOST_TEST(!batches.find("s", "", "x"));
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
