// Intake over real sockets and files: acknowledgements, back-pressure and reloads.
#include "daemon/intake_service.h"

#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>

#include "tests/daemon/client.h"
#include "tests/daemon/scripted_store.h"
#include "tests/support/temporary_directory.h"

namespace fortnight::daemon {
namespace intake_service {

std::string status_of(IntakeService& intake) {
  std::string out;
  JsonWriter json(out);
  intake.write_status(json.open_object());
  return out;
}

struct Fixture {
  ScriptedStore store;
  std::unique_ptr<Clock> clock = system_clock();
  tests::TemporaryDirectory directory;
  config::Config config = config::default_config();
  std::atomic<int> failures{0};
  UnfinishedLines lines{8U << 20};
  TlsServer tls;
  std::unique_ptr<IntakeService> intake;
  int written = 0;

  Fixture() {
    config.sources.clear();
    add("tcp", config::TcpSource{{"127.0.0.1", 0}});
  }
  void add(const std::string& name, decltype(config::Source::from) from) {
    config::Source source;
    source.name = name;
    source.from = std::move(from);
    config.sources.push_back(std::move(source));
  }
  std::string path(const std::string& name) const { return directory.path() + "/" + name; }
  void start() {
    intake = std::make_unique<IntakeService>(
        store, *clock, config, lines, tls,
        IntakeService::Events{[this](const Error&) { ++failures; }});
    const auto started = intake->start(config);
    BOOST_REQUIRE_MESSAGE(started, started.error().message);
  }
  std::uint16_t port() {
    const std::string ports = intake->ports_json();
    const std::size_t at = ports.find("\"tcp\":");
    BOOST_REQUIRE(at != std::string::npos);
    return static_cast<std::uint16_t>(std::stoi(ports.substr(at + 6)));
  }
  std::uint16_t http_port() {
    const std::string ports = intake->ports_json();
    return static_cast<std::uint16_t>(std::stoi(ports.substr(ports.find("\"http\":") + 7)));
  }
  std::string call() {
    return R"({"ts":)" + std::to_string(clock->now() / kNsPerSecond) + R"(,"call_id":"c)" +
           std::to_string(written++) + "\"}\n";
  }
  std::string calls(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += call();
    return text;
  }
  void check_each_once() {
    std::vector<std::string> expected;
    for (int i = 0; i < written; ++i) expected.push_back("c" + std::to_string(i));
    std::vector<std::string> got = store.call_ids();
    std::sort(expected.begin(), expected.end());
    std::sort(got.begin(), got.end());
    BOOST_TEST((got == expected), got.size() << " calls of " << expected.size());
  }
};

}  // namespace intake_service

BOOST_FIXTURE_TEST_SUITE(intake_service, intake_service::Fixture)

BOOST_AUTO_TEST_CASE(sync_answers_with_the_counts_of_its_connection) {
  start();
  Client other(port());
  other.send(call() + "#sync x\n");
  BOOST_TEST(other.line() == "#ok x accepted=1 rejected=0");
  Client client(port());
  client.send(calls(3) + "no json\n#sync one\n\n" + call() + "[]\n#sync two three\n#sync\n");
  BOOST_TEST(client.line() == "#ok one accepted=3 rejected=1");
  BOOST_TEST(client.line() == "#ok two three accepted=4 rejected=2");
  BOOST_TEST(client.line() == "#ok  accepted=4 rejected=2");
  check_each_once();
}

BOOST_AUTO_TEST_CASE(a_token_that_is_too_long_is_an_error) {
  config.limits.max_line_bytes = 10'000;
  start();
  Client client(port());
  for (const std::size_t bytes : {257, 5'000, 50'000}) {
    client.send(call() + "#sync " + std::string(bytes, 'x') + "\n");
    BOOST_TEST(client.line().starts_with("#error the token of #sync has more than 256 bytes"));
  }
  const std::string longest(256, 'y');
  client.send("#sync " + longest + "\n");
  BOOST_TEST(client.line() == "#ok " + longest + " accepted=3 rejected=0");
  check_each_once();
}

