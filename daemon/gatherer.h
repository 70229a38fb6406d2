// Collects the calls of all sources on the intake thread into batches and passes them to the commit
// thread: when the commit thread is idle and a turn of the loop adds nothing, or when a batch is
// large enough. Batches are therefore small under low load and grow with it.
//
// A batch is passed on only between two calls of its users, so that lines and the position that
// covers them are in the same append.
//
// Threads: the intake thread only, except for `wake_up`.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "daemon/committer.h"
#include "storage/append.h"

namespace fortnight::daemon {

class Gatherer {
 public:
  // `loop` is the intake thread's; it and `committer` must outlive it.
  Gatherer(boost::asio::io_context& loop, Committer& committer,
           std::map<std::string, std::string> positions);

  // Whether more may be read. If not, `when_room` is called once there is room, unless it was
  // reset.
  bool has_room();
  void when_room(std::function<void()> call) { waiting_.push_back(std::move(call)); }

  // The append to add to. Call added() after lines and their position are in.
  storage::Append& append() { return append_; }
  void added();
  // The position after the lines added so far; the last value of a key is used.
  void set_position(const std::string& key, std::string value);
  // Calls `call` on the intake thread once everything added so far is durable.
  void when_durable(std::function<void()> call);

  // The positions of the sources, including those gathered last.
  [[nodiscard]] const std::map<std::string, std::string>& positions() const { return positions_; }
  // Passes the gathered batch on. Also called when the commit thread becomes idle.
  void flush();
  // Calls the sources that wait for room. Call it on the intake thread.
  void wake_waiting();

 private:
  void schedule();
  [[nodiscard]] std::size_t bytes() const;

  boost::asio::io_context& loop_;
  Committer& committer_;
  const std::size_t large_batch_;
  storage::Append append_;
  std::vector<std::function<void()>> when_durable_;
  std::vector<std::function<void()>> waiting_;
  std::map<std::string, std::string> positions_;
  std::unordered_map<std::string, std::size_t> gathered_;  // indices of append_.positions, by key
  bool scheduled_ = false;
  std::size_t bytes_at_last_turn_ = 0;
};

}  // namespace fortnight::daemon
