#include "storage/repair.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "base/civil_time.h"
#include "storage/engine/rejects.h"
#include "storage/files/file_names.h"
#include "storage/files/quarantine.h"
#include "storage/part/block_walk.h"
#include "storage/part/verify.h"
#include "storage/repair/consistency.h"
#include "storage/repair/inspection.h"
#include "storage/repair/misplaced.h"
#include "storage/repair/rejects_check.h"
#include "storage/repair/salvage.h"
#include "storage/rollup/verify.h"

namespace fortnight::storage {
namespace {

using Action = RepairStep::Action;

bool holds_calls(const FileName& name) {
  return name.kind == FileKind::part || name.kind == FileKind::segment;
}

// Changes a copy of the manifest and publishes it at the end. Until then the directory only gets
// new files that no manifest names. A dry run reports the same and writes nothing.
class Repair {
 public:
  // `report` has the steps so far.
  Repair(FileSystem& files, const Inspection& store, const std::vector<DamagedRejects>& rejects,
         const RepairOptions& options, RepairReport report)
      : files_(files),
        store_(store),
        rejects_(rejects),
        manifest_(store.manifest()),
        dry_(options.dry_run),
        drops_unreadable_(options.drop_unreadable),
        report_(std::move(report)) {}

  Result<RepairReport> run() {
    for (const DamagedManifest& damaged : store_.manifests.damaged) {
      add({.action = Action::lose_manifest, .path = manifest_path(damaged.generation)});
    }
    for (const FileName& name : store_.manifest().lost) {
      if (holds_calls(name) && manifest_.keeps(name.day)) FORTNIGHT_TRY(quarantined(name));
      if (name.kind == FileKind::rollup || name.kind == FileKind::late_rollup) {
        quarantined_counts(name);
      }
      if (name.kind == FileKind::rejects) quarantined_rejects(name);
    }
    for (const StoredFile& file : store_.opened) {
      const FileName name = *FileName::parse(file.path);
      if (holds_calls(name)) {
        FORTNIGHT_TRY(part(file, name));
      } else {
        rollup(file, name);
      }
    }
    FORTNIGHT_TRY(strays());
    for (const DamagedRejects& file : rejects_) lose_rejects(file);
    for (const auto& [day, files] : files_by_day(store_)) {
      if (saved_days_.contains(day) || lacks_calls(day)) continue;
      if (has_damage(files) || counts_more_than_calls(files)) continue;
      if (!rollups_match_calls(day, files)) rebuilt_days_.insert(day);
    }
    for (const Day day : saved_days_) {
      if (counts_too_little(day)) rebuilt_days_.insert(day);
    }
    for (const Day day : rebuilt_days_) FORTNIGHT_TRY(rebuild_rollups(day));
    if (!dry_) FORTNIGHT_TRY(finish());
    return std::move(report_);
  }

 private:
  void add(RepairStep step) { report_.steps.push_back(std::move(step)); }

  FileName new_name(FileKind kind, Day day) { return {kind, manifest_.next_file++, day}; }

  void drop(const FileName& name, bool lost) {
    const bool erased = erased_in(name) != nullptr;
    std::erase_if(manifest_.parts, [&](const auto& entry) { return entry.name == name; });
    std::erase_if(manifest_.rollups, [&](const auto& entry) { return entry.name == name; });
    if (lost) manifest_.lost.push_back(name);
    // A file with erased calls isn't kept in the quarantine: the engine removes it.
    if (erased) {
      manifest_.erased_files.insert(name);
    } else {
      replaced_.push_back(name);
    }
    changed_ = true;
  }

  // The erased calls that a live part still has; null: none.
  [[nodiscard]] ErasedRows erased_in(const FileName& name) const {
    for (const PartEntry& entry : store_.manifest().parts) {
      if (entry.name == name) return entry.erased;
    }
    return nullptr;
  }