BOOST_AUTO_TEST_CASE(sync_comes_after_the_sync_of_the_store) {
  start();
  store.hold_syncs(true);
  Client client(port());
  client.send(call() + "#sync x\n");
  BOOST_TEST(comes_true([&] { return store.appends() == 1; }));
  BOOST_TEST(store.syncs() == 0);
  store.hold_syncs(false);
  BOOST_TEST(client.line() == "#ok x accepted=1 rejected=0");
  BOOST_TEST(store.syncs() == 1);
}

BOOST_AUTO_TEST_CASE(a_half_closed_peer_gets_its_answers) {
  start();
  Client client(port());
  const std::string last = call();
  client.send(call() + "#sync x\n" + last.substr(0, last.size() - 1));  // without its LF
  client.half_close();
  BOOST_TEST(client.rest() == "#ok x accepted=1 rejected=0\n");
  BOOST_TEST(bool(intake->stop()));
  check_each_once();
}

BOOST_AUTO_TEST_CASE(lines_split_at_any_byte) {
  start();
  Client client(port());
  for (const char c : calls(20) + "#sync x\n") client.send(std::string(1, c));
  BOOST_TEST(client.line() == "#ok x accepted=20 rejected=0");
  check_each_once();
}

BOOST_AUTO_TEST_CASE(a_line_that_is_too_long_is_rejected_and_the_next_one_taken) {
  config.limits.max_line_bytes = 10'000;
  start();
  Client client(port());
  client.send(call() + std::string(5 << 20, 'x') + "\n" + call() + "#sync x\n");
  BOOST_TEST(client.line() == "#ok x accepted=2 rejected=1");
  check_each_once();
}

