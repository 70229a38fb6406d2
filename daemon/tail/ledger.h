// The positions of a tail's files that are not open: files read before the start, and files read to
// their end. The latter are kept to recognise their lines in other files: compressed, copied, or
// extended by a late writer.
//
// Memory is bounded without reading anything twice: a file that is long gone is reduced to an
// imprint of 24 bytes.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "daemon/tail/imprints.h"
#include "daemon/tail/position.h"
#include "daemon/tail/sink.h"

namespace fortnight::daemon {

struct LedgerEntry {
  std::string key;
  TailPosition position;
};

// The paths under which a file's relatives are found: its own, without the extension of its
// compression, and those that it may be a rotation of; the same for the target of a symbolic link.
std::vector<std::string> base_paths(const std::string& path);
std::vector<std::string> base_paths(const TailPosition& position);

// Not thread-safe.
class TailLedger {
 public:
  // Minimum number of entries of gone files that are kept in full: enough for a large installation
  // between deleting a file and finding its copy, and about one megabyte.
  static constexpr std::size_t kGoneKept = 1024;

  // A list, since iterators must stay valid while entries are added and removed.
  using Entries = std::list<LedgerEntry>;
  using Entry = Entries::iterator;

  // Takes the positions of this source. Damaged ones are counted and skipped: their files are read
  // from the start, since a repeated line is better than a lost one.
  TailLedger(const std::string& source, const std::map<std::string, std::string>& positions);

  // Whether this source has run before; and when it last scanned its files, if known, in
  // nanoseconds since 1970.
  [[nodiscard]] bool started() const { return started_; }
  [[nodiscard]] std::optional<std::int64_t> last_look() const { return last_look_; }
  // Stores both in the sink.
  void note_look(std::int64_t now_ns, TailSink& sink);
  [[nodiscard]] std::size_t damaged() const { return damaged_; }

  // A key that no position of this source has had.
  std::string new_key() { return prefix_ + std::to_string(next_++); }

  [[nodiscard]] Entries& entries() { return entries_; }
  [[nodiscard]] std::optional<Entry> find(const std::string& key);
  // The entry of the file with this identity; all_of_file() also returns those of earlier files
  // with the same inode. An unfinished one comes first.
  [[nodiscard]] std::optional<Entry> of_file(const FileId& file);
  [[nodiscard]] std::vector<Entry> all_of_file(const FileId& file);
  // The entries whose base_paths() include the path, without those of numbered().
  [[nodiscard]] std::vector<Entry> related(const std::string& base_path);
  // The entries that have this base only because of a small number within the name. Thousands of
  // similar files may share such a base.
  [[nodiscard]] std::vector<Entry> numbered(const std::string& base_path);
  // The entries of numbered() with this head hash of which at least `bytes` bytes were read.
  [[nodiscard]] std::vector<Entry> numbered_like(const std::string& base_path,
                                                 std::uint64_t head_hash, std::uint64_t bytes);
  // The entries whose path was a symbolic link to `path`.
  [[nodiscard]] std::vector<Entry> of_target(const std::string& path);
  [[nodiscard]] bool has_path(const std::string& path) const;
  // Whether another entry shows that everything up to this position was read.
  [[nodiscard]] bool holds(const LedgerEntry& entry);

  Entry add(LedgerEntry entry);
  LedgerEntry take(Entry entry);
  // Sets the entry's file; {}: unknown.
  void set_file(Entry entry, const FileId& file);
  // Separates the entry from its inode, which now belongs to another file.
  void disown(Entry entry) { set_file(entry, {}); }

  // Reduces the oldest entries of gone files to imprints, some hundreds at once, if there are too
  // many. `present` are the existing files; only needed if may_forget().
  [[nodiscard]] bool may_forget() const { return entries_.size() > kGoneKept + Imprints::kSheet; }
  void forget_gone(const std::unordered_set<FileId, FileIdHash>& present, TailSink& sink);
  [[nodiscard]] const Imprints& imprints() const { return imprints_; }

 private:
  void load(const std::string& key, std::string_view number, const std::string& value,
            std::map<std::uint64_t, LedgerEntry>& by_age);
  void unlink(Entry entry);

  std::string prefix_;
  Entries entries_;  // oldest first
  std::unordered_map<std::string, Entry> by_key_;
  std::unordered_multimap<FileId, Entry, FileIdHash> by_file_;
  std::unordered_multimap<std::string, Entry> by_base_;
  // By base path, then by key.
  std::unordered_map<std::string, std::unordered_map<std::string, Entry>> by_numbered_base_;
  std::unordered_multimap<std::uint64_t, Entry> by_head_;  // by head hash
  std::unordered_map<std::string, std::size_t> by_path_;   // number of entries with the path
  Imprints imprints_;
  std::uint64_t next_ = 1;
  std::size_t damaged_ = 0;
  bool started_ = false;
  std::optional<std::int64_t> last_look_;
};

}  // namespace fortnight::daemon
