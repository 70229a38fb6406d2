#include "storage/engine/stray_files.h"

#include <algorithm>
#include <map>
#include <utility>

#include "storage/engine/rejects.h"
#include "storage/files/quarantine.h"
#include "storage/part/block_calls.h"
#include "storage/part/block_reader.h"
#include "storage/part/part.h"
#include "storage/rollup/file.h"
#include "storage/rollup/rollup.h"

namespace fortnight::storage {
namespace {

// Memory that counts may take before they are written to a file.
constexpr std::size_t kMostCounting = 64U << 20;

// The numbers of the calls in readable blocks.
Roaring64Map seqs_of(const std::shared_ptr<const PartFile>& part) {
  Roaring64Map seqs;
  for (std::uint32_t block = 0; block < part->blocks().size(); ++block) {
    const auto reader = BlockReader::open(part, block);
    if (!reader) continue;
    const auto numbers = (*reader)->numbers(FieldColumn::seq);
    if (!numbers) continue;
    for (const std::int64_t seq : *numbers) seqs.add(static_cast<std::uint64_t>(seq));
  }
  seqs.runOptimize();
  return seqs;
}

// A day's counts by quarter and status. Merging preserves them, even if it folds names.
std::optional<CountGroups> counts_of(FileSystem& files, const RollupEntry& rollup,
                                     const std::shared_ptr<BlockCache>& cache) {
  const auto reader = RollupReader::open(files, rollup.name.path(), cache);
  if (!reader) return std::nullopt;
  CountQuery query;
  for (int quarter = 0; quarter <= kQuartersPerDay; ++quarter) {
    query.edges.push_back(day_start(rollup.name.day) + quarter * kNsPerQuarter);
  }
  query.by_status = true;
  CountAnswer answer;
  if (!(*reader)->count(query, {}, answer)) return std::nullopt;
  return std::move(answer.groups);
}

// The calls counted by a file that are not yet explained by a file that may have been merged into
// it.
class Unexplained {
 public:
  explicit Unexplained(const CountGroups& counts) {
    for (CountGroups::Group group = 0; group < counts.size(); ++group) {
      counts.each_bucket(group, [&](std::size_t bucket, const Counts& of) {
        left_[{std::string(counts.name(group)), bucket}] = of.calls;
      });
    }
  }
  // Whether everything in `counts` may have been merged into the file. If so, subtracts it.
  bool explain(const CountGroups& counts) {
    auto left = left_;
    bool held = true;
    for (CountGroups::Group group = 0; group < counts.size(); ++group) {
      counts.each_bucket(group, [&](std::size_t bucket, const Counts& of) {
        if (of.calls == 0) return;
        const auto found = left.find({std::string(counts.name(group)), bucket});
        held = held && found != left.end() && found->second >= of.calls;
        if (held) found->second -= of.calls;
      });
    }
    if (held) left_ = std::move(left);
    return held;
  }

 private:
  std::map<std::pair<std::string, std::size_t>, std::uint64_t> left_;
};

}  // namespace

// Counts the calls of one day that are taken in.
class StrayFiles::Counting {
 public:
  Counting(StrayFiles& strays, Day day)
      : strays_(strays), day_(day), builder_(RollupBuilder::create(day)) {}

  Result<void> add(const Batch& batch, const Call& call) {
    strays_.rereading_.expect(batch, call);
    if (call.seq < strays_.counted_below_) return {};
    builder_->add(batch, call);
    return builder_->memory() > kMostCounting ? write() : Result<void>();
  }
  Result<void> write() {
    if (builder_->calls() == 0) return {};
    Manifest& manifest = strays_.manifest_;
    RollupEntry entry{{FileKind::rollup, manifest.next_file++, day_}, builder_->calls(), 0};
    FORTNIGHT_ASSIGN(entry.bytes, builder_->write(strays_.files_, entry.name.path()));
    manifest.rollups.push_back(entry);
    builder_ = RollupBuilder::create(day_);
    return {};
  }

