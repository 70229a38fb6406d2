// The files that a tailer holds open, by identity and by the name that they are tailed by, and
// which of them have something to read.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "daemon/tail/stream.h"

namespace fortnight::daemon {

using TailTime = std::chrono::steady_clock::time_point;

struct OpenFile {
  TailStream stream;
  std::string name;       // the path that it was last seen at
  bool rotated = false;   // the path that it is tailed by leads elsewhere, or nowhere
  bool failing = false;   // the last read was an error
  TailTime last_bytes;    // when it last had any
  // At its end, as of a look that saw the file like this, first at `seen_since`.
  bool at_end = false;
  FileInfo seen;
  TailTime seen_since;

  // Whether there may be something to read: it is not as it was at its end. A file that was written
  // within the clock's tick in which it was looked at is looked at again.
  [[nodiscard]] bool has_changed(TailTime now) const;
  // It was read to its end, and was like `info` before.
  void reached_end(const FileInfo& info, TailTime now);
};

// The files of one path: the rotated ones first, the oldest before the others. They are read in
// this order.
struct FileGroup {
  enum class Queue { none, fresh, backlog };
  std::string path;
  std::vector<std::string> bases;  // base_paths() of its files
  std::vector<std::unique_ptr<OpenFile>> files;
  Queue queue = Queue::none;
};

// Not thread-safe.
class OpenFiles {
 public:
  // What is less than this behind is read before what is more: new lines don't wait for old ones.
  static constexpr std::uint64_t kFresh = 256 << 10;

  OpenFile& add(std::unique_ptr<OpenFile> file);
  void remove(FileGroup& group, const OpenFile& file);
  // It has become rotated, or no longer is: its place in the order changes.
  void reorder(FileGroup& group);
  [[nodiscard]] OpenFile* find(const FileId& id) const;
  [[nodiscard]] OpenFile* find_key(const std::string& key) const;
  [[nodiscard]] FileGroup* group(const std::string& path);
  // Groups that have the path among their files' base_paths().
  [[nodiscard]] std::vector<FileGroup*> related(const std::string& base_path) const;
  [[nodiscard]] std::size_t count() const { return by_id_.size(); }
  // Must not add or remove.
  void for_each(const std::function<void(FileGroup&, OpenFile&)>& visit);

  // Notes that a group has something to read.
  void enqueue(FileGroup& group);
  // The group to read next; null: none.
  FileGroup* dequeue();
  [[nodiscard]] bool has_work() const { return !fresh_.empty() || !backlog_.empty(); }

 private:
  FileGroup* pop(std::deque<std::string>& queue, FileGroup::Queue kind);

  std::unordered_map<std::string, FileGroup> groups_;  // pointers to them stay valid
  std::unordered_map<FileId, OpenFile*, FileIdHash> by_id_;
  std::unordered_map<std::string, OpenFile*> by_key_;
  std::unordered_multimap<std::string, FileGroup*> by_base_;
  // Paths. An entry counts only where the group says that it is in that queue.
  std::deque<std::string> fresh_;
  std::deque<std::string> backlog_;
  unsigned turn_ = 0;
};

}  // namespace fortnight::daemon
