#include "storage/engine/recovery.h"

#include <algorithm>
#include <utility>

#include "storage/engine/erased_marks.h"
#include "storage/engine/manifest_file.h"
#include "storage/engine/retention.h"
#include "storage/engine/stray_files.h"
#include "storage/engine/view_rejects.h"
#include "storage/files/quarantine.h"
#include "storage/files/store_version.h"
#include "storage/journal/mark.h"
#include "storage/journal/record.h"

namespace fortnight::storage {
namespace {

// More calls than the journal's files can hold that no other file has. After a loss this many
// numbers are skipped.
constexpr std::uint64_t kMostLostCalls = 1U << 24;

class Recovery {
 public:
  Recovery(FileSystem& files, const EngineOptions& options, std::shared_ptr<BlockCache> cache,
           TimeNs now)
      : files_(files), options_(options), cache_(std::move(cache)), now_(now) {}

  Result<Recovered> run() {
    FORTNIGHT_TRY(Engine::check_versions(files_));
    // On a full disk the store can still answer.
    const auto kept = keep_store_version(files_);
    if (!kept && kept.error().code != ErrorCode::no_space) return kept.error();
    for (const std::string_view directory :
         {kPartsDirectory, kRollupsDirectory, kRejectsDirectory, kQuarantineDirectory}) {
      FORTNIGHT_TRY(files_.make_directory(std::string(directory)));
    }
    FORTNIGHT_TRY(files_.sync_directory(""));
    mark_ = read_journal_mark(files_);
    FORTNIGHT_ASSIGN(manifests_, load_manifests(files_));
    for (const DamagedManifest& manifest : manifests_.damaged) {
      set_aside(files_, manifest_path(manifest.generation));
    }
    out_.report.damaged_manifests = manifests_.damaged.size();
    if (manifests_.current.generation == 0) {
      FORTNIGHT_TRY(start_without_manifest());
    } else {
      remove_erased_files();
      FORTNIGHT_TRY(start_from_manifest());
    }
    FORTNIGHT_TRY(sync_journal());
    open_files();
    out_.catalog = std::make_unique<Catalog>(files_, cache_, std::move(version_),
                                             manifests_.previous, manifests_.newest_generation);
    return std::move(out_);
  }

 private:
  [[nodiscard]] Manifest& manifest() { return manifests_.current; }

  // Starts a new store, or one whose manifests are lost.
  Result<void> start_without_manifest() {
    Manifest marks = read_erased_marks(files_);
    manifest().erasures = std::move(marks.erasures);
    manifest().erased_files = std::move(marks.erased_files);
    manifest().erased_paths = std::move(marks.erased_paths);
    remove_erased_files();
    StrayFiles strays(files_, cache_, manifest(), out_.rereading);
    strays_ = &strays;
    for (PartEntry& part : marks.parts) strays.erased(part.name, std::move(part.erased));
    FORTNIGHT_TRY(strays.find({}));
    // If the manifests are lost and the clock is wrong, calls in the files must not be dropped.
    const std::optional<TimeNs> newest = strays.newest();
    manifest().clock = std::min(now_, newest.value_or(now_));
    manifest().first_kept = first_kept_day(manifest().clock, options_.retention_days);
    const bool empty = strays.empty() && strays.set_aside_files() == 0;
    FORTNIGHT_TRY(strays.take_parts());
    strays.take_rejects();
    FORTNIGHT_TRY(replay(std::nullopt));
    strays.take_counts(replayed_days());
    report(strays);
    strays_ = nullptr;
    out_.must_publish = true;
    // A first start that was interrupted leaves a mark without a file and an LSN.
    const bool appended = mark_ && (mark_->file != 0 || mark_->lsn != 0);
    const bool rebuilt =
        !manifests_.damaged.empty() || !empty || appended || !out_.journal.files.empty();
    if (!rebuilt) return {};
    // It is unknown which files the lost manifests named.
    out_.report.rebuilt = out_.must_flush = true;
    lose(FileKind::manifest, std::max<std::uint64_t>(manifests_.newest_generation, 1));
    note_lost_records();
    return {};
  }