 private:
  StrayFiles& strays_;
  const Day day_;
  std::unique_ptr<RollupBuilder> builder_;
};

Result<void> StrayFiles::find(const std::vector<FileName>& named) {
  for (const std::string_view directory : {kPartsDirectory, kRollupsDirectory, kRejectsDirectory}) {
    FORTNIGHT_TRY(find_in(std::string(directory), named));
  }
  // Numbers of quarantined files are not used again.
  FORTNIGHT_ASSIGN(const auto aside, files_.list(std::string(kQuarantineDirectory)));
  for (const FileEntry& entry : aside) {
    for (const std::string_view directory :
         {kPartsDirectory, kRollupsDirectory, kRejectsDirectory}) {
      const auto name = FileName::parse(std::string(directory) + "/" + entry.name);
      if (name) manifest_.next_file = std::max(manifest_.next_file, name->number + 1);
    }
  }
  return {};
}

Result<void> StrayFiles::find_in(const std::string& directory, const std::vector<FileName>& named) {
  FORTNIGHT_ASSIGN(const std::vector<FileEntry> entries, files_.list(directory));
  for (const FileEntry& entry : entries) {
    const std::string path = directory + "/" + entry.name;
    const auto name = FileName::parse(path);
    if (!name) continue;
    manifest_.next_file = std::max(manifest_.next_file, name->number + 1);
    if (std::binary_search(named.begin(), named.end(), *name)) continue;
    if (name->kind == FileKind::temporary) {
      (void)files_.remove(path);
    } else {
      add(*name, entry.size);
    }
  }
  return {};
}

void StrayFiles::add(const FileName& name, std::uint64_t bytes) {
  if (name.kind == FileKind::part || name.kind == FileKind::segment) {
    auto file = PartFile::open(files_, name.path(), cache_);
    if (!file || (*file)->footer().summary.day != name.day) return leave_damaged(name);
    manifest_.next_seq = std::max(manifest_.next_seq, (*file)->footer().summary.max_seq + 1);
    parts_.push_back({name, std::move(*file)});
  } else if (name.kind == FileKind::rejects) {
    const auto file = RejectsFile::read(files_, name.path());
    if (!file) return leave(name);
    rejects_.push_back(
        {name.number, file->size(), file->bytes(), file->newest(), file->checksum()});
  } else {
    const auto reader = RollupReader::open(files_, name.path(), cache_);
    if (!reader || (*reader)->day() != name.day) return leave_damaged(name);
    rollups_.push_back({name, (*reader)->calls(), bytes});
  }
}

// If no manifest is readable, a damaged file may have been live.
void StrayFiles::leave_damaged(const FileName& name) {
  if (manifest_.generation == 0) manifest_.lost.push_back(name);
  leave(name);
}

void StrayFiles::leave(const FileName& name) {
  const std::string aside = set_aside(files_, name.path());
  ++set_aside_files_;
  // It may have calls that were erased: it could be what a merge or a rewrite left.
  const bool counts = name.kind == FileKind::rollup || name.kind == FileKind::late_rollup;
  if (!counts && manifest_.has_erased()) manifest_.erased_paths.insert(aside);
}

std::optional<TimeNs> StrayFiles::newest() const {
  std::optional<TimeNs> newest;
  const auto see = [&](TimeNs time) { newest = std::max(newest.value_or(time), time); };
  for (const Part& part : parts_) see(part.file->footer().summary.max_ts);
  for (const RollupEntry& rollup : rollups_) see(day_start(rollup.name.day));
  return newest;
}

void StrayFiles::know(const Version& version) {
  std::set<Day> days;
  for (const Part& part : parts_) days.insert(part.name.day);
  for (const Day day : days) {
    const auto live = version.parts.find(day);
    if (live == version.parts.end()) continue;
    for (const LivePart& part : live->second) {
      const PartSummary& summary = part.entry.summary;
      const auto file = PartFile::open(files_, part.entry.name.path(), cache_);
      if (file) {
        known_ |= seqs_of(*file);
      } else {
        for (std::uint64_t seq = summary.min_seq; seq <= summary.max_seq; ++seq) known_.add(seq);
      }
    }
  }
}

void StrayFiles::know(const HeadBatches& head) {
  for (const auto& piece : head) {
    for (const Call& call : piece->batch.calls) known_.add(call.seq);
  }
}

// Newest first, so that a merged part is known before the parts that it was merged from. A source
// also is most likely to read the newest lines again.
Result<void> StrayFiles::take_parts() {
  std::sort(parts_.begin(), parts_.end(), [](const Part& a, const Part& b) {
    return std::pair(a.name.day, a.name.number) > std::pair(b.name.day, b.name.number);
  });
  for (auto first = parts_.begin(); first != parts_.end();) {
    const Day day = first->name.day;
    const auto last =
        std::find_if(first, parts_.end(), [&](const Part& part) { return part.name.day != day; });
    Counting counting(*this, day);
    for (; first != last; ++first) {
      if (manifest_.keeps(day)) {
        FORTNIGHT_TRY(take(*first, counting));
      } else {
        leave(first->name);
      }
    }
    FORTNIGHT_TRY(counting.write());
  }
  parts_.clear();
  return {};
}

Result<void> StrayFiles::take(const Part& part, Counting& counting) {
  const Roaring64Map seqs = seqs_of(part.file);
  const Roaring64Map fresh = seqs - known_;
  if (!fresh.isEmpty()) {
    counted_.insert(part.name.day);
    bool taken = false;
    if (fresh.cardinality() == part.file->footer().summary.calls) {
      FORTNIGHT_ASSIGN(taken, take_whole(part, fresh, counting));
    }
    if (taken) return {};
    FORTNIGHT_TRY(take_rest(part, fresh, counting));
  }
  leave(part.name);
  return {};
}

// Returns false, and changes nothing, if a block can't be read.
Result<bool> StrayFiles::take_whole(const Part& part, const Roaring64Map& fresh,
                                    Counting& counting) {
  const auto blocks = static_cast<std::uint32_t>(part.file->blocks().size());
  for (std::uint32_t block = 0; block < blocks; ++block) {
    if (!decode_calls(part.file, block)) return false;
  }
  for (std::uint32_t block = 0; block < blocks; ++block) {
    FORTNIGHT_ASSIGN(const Batch batch, decode_calls(part.file, block));
    for (const Call& call : batch.calls) FORTNIGHT_TRY(counting.add(batch, call));
  }
  const ErasedRows& erased = erased_[part.name];
  const PartSummary& summary = part.file->footer().summary;
  if (count_of(erased) == summary.calls) {
    manifest_.erased_files.insert(part.name);
  } else {
    manifest_.parts.push_back({part.name, summary, erased});
  }
  if (part.name.kind == FileKind::segment) manifest_.sealed.insert(part.name.day);
  known_ |= fresh;
  ++taken_files_;
  taken_calls_ += fresh.cardinality();
  return true;
}

// Writes the `fresh` readable calls to a new part.
Result<void> StrayFiles::take_rest(const Part& part, const Roaring64Map& fresh,
                                   Counting& counting) {
  const FileName name{FileKind::part, manifest_.next_file++, part.name.day};
  FORTNIGHT_ASSIGN(const auto writer,
                   PartWriter::create(files_, name.path(), name.day, Effort::fast));
  const ErasedRows& erased = erased_[part.name];
  std::uint64_t written = 0;
  bool damaged = false;
  for (std::uint32_t block = 0; block < part.file->blocks().size(); ++block) {
    const auto batch = decode_calls(part.file, block);
    damaged = damaged || !batch;
    if (!batch) continue;
    std::uint32_t row = part.file->blocks()[block].first_row;
    for (const Call& call : batch->calls) {
      const bool is_erased = erased != nullptr && erased->contains(row++);
      if (!fresh.contains(call.seq)) continue;
      FORTNIGHT_TRY(counting.add(*batch, call));
      known_.add(call.seq);
      if (is_erased) continue;
      FORTNIGHT_TRY(writer->add(*batch, call));
      ++written;
    }
  }
  FORTNIGHT_ASSIGN(const PartSummary summary, writer->finish());
  if (damaged) manifest_.lost.push_back(part.name);
  if (written == 0) return files_.remove(name.path());
  manifest_.parts.push_back({name, summary});
  ++taken_files_;
  taken_calls_ += written;
  return {};
}

void StrayFiles::leave_counts() {
  for (const RollupEntry& rollup : rollups_) leave(rollup.name);
  for (const RejectsEntry& rejects : rejects_) leave(rejects.name());
  rollups_.clear();
  rejects_.clear();
}

void StrayFiles::take_counts(const std::set<Day>& replayed) {
  std::map<std::pair<Day, FileKind>, std::vector<RollupEntry>> by_day;
  for (RollupEntry& rollup : rollups_) {
    by_day[{rollup.name.day, rollup.name.kind}].push_back(std::move(rollup));
  }
  rollups_.clear();
  for (auto& [day_and_kind, rollups] : by_day) {
    const auto& [day, kind] = day_and_kind;
    const bool counted = kind == FileKind::rollup && counted_.contains(day);
    if (counted || replayed.contains(day)) {
      for (const RollupEntry& rollup : rollups) leave(rollup.name);
    } else {
      take_day(rollups);
    }
  }
}

void StrayFiles::take_rejects() {
  manifest_.rejects.insert(manifest_.rejects.end(), rejects_.begin(), rejects_.end());
  rejects_.clear();
}

// All files of a day and kind are always merged at once. So a file either has the counts of all
// older files, or counts other calls. If the former is possible, the older files are left out: the
// result may be too low, but never too high.
void StrayFiles::take_day(std::vector<RollupEntry>& rollups) {
  const FileName of = rollups.front().name;
  std::set<FileName> stray;
  for (const RollupEntry& rollup : rollups) stray.insert(rollup.name);
  for (const RollupEntry& rollup : manifest_.rollups) {
    if (rollup.name.day == of.day && rollup.name.kind == of.kind) rollups.push_back(rollup);
  }
  std::sort(rollups.begin(), rollups.end(), [](const RollupEntry& a, const RollupEntry& b) {
    return a.name.number < b.name.number;
  });
  std::vector<CountGroups> counts;
  std::vector<RollupEntry> taken;
  for (const RollupEntry& rollup : rollups) {
    auto counted = counts_of(files_, rollup, cache_);
    if (!counted) {
      if (stray.contains(rollup.name)) leave(rollup.name);
      continue;
    }
    Unexplained unexplained(*counted);
    const bool merged =
        !counts.empty() && std::all_of(counts.begin(), counts.end(), [&](const CountGroups& older) {
          return unexplained.explain(older);
        });
    const bool older_named = std::any_of(taken.begin(), taken.end(), [&](const RollupEntry& file) {
      return !stray.contains(file.name);
    });
    if (merged && older_named) {
      // Files that the manifest names stay.
      if (stray.contains(rollup.name)) leave(rollup.name);
      continue;
    }
    if (merged) {
      for (const RollupEntry& file : taken) leave(file.name);
      taken.clear();
      counts.clear();
    }
    taken.push_back(rollup);
    counts.push_back(std::move(*counted));
  }
  for (const RollupEntry& rollup : taken) {
    if (!stray.contains(rollup.name)) continue;
    manifest_.rollups.push_back(rollup);
    ++taken_files_;
  }
}

}  // namespace fortnight::storage
