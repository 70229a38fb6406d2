#include "storage/engine/recovery.h"

#include <algorithm>
#include <utility>

#include "storage/engine/manifest_loader.h"
#include "storage/engine/manifest_rebuilder.h"
#include "storage/engine/view_rejects.h"
#include "storage/engine/retention.h"
#include "storage/files/quarantine.h"
#include "storage/journal/record.h"

namespace fortnight::storage {
namespace {

// The newest time that the manifest's files speak of; nothing where there are none.
std::optional<TimeNs> newest_of(const Manifest& manifest) {
  std::optional<TimeNs> newest;
  const auto see = [&](TimeNs time) { newest = std::max(newest.value_or(time), time); };
  for (const PartEntry& part : manifest.parts) see(part.summary.max_ts);
  for (const RollupEntry& rollup : manifest.rollups) see(day_start(rollup.name.day));
  return newest;
}

class Recovery {
 public:
  Recovery(FileSystem& files, const EngineOptions& options, std::shared_ptr<BlockCache> cache,
           TimeNs now)
      : files_(files), options_(options), cache_(std::move(cache)), now_(now) {}

  Result<Recovered> run() {
    for (const std::string_view directory :
         {kPartsDirectory, kRollupsDirectory, kRejectsDirectory, kQuarantineDirectory}) {
      FORTNIGHT_TRY(files_.make_directory(std::string(directory)));
    }
    FORTNIGHT_TRY(files_.sync_directory(""));
    FORTNIGHT_ASSIGN(manifests_, load_manifests(files_));
    out_.report.damaged_manifests = manifests_.damaged;
    if (manifests_.current.generation == 0) FORTNIGHT_TRY(start_without_manifest());
    FORTNIGHT_TRY(remove_leftovers());
    open_files();
    FORTNIGHT_TRY(replay());
    if (out_.report.lost_records != 0) note_lost_records();
    return std::move(out_);
  }

 private:
  // A new store, or one whose manifests are lost.
  Result<void> start_without_manifest() {
    FORTNIGHT_ASSIGN(manifests_.current, rebuild_manifest(files_, cache_));
    Manifest& manifest = manifests_.current;
    const bool empty = manifest.parts.empty() && manifest.rollups.empty();
    out_.report.rebuilt = manifests_.damaged != 0 || !empty;
    // A clock that went wrong with the manifests must not drop what the files hold.
    manifest.clock = std::min(now_, newest_of(manifest).value_or(now_));
    manifest.first_kept = first_kept_day(manifest.clock, options_.retention_days);
    manifest = without_dropped(std::move(manifest));
    out_.first = manifest;
    return {};
  }

  // Only files of the store's own names go. Also sees to it that no number is given twice.
  Result<void> remove_leftovers() {
    std::vector<FileName> named = manifests_.current.names();
    const std::vector<FileName> before = manifests_.previous.names();
    named.insert(named.end(), before.begin(), before.end());
    std::sort(named.begin(), named.end());
    std::uint64_t& next_file = manifests_.current.next_file;
    for (const std::string_view directory :
         {std::string_view(), kPartsDirectory, kRollupsDirectory, kRejectsDirectory}) {
      const std::string prefix = directory.empty() ? "" : std::string(directory) + "/";
      FORTNIGHT_ASSIGN(const std::vector<FileEntry> entries, files_.list(std::string(directory)));
      for (const FileEntry& entry : entries) {
        const std::string path = prefix + entry.name;
        const auto name = FileName::parse(path);
        if (!name || name->kind == FileKind::journal) continue;
        if (!prefix.empty()) next_file = std::max(next_file, name->number + 1);
        if (!is_live(*name, named) && files_.remove(path)) ++out_.report.removed_files;
      }
    }
    return {};
  }

  [[nodiscard]] bool is_live(const FileName& name, const std::vector<FileName>& named) const {
    if (name.kind == FileKind::manifest) {
      return name.number == manifests_.current.generation ||
             name.number == manifests_.previous.generation;
    }
    return std::binary_search(named.begin(), named.end(), name);
  }

  void open_files() {
    std::vector<FileName> damaged;
    auto version = open_version(files_, manifests_.current, nullptr, cache_, damaged);
    for (const FileName& name : damaged) set_aside(files_, name.path());
    out_.report.damaged_files = damaged.size();
    out_.catalog = std::make_unique<Catalog>(files_, cache_, std::move(version),
                                             manifests_.previous, manifests_.newest_generation);
  }