  Result<void> part(const StoredFile& file, const FileName& name) {
    if (file.part && verify_part(file.part).empty()) return {};
    if (leave_alone(file)) return {};
    if (file.part && !drops_unreadable_) {
      FORTNIGHT_ASSIGN(Salvage whole, storage::salvage(file.part, {}, nullptr));
      const bool gives_more = std::any_of(whole.lost.begin(), whole.lost.end(),
                                          [](const auto& block) { return block.partly_readable; });
      if (gives_more) {
        keep_damaged(name, std::move(whole));
        return {};
      }
    }
    // A daemon may have moved it to the quarantine and ended before recording that.
    const bool elsewhere = is_gone(file) || file.is_another;
    const auto aside = elsewhere ? open_quarantined(files_, store_.manifest(), name) : std::nullopt;
    FORTNIGHT_ASSIGN(const Salvage saved, save(aside ? *aside : file, name, {}));
    drop(name, saved.saved == 0 || saved.lost_calls > 0);
    return {};
  }

  // Keeps a part with blocks that aren't completely readable: queries may still read fields or
  // counts from them.
  void keep_damaged(const FileName& name, Salvage&& whole) {
    ++report_.kept_damaged;
    damaged_days_.insert(name.day);
    add({.action = Action::keep_part,
         .path = name.path(),
         .calls = whole.saved,
         .lost_calls = whole.lost_calls,
         .blocks = std::move(whole.lost)});
  }

  static bool is_gone(const StoredFile& file) {
    return file.error && file.error->code == ErrorCode::not_found;
  }

  // A file of a newer version, or one that can't be read now, isn't necessarily damaged.
  bool leave_alone(const StoredFile& file) {
    if (!file.error || file.remains) return false;
    const ErrorCode code = file.error->code;
    if (code != ErrorCode::unsupported && code != ErrorCode::io) return false;
    report_.left_alone = *file.error;
    return true;
  }

  // Saves calls from the quarantine. It has files that a daemon couldn't open, and files that
  // repair replaced; the readable calls of the latter are in live files already.
  Result<void> quarantined(const FileName& name) {
    const auto file = open_quarantined(files_, store_.manifest(), name);
    if (!file || (!file->part && !file->remains)) return {};
    // Which of its calls were erased is unknown.
    if (manifest_.erased_paths.contains(file->path)) return {};
    FORTNIGHT_ASSIGN(const Salvage saved, save_missing(*file, name));
    if (saved.saved > 0 && saved.lost_calls == 0) std::erase(manifest_.lost, name);
    return {};
  }

  // Saves the readable calls that no live file has.
  Result<Salvage> save_missing(const StoredFile& file, const FileName& name) {
    const auto [known, fresh] = known_.try_emplace(name.day);
    if (fresh) known->second = live_seqs(store_, name.day);
    FORTNIGHT_ASSIGN(const Salvage saved, save(file, name, known->second));
    if (saved.saved > 0) {
      add_seqs(file.part ? file.part : file.remains, known->second);
      changed_ = true;
    }
    return saved;
  }

  // Of a day that lacks calls, a part that the manifest doesn't name may have them: a daemon that
  // was killed hadn't published it, or hadn't removed it.
  Result<void> strays() {
    const auto entries = files_.list(std::string(kPartsDirectory));
    if (!entries) return {};
    const std::vector<FileName> named = store_.manifest().names();
    for (const FileEntry& entry : *entries) {
      const auto name = FileName::parse(std::string(kPartsDirectory) + "/" + entry.name);
      if (!name || !holds_calls(*name) || std::binary_search(named.begin(), named.end(), *name)) {
        continue;
      }
      // Of a damaged part that stays, it is unknown which of its calls a query can read.
      if (manifest_.erased_files.contains(*name)) continue;
      if (!manifest_.keeps(name->day) || !lacks_calls(name->day) ||
          damaged_days_.contains(name->day)) {
        continue;
      }
      const StoredFile file = inspect_file(files_, name->path());
      // The journal has later calls.
      if (!file.part || file.part->footer().summary.max_seq >= store_.manifest().next_seq) continue;
      FORTNIGHT_ASSIGN(const Salvage saved, save_missing(file, *name));
      if (saved.saved > 0) replaced_.push_back(*name);
    }
    return {};
  }