  Result<void> start_from_manifest() {
    if (!manifest().has_erased()) (void)keep_erased_marks(files_, manifest());
    for (const FileName& name : manifest().lost) out_.report.known_losses.push_back(name.path());
    open_files();
    FORTNIGHT_TRY(replay(manifest().covered_lsn));
    note_lost_records();
    out_.report.no_journal = !mark_ && !manifest().journal.has_mark && out_.journal.files.empty() &&
                             manifest().covered_lsn != 0;
    // As long as a loss isn't acknowledged, since repair may have recorded it before this start.
    const bool sound = manifests_.all_there() && out_.journal.lost_from.empty() &&
                       out_.report.damaged_files.empty() && manifest().lost.empty();
    return sound ? remove_leftovers() : take_strays();
  }

  // They must not be taken for the only copy of some calls. What can't be removed now, the catalog
  // tries again.
  void remove_erased_files() {
    const std::vector<FileName> kept = named();
    for (const FileName& name : manifest().erased_files) {
      if (!std::binary_search(kept.begin(), kept.end(), name)) (void)files_.remove(name.path());
    }
  }

  [[nodiscard]] std::vector<FileName> named() const {
    std::vector<FileName> named = manifests_.current.names();
    const std::vector<FileName> before = manifests_.previous.names();
    named.insert(named.end(), before.begin(), before.end());
    std::sort(named.begin(), named.end());
    return named;
  }

