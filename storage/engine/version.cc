#include "storage/engine/version.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "storage/engine/identity.h"

namespace fortnight::storage {
namespace {

bool is_damage(const Error& error) {
  return error.code == ErrorCode::corrupt || error.code == ErrorCode::not_found;
}

bool comes_before(const FileName& a, const FileName& b) {
  return std::tie(a.day, a.kind, a.number) < std::tie(b.day, b.kind, b.number);
}

// Makes a version of a manifest, and removes damaged entries from the manifest.
class Opening {
 public:
  Opening(FileSystem& files, const Version* before, const std::shared_ptr<BlockCache>& cache,
          Version& out)
      : files_(files), before_(before), cache_(cache), out_(out) {}

  void run(std::vector<FileName>& damaged) {
    Manifest& manifest = out_.manifest;
    open_all(manifest.parts, damaged);
    out_.rollups.reserve(manifest.rollups.size());
    open_all(manifest.rollups, damaged);
    for (auto& [day, parts] : out_.parts) {
      std::sort(parts.begin(), parts.end(), [](const LivePart& a, const LivePart& b) {
        return a.entry.summary.min_seq < b.entry.summary.min_seq;
      });
    }
    std::sort(out_.rollups.begin(), out_.rollups.end(),
              [](const LiveRollup& a, const LiveRollup& b) {
                return comes_before(a.entry.name, b.entry.name);
              });
  }

 private:
  // Removes damaged files from `entries`. Any other error may pass: the file stays live, and
  // answers are incomplete meanwhile.
  template <typename Entry>
  void open_all(std::vector<Entry>& entries, std::vector<FileName>& damaged) {
    std::vector<Entry> sound;
    sound.reserve(entries.size());
    for (Entry& entry : entries) {
      const Result<void> opened = open(entry);
      if (opened || !is_damage(opened.error())) {
        sound.push_back(std::move(entry));
      } else {
        lose(entry.name, checksum_of(entry));
        damaged.push_back(entry.name);
      }
    }
    entries = std::move(sound);
  }

  static std::uint64_t checksum_of(const PartEntry& entry) { return entry.summary.checksum; }
  static std::uint64_t checksum_of(const RollupEntry& entry) { return entry.checksum; }

  void lose(const FileName& name, std::uint64_t checksum) {
    out_.manifest.lost.push_back(name);
    if (checksum != 0) out_.manifest.lost_checksums[name] = checksum;
  }

  Result<void> open(PartEntry& entry) {
    LivePart part{entry, open_before(entry.name)};
    Result<void> opened;
    if (!part.reader) {
      if (auto reader = PartReader::open(files_, entry.name.path(), cache_)) {
        FORTNIGHT_TRY(identify(entry, (*reader)->summary()));
        part.entry = entry;
        part.reader = std::move(*reader);
      } else {
        opened = reader.error();
        if (is_damage(reader.error())) return opened;
      }
    }
    if (part.reader && part.reader->erased() != entry.erased) {
      part.reader = part.reader->without(entry.erased);
    }
    out_.parts[entry.name.day].push_back(std::move(part));
    return opened;
  }

  [[nodiscard]] std::shared_ptr<const PartReader> open_before(const FileName& name) const {
    if (before_ == nullptr) return nullptr;
    const auto day = before_->parts.find(name.day);
    if (day == before_->parts.end()) return nullptr;
    for (const LivePart& part : day->second) {
      if (part.entry.name == name) return part.reader;
    }
    return nullptr;
  }

  Result<void> open(RollupEntry& entry) {
    const LiveRollup* known = before_ != nullptr ? before_->find(entry.name) : nullptr;
    LiveRollup rollup{entry, known != nullptr ? known->file : nullptr};
    Result<void> opened;
    if (!rollup.file) {
      rollup.file = std::make_shared<const RollupOpener>(files_, cache_, entry);
      if (const auto reader = rollup.file->open(); !reader) {
        opened = reader.error();
        if (is_damage(reader.error())) return opened;
      }
    }
    entry.checksum = rollup.entry.checksum = rollup.file->checksum();
    out_.rollups.push_back(std::move(rollup));
    return opened;
  }

