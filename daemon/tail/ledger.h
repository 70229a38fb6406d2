// The positions of a tail's files that are not open: of those that were read before the start, and
// of those that were read to their end. The latter are remembered so that their lines are known
// again where they come back: compressed, copied, or grown by a late writer.
//
// What is remembered is bounded, and still nothing is read again: of files that are gone for long
// there is an imprint left, of 24 bytes.
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

// Paths under which a file's relatives are looked up: its own, without the extension of its
// compression, and those of which it may be a rotation; the same of where a symbolic link leads.
std::vector<std::string> base_paths(const std::string& path);
std::vector<std::string> base_paths(const TailPosition& position);

// Not thread-safe.
class TailLedger {
 public:
  // Entries of files that are gone, kept whole at the least: many enough for a large installation's
  // files between a deletion and a copy's coming to light, few enough for a megabyte.
  static constexpr std::size_t kGoneKept = 1024;

  // A list, since entries are held on to while others come and go.
  using Entries = std::list<LedgerEntry>;
  using Entry = Entries::iterator;

  // Takes out of a store's positions those of this source. Damaged ones are counted and left out:
  // their files are read from the start, for a repeated line is better than a lost one.
  TailLedger(const std::string& source, const std::map<std::string, std::string>& positions);

  // Whether this source has run before; and when it last looked at its files, where that is known,
  // in nanoseconds since 1970.
  [[nodiscard]] bool started() const { return started_; }
  [[nodiscard]] std::optional<std::int64_t> last_look() const { return last_look_; }
  // Says both, from now on.
  void note_look(std::int64_t now_ns, TailSink& sink);
  [[nodiscard]] std::size_t damaged() const { return damaged_; }

  // A key that no position of this source had.
  std::string new_key() { return prefix_ + std::to_string(next_++); }

  [[nodiscard]] Entries& entries() { return entries_; }
  [[nodiscard]] std::optional<Entry> find(const std::string& key);
  // Of the file of this identity, and of others that had its inode before; one that is still to be
  // read first.
  [[nodiscard]] std::optional<Entry> of_file(const FileId& file);
  [[nodiscard]] std::vector<Entry> all_of_file(const FileId& file);
  // Those that have the path among their base_paths().
  [[nodiscard]] std::vector<Entry> related(const std::string& base_path);
  // Those whose path was a symbolic link that led there.
  [[nodiscard]] std::vector<Entry> of_target(const std::string& path);
  [[nodiscard]] bool has_path(const std::string& path) const;
  // Whether an entry says that all up to this position was seen elsewhere.
  [[nodiscard]] bool holds(const LedgerEntry& entry);

  Entry add(LedgerEntry entry);
  LedgerEntry take(Entry entry);
  // Its file is another from now on; {}: unknown.
  void set_file(Entry entry, const FileId& file);
  // Its inode is another file's now, or that of a file of which nothing is known.
  void disown(Entry entry) { set_file(entry, {}); }

  // Makes imprints of the oldest entries of files that are gone, some hundreds at once, where there
  // are too many. `present` are the files that are there; not needed unless may_forget().
  [[nodiscard]] bool may_forget() const { return entries_.size() > kGoneKept + Imprints::kSheet; }
  void forget_gone(const std::unordered_set<FileId, FileIdHash>& present, TailSink& sink);
  [[nodiscard]] const Imprints& imprints() const { return imprints_; }

 private:
  void load(const std::string& key, std::string_view number, const std::string& value,
            std::map<std::uint64_t, LedgerEntry>& by_age);
  void unlink(Entry entry);

  std::string prefix_;
  Entries entries_;  // the oldest first
  std::unordered_map<std::string, Entry> by_key_;
  std::unordered_multimap<FileId, Entry, FileIdHash> by_file_;
  std::unordered_multimap<std::string, Entry> by_base_;
  std::unordered_map<std::string, std::size_t> by_path_;  // how many have it
  Imprints imprints_;
  std::uint64_t next_ = 1;
  std::size_t damaged_ = 0;
  bool started_ = false;
  std::optional<std::int64_t> last_look_;
};

}  // namespace fortnight::daemon