BOOST_AUTO_TEST_CASE(a_full_store_pushes_back_and_loses_nothing) {
  config.limits.memory = 1 << 20;
  start();
  store.set_append_error(Error{ErrorCode::no_space, "full"});
  Client client(port());
  const std::string text = calls(200'000);
  std::size_t sent = 0;
  // The daemon's memory is bounded: at some point the kernel's buffers stay full.
  for (int quiet = 0; sent < text.size() && quiet < 200;) {
    const std::size_t count = client.send_some(std::string_view(text).substr(sent));
    quiet = count == 0 ? quiet + 1 : 0;
    sent += count;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  BOOST_TEST(sent < text.size());
  store.set_append_error(std::nullopt);
  client.send(std::string_view(text).substr(sent));
  client.send("#sync x\n");
  BOOST_TEST(client.line() == "#ok x accepted=200000 rejected=0");
  check_each_once();
}

BOOST_AUTO_TEST_CASE(after_a_failure_nothing_is_acknowledged) {
  start();
  store.set_sync_error(io_error("broken"));
  Client client(port());
  client.send(call() + "#sync x\n");
  BOOST_TEST(comes_true([&] { return failures == 1; }));
  BOOST_TEST(bool(intake->stop()));
  BOOST_TEST(client.rest() == "");
}

BOOST_AUTO_TEST_CASE(a_stop_stores_and_acknowledges_sent_lines) {
  start();
  Client client(port());
  client.send("#sync first\n");
  BOOST_TEST(client.line() == "#ok first accepted=0 rejected=0");
  client.send(calls(100) + "#sync x\n");
  BOOST_TEST(bool(intake->stop()));
  BOOST_TEST(client.rest() == "#ok x accepted=100 rejected=0\n");
  check_each_once();
}

BOOST_AUTO_TEST_CASE(more_connections_than_may_be_are_refused) {
  config.limits.max_connections = 1;
  start();
  Client first(port());
  first.send("#sync x\n");
  BOOST_TEST(first.line() == "#ok x accepted=0 rejected=0");
  BOOST_TEST(Client(port()).rest().starts_with("ERR limit "));
  first.half_close();
  first.rest();
  BOOST_TEST(comes_true([&] {
    Client again(port());
    again.send_some("#sync y\n");
    return again.line() == "#ok y accepted=0 rejected=0";
  }));
}

// A connection is idle after two seconds. The one that has been idle for longest makes room, and
// none that would lose something by it.
BOOST_AUTO_TEST_CASE(idle_connections_make_room_for_new_ones) {
  config.limits.max_connections = 4;
  start();
  Client first(port());
  first.send(call());  // its peer never syncs
  Client with_a_line(port());
  const std::string half = call();
  with_a_line.send(half.substr(0, 20));
  Client unsynced(port());
  unsynced.send(call() + "#sync x\n" + call());
  BOOST_TEST(unsynced.line() == "#ok x accepted=1 rejected=0");
  Client synced(port());
  synced.send(call() + "#sync x\n");
  BOOST_TEST(synced.line() == "#ok x accepted=1 rejected=0");
  BOOST_TEST(Client(port()).rest().starts_with("ERR limit "));  // all have only just been busy

  std::vector<std::unique_ptr<Client>> more;
  const auto comes_in = [&] {
    more.push_back(std::make_unique<Client>(port()));
    more.back()->send_some("#sync y\n");
    return more.back()->line() == "#ok y accepted=0 rejected=0";
  };
  BOOST_TEST(comes_true(comes_in));
  BOOST_TEST(first.rest().starts_with("ERR limit the connection was idle"));
  BOOST_TEST(comes_true(comes_in));
  BOOST_TEST(synced.rest().starts_with("ERR limit the connection was idle"));
  // The others go on.
  unsynced.send("#sync z\n");
  BOOST_TEST(unsynced.line() == "#ok z accepted=2 rejected=0");
  with_a_line.send(half.substr(20) + "#sync z\n");
  BOOST_TEST(with_a_line.line() == "#ok z accepted=1 rejected=0");
  check_each_once();
}

BOOST_AUTO_TEST_CASE(a_connection_whose_lines_are_not_durable_makes_no_room) {
  config.limits.max_connections = 1;
  start();
  store.hold_syncs(true);
  Client first(port());
  first.send(call());
  BOOST_TEST(comes_true([&] { return store.appends() == 1; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(2500));
  BOOST_TEST(Client(port()).rest().starts_with("ERR limit the maximum"));
  store.hold_syncs(false);
  BOOST_TEST(comes_true([&] {
    Client again(port());
    again.send_some("#sync y\n");
    return again.line() == "#ok y accepted=0 rejected=0";
  }));
  check_each_once();
}

BOOST_AUTO_TEST_CASE(an_idle_connection_is_closed) {
  config.limits.idle_timeout = std::chrono::milliseconds(20);
  start();
  BOOST_TEST(Client(port()).rest() == "");
}

BOOST_AUTO_TEST_CASE(a_unix_socket_and_the_stale_file_of_another) {
  add("unix", config::UnixSource{path("socket")});
  std::ofstream(path("kept")) << "no socket";
  {
    auto stale = listen_unix(path("socket"));
    BOOST_REQUIRE(stale);
    BOOST_TEST(!listen_unix(path("socket")));  // another socket listens
  }
  start();
  Client client(path("socket"));
  client.send(call() + "#sync x\n");
  BOOST_TEST(client.line() == "#ok x accepted=1 rejected=0");
  BOOST_TEST(!listen_unix(path("kept")));
  BOOST_TEST(!listen_unix(path(std::string(200, 'x'))));
  intake.reset();
  BOOST_TEST(!std::filesystem::exists(path("socket")));
}

BOOST_AUTO_TEST_CASE(ports_in_use_and_addresses_of_others_are_refused) {
  start();
  const auto taken = listen_tcp({"127.0.0.1", port()});
  BOOST_REQUIRE(!taken);
  BOOST_TEST(taken.error().message.find("in use") != std::string::npos);
  for (const std::string host : {"0.0.0.0", "::", "192.0.2.1"}) {
    const auto open = listen_tcp({host, 0});
    BOOST_REQUIRE(!open);
    BOOST_TEST(open.error().message.find("loopback") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(tailed_lines_and_their_position_are_in_one_append) {
  add("log", config::TailSource{{path("app.log")}, config::TailFrom::beginning});
  std::ofstream(path("app.log")) << calls(1000);
  start();
  BOOST_TEST(comes_true([&] { return store.call_ids().size() == 1000; }));
  intake.reset();
  std::ofstream(path("app.log"), std::ios::app) << calls(10);
  start();
  BOOST_TEST(comes_true([&] { return store.call_ids().size() == 1010; }));
  intake.reset();
  check_each_once();
}

BOOST_AUTO_TEST_CASE(a_tail_waits_while_the_store_is_full) {
  config.limits.memory = 1 << 20;
  add("log", config::TailSource{{path("app.log")}, config::TailFrom::beginning});
  store.set_append_error(Error{ErrorCode::no_space, "full"});
  std::ofstream(path("app.log")) << calls(50'000);
  start();
  BOOST_TEST(comes_true([&] { return store.refused() > 20; }));
  std::filesystem::rename(path("app.log"), path("app.log.1"));
  std::ofstream(path("app.log")) << calls(50'000);
  store.set_append_error(std::nullopt);
  BOOST_TEST(comes_true([&] { return store.call_ids().size() >= 100'000; }));
  intake.reset();
  check_each_once();
}

BOOST_AUTO_TEST_CASE(a_reload_keeps_connections_and_adds_and_removes_sources) {
  add("log", config::TailSource{{path("app.log")}, config::TailFrom::beginning});
  start();
  Client client(port());
  client.send(call() + "#sync x\n");
  BOOST_TEST(client.line() == "#ok x accepted=1 rejected=0");

  config.sources.pop_back();
  add("unix", config::UnixSource{path("socket")});
  config.formats["fortnight"].only = {config::Rule{{"/kind", {"access"}}}};
  BOOST_TEST(intake->reload(config).has_value());
  BOOST_TEST(intake->ports_json().find("app.log") == std::string::npos);
  Client added(path("socket"));
  added.send("#sync y\n");
  BOOST_TEST(added.line() == "#ok y accepted=0 rejected=0");
  // The same connection continues with the new format.
  client.send(R"({"ts":1,"kind":"health"})"
              "\n#sync z\n");
  BOOST_TEST(client.line() == "#ok z accepted=1 rejected=0");
  BOOST_TEST(status_of(*intake).find(R"("lines":2)") != std::string::npos);
  std::ofstream(path("app.log")) << R"({"ts":1})"
                                 << "\n";
  intake.reset();
  check_each_once();
}

// The socket's file was removed and is made again. Counts of the old socket stay, and lines of its
// connections still count.
BOOST_AUTO_TEST_CASE(a_new_socket_continues_the_counts) {
  const std::string socket = path("socket");
  add("unix", config::UnixSource{socket});
  start();
  const auto has = [&](const std::string& count) {
    return status_of(*intake).find(count) != std::string::npos;
  };
  Client old_one(socket);
  old_one.send(calls(2) + "#sync x\n");
  BOOST_TEST(old_one.line() == "#ok x accepted=2 rejected=0");
  Client http(socket);
  http.send("GET / HTTP/1.1\r\n\r\n");
  http.rest();
  BOOST_TEST(::unlink(socket.c_str()) == 0);
  BOOST_TEST(intake->reload(config).has_value());
  BOOST_TEST(has(R"("lines":2,)"));
  Client new_one(socket);
  new_one.send(calls(1) + "#sync y\n");
  BOOST_TEST(new_one.line() == "#ok y accepted=1 rejected=0");
  BOOST_TEST(has(R"("lines":3,)"));
  BOOST_TEST(has(R"("wrong_protocol":1)"));
  check_each_once();
}

BOOST_AUTO_TEST_CASE(a_reload_that_cannot_open_an_address_changes_nothing) {
  add("log", config::TailSource{{path("app.log")}, config::TailFrom::beginning});
  add("unix", config::UnixSource{path("socket")});
  start();
  Client client(port());
  const config::Config before = config;
  const std::string ports = intake->ports_json();

  config.sources.clear();
  add("new", config::UnixSource{path("new")});
  add("nowhere", config::UnixSource{path("no/such/directory/socket")});
  const auto reloaded = intake->reload(config);
  BOOST_TEST(reloaded.error().message.find("nowhere") != std::string::npos);
  BOOST_TEST(intake->ports_json() == ports);
  config = before;
  client.send(call() + "#sync x\n");
  BOOST_TEST(client.line() == "#ok x accepted=1 rejected=0");
  Client other(path("socket"));
  other.send(call() + "#sync y\n");
  BOOST_TEST(other.line() == "#ok y accepted=1 rejected=0");
  std::ofstream(path("app.log")) << call();
  BOOST_TEST(comes_true([&] { return store.call_ids().size() == 3; }));
  check_each_once();
}

BOOST_AUTO_TEST_CASE(an_address_passes_from_one_source_to_another) {
  add("one", config::UnixSource{path("socket")});
  start();
  config.sources.back().name = "two";
  BOOST_TEST(intake->reload(config).has_value());
  Client client(path("socket"));
  client.send(call() + "#sync x\n");
  BOOST_TEST(client.line() == "#ok x accepted=1 rejected=0");
  check_each_once();
}

// A request with this body, and the head of its answer.
struct Posted {
  Client client;
  explicit Posted(std::uint16_t port, const std::string& body) : client(port) {
    client.send("POST /ingest/v1/lines HTTP/1.1\r\nHost: x\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  std::string head() {
    std::string all;
    for (std::string line = client.line(); line != "\r" && !line.empty(); line = client.line()) {
      all += line + "\n";
    }
    return all;
  }
};

BOOST_AUTO_TEST_CASE(requests_are_told_to_come_back_while_there_is_no_room) {
  config.limits.memory = 1U << 20;  // the queue has a sixteenth
  add("web", config::HttpSource{{"127.0.0.1", 0}});
  // Calls come faster than they can be written, then the disk is full.
  for (const auto& [code, status] :
       {std::pair{ErrorCode::limit, "429"}, {ErrorCode::no_space, "503"}}) {
    BOOST_TEST_CONTEXT(status) {
      store.set_append_error(Error{code, "no room here"});
      start();
      Client pouring(port());
      BOOST_TEST(comes_true([&] {
        pouring.send_some(calls(100));
        return status_of(*intake).find("\"queue\":{\"batches\":0") == std::string::npos &&
               store.refused() > 0;
      }));
      while (pouring.send_some(calls(100)) > 0) {
      }
      Posted waiting(http_port(), call());
      const std::string head = waiting.head();
      BOOST_TEST(head.starts_with(std::string("HTTP/1.1 ") + status), head);
      BOOST_TEST(head.find("Retry-After: ") != std::string::npos, head);
      // What the daemon answered before isn't stored later, but a repeated request is.
      store.set_append_error(std::nullopt);
      Posted again(http_port(), call());
      BOOST_TEST(again.head().starts_with("HTTP/1.1 200"));
      const std::vector<std::string> stored = store.call_ids();
      const auto times = [&](int number) {
        return std::count(stored.begin(), stored.end(), "c" + std::to_string(number));
      };
      BOOST_TEST(times(written - 1) == 1);
      BOOST_TEST(times(written - 2) == 0);
      intake.reset();
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