  FileSystem& files_;
  const Version* before_;
  const std::shared_ptr<BlockCache>& cache_;
  Version& out_;
};

}  // namespace

std::vector<const LivePart*> Version::parts_between(TimeNs from, TimeNs to) const {
  std::vector<const LivePart*> between;
  for (auto day = parts.lower_bound(day_of(from)); day != parts.end(); ++day) {
    if (day_start(day->first) >= to) break;
    for (const LivePart& part : day->second) {
      const PartSummary& summary = part.entry.summary;
      const bool holds = summary.max_ts >= from && summary.min_ts < to;
      if (part.reader && holds) between.push_back(&part);
    }
  }
  return between;
}

std::span<const LiveRollup> Version::rollups_between(TimeNs from, TimeNs to) const {
  const auto first = std::partition_point(
      rollups.begin(), rollups.end(),
      [&](const LiveRollup& rollup) { return rollup.entry.name.day < day_of(from); });
  const auto last = std::partition_point(first, rollups.end(), [&](const LiveRollup& rollup) {
    return day_start(rollup.entry.name.day) < to;
  });
  return {first, last};
}

std::optional<TimeRange> View::extent() const {
  std::optional<TimeRange> all;
  const auto add = [&](TimeNs from, TimeNs to) {
    all = all ? TimeRange{std::min(all->from, from), std::max(all->to, to)} : TimeRange{from, to};
  };
  for (const auto& piece : head) {
    // As for files, the range begins with the day.
    if (!piece->batch.empty()) add(day_start(day_of(piece->min_ts)), piece->max_ts + 1);
  }
  if (!version->parts.empty()) {
    const auto& [last_day, last_parts] = *version->parts.rbegin();
    for (const LivePart& part : last_parts) {
      add(day_start(version->parts.begin()->first), part.entry.summary.max_ts + 1);
    }
  }
  // Counts of a kept day are of calls that are kept too, unless all were erased. Of other days only
  // the day is known.
  for (const LiveRollup& rollup : version->rollups) {
    const Day day = rollup.entry.name.day;
    if (version->manifest.keeps(day) && version->parts.contains(day)) continue;
    add(day_start(day), day_start(day + 1));
  }
  return all;
}

std::size_t View::kept_days() const {
  std::set<Day> days;
  for (const auto& piece : head) {
    for (const Day day : piece->days) {
      if (version->manifest.keeps(day)) days.insert(day);
    }
  }
  for (const auto& [day, parts] : version->parts) days.insert(day);
  return days.size();
}

const LiveRollup* Version::find(const FileName& name) const {
  const auto found = std::lower_bound(rollups.begin(), rollups.end(), name,
                                      [](const LiveRollup& rollup, const FileName& sought) {
                                        return comes_before(rollup.entry.name, sought);
                                      });
  return found != rollups.end() && found->entry.name == name ? &*found : nullptr;
}

EarlierRollups earlier_rollups(std::shared_ptr<const Version> version, Day day) {
  return [version = std::move(version), day] {
    std::vector<std::shared_ptr<const RollupReader>> readers;
    for (const LiveRollup& rollup :
         version->rollups_between(day_start(day - kEarlierDays), day_start(day))) {
      if (auto reader = rollup.file->open()) readers.push_back(std::move(*reader));
    }
    return readers;
  };
}

namespace {

WrittenLines written_since(const Version& before, const Manifest& manifest) {
  WrittenLines written = before.written;
  const std::vector<FileName> known = before.manifest.names();
  for (const PartEntry& part : manifest.parts) {
    if (std::binary_search(known.begin(), known.end(), part.name)) continue;
    written.all += part.summary.line_bytes;
    if (part.rewrites == 0) written.arrived += part.summary.line_bytes;
  }
  return written;
}

}  // namespace

std::shared_ptr<const Version> open_version(FileSystem& files, Manifest manifest,
                                            const Version* before,
                                            const std::shared_ptr<BlockCache>& cache,
                                            std::vector<FileName>& damaged) {
  auto version = std::make_shared<Version>();
  if (before != nullptr) version->written = written_since(*before, manifest);
  version->manifest = std::move(manifest);
  Opening(files, before, cache, *version).run(damaged);
  return version;
}

}  // namespace fortnight::storage