  // Restores quarantined rollups that are exactly the lost ones.
  void quarantined_counts(const FileName& name) {
    const auto file = open_quarantined(files_, store_.manifest(), name);
    const auto checksum = store_.manifest().lost_checksums.find(name);
    if (!file || !file->rollup || checksum == store_.manifest().lost_checksums.end()) return;
    if (!verify_rollup(file->rollup->file()).empty()) return;
    manifest_.rollups.push_back({name, file->rollup->calls(), file->bytes, checksum->second});
    move_out({.action = Action::restore_rollup, .path = file->path, .name = name});
  }

  // Finds the file by its checksum, under any name.
  void quarantined_rejects(const FileName& name) {
    const auto checksum = store_.manifest().lost_checksums.find(name);
    const auto entries = files_.list(std::string(kQuarantineDirectory));
    if (checksum == store_.manifest().lost_checksums.end() || !entries) return;
    for (const FileEntry& entry : *entries) {
      const std::string path = std::string(kQuarantineDirectory) + "/" + entry.name;
      const auto file = RejectsFile::read(files_, path);
      if (!file || file->checksum() != checksum->second) continue;
      manifest_.rejects.push_back(
          {name.number, file->size(), file->bytes(), file->newest(), file->checksum()});
      return move_out({.action = Action::restore_rejects, .path = path, .name = name});
    }
  }

  // Out of the quarantine.
  void move_out(RepairStep step) {
    changed_ = true;
    std::erase(manifest_.lost, step.name);
    moved_.emplace_back(step.path, step.name);
    add(std::move(step));
  }

  // The lines exist nowhere else. Answers are incomplete until retention would drop the file.
  void lose_rejects(const DamagedRejects& file) {
    const ErrorCode code = file.error.code;
    if (code == ErrorCode::unsupported || code == ErrorCode::io) {
      report_.left_alone = file.error;
      return;
    }
    const FileName name = file.entry.name();
    const FileName lost{FileKind::rejects, name.number,
                        day_of(std::max(file.entry.newest, TimeNs{0}))};
    std::erase_if(manifest_.rejects,
                  [&](const auto& entry) { return entry.number == name.number; });
    manifest_.lost.push_back(lost);
    if (file.entry.checksum != 0) manifest_.lost_checksums[lost] = file.entry.checksum;
    replaced_.push_back(name);
    changed_ = true;
    add({.action = Action::lose_rejects, .path = name.path(), .calls = file.entry.rejects});
  }

  // Writes the readable calls, except those in `known`, to a new file and adds it to the manifest.
  Result<Salvage> save(const StoredFile& file, const FileName& name, const Seqs& known) {
    saved_days_.insert(name.day);
    const auto& part = file.part ? file.part : file.remains;
    if (!part || part->footer().summary.day != name.day) {
      add_lost(file);
      return Salvage();
    }
    const FileName saved = new_name(name.kind, name.day);
    std::unique_ptr<PartWriter> writer;
    if (!dry_) {
      FORTNIGHT_ASSIGN(writer,
                       PartWriter::create(files_, saved.path(), name.day, part->footer().effort));
    }
    Seqs left_out = known;
    add_seqs(part, erased_in(name), left_out);
    FORTNIGHT_ASSIGN(Salvage salvage, storage::salvage(part, left_out, writer.get()));
    PartSummary summary;
    summary.calls = salvage.saved;
    if (!dry_) {
      FORTNIGHT_ASSIGN(summary, writer->finish());
    }
    if (salvage.saved > 0) {
      manifest_.parts.push_back({saved, summary});
    } else if (!dry_) {
      FORTNIGHT_TRY(files_.remove(saved.path()));
    }
    if (salvage.saved > 0 || known.empty()) add_saved(file, saved, salvage);
    return salvage;
  }

