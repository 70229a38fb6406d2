#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "query/time_text.h"
#include "storage/files/file_names.h"
#include "storage/files/quarantine.h"
#include "storage/part/block_walk.h"
#include "storage/part/verify.h"
#include "storage/rollup/verify.h"
#include "tools/segment/commands.h"
#include "tools/segment/consistency.h"
#include "tools/segment/publish.h"
#include "tools/segment/restore.h"
#include "tools/segment/salvage.h"
#include "tools/segment/table.h"

namespace fortnight::segment {
namespace {

using storage::FileKind;
using storage::FileName;

bool holds_calls(const FileName& name) {
  return name.kind == FileKind::part || name.kind == FileKind::segment;
}

std::string what_is_lost(const LostBlock& block, std::string_view how = "lost") {
  const storage::BlockEntry& entry = block.entry;
  std::string when;
  if (entry.max_ts > 0) {
    when = " of ";
    query::append_utc(entry.min_ts, 0, when);
    when += " to ";
    query::append_utc(entry.max_ts, 0, when);
  }
  return fmt::format("  block {}: {} calls{} are {}: {}\n", block.number, grouped(entry.rows), when,
                     how, block.reason);
}

// Changes a copy of the manifest and publishes it at the end. Until then the directory only gets
// new files that no manifest names. A dry run reports the same and writes nothing.
class Repair {
 public:
  Repair(Target& target, RepairMode mode, std::FILE* out)
      : target_(target),
        files_(*target.files),
        manifest_(*target.manifest),
        dry_(mode.dry_run),
        drops_unreadable_(mode.drop_unreadable),
        out_(out) {}

  Result<void> run() {
    for (const FileName& name : target_.manifest->lost) {
      if (holds_calls(name) && manifest_.keeps(name.day)) FORTNIGHT_TRY(quarantined(name));
      if (name.kind == FileKind::rollup || name.kind == FileKind::late_rollup) {
        FORTNIGHT_TRY(quarantined_counts(name));
      }
    }
    for (const StoredFile& file : target_.opened) {
      const FileName name = *FileName::parse(file.path);
      FORTNIGHT_TRY(holds_calls(name) ? part(file, name) : rollup(file, name));
    }
    for (const auto& [day, files] : files_by_day(target_)) {
      if (saved_days_.contains(day) || lacks_calls(day)) continue;
      if (has_damage(files) || counts_more_than_calls(files)) continue;
      if (!rollups_match_calls(day, files)) rebuilt_days_.insert(day);
    }
    for (const Day day : saved_days_) {
      if (counts_too_little(day)) rebuilt_days_.insert(day);
    }
    for (const Day day : rebuilt_days_) FORTNIGHT_TRY(rebuild_rollups(day));
    if (changed_ && !dry_) FORTNIGHT_TRY(publish());
    if (left_alone_) return *left_alone_;
    if (!changed_ && kept_damaged_ == 0) FORTNIGHT_TRY(say("nothing to repair\n"));
    if (lost_calls_ + kept_damaged_ == 0) return {};
    return corrupt(fmt::format(
        "{} calls are lost; {} damaged files are left as they are, since queries can still read "
        "more of them than could be saved",
        grouped(lost_calls_), kept_damaged_));
  }

 private:
  Result<void> say(const std::string& text) { return write(out_, text); }

  FileName new_name(FileKind kind, Day day) { return {kind, manifest_.next_file++, day}; }

  void drop(const FileName& name, bool lost) {
    std::erase_if(manifest_.parts, [&](const auto& entry) { return entry.name == name; });
    std::erase_if(manifest_.rollups, [&](const auto& entry) { return entry.name == name; });
    if (lost) manifest_.lost.push_back(name);
    replaced_.push_back(name);
    changed_ = true;
  }

  Result<void> part(const StoredFile& file, const FileName& name) {
    if (file.part && storage::verify_part(file.part).empty()) return {};
    if (leave_alone(file)) return {};
    if (file.part && !drops_unreadable_) {
      FORTNIGHT_ASSIGN(const Salvage whole, segment::salvage(file.part, {}, nullptr));
      if (std::any_of(whole.lost.begin(), whole.lost.end(), is_readable)) {
        return keep_damaged(file, whole);
      }
    }
    // A daemon may have moved it to the quarantine and ended before recording that.
    const bool elsewhere = is_gone(file) || file.is_another;
    const auto aside = elsewhere ? open_quarantined(target_, name) : std::nullopt;
    FORTNIGHT_ASSIGN(const Salvage saved, save(aside ? *aside : file, name, {}));
    drop(name, saved.saved == 0 || saved.lost_calls > 0);
    return {};
  }

  static bool is_readable(const LostBlock& block) { return block.partly_readable; }