  // Removes only files with the store's own names. Also raises next_file above all numbers.
  Result<void> remove_leftovers() {
    const std::vector<FileName> kept = named();
    std::uint64_t& next_file = manifest().next_file;
    for (const std::string_view directory :
         {std::string_view(), kPartsDirectory, kRollupsDirectory, kRejectsDirectory}) {
      const std::string prefix = directory.empty() ? "" : std::string(directory) + "/";
      FORTNIGHT_ASSIGN(const std::vector<FileEntry> entries, files_.list(std::string(directory)));
      for (const FileEntry& entry : entries) {
        const std::string path = prefix + entry.name;
        const auto name = FileName::parse(path);
        if (!name || name->kind == FileKind::journal) continue;
        if (!prefix.empty()) next_file = std::max(next_file, name->number + 1);
        if (!is_live(*name, kept) && files_.remove(path)) ++out_.report.removed_files;
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

  // A file that no manifest names may have the only copy of lost calls.
  Result<void> take_strays() {
    StrayFiles strays(files_, cache_, manifest(), out_.rereading);
    FORTNIGHT_TRY(strays.find(named()));
    strays.know(*version_);
    strays.know(out_.head.batches());
    FORTNIGHT_TRY(strays.take_parts());
    // The replayed records bring back calls that these late counts may already include.
    if (out_.report.lost_journals.empty() || out_.journal.records != 0) {
      strays.leave_counts();
    } else {
      strays.take_rejects();
      strays.take_counts({});
      load_rejects();
    }
    report(strays);
    out_.must_flush = strays.taken_files() != 0;
    out_.replayed.next_seq = std::max(out_.replayed.next_seq, manifest().next_seq);
    return {};
  }

  void report(const StrayFiles& strays) {
    out_.report.taken_files = strays.taken_files();
    out_.report.taken_calls = strays.taken_calls();
    out_.report.set_aside_files = strays.set_aside_files();
  }

  void open_files() {
    std::vector<FileName> damaged;
    std::set<FileName> with_erased;
    for (const PartEntry& part : manifest().parts) {
      if (part.erased != nullptr) with_erased.insert(part.name);
    }
    version_ = open_version(files_, manifest(), version_.get(), cache_, damaged);
    manifest() = version_->manifest;
    for (const FileName& name : damaged) {
      const std::string aside = set_aside(files_, name.path());
      if (with_erased.contains(name)) {
        manifest().erased_paths.insert(aside);
        out_.must_publish = true;
      }
      out_.report.damaged_files.push_back(name.path());
    }
  }

  void load_rejects() {
    out_.reject_counts = load_reject_counts(files_, manifest().rejects);
    out_.replayed.next_reject = out_.reject_counts.total();
  }

  // `covered`: files are known to contain the journal's records up to this one.
  Result<void> replay(std::optional<std::uint64_t> covered) {
    FrozenHead& replayed = out_.replayed;
    replayed.lsn = manifest().covered_lsn;
    replayed.next_seq = manifest().next_seq;
    replayed.counters = manifest().counters;
    replayed.positions = manifest().positions;
    load_rejects();
    counted_rejects_ = out_.reject_counts;
    last_lsn_ = covered;
    FORTNIGHT_ASSIGN(out_.journal,
                     replay_journal(files_, covered, reach_of(manifest().journal, mark_),
                                    [&](std::uint64_t lsn, std::string_view bytes) {
                                      return apply(lsn, bytes);
                                    }));
    replayed.lsn = std::max(replayed.lsn, out_.journal.next_lsn - 1);
    out_.journal.next_lsn = replayed.lsn + 1;
    out_.report.replayed_records = out_.journal.records;
    out_.report.lost_records = out_.journal.lost_records;
    out_.report.discarded_records = out_.journal.discarded_records;
    out_.report.journal_read_errors = out_.journal.read_errors;
    // Numbers of lost calls are not used again, however many there were.
    if (!out_.journal.lost_from.empty()) replayed.next_seq += kMostLostCalls;
    return {};
  }

  // It is unknown which calls the records had: of any day up to the newest possible one.
  void note_lost_records() {
    for (const std::uint64_t number : out_.journal.lost_from) {
      out_.report.lost_journals.push_back(FileName{FileKind::journal, number, 0}.path());
      lose(FileKind::journal, number);
    }
  }

  void lose(FileKind kind, std::uint64_t number) {
    TimeNs newest = std::max(now_, manifest().clock);
    for (const auto& piece : out_.head.batches()) newest = std::max(newest, piece->max_ts);
    std::vector<FileName>& lost = manifest().lost;
    const bool known = std::any_of(lost.begin(), lost.end(), [&](const FileName& name) {
      return name.kind == kind && name.number == number;
    });
    if (!known) lost.push_back({kind, number, day_of(newest) + 1});
    out_.must_publish = true;
  }

  Result<void> apply(std::uint64_t lsn, std::string_view bytes) {
    FORTNIGHT_ASSIGN(Append append, decode_append(bytes));
    // After a gap, a position may cover lines that are lost.
    behind_gap_ = behind_gap_ || (last_lsn_ && lsn != *last_lsn_ + 1);
    last_lsn_ = lsn;
    if (behind_gap_ && !append.positions.empty()) {
      out_.rereading.expect(append.batch);
      append.positions.clear();
    }
    if (strays_ != nullptr) drop_known(append);
    const auto batch = std::make_shared<const HeadBatch>(std::move(append.batch));
    add_to(out_.replayed, append, batch->batch, lsn);
    out_.head.add(batch);
    return {};
  }

  // Drops calls and rejects that files with lost manifests already have. Late calls are in no part;
  // those that came before a call in a part were counted with it. Rejects have no numbers: as many
  // of a second as the files count are dropped.
  void drop_known(Append& append) {
    std::erase_if(append.batch.calls, [&](const Call& call) {
      const bool counted = call.seq < manifest().next_seq && !manifest().keeps(day_of(call.ts));
      return counted || strays_->knows(call.seq);
    });
    std::erase_if(append.rejects, [&](const Reject& reject) {
      return counted_rejects_.take(reject.at, reject.source, reject.reason);
    });
  }

  [[nodiscard]] std::set<Day> replayed_days() const {
    std::set<Day> days;
    for (const auto& piece : out_.head.batches()) {
      days.insert(piece->days.begin(), piece->days.end());
    }
    return days;
  }

  // Replayed records may never have been synced. From here on they count as durable.
  Result<void> sync_journal() {
    for (const JournalFile& file : out_.journal.files) {
      if (file.damaged) continue;
      const auto opened =
          files_.open_for_overwrite(FileName{FileKind::journal, file.number, 0}.path());
      if (opened) FORTNIGHT_TRY((*opened)->sync());
    }
    return {};
  }

  FileSystem& files_;
  const EngineOptions& options_;
  std::shared_ptr<BlockCache> cache_;
  TimeNs now_;
  LoadedManifests manifests_;
  std::optional<JournalReach> mark_;
  std::shared_ptr<const Version> version_;
  const StrayFiles* strays_ = nullptr;  // set while the store is rebuilt
  RejectCounts counted_rejects_;  // in files, and not yet met in the journal; for drop_known()
  std::optional<std::uint64_t> last_lsn_;
  bool behind_gap_ = false;
  Recovered out_;
};

std::string joined(const std::vector<std::string>& names) {
  constexpr std::size_t kMostJoined = 8;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMostJoined); ++i) {
    text += (i == 0 ? "" : ", ") + names[i];
  }
  if (names.size() > kMostJoined) text += ", ...";
  return text;
}

}  // namespace

std::vector<std::string> warnings_of(const RecoveryReport& report) {
  std::vector<std::string> out;
  const auto warn = [&](std::uint64_t count, const std::string& what) {
    if (count != 0) out.push_back(std::to_string(count) + " " + what);
  };
  warn(report.damaged_manifests, "manifests can't be read, and were set aside");
  if (report.rebuilt) {
    out.emplace_back(
        "no manifest can be read: the store was rebuilt from its files. Whether all are there "
        "can't "
        "be told, so answers are partial until fortnight-segment acknowledge; tailed files may be "
        "read anew");
  }
  if (report.no_journal) {
    out.emplace_back(
        "there is no journal beside the manifest: what was taken in after it was written, if "
        "anything, is lost");
  }
  if (!report.damaged_files.empty()) {
    out.push_back(std::to_string(report.damaged_files.size()) +
                  " files are damaged or missing, or are other files than were written: answers "
                  "over their days are partial: " +
                  joined(report.damaged_files));
  }
  if (!report.lost_journals.empty()) {
    out.push_back(
        "records of the journal are lost, or may be: answers are partial until "
        "fortnight-segment acknowledge, and tailed files are read again from what is "
        "known to be stored: " +
        joined(report.lost_journals));
  }
  if (!report.known_losses.empty()) {
    out.push_back(
        "files were lost before, and nobody has acknowledged it: answers over their days "
        "are partial: " +
        joined(report.known_losses));
  }
  warn(report.lost_records, "records of the journal are known to be lost");
  warn(report.taken_files, "files that no manifest names were taken in, with " +
                               std::to_string(report.taken_calls) + " calls");
  warn(report.set_aside_files, "files that no manifest names were moved to quarantine/");
  warn(report.journal_read_errors, "places of the journal can't be read");
  return out;
}

JournalReach reach_of(const JournalEntry& known, const std::optional<JournalReach>& mark) {
  JournalReach reach = mark.value_or(JournalReach());
  reach.lsn = std::max(reach.lsn, known.synced_lsn);
  reach.unknown = known.has_mark && !mark;
  if (reach.unknown) reach.file = known.file;
  reach.acknowledged = known.acknowledged_lsn;
  return reach;
}

Result<Recovered> recover(FileSystem& files, const EngineOptions& options,
                          const std::shared_ptr<BlockCache>& cache, TimeNs now) {
  return Recovery(files, options, cache, now).run();
}

}  // namespace fortnight::storage