  Result<void> replay() {
    const Manifest& manifest = out_.catalog->current()->manifest;
    if (out_.first) out_.first = manifest;
    FrozenHead& replayed = out_.replayed;
    replayed.lsn = manifest.covered_lsn;
    replayed.next_seq = manifest.next_seq;
    replayed.counters = manifest.counters;
    replayed.positions = manifest.positions;
    out_.reject_counts = load_reject_counts(files_, manifest.rejects);
    replayed.next_reject = out_.reject_counts.total();
    // After a rebuilding the journal says itself where it begins.
    const auto covered = out_.first ? std::nullopt : std::optional(manifest.covered_lsn);
    FORTNIGHT_ASSIGN(out_.journal, replay_journal(files_, covered,
                                                  [&](std::uint64_t lsn, std::string_view bytes) {
                                                    return apply(lsn, bytes);
                                                  }));
    replayed.lsn = std::max(replayed.lsn, out_.journal.next_lsn - 1);
    out_.journal.next_lsn = replayed.lsn + 1;
    out_.report.replayed_records = out_.journal.records;
    out_.report.lost_records = out_.journal.lost_records;
    out_.report.discarded_records = out_.journal.discarded_records;
    out_.report.journal_read_errors = out_.journal.read_errors;
    return {};
  }

  // Nobody knows what the records held: calls of any day up to the newest that may have come.
  void note_lost_records() {
    TimeNs newest = out_.catalog->current()->manifest.clock;
    for (const auto& piece : out_.head.batches()) newest = std::max(newest, piece->max_ts);
    for (const JournalFile& file : out_.journal.files) {
      if (!file.damaged) continue;
      out_.catalog->note_lost({FileKind::journal, file.number, day_of(newest) + 1});
    }
    if (out_.first) out_.first->lost = out_.catalog->current()->manifest.lost;
  }

  Result<void> apply(std::uint64_t lsn, std::string_view bytes) {
    FORTNIGHT_ASSIGN(Append append, decode_append(bytes));
    const bool covered = out_.first && is_covered(append);
    if (covered) append.batch.clear();
    const auto batch = std::make_shared<const HeadBatch>(std::move(append.batch));
    add_to(out_.replayed, append, batch->batch, lsn);
    out_.head.add(batch);
    if (out_.first) cover(lsn, covered);
    return {};
  }

  // Only calls' numbers tell what parts cover whose manifests are lost.
  [[nodiscard]] bool is_covered(const Append& append) const {
    return !append.batch.empty() && append.batch.calls.front().seq < out_.first->next_seq;
  }

  // Keeps the first manifest in step with the last record that its parts hold.
  void cover(std::uint64_t lsn, bool covered) {
    Manifest& first = *out_.first;
    if (first.covered_lsn == 0) first.covered_lsn = lsn - 1;
    if (!covered) return;
    first.covered_lsn = lsn;
    first.positions = out_.replayed.positions;
    first.counters = out_.replayed.counters;
    out_.replayed.rejects.clear();
    out_.replayed.reject_counts = {};
  }

  FileSystem& files_;
  const EngineOptions& options_;
  std::shared_ptr<BlockCache> cache_;
  TimeNs now_;
  LoadedManifests manifests_;
  Recovered out_;
};

}  // namespace

std::vector<std::string> warnings_of(const RecoveryReport& report) {
  std::vector<std::string> out;
  const auto warn = [&](std::uint64_t count, const std::string& what) {
    if (count != 0) out.push_back(std::to_string(count) + " " + what);
  };
  warn(report.damaged_manifests, "manifests can't be read, and were set aside");
  if (report.rebuilt) {
    out.emplace_back(
        "no manifest can be read: the store was rebuilt from its files, and tailed files may be "
        "read anew");
  }
  warn(report.damaged_files, "files are damaged or missing: answers over their days are partial");
  warn(report.lost_records, "records of the journal are lost: answers over their days are partial");
  warn(report.journal_read_errors, "places of the journal can't be read");
  return out;
}

Result<Recovered> recover(FileSystem& files, const EngineOptions& options,
                          const std::shared_ptr<BlockCache>& cache, TimeNs now) {
  return Recovery(files, options, cache, now).run();
}

}  // namespace fortnight::storage