  // Keeps a part with blocks that aren't completely readable: queries may still read fields or
  // counts from them.
  Result<void> keep_damaged(const StoredFile& file, const Salvage& whole) {
    ++kept_damaged_;
    damaged_days_.insert(FileName::parse(file.path)->day);
    FORTNIGHT_TRY(say(fmt::format("{}: stays as it is: {} calls can be read whole, {} can't\n",
                                  file.path, grouped(whole.saved), grouped(whole.lost_calls))));
    for (const LostBlock& block : whole.lost) FORTNIGHT_TRY(say(what_is_lost(block, "damaged")));
    return {};
  }

  static bool is_gone(const StoredFile& file) {
    return file.error && file.error->code == ErrorCode::not_found;
  }

  // A file of a newer version, or one that can't be read now, isn't necessarily damaged.
  bool leave_alone(const StoredFile& file) {
    if (!file.error || file.remains) return false;
    const ErrorCode code = file.error->code;
    if (code != ErrorCode::unsupported && code != ErrorCode::io) return false;
    left_alone_ = Error{code, file.error->message + "; it stays as it is"};
    return true;
  }

  // Saves calls from the quarantine. It has files that a daemon couldn't open, and files that
  // repair replaced; the readable calls of the latter are in live files already.
  Result<void> quarantined(const FileName& name) {
    const auto file = open_quarantined(target_, name);
    if (!file || (!file->part && !file->remains)) return {};
    const auto [known, fresh] = known_.try_emplace(name.day);
    if (fresh) known->second = live_seqs(target_, name.day);
    FORTNIGHT_ASSIGN(const Salvage saved, save(*file, name, known->second));
    if (saved.saved == 0) return {};
    add_seqs(file->part ? file->part : file->remains, known->second);
    changed_ = true;
    if (saved.lost_calls == 0) std::erase(manifest_.lost, name);
    return {};
  }

  // Restores quarantined rollups that are exactly the lost ones.
  Result<void> quarantined_counts(const FileName& name) {
    const auto file = open_quarantined(target_, name);
    const auto checksum = target_.manifest->lost_checksums.find(name);
    if (!file || !file->rollup || checksum == target_.manifest->lost_checksums.end()) return {};
    if (!storage::verify_rollup(file->rollup->file()).empty()) return {};
    changed_ = true;
    manifest_.rollups.push_back({name, file->rollup->calls(), file->bytes, checksum->second});
    std::erase(manifest_.lost, name);
    moved_.emplace_back(file->path, name);
    return say(fmt::format("{}: {} it goes back to {}\n", file->path,
                           dry_ ? "can be saved:" : "saved:", name.path()));
  }

  // Writes the readable calls, except those in `known`, to a new file and adds it to the manifest.
  Result<Salvage> save(const StoredFile& file, const FileName& name, const Seqs& known) {
    saved_days_.insert(name.day);
    const auto& part = file.part ? file.part : file.remains;
    if (!part || part->footer().summary.day != name.day) {
      FORTNIGHT_TRY(say_lost(file));
      return Salvage();
    }
    const FileName saved = new_name(name.kind, name.day);
    std::unique_ptr<storage::PartWriter> writer;
    if (!dry_) {
      FORTNIGHT_ASSIGN(writer, storage::PartWriter::create(files_, saved.path(), name.day,
                                                           part->footer().effort));
    }
    FORTNIGHT_ASSIGN(const Salvage salvage, segment::salvage(part, known, writer.get()));
    storage::PartSummary summary;
    summary.calls = salvage.saved;
    if (!dry_) {
      FORTNIGHT_ASSIGN(summary, writer->finish());
    }
    if (salvage.saved > 0) {
      manifest_.parts.push_back({saved, summary});
    } else if (!dry_) {
      FORTNIGHT_TRY(files_.remove(saved.path()));
    }
    if (salvage.saved > 0 || known.empty()) FORTNIGHT_TRY(say_saved(file, saved, salvage));
    return salvage;
  }

  Result<void> say_saved(const StoredFile& file, const FileName& saved, const Salvage& salvage) {
    lost_calls_ += salvage.lost_calls;
    const std::string to = dry_ ? " can be saved" : " saved to " + saved.path();
    FORTNIGHT_TRY(
        say(fmt::format("{}: {} calls{}, {} lost\n", file.path, grouped(salvage.saved),
                        salvage.saved > 0 ? to : to.substr(0, 0), grouped(salvage.lost_calls))));
    for (const LostBlock& block : salvage.lost) FORTNIGHT_TRY(say(what_is_lost(block)));
    if (salvage.unfound_calls == 0) return {};
    return say(fmt::format("  {} calls of blocks that aren't found are lost\n",
                           grouped(salvage.unfound_calls)));
  }

