// The open files of a tailer, by identity and by the path that they are tailed by, and a queue of
// those that have something to read.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "daemon/tail/matching.h"
#include "daemon/tail/stream.h"

namespace fortnight::daemon {

using TailTime = std::chrono::steady_clock::time_point;

// What a file was identified as, and why.
struct TailDecision {
  std::int64_t at_ns = 0;  // since 1970
  std::string file;        // its path at that time
  std::string matched;     // path of the known file that it was matched to; may be empty
  Verdict verdict = Verdict::leave;
  Reason reason = Reason::not_ours;
  std::uint64_t offset = 0;    // where reading begins, of files that are read
  std::uint64_t had_read = 0;  // bytes of the known file that were read before
  [[nodiscard]] bool repeats(const TailDecision& other) const {
    return file == other.file && matched == other.matched && verdict == other.verdict &&
           reason == other.reason && offset == other.offset && had_read == other.had_read;
  }
};

struct OpenFile {
  TailStream stream;
  std::string name;      // the path where it was last seen
  bool rotated = false;  // the path that it is tailed by leads to another file or to none
  bool failing = false;  // the last read failed
  TailTime last_bytes;   // when the last bytes were read
  std::optional<std::uint64_t> head_hash;  // of kHeadBytes; set by OpenFiles::note_head()
  // Whether it was read to its end, with `info` as the file's state, first seen at `seen_since`.
  bool at_end = false;
  FileInfo seen;
  TailTime seen_since;
  TailDecision decision = {};              // why it was opened
  std::optional<TailTime> last_line = {};  // when lines were taken last
  std::string last_error = {};             // of the last failed read

  // Whether there may be something to read: the file differs from its state at the end. A file that
  // was written within the clock tick of the last check is checked again.
  [[nodiscard]] bool has_changed(TailTime now) const;
  // Records that the file was read to its end; `info` is its state before that read.
  void reached_end(const FileInfo& info, TailTime now);
};

// The files of one path: rotated ones first, oldest first. They are read in this order.
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
  // Files that are less behind than this are read first, so that new lines don't wait for old ones.
  static constexpr std::uint64_t kFresh = 256 << 10;

  OpenFile& add(std::unique_ptr<OpenFile> file);
  void remove(FileGroup& group, const OpenFile& file);
  // Call it when a file's `rotated` changes: its place in the order changes.
  void reorder(FileGroup& group);
  [[nodiscard]] OpenFile* find(const FileId& id) const;
  [[nodiscard]] OpenFile* find_key(const std::string& key) const;
  [[nodiscard]] FileGroup* group(const std::string& path);
  // Groups whose files' base_paths() include the path, without those of numbered().
  [[nodiscard]] std::vector<FileGroup*> related(const std::string& base_path) const;
  // Groups that have this base only because of a small number within the name. Thousands of similar
  // files may share such a base.
  [[nodiscard]] std::vector<FileGroup*> numbered(const std::string& base_path) const;
  // The files of numbered() that begin with `head`, which has kHeadBytes.
  [[nodiscard]] std::vector<OpenFile*> numbered_like(const std::string& base_path,
                                                     std::string_view head) const;
  // Updates numbered_like(). To be called after the file's known head may have grown.
  void note_head(OpenFile& file);
  [[nodiscard]] std::size_t count() const { return by_id_.size(); }
  // `visit` must not add or remove files.
  void for_each(const std::function<void(FileGroup&, OpenFile&)>& visit);

  // Records that a group has something to read.
  void enqueue(FileGroup& group);
  // The group to read next; null if there is none.
  FileGroup* dequeue();
  [[nodiscard]] bool has_work() const { return !fresh_.empty() || !backlog_.empty(); }

 private:
  FileGroup* pop(std::deque<std::string>& queue, FileGroup::Queue kind);

  std::unordered_map<std::string, FileGroup> groups_;  // pointers to the values stay valid
  std::unordered_map<FileId, OpenFile*, FileIdHash> by_id_;
  std::unordered_map<std::string, OpenFile*> by_key_;
  std::unordered_multimap<std::string, FileGroup*> by_base_;
  std::unordered_map<std::string, std::unordered_set<FileGroup*>> by_numbered_base_;
  std::unordered_multimap<std::uint64_t, OpenFile*> by_head_;
  // Paths. An entry is valid only while its group says that it is in that queue.
  std::deque<std::string> fresh_;
  std::deque<std::string> backlog_;
  unsigned turn_ = 0;
};

}  // namespace fortnight::daemon