  void add_saved(const StoredFile& file, const FileName& saved, const Salvage& salvage) {
    report_.lost_calls += salvage.lost_calls;
    add({.action = Action::save_part,
         .path = file.path,
         .name = saved,
         .calls = salvage.saved,
         .lost_calls = salvage.lost_calls,
         .unfound_calls = salvage.unfound_calls,
         .blocks = salvage.lost});
  }

  // Reports a file that has no complete footer.
  void add_lost(const StoredFile& file) {
    for (const auto& entry : store_.manifest().parts) {
      if (entry.name.path() == file.path) report_.lost_calls += entry.summary.calls;
    }
    RepairStep step{.action = Action::lose_part, .path = file.path};
    const auto bytes = files_.open(file.path);
    if (bytes && !file.is_another) {
      for (const BlockEntry& entry : walk_blocks(**bytes, (*bytes)->size())) {
        const auto number = static_cast<std::uint32_t>(step.blocks.size());
        step.blocks.push_back(damaged_block(number, entry, "no footer in the file is whole"));
      }
    }
    add(std::move(step));
  }

  void rollup(const StoredFile& file, const FileName& name) {
    if (file.rollup && verify_rollup(file.rollup->file()).empty()) return;
    if (leave_alone(file)) return;
    // A damaged rollup that can be opened may count calls that are lost, so it is better than a
    // rebuilt one.
    const bool of_calls = name.kind == FileKind::rollup && has_calls(name.day);
    const bool from_calls = of_calls && (!file.rollup || has_all_calls(name.day));
    if (file.rollup && !from_calls) {
      ++report_.kept_damaged;
      add({.action = Action::keep_rollup, .path = file.path});
    } else if (from_calls) {
      rebuilt_days_.insert(name.day);
    } else {
      drop(name, true);
      add({.action = Action::lose_rollup, .path = file.path});
    }
  }

  // For a day whose parts changed: whether calls were restored that its rollups don't count. The
  // opposite is normal, since lost calls stay counted.
  [[nodiscard]] bool counts_too_little(Day day) const {
    std::uint64_t calls = 0;
    std::uint64_t counted = 0;
    for (const auto& entry : manifest_.parts) {
      if (entry.name.day == day) calls += entry.summary.calls;
    }
    for (const auto& entry : manifest_.rollups) {
      if (entry.name.day == day && entry.name.kind == FileKind::rollup) counted += entry.calls;
    }
    return counted < calls;
  }

  // Whether calls of the day are permanently lost.
  [[nodiscard]] bool lacks_calls(Day day) const {
    return std::any_of(manifest_.lost.begin(), manifest_.lost.end(),
                       [&](const FileName& name) { return name.day == day && holds_calls(name); });
  }

  // Whether all calls that the rollups count still exist.
  [[nodiscard]] bool has_all_calls(Day day) const {
    std::uint64_t calls = 0;
    std::uint64_t counted = 0;
    for (const auto& entry : store_.manifest().parts) {
      if (entry.name.day == day) calls += entry.summary.calls;
    }
    for (const auto& entry : store_.manifest().rollups) {
      const bool counts = entry.name.day == day && entry.name.kind == FileKind::rollup;
      if (counts) counted += entry.calls;
    }
    return calls >= counted && !lacks_calls(day) && !damaged_days_.contains(day);
  }

  [[nodiscard]] bool has_calls(Day day) const {
    return std::any_of(manifest_.parts.begin(), manifest_.parts.end(),
                       [&](const auto& entry) { return entry.name.day == day; });
  }

