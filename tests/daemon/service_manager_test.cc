// Reports to systemd: the line about the state, and the notifications.
#include "daemon/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/descriptor.h"
#include "tests/support/temporary_directory.h"

namespace fortnight::daemon {
namespace service_manager {

// The socket of a service manager.
class Manager {
 public:
  Manager() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
    const std::string path = directory_.path() + "/notify";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    BOOST_REQUIRE(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) ==
                  0);
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;
  ~Manager() { ::unsetenv("NOTIFY_SOCKET"); }

  // The next notification; empty if there is none.
  [[nodiscard]] std::string next() const {
    std::string text(1000, '\0');
    const auto size = ::recv(socket_.get(), text.data(), text.size(), 0);
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return text;
  }

 private:
  tests::TemporaryDirectory directory_;
  Descriptor socket_;
};

}  // namespace service_manager

BOOST_AUTO_TEST_SUITE(service_manager_notifications)

BOOST_AUTO_TEST_CASE(one_line_describes_the_work) {
  BOOST_TEST(describe({.calls_per_second = 41.25, .behind_bytes = 12'345, .kept_days = 14}) ==
             "41.2 calls a second; 12,345 bytes behind; calls of 14 days");
  BOOST_TEST(describe({.kept_days = 1, .paused = "no space\nSTOPPING=1"}) ==
             "Intake is paused (no space STOPPING=1). 0.0 calls a second; 0 bytes behind; calls of "
             "1 day");
}

BOOST_AUTO_TEST_CASE(each_step_is_told) {
  const service_manager::Manager manager;
  boost::asio::io_context loop;
  ServiceManager systemd(loop, [] { return Progress{.kept_days = 3}; });
  BOOST_TEST(manager.next().empty());
  systemd.ready();
  BOOST_TEST(manager.next() == "READY=1");
  BOOST_TEST(manager.next() ==
             "WATCHDOG=1\nSTATUS=0.0 calls a second; 0 bytes behind; calls of 3 days");
  systemd.reloading();
  BOOST_TEST(manager.next() == "RELOADING=1");
  systemd.reloaded();
  BOOST_TEST(manager.next() == "READY=1");
  systemd.stopping();
  BOOST_TEST(manager.next() == "STOPPING=1");
}

BOOST_AUTO_TEST_CASE(the_watchdog_is_fed_in_time) {
  const service_manager::Manager manager;
  ::setenv("WATCHDOG_USEC", "20000", 1);
  boost::asio::io_context loop;
  ServiceManager systemd(loop, [] { return Progress(); });
  ::unsetenv("WATCHDOG_USEC");
  systemd.ready();
  loop.run_for(std::chrono::milliseconds(100));
  int fed = 0;
  for (std::string told = manager.next(); !told.empty(); told = manager.next()) {
    fed += told.starts_with("WATCHDOG=1") ? 1 : 0;
  }
  BOOST_TEST(fed >= 3);
}

BOOST_AUTO_TEST_CASE(without_systemd_nothing_is_asked_for) {
  bool asked = false;
  boost::asio::io_context loop;
  ServiceManager alone(loop, [&] {
    asked = true;
    return Progress();
  });
  alone.ready();
  BOOST_TEST(loop.run_for(std::chrono::milliseconds(1)) == 0U);
  BOOST_TEST(!asked);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
