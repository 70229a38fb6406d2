#include "daemon/net/parting.h"

#include <array>
#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <utility>

namespace fortnight::daemon {
namespace {

using boost::system::error_code;
constexpr std::chrono::seconds kPartingPatience{1};
// Maximum connections that wait for their peers; further ones are closed at once.
constexpr std::size_t kMost = 128;
std::atomic<std::size_t> parting{0};

class Parting : public std::enable_shared_from_this<Parting> {
 public:
  explicit Parting(Stream stream) : stream_(std::move(stream)), deadline_(stream_.get_executor()) {
    ++parting;
  }
  ~Parting() { --parting; }
  Parting(const Parting&) = delete;
  Parting& operator=(const Parting&) = delete;

  void start(std::string_view line) {
    stream_.write_at_once(boost::asio::buffer(line.data(), line.size()));
    stream_.end_writing();
    if (parting > kMost) return;
    deadline_.expires_after(kPartingPatience);
    deadline_.async_wait([self = shared_from_this()](error_code) { self->stream_.close(); });
    read();
  }

 private:
  // Of TLS the records are read: what is in them doesn't matter.
  void read() {
    stream_.socket().async_read_some(boost::asio::buffer(thrown_away_),
                                     [self = shared_from_this()](error_code ended, std::size_t) {
                                       if (!ended) return self->read();
                                       self->deadline_.cancel();
                                     });
  }

  Stream stream_;
  boost::asio::steady_timer deadline_;
  std::array<char, 4096> thrown_away_{};
};

}  // namespace

void part_with(Stream stream, std::string_view line) {
  if (stream.is_open()) std::make_shared<Parting>(std::move(stream))->start(line);
}

}  // namespace fortnight::daemon
