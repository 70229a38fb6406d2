#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "storage/files/file_names.h"
#include "storage/part/verify.h"
#include "storage/rollup/verify.h"
#include "tools/segment/commands.h"
#include "tools/segment/consistency.h"
#include "tools/segment/salvage.h"
#include "tools/segment/table.h"

namespace fortnight::segment {
namespace {

using storage::Day;
using storage::FileKind;
using storage::FileName;
using storage::Result;

// Changes a copy of the manifest as it goes, and publishes it at the end: until then the directory
// is as it was, but for new files that nothing names.
class Repair {
 public:
  Repair(Target& target, std::FILE* out)
      : target_(target), files_(*target.files), manifest_(*target.manifest), out_(out) {}

  Result<void> run() {
    for (const StoredFile& file : target_.opened) {
      const FileName name = *FileName::parse(file.path);
      if (name.kind == FileKind::part || name.kind == FileKind::segment) {
        FORTNIGHT_TRY(part(file, name));
      } else {
        FORTNIGHT_TRY(rollup(file, name));
      }
    }
    for (const auto& [day, files] : files_by_day(target_)) {
      if (damaged_days_.contains(day) || rebuilt_days_.contains(day)) continue;
      if (!rollups_match_calls(day, files)) rebuilt_days_.insert(day);
    }
    for (const Day day : rebuilt_days_) FORTNIGHT_TRY(rebuild_rollups(day));
    if (replaced_.empty()) return say("nothing to repair\n");
    return publish();
  }

 private:
  Result<void> say(const std::string& text) { return write(out_, text); }

  FileName new_name(FileKind kind, Day day) { return {kind, manifest_.next_file++, day}; }

  void drop(const FileName& name, bool lost) {
    std::erase_if(manifest_.parts, [&](const auto& entry) { return entry.name == name; });
    std::erase_if(manifest_.rollups, [&](const auto& entry) { return entry.name == name; });
    if (lost) manifest_.lost.push_back(name);
    replaced_.push_back(name);
  }

  Result<void> part(const StoredFile& file, const FileName& name) {
    if (file.part && storage::verify_part(file.part).empty()) return {};
    Salvage salvage;
    FileName saved = new_name(name.kind, name.day);
    if (file.part) {
      FORTNIGHT_ASSIGN(salvage, salvage_part(files_, file, saved.path()));
    }
    const bool lost = !file.part || salvage.lost_blocks > 0;
    if (lost) damaged_days_.insert(name.day);
    drop(name, lost);
    if (salvage.summary.calls == 0) {
      return say(fmt::format("{}: nothing can be read of it\n", file.path));
    }
    manifest_.parts.push_back({saved, salvage.summary});
    return say(fmt::format("{}: {} calls saved to {}, {} blocks of {} calls lost\n", file.path,
                           grouped(salvage.summary.calls), saved.path(), salvage.lost_blocks,
                           grouped(salvage.lost_calls)));
  }

  Result<void> rollup(const StoredFile& file, const FileName& name) {
    if (file.rollup && storage::verify_rollup(file.rollup->file()).empty()) return {};
    const bool from_calls = name.kind == FileKind::rollup && has_calls(name.day);
    if (from_calls) {
      rebuilt_days_.insert(name.day);
      return {};
    }
    drop(name, true);
    return say(fmt::format("{}: lost, and there are no calls to count it from\n", file.path));
  }

  [[nodiscard]] bool has_calls(Day day) const {
    return std::any_of(manifest_.parts.begin(), manifest_.parts.end(),
                       [&](const auto& entry) { return entry.name.day == day; });
  }

  Result<void> rebuild_rollups(Day day) {
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
    for (const FileName& name : old) drop(name, damaged_days_.contains(day));
    manifest_.rollups.insert(manifest_.rollups.end(), counted.begin(), counted.end());
    return say(fmt::format("{}: its rollups are counted anew\n", storage::day_to_string(day)));
  }

  Result<void> publish() {
    FORTNIGHT_ASSIGN(const auto entries, files_.list(""));
    for (const storage::FileEntry& entry : entries) {
      const auto name = FileName::parse(entry.name);
      if (!name || name->kind != FileKind::manifest) continue;
      manifest_.generation = std::max(manifest_.generation, name->number);
    }
    ++manifest_.generation;
    for (const auto directory : {storage::kPartsDirectory, storage::kRollupsDirectory}) {
      FORTNIGHT_TRY(files_.sync_directory(std::string(directory)));
    }
    FORTNIGHT_TRY(storage::write_atomically(files_, storage::manifest_path(manifest_.generation),
                                            storage::encode_manifest(manifest_)));
    const std::string quarantine(storage::kQuarantineDirectory);
    FORTNIGHT_TRY(files_.make_directory(quarantine));
    for (const FileName& name : replaced_) {
      const std::string path = name.path();
      const std::string aside = quarantine + path.substr(path.find('/'));
      // What is gone already needs no quarantine.
      if (files_.rename(path, aside)) {
        FORTNIGHT_TRY(say(fmt::format("{} is in {} now\n", path, aside)));
      }
    }
    return {};
  }

  Target& target_;
  storage::FileSystem& files_;
  storage::Manifest manifest_;
  std::FILE* const out_;
  std::vector<FileName> replaced_;
  std::set<Day> damaged_days_;  // some of their calls are lost
  std::set<Day> rebuilt_days_;  // their rollups are to be counted from calls
};

}  // namespace

Result<void> repair(const std::string& directory, std::FILE* out) {
  FORTNIGHT_ASSIGN(const auto lock, storage::lock_directory(directory));
  FORTNIGHT_ASSIGN(Target target, open_target(directory));
  if (!target.manifest) {
    return storage::Error{storage::ErrorCode::invalid, "only a data directory can be repaired"};
  }
  return Repair(target, out).run();
}

}  // namespace fortnight::segment
