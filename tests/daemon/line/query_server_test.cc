// The query port over real sockets: order, ends of connections, fairness and limits.
#include "daemon/line/query_server.h"

#include <boost/test/unit_test.hpp>

#include "tests/daemon/client.h"
#include "tests/daemon/scripted_store.h"
#include "tests/support/effort.h"
#include "tests/support/simulated_file_system.h"

namespace fortnight::daemon {
namespace query_server {

struct Fixture {
  ScriptedStore store;
  config::Query config;
  MemoryTrimmer trimmer{1U << 30};
  std::uint64_t memory = 256U << 20;
  UnfinishedLines lines{8U << 20};
  fortnight::faults::SimulatedFileSystem files;
  access::Registry registry{files, false};
  std::unique_ptr<Clock> clock = system_clock();
  config::Access access;
  std::optional<Gate> gate;
  std::unique_ptr<Queries> queries;
  std::unique_ptr<QueryServer> server;

  void start() {
    config.listen.port = 0;
    auto listening = listen_tcp(config.listen);
    BOOST_REQUIRE(listening);
    gate = Gate::make(access, registry, *clock).value();
    queries = std::make_unique<Queries>(config, memory, trimmer, *gate);
    std::vector<Listening> doors;
    doors.push_back(std::move(*listening));
    server = std::make_unique<QueryServer>(std::move(doors), config, *queries, lines);
    auto context = std::make_shared<query::Context>();
    context->store = &store;
    context->now = [] { return kNsPerDay * 20'000; };
    context->limits.rows = 1'000'000'000;
    queries->set_context(std::move(context));
    server->start();
  }
  std::uint16_t port() const { return server->port(); }
};

bool is_ok(const std::string& line) { return line.starts_with("OK"); }

}  // namespace query_server

BOOST_FIXTURE_TEST_SUITE(query_server, query_server::Fixture)

BOOST_AUTO_TEST_CASE(pipelined_requests_are_answered_in_order) {
  start();
  Client client(port());
  std::string requests;
  for (int i = 0; i < 300; ++i) requests += i % 2 == 0 ? "PING\n" : "NONSENSE\r\n";
  client.send(requests);
  int wrong = 0;
  for (int i = 0; i < 300; ++i) {
    const std::string line = client.line();
    wrong += (i % 2 == 0 ? is_ok(line) : line.starts_with("ERR ")) ? 0 : 1;
  }
  BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_CASE(a_half_close_ends_after_the_answers) {
  store.rows = 3;
  start();
  Client client(port());
  client.send("LOGS\nPING\nPING");  // the last one without LF
  client.half_close();
  for (int i = 0; i < 3; ++i) BOOST_TEST(client.line().starts_with("{"));
  for (int i = 0; i < 3; ++i) BOOST_TEST(is_ok(client.line()));
  BOOST_TEST(client.rest() == "");
}

BOOST_AUTO_TEST_CASE(a_half_close_without_a_request) {
  start();
  Client client(port());
  client.half_close();
  BOOST_TEST(client.rest() == "");
}

BOOST_AUTO_TEST_CASE(quit_closes_and_answers_nothing_behind_it) {
  start();
  Client client(port());
  client.send("QUIT\nPING\n");
  BOOST_TEST(is_ok(client.line()));
  BOOST_TEST(client.rest() == "");
}

BOOST_AUTO_TEST_CASE(an_unknown_token_changes_nothing) {
  start();
  Client client(port());
  client.send("AUTH token\nPING\n");
  BOOST_TEST(client.line().starts_with("ERR not-authenticated "));
  BOOST_TEST(is_ok(client.line()));
}

BOOST_AUTO_TEST_CASE(requests_far_ahead_of_the_answers_are_not_held) {
  start();
  Client client(port());
  constexpr int kRequests = tests::rounds(100'000);
  std::string requests;
  for (int i = 0; i < kRequests; ++i) requests += "PING                \n";
  std::thread sender([&] {
    client.send(requests);
    client.half_close();
  });
  int answers = 0;
  while (is_ok(client.line())) ++answers;
  sender.join();
  BOOST_TEST(answers == kRequests);
}

BOOST_AUTO_TEST_CASE(a_client_that_is_gone_cancels_its_query) {
  store.rows = 1'000'000'000;
  start();
  {
    Client client(port());
    client.send("LOGS limit=1000000000\n");
    BOOST_TEST(client.line().starts_with("{"));
  }
  BOOST_TEST(comes_true([&] { return store.scans_running == 0; }));
}

// A count writes nothing before its end.
BOOST_AUTO_TEST_CASE(a_close_cancels_a_count_and_a_half_close_does_not) {
  config.max_time = std::chrono::hours(1);
  store.endless = true;
  start();
  Client half(port());
  half.send("TOP by=account\n");
  half.half_close();
  std::optional<Client> gone(port());
  gone->send("TOP by=account\n");
  gone->half_close();
  std::optional<Client> silent(port());
  silent->send("TOP by=account\n");
  BOOST_TEST(comes_true([&] { return store.counts_running == 3; }));
  gone.reset();
  BOOST_TEST(comes_true([&] { return store.counts_stopped == 1; }));
  silent.reset();
  BOOST_TEST(comes_true([&] { return store.counts_stopped == 2; }));
  BOOST_TEST(store.counts_running == 1);
  store.endless = false;
  BOOST_TEST(is_ok(half.line()));
  BOOST_TEST(half.rest() == "");
}

// With many waiting requests the server stops reading, so it doesn't see the end of the stream.
BOOST_AUTO_TEST_CASE(a_close_behind_pipelined_requests_cancels_a_count) {
  config.max_time = std::chrono::hours(1);
  store.endless = true;
  start();
  std::optional<Client> client(port());
  client->send("TOP by=account\n");
  BOOST_TEST(comes_true([&] { return store.counts_running == 1; }));
  client->send(std::string(200'000, '\n'));
  client.reset();
  BOOST_TEST(comes_true([&] { return store.counts_stopped == 1; }));
}

BOOST_AUTO_TEST_CASE(a_slow_reader_is_waited_for_and_bounded) {
  constexpr int rows = 100'000;
  store.rows = rows;
  start();
  Client slow(port());
  slow.send("LOGS limit=1000000000\nPING\n");
  int got = slow.line().starts_with("{") ? 1 : 0;
  BOOST_TEST(comes_true([&] { return store.scans_running == 0; }));  // it can't continue
  for (std::string line = slow.line(); line.starts_with("{"); line = slow.line()) ++got;
  BOOST_TEST(got == rows);
  BOOST_TEST(is_ok(slow.line()));
}

BOOST_AUTO_TEST_CASE(slow_readers_and_heavy_queries_do_not_starve_others) {
  store.rows = 1'000'000;
  start();
  std::vector<std::unique_ptr<Client>> slow;
  for (int i = 0; i < 8; ++i) {
    slow.push_back(std::make_unique<Client>(port()));
    slow.back()->send("LOGS limit=1000000000\n");
  }
  BOOST_TEST(comes_true([&] { return store.scans_running == 8; }));
  store.endless = true;
  store.rows = 0;
  std::vector<std::unique_ptr<Client>> heavy;
  for (int i = 0; i < 8; ++i) {
    heavy.push_back(std::make_unique<Client>(port()));
    heavy.back()->send("LOGS\n");
  }
  BOOST_TEST(comes_true([&] { return store.scans_running >= 12; }));
  Client client(port());
  for (int i = 0; i < 5; ++i) {
    client.send("PING\n");
    BOOST_TEST(is_ok(client.line()));
  }
}

BOOST_AUTO_TEST_CASE(a_query_that_takes_too_long_is_ended) {
  config.max_time = std::chrono::milliseconds(20);
  store.endless = true;
  start();
  Client client(port());
  client.send("LOGS\nPING\n");
  BOOST_TEST(client.line().starts_with("ERR "));
  BOOST_TEST(is_ok(client.line()));
}

BOOST_AUTO_TEST_CASE(a_stop_ends_running_queries_with_an_error) {
  store.endless = true;
  start();
  Client client(port());
  client.send("LOGS\n");
  BOOST_TEST(comes_true([&] { return store.scans_running == 1; }));
  server->stop();
  BOOST_TEST(client.line().starts_with("ERR "));
  BOOST_TEST(client.rest() == "");
}

BOOST_AUTO_TEST_CASE(follow_ends_at_a_half_close_and_holds_no_thread) {
  start();
  std::vector<std::unique_ptr<Client>> followers;
  for (int i = 0; i < 40; ++i) {  // more than the number of threads
    followers.push_back(std::make_unique<Client>(port()));
    followers.back()->send("FOLLOW\n");
  }
  Client client(port());
  client.send("PING\n");
  BOOST_TEST(is_ok(client.line()));
  int ended = 0;
  for (const auto& follower : followers) {
    follower->half_close();
    ended += is_ok(follower->line()) && follower->rest().empty() ? 1 : 0;
  }
  BOOST_TEST(ended == 40);
}

// A timer that expires when the peer closes must not start a second poll of the FOLLOW.
BOOST_AUTO_TEST_CASE(followers_may_all_end_at_once) {
  config.max_connections = 300;
  start();
  for (int round = 0; round < tests::rounds(8); ++round) {
    std::vector<std::unique_ptr<Client>> followers;
    for (int i = 0; i < 250; ++i) {
      followers.push_back(std::make_unique<Client>(port()));
      followers.back()->send("FOLLOW\n");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(150 + 13 * round));
    for (const auto& follower : followers) follower->half_close();
    int ended = 0;
    for (const auto& follower : followers) ended += is_ok(follower->line()) ? 1 : 0;
    BOOST_TEST(ended == 250);
  }
}

BOOST_AUTO_TEST_CASE(follow_with_a_bad_filter_keeps_the_connection) {
  start();
  Client client(port());
  client.send("FOLLOW acount=x\nPING\n");
  BOOST_TEST(client.line().starts_with("ERR "));
  BOOST_TEST(is_ok(client.line()));
}

BOOST_AUTO_TEST_CASE(an_idle_connection_is_closed_and_a_follow_is_not_idle) {
  config.idle_timeout = std::chrono::milliseconds(50);
  start();
  Client follower(port());
  follower.send("FOLLOW\n");
  BOOST_TEST(Client(port()).rest() == "");
  BOOST_TEST(Client(port()).rest() == "");
  follower.half_close();
  BOOST_TEST(is_ok(follower.line()));
}

BOOST_AUTO_TEST_CASE(an_idle_connection_makes_room_for_another) {
  config.max_connections = 2;
  start();
  Client longest(port());
  longest.send("PING\n");
  BOOST_TEST(is_ok(longest.line()));
  Client other(port());
  other.send("PING\n");
  BOOST_TEST(is_ok(other.line()));
  Client third(port());
  third.send("LOGS\n");
  BOOST_TEST(is_ok(third.line()));
  BOOST_TEST(longest.rest() == "");
  other.send("PING\n");
  BOOST_TEST(is_ok(other.line()));
}

BOOST_AUTO_TEST_CASE(connections_above_the_maximum_get_short_requests_answered) {
  config.max_connections = 1;
  store.endless = true;
  config.max_time = std::chrono::hours(1);
  start();
  Client busy(port());
  busy.send("TOP by=account\n");
  BOOST_TEST(comes_true([&] { return store.counts_running == 1; }));
  Client asking(port());
  asking.send("PING\nSTATUS\nLOGS\nPING\n");
  BOOST_TEST(is_ok(asking.line()));
  BOOST_TEST(asking.line().starts_with("{"));
  BOOST_TEST(is_ok(asking.line()));
  BOOST_TEST(asking.line().starts_with("ERR limit "));
  BOOST_TEST(asking.rest() == "");
  BOOST_TEST(Client(port()).rest().starts_with("ERR limit "));  // it asked for nothing
  BOOST_TEST(store.counts_running == 1);
}

// More of them than there are threads.
BOOST_AUTO_TEST_CASE(readers_that_read_nothing_hold_no_thread) {
  config.max_connections = 300;
  store.rows = 1'000'000;
  start();
  std::vector<std::unique_ptr<Client>> silent;
  for (int i = 0; i < 200; ++i) {
    silent.push_back(std::make_unique<Client>(port()));
    silent.back()->send("LOGS limit=1000000000\n");
  }
  for (const auto& client : silent) BOOST_TEST_REQUIRE(client->line().starts_with("{"));
  BOOST_TEST(comes_true([&] { return store.scans_running == 0; }));
  store.rows = 3;
  Client client(port());
  client.send("LOGS\nPING\nSTATUS\n");
  for (int i = 0; i < 3; ++i) BOOST_TEST(client.line().starts_with("{"));
  BOOST_TEST(is_ok(client.line()));
  BOOST_TEST(is_ok(client.line()));
}

BOOST_AUTO_TEST_CASE(large_queries_leave_room_for_small_ones) {
  config.max_connections = 300;
  config.max_time = std::chrono::hours(1);
  store.endless = true;
  start();
  std::vector<std::unique_ptr<Client>> heavy;
  for (int i = 0; i < 150; ++i) {
    heavy.push_back(std::make_unique<Client>(port()));
    heavy.back()->send("TOP by=account\n");
  }
  BOOST_TEST(comes_true([&] { return store.counts_running >= 30; }));
  Client client(port());
  for (int i = 0; i < 20; ++i) {
    client.send("SHOW ref=0-1\nPING\n");
    BOOST_TEST(!client.line().empty());
    BOOST_TEST(is_ok(client.line()));
  }
  store.endless = false;
  int answered = 0;
  for (const auto& one : heavy) answered += is_ok(one->line()) ? 1 : 0;
  BOOST_TEST(answered == 150);
}

BOOST_AUTO_TEST_CASE(another_protocol_is_closed_and_counted) {
  start();
  for (const char* request :
       {"POST / HTTP/1.1\r\n\r\nPING\nPING\n", "\x16\x03\x01PING\nPING\n", "GET / HTTP/1.0"}) {
    Client client(port());
    for (const char c : std::string_view(request)) client.send({&c, 1});
    client.half_close();
    const std::string rest = client.rest();
    BOOST_TEST(rest.starts_with("ERR unsupported "));
    BOOST_TEST(rest.find('\n') == rest.size() - 1);
  }
  std::string status;
  JsonWriter json(status);
  server->write_status(json.open_object());
  BOOST_TEST(status.find("\"wrong_protocol\":3,") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
