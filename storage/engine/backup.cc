#include "storage/engine/backup.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/civil_time.h"
#include "base/json_writer.h"
#include "storage/engine/certificates.h"
#include "storage/engine/erased_marks.h"
#include "storage/engine/manifest_file.h"
#include "storage/files/copy.h"
#include "storage/files/store_version.h"
#include "storage/journal/mark.h"

namespace fortnight::storage {
namespace {

// Where a file has the checksum that the manifest has, too: from its end.
constexpr std::uint64_t kChecksumFromEnd = 16;        // of parts and rollups: before the end magic
constexpr std::uint64_t kRejectsChecksumFromEnd = 8;  // of files of rejects

// A file of the generation.
struct BackupEntry {
  std::uint64_t bytes = 0;
  std::uint64_t checksum = 0;  // 0: not known
  friend bool operator==(const BackupEntry&, const BackupEntry&) = default;
};
using Entries = std::map<FileName, BackupEntry>;

Entries entries_of(const Manifest& manifest) {
  Entries entries;
  for (const PartEntry& part : manifest.parts) {
    entries[part.name] = {part.summary.bytes, part.summary.checksum};
  }
  for (const RollupEntry& rollup : manifest.rollups) {
    entries[rollup.name] = {rollup.bytes, rollup.checksum};
  }
  for (const RejectsEntry& rejects : manifest.rejects) {
    entries[rejects.name()] = {rejects.bytes, rejects.checksum};
  }
  return entries;
}

constexpr std::string_view kDirectories[] = {kPartsDirectory, kRollupsDirectory, kRejectsDirectory};

class BackupWriter {
 public:
  BackupWriter(FileSystem& store, BackupTarget& target, Manifest manifest, std::uint64_t reserve,
               const Budget& budget)
      : store_(store),
        target_(target),
        to_(target.files()),
        manifest_(std::move(manifest)),
        reserve_(reserve),
        check_([&budget] { return budget.check(); }) {}

  Result<Backup> run(const BackupOrder& order) {
    out_.at = order.now;
    out_.calls = manifest_.counters.calls;
    for (const std::string_view directory : kDirectories) {
      FORTNIGHT_TRY(to_.make_directory(std::string(directory)));
    }
    FORTNIGHT_TRY(to_.sync_directory(""));
    FORTNIGHT_ASSIGN(before_, load_manifests(to_));
    FORTNIGHT_TRY(keep_store_version(to_));
    FORTNIGHT_TRY(take_files());
    for (const std::string_view path : {kCertificatesFile, kErasedMarksFile}) {
      FORTNIGHT_TRY(mirror_file(store_, to_, std::string(path), check_));
    }
    if (order.copy_others) FORTNIGHT_TRY(order.copy_others(to_));
    FORTNIGHT_TRY(publish());
    FORTNIGHT_TRY(remove_others());
    FORTNIGHT_TRY(write_atomically(to_, std::string(kBackupFile), description()));
    return out_;
  }

 private:
  Result<void> take_files() {
    const Entries entries = entries_of(manifest_);
    const Entries earlier = earlier_entries();
    std::vector<std::pair<FileName, BackupEntry>> missing;
    for (const auto& [name, entry] : entries) {
      ++out_.files;
      out_.bytes += entry.bytes;
      if (has(name, entry)) continue;
      const auto known = earlier.find(name);
      if (known != earlier.end() && known->second.checksum != 0 && known->second != entry) {
        return Error{ErrorCode::invalid,
                     name.path() +
                         " of the backup has other content: the directory has the backup "
                         "of another store, or of another state of this one; take "
                         "another directory"};
      }
      missing.emplace_back(name, entry);
    }
    bool links = true;
    for (auto at = missing.begin(); at != missing.end(); ++at) {
      FORTNIGHT_TRY(check_());
      const std::string path = at->first.path();
      if (links) {
        FORTNIGHT_ASSIGN(links, link(path));
        if (links) {
          ++out_.linked;
          continue;
        }
        std::uint64_t needed = 0;
        for (auto rest = at; rest != missing.end(); ++rest) needed += rest->second.bytes;
        FORTNIGHT_TRY(check_room(needed));
      }
      FORTNIGHT_TRY(copy_file(store_, to_, path, check_));
      ++out_.copied;
      out_.copied_bytes += at->second.bytes;
    }
    return {};
  }