  // Reports a file that has no complete footer.
  Result<void> say_lost(const StoredFile& file) {
    FORTNIGHT_TRY(say(fmt::format("{}: nothing of it can be saved\n", file.path)));
    for (const auto& entry : target_.manifest->parts) {
      if (entry.name.path() == file.path) lost_calls_ += entry.summary.calls;
    }
    if (file.is_another) return {};
    const auto bytes = files_.open(file.path);
    if (!bytes) return {};
    std::uint32_t number = 0;
    for (const auto& entry : storage::walk_blocks(**bytes, (*bytes)->size())) {
      FORTNIGHT_TRY(say(what_is_lost({number++, entry, "no footer in the file is whole"})));
    }
    return {};
  }

  Result<void> rollup(const StoredFile& file, const FileName& name) {
    if (file.rollup && storage::verify_rollup(file.rollup->file()).empty()) return {};
    if (leave_alone(file)) return {};
    // A damaged rollup that can be opened may count calls that are lost, so it is better than a
    // rebuilt one.
    const bool of_calls = name.kind == FileKind::rollup && has_calls(name.day);
    const bool from_calls = of_calls && (!file.rollup || has_all_calls(name.day));
    if (file.rollup && !from_calls) {
      ++kept_damaged_;
      return say(
          fmt::format("{}: damaged, and stays as it is: there are no calls to count all of "
                      "it from\n",
                      file.path));
    }
    if (from_calls) {
      rebuilt_days_.insert(name.day);
      return {};
    }
    drop(name, true);
    return say(fmt::format("{}: lost, and there are no calls to count it from\n", file.path));
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
    for (const auto& entry : target_.manifest->parts) {
      if (entry.name.day == day) calls += entry.summary.calls;
    }
    for (const auto& entry : target_.manifest->rollups) {
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
    if (dry_) {
      return say(
          fmt::format("{}: its rollups can be rebuilt from calls\n", storage::day_to_string(day)));
    }
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
    return say(
        fmt::format("{}: its rollups were rebuilt from calls\n", storage::day_to_string(day)));
  }

  Result<void> publish() {
    FORTNIGHT_TRY(segment::publish(files_, manifest_));
    FORTNIGHT_TRY(files_.make_directory(std::string(storage::kQuarantineDirectory)));
    // Only after publishing: a start would remove files that no manifest names.
    for (const auto& [from, name] : moved_) FORTNIGHT_TRY(files_.rename(from, name.path()));
    for (const FileName& name : replaced_) {
      const std::string path = name.path();
      // Already gone.
      if (!files_.open(path)) continue;
      storage::set_aside(files_, path);
      FORTNIGHT_TRY(say(fmt::format("{} is in {}/ now\n", path, storage::kQuarantineDirectory)));
    }
    return {};
  }

  Target& target_;
  storage::FileSystem& files_;
  storage::Manifest manifest_;
  const bool dry_;
  const bool drops_unreadable_;
  std::FILE* const out_;
  std::vector<FileName> replaced_;
  std::vector<std::pair<std::string, FileName>>
      moved_;  // from a path in the quarantine to their names
  bool changed_ = false;
  std::uint64_t lost_calls_ = 0;
  std::uint64_t kept_damaged_ = 0;  // number of files
  std::set<Day> damaged_days_;      // days of parts among them
  std::optional<Error> left_alone_;
  std::map<Day, Seqs> known_;   // days with files in the quarantine
  std::set<Day> saved_days_;    // days with parts other than those opened
  std::set<Day> rebuilt_days_;  // days whose rollups are rebuilt from calls
};

}  // namespace

namespace {

// Moves misplaced files back to their names. Returns whether there were any.
Result<bool> put_back_misplaced(Target& target, bool dry, std::FILE* out) {
  const std::vector<Misplaced> misplaced = find_misplaced(target);
  for (const Misplaced& file : misplaced) {
    FORTNIGHT_TRY(write(out, fmt::format("{} {} {}\n", file.path, dry ? "belongs to" : "goes to",
                                         file.name.path())));
  }
  if (!dry && !misplaced.empty()) FORTNIGHT_TRY(put_back(target, misplaced));
  return !misplaced.empty();
}

}  // namespace

Result<void> repair(const std::string& directory, RepairMode mode, std::FILE* out) {
  FORTNIGHT_TRY(check_data_directory(directory));
  std::unique_ptr<storage::DirectoryLock> lock;
  if (!mode.dry_run) {
    FORTNIGHT_ASSIGN(lock, storage::lock_directory(directory));
  }
  FORTNIGHT_ASSIGN(Target target, open_target(directory));
  FORTNIGHT_ASSIGN(const bool moved, put_back_misplaced(target, mode.dry_run, out));
  if (moved && !mode.dry_run) {
    FORTNIGHT_ASSIGN(target, open_target(directory));
  }
  return Repair(target, mode, out).run();
}

}  // namespace fortnight::segment
