// Gathers what all sources bring on the intake thread into batches, and hands them to the commit
// thread: when the commit thread has nothing to do and a turn of the loop brings nothing more, or
// when a batch is large enough. So batches are small while little comes, and grow with the load.
//
// A batch is handed on only between two calls of its users, so that lines and the position that
// covers them stand in one append.
//
// Threads: the intake thread alone, but for `wake_up`.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "daemon/committer.h"
#include "storage/store.h"

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

  // The append to add to. Call added() after it, once lines and their position are in.
  storage::Append& append() { return append_; }
  void added();
  // Of the lines before it; the newest value of a key counts.
  void set_position(const std::string& key, std::string value);
  // `call` is called on the intake thread once all that was added is durable.
  void when_durable(std::function<void()> call);

  // Where the sources stand, with what was gathered last.
  [[nodiscard]] const std::map<std::string, std::string>& positions() const { return positions_; }
  // Hands on what was gathered. Also to be called when the commit thread has nothing to do any
  // more.
  void flush();
  // There is room again: calls those who wait. From the intake thread.
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