  // What the manifests of the earlier backup name. Its files must not be replaced by others.
  [[nodiscard]] Entries earlier_entries() const {
    Entries entries = entries_of(before_.previous);
    for (const auto& [name, entry] : entries_of(before_.current)) entries[name] = entry;
    return entries;
  }

  // Whether the target has the file. Files get their names when they are whole.
  [[nodiscard]] bool has(const FileName& name, const BackupEntry& entry) const {
    const auto file = to_.open(name.path());
    if (!file || entry.checksum == 0 || (*file)->size() != entry.bytes) return false;
    const std::uint64_t from_end =
        name.kind == FileKind::rejects ? kRejectsChecksumFromEnd : kChecksumFromEnd;
    std::string bytes(sizeof(std::uint64_t), '\0');
    if (entry.bytes < from_end || !read_patiently(**file, entry.bytes - from_end, bytes)) {
      return false;
    }
    return ByteReader(bytes).u64() == entry.checksum;
  }

  // Returns false if the file has to be copied.
  Result<bool> link(const std::string& path) {
    const auto removed = to_.remove(path);
    if (!removed && removed.error().code != ErrorCode::not_found) return removed.error();
    const auto linked = target_.link(path);
    if (!linked && linked.error().code != ErrorCode::unsupported) return linked.error();
    return linked.has_value();
  }

  Result<void> check_room(std::uint64_t needed) {
    const std::uint64_t kept = target_.shares_disk() ? reserve_ : 0;
    FORTNIGHT_ASSIGN(const std::uint64_t free, to_.free_bytes());
    if (free >= needed + kept) return {};
    return Error{ErrorCode::no_space, "the backup's disk is full: copies need " +
                                          std::to_string(needed) + " bytes, and of " +
                                          std::to_string(free) + " that are free, " +
                                          std::to_string(kept) + " are kept for new calls"};
  }

  Result<void> publish() {
    // A start must find a mark, and this one demands no file of the journal.
    const auto mark = read_journal_mark(to_);
    if (!mark || mark->file != 0 || mark->lsn != 0) FORTNIGHT_TRY(JournalMark(to_).keep({}));
    manifest_.journal = {.file = 0,
                         .synced_lsn = manifest_.covered_lsn,
                         .has_mark = true,
                         .acknowledged_lsn = manifest_.journal.acknowledged_lsn};
    for (int copy = 0; copy < 2; ++copy) {
      manifest_.generation = ++before_.newest_generation;
      FORTNIGHT_TRY(publish_manifest(to_, manifest_));
    }
    out_.generation = manifest_.generation;
    return {};
  }

  // Only files with names of a store are removed.
  Result<void> remove_others() {
    const std::vector<FileName> kept = manifest_.names();
    for (const std::string_view directory :
         {std::string_view(), kPartsDirectory, kRollupsDirectory, kRejectsDirectory}) {
      const std::string prefix = directory.empty() ? "" : std::string(directory) + "/";
      FORTNIGHT_ASSIGN(const std::vector<FileEntry> entries, to_.list(std::string(directory)));
      for (const FileEntry& entry : entries) {
        const std::string path = prefix + entry.name;
        const auto name = FileName::parse(path);
        if (!name || std::binary_search(kept.begin(), kept.end(), *name)) continue;
        const bool manifest = name->kind == FileKind::manifest;
        if (manifest && name->number + 1 >= manifest_.generation) continue;
        FORTNIGHT_TRY(to_.remove(path));
      }
    }
    return {};
  }

  [[nodiscard]] std::string description() const {
    std::string at;
    append_rfc3339(out_.at, 0, at);
    std::string text;
    JsonWriter(text)
        .open_object()
        .key("version")
        .number(1)
        .key("at")
        .text(at)
        .key("manifest")
        .number(out_.generation)
        .key("calls")
        .number(out_.calls)
        .key("files")
        .number(out_.files)
        .key("bytes")
        .number(out_.bytes)
        .close_object();
    return text + "\n";
  }

  FileSystem& store_;
  BackupTarget& target_;
  FileSystem& to_;
  Manifest manifest_;
  const std::uint64_t reserve_;
  const CopyCheck check_;
  LoadedManifests before_;  // of the earlier backup
  Backup out_;
};

}  // namespace

Result<Backup> write_backup(FileSystem& store, BackupTarget& target, Manifest manifest,
                            const BackupOrder& order, std::uint64_t reserve, const Budget& budget) {
  return BackupWriter(store, target, std::move(manifest), reserve, budget).run(order);
}

}  // namespace fortnight::storage
