#include "storage/engine/manifest_rebuilder.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "storage/engine/rejects.h"
#include "storage/files/quarantine.h"
#include "storage/part/part.h"
#include "storage/rollup/rollup.h"

namespace fortnight::storage {
namespace {

struct FoundPart {
  PartEntry entry;
  std::shared_ptr<const PartReader> reader;
};

class Rebuilder {
 public:
  Rebuilder(FileSystem& files, const std::shared_ptr<BlockCache>& cache)
      : files_(files), cache_(cache) {}

  Result<Manifest> run() {
    for (const std::string_view directory :
         {kPartsDirectory, kRollupsDirectory, kRejectsDirectory}) {
      FORTNIGHT_TRY(find(std::string(directory)));
    }
    for (auto& [day, parts] : parts_) FORTNIGHT_TRY(take_parts(day, parts));
    for (auto& [day_and_kind, rollups] : rollups_) {
      const auto& [day, kind] = day_and_kind;
      if (kind == FileKind::late_rollup || !parts_.contains(day)) take_rollups(rollups);
    }
    return std::move(out_);
  }

 private:
  Result<void> find(const std::string& directory) {
    FORTNIGHT_ASSIGN(const std::vector<FileEntry> entries, files_.list(directory));
    for (const FileEntry& entry : entries) {
      const auto name = FileName::parse(directory + "/" + entry.name);
      if (!name) continue;
      out_.next_file = std::max(out_.next_file, name->number + 1);
      add(*name, entry.size);
    }
    return {};
  }

  void add(const FileName& name, std::uint64_t bytes) {
    switch (name.kind) {
      case FileKind::part:
      case FileKind::segment:
        if (auto reader = PartReader::open(files_, name.path(), cache_)) {
          parts_[name.day].push_back({{name, (*reader)->summary()}, std::move(*reader)});
        } else {
          lose(name);
        }
        break;
      case FileKind::rollup:
      case FileKind::late_rollup:
        if (const auto reader = RollupReader::open(files_, name.path(), cache_)) {
          rollups_[{name.day, name.kind}].push_back({name, (*reader)->calls(), bytes});
        } else {
          lose(name);
        }
        break;
      case FileKind::rejects:
        if (const auto rejects = read_rejects(files_, name.path()); rejects && !rejects->empty()) {
          out_.rejects.push_back({name.number, rejects->size(), bytes, rejects->back().at});
        }
        break;
      default:
        break;
    }
  }

  void lose(const FileName& name) {
    out_.lost.push_back(name);
    set_aside(files_, name.path());
  }

  // Parts of a day are merged in runs that follow one another, so that what a merged part holds is
  // told by its calls' numbers; it is newer than what it was merged from.
  Result<void> take_parts(Day day, std::vector<FoundPart>& parts) {
    std::sort(parts.begin(), parts.end(), [](const FoundPart& a, const FoundPart& b) {
      return a.entry.name.number > b.entry.name.number;
    });
    const auto builder = RollupBuilder::create(day);
    std::vector<PartSummary> taken;
    for (const FoundPart& part : parts) {
      const PartSummary& summary = part.entry.summary;
      const bool held = std::any_of(taken.begin(), taken.end(), [&](const PartSummary& other) {
        return summary.min_seq >= other.min_seq && summary.max_seq <= other.max_seq;
      });
      if (held) continue;
      taken.push_back(summary);
      out_.parts.push_back(part.entry);
      if (part.entry.name.kind == FileKind::segment) out_.sealed.insert(day);
      out_.next_seq = std::max(out_.next_seq, summary.max_seq + 1);
      for (std::uint32_t block = 0; block < part.reader->blocks(); ++block) {
        const auto batch = part.reader->read_block(block);
        // A damaged block's calls are missing from the counts as they are from the calls.
        if (!batch) continue;
        for (const Call& call : batch->calls) builder->add(*batch, call);
      }
    }
    const FileName name{FileKind::rollup, out_.next_file++, day};
    FORTNIGHT_ASSIGN(const std::uint64_t bytes, builder->write(files_, name.path()));
    out_.rollups.push_back({name, builder->calls(), bytes});
    return {};
  }

  // A day's rollups are always merged all at once: one that counts as many calls as several before
  // it together is what they were merged to.
  void take_rollups(std::vector<RollupEntry>& rollups) {
    std::sort(rollups.begin(), rollups.end(), [](const RollupEntry& a, const RollupEntry& b) {
      return a.name.number < b.name.number;
    });
    std::vector<RollupEntry> taken;
    std::uint64_t calls = 0;
    for (const RollupEntry& rollup : rollups) {
      if (taken.size() > 1 && rollup.calls == calls) {
        taken.clear();
        calls = 0;
      }
      taken.push_back(rollup);
      calls += rollup.calls;
    }
    out_.rollups.insert(out_.rollups.end(), taken.begin(), taken.end());
  }

  FileSystem& files_;
  const std::shared_ptr<BlockCache>& cache_;
  Manifest out_;
  std::map<Day, std::vector<FoundPart>> parts_;
  std::map<std::pair<Day, FileKind>, std::vector<RollupEntry>> rollups_;
};

}  // namespace

Result<Manifest> rebuild_manifest(FileSystem& files, const std::shared_ptr<BlockCache>& cache) {
  return Rebuilder(files, cache).run();
}

}  // namespace fortnight::storage