  Result<void> rebuild_rollups(Day day) {
    changed_ = true;
    add({.action = Action::recount,
         .path = day_to_string(day),
         .name = {FileKind::rollup, 0, day}});
    if (dry_) return {};
    std::vector<std::string> parts;
    for (const auto& entry : manifest_.parts) {
      if (entry.name.day == day) parts.push_back(entry.name.path());
    }
    std::vector<FileName> old;
    for (const auto& entry : manifest_.rollups) {
      if (entry.name.day == day && entry.name.kind == FileKind::rollup) old.push_back(entry.name);
    }
    FORTNIGHT_ASSIGN(const auto counted, count_calls(files_, day, parts, [&] {
                       return new_name(FileKind::rollup, day);
                     }));
    const bool lost = lacks_calls(day);
    for (const FileName& name : old) drop(name, lost);
    if (!lost) {
      std::erase_if(manifest_.lost, [&](const FileName& name) {
        return name.day == day && name.kind == FileKind::rollup;
      });
    }
    manifest_.rollups.insert(manifest_.rollups.end(), counted.begin(), counted.end());
    return {};
  }

  Result<void> finish() {
    const auto& damaged = store_.manifests.damaged;
    if (!changed_ && damaged.empty()) return {};
    for (const auto directory :
         {kPartsDirectory, kRollupsDirectory, kRejectsDirectory, kQuarantineDirectory}) {
      FORTNIGHT_TRY(files_.make_directory(std::string(directory)));
    }
    if (changed_) {
      manifest_.generation = store_.manifests.newest_generation + 1;
      FORTNIGHT_TRY(publish_manifest(files_, manifest_));
    }
    // Only after publishing: a start would remove files that no manifest names.
    for (const auto& [from, name] : moved_) FORTNIGHT_TRY(files_.rename(from, name.path()));
    for (const FileName& name : replaced_) quarantine(name.path());
    for (const DamagedManifest& manifest : damaged) quarantine(manifest_path(manifest.generation));
    for (const auto directory :
         {std::string_view(), kPartsDirectory, kRollupsDirectory, kRejectsDirectory}) {
      FORTNIGHT_TRY(files_.sync_directory(std::string(directory)));
    }
    return {};
  }

  void quarantine(const std::string& path) {
    // A missing file has nothing to move.
    if (!files_.open(path)) return;
    set_aside(files_, path);
    add({.action = Action::quarantine, .path = path});
  }

  FileSystem& files_;
  const Inspection& store_;
  const std::vector<DamagedRejects>& rejects_;
  Manifest manifest_;
  const bool dry_;
  const bool drops_unreadable_;
  RepairReport report_;
  std::vector<FileName> replaced_;
  std::vector<std::pair<std::string, FileName>>
      moved_;  // from a path in the quarantine to their names
  bool changed_ = false;
  std::set<Day> damaged_days_;  // days of keep_part
  std::map<Day, Seqs> known_;   // days with files in the quarantine
  std::set<Day> saved_days_;    // days with parts other than those opened
  std::set<Day> rebuilt_days_;  // days whose rollups are rebuilt from calls
};

}  // namespace

Result<RepairReport> repair_store(FileSystem& files, const RepairOptions& options) {
  RepairReport report;
  FORTNIGHT_ASSIGN(Inspection store, inspect(files));
  auto rejects = check_rejects(files, store.manifest());
  // Misplaced files are intact, so they are moved back before anything is rebuilt.
  const std::vector<Misplaced> misplaced = find_misplaced(files, store, rejects);
  for (const Misplaced& file : misplaced) {
    report.steps.push_back({.action = Action::move_back, .path = file.path, .name = file.name});
  }
  if (!misplaced.empty() && !options.dry_run) {
    FORTNIGHT_TRY(put_back(files, misplaced));
    FORTNIGHT_ASSIGN(store, inspect(files));
    rejects = check_rejects(files, store.manifest());
  }
  return Repair(files, store, rejects, options, std::move(report)).run();
}

bool is_store(FileSystem& files) {
  const auto generations = manifest_generations(files);
  return generations && !generations->empty();
}

}  // namespace fortnight::storage
