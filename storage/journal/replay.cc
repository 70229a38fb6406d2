#include "storage/journal/replay.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <set>

#include "storage/files/file_names.h"
#include "storage/journal/format.h"
#include "storage/journal/scanner.h"

namespace fortnight::storage {
namespace {

constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

class Replayer {
 public:
  Replayer(FileSystem& files, std::optional<std::uint64_t> covered_lsn, const JournalReach& reach,
           const RecordVisitor& visit)
      : files_(files),
        covered_(covered_lsn),
        reach_(reach),
        expected_(covered_lsn.value_or(0) + 1),
        visit_(visit) {}

  Result<JournalReplay> run() {
    FORTNIGHT_TRY(find_files());
    if (!covered_ && !out_.files.empty() && out_.files.front().first_lsn != kNoLimit) {
      expected_ = out_.files.front().first_lsn;
    }
    for (std::size_t i = 0; i < out_.files.size(); ++i) {
      const bool last = i + 1 == out_.files.size();
      const std::uint64_t limit = last ? kNoLimit : out_.files[i + 1].first_lsn;
      // All its records are covered already.
      if (limit <= expected_) continue;
      FORTNIGHT_TRY(replay_file(out_.files[i], limit));
    }
    check_reach();
    out_.next_lsn = expected_;
    for (JournalFile& file : out_.files) file.first_lsn = std::min(file.first_lsn, expected_);
    return std::move(out_);
  }

 private:
  Result<void> find_files();
  Result<std::optional<JournalFile>> open_file(const FileName& name, std::uint64_t bytes);
  Result<void> replay_file(JournalFile& file, std::uint64_t limit);
  Result<void> deliver(const JournalScanner::Record& record, JournalFile& file);
  // Whether the missing record `expected_` was durable, according to a later record of the file.
  bool was_durable(JournalScanner& scanner, const JournalScanner::Record& next, std::uint64_t limit,
                   std::uint64_t& readable) const;
  void lose(std::uint64_t from, std::uint64_t to, JournalFile& file) {
    lose(from, to, file.number);
    file.damaged = true;
  }
  void lose(std::uint64_t from, std::uint64_t to, std::uint64_t file) {
    if (to <= reach_.acknowledged + 1) return;
    out_.lost_records += to - from;
    out_.lost_from.insert(file);
  }
  void check_reach();

  FileSystem& files_;
  std::optional<std::uint64_t> covered_;
  const JournalReach reach_;
  std::uint64_t expected_;  // the next LSN
  const RecordVisitor& visit_;
  std::set<std::uint64_t> headless_;  // numbers of files whose header can't be read
  JournalReplay out_;
};

Result<void> Replayer::find_files() {
  FORTNIGHT_ASSIGN(const std::vector<FileEntry> entries, files_.list(""));
  for (const FileEntry& entry : entries) {
    const auto name = FileName::parse(entry.name);
    if (!name || name->kind != FileKind::journal) continue;
    out_.next_number = std::max(out_.next_number, name->number + 1);
    FORTNIGHT_ASSIGN(const std::optional<JournalFile> file, open_file(*name, entry.size));
    if (file) out_.files.push_back(*file);
  }
  std::sort(out_.files.begin(), out_.files.end(),
            [](const JournalFile& a, const JournalFile& b) { return a.number < b.number; });
  // A file with an unknown first LSN contains nothing readable, so the first LSN of the next file
  // decides.
  for (std::size_t i = out_.files.size(); i-- > 1;) {
    std::uint64_t& first_lsn = out_.files[i - 1].first_lsn;
    if (first_lsn == kNoLimit) first_lsn = out_.files[i].first_lsn;
  }
  return {};
}

// Reads the header. If it is damaged or another file's (the file was about to be recycled), the
// first record tells where the file begins. A file with neither begins after all others.
Result<std::optional<JournalFile>> Replayer::open_file(const FileName& name, std::uint64_t bytes) {
  JournalFile out{name.number, kNoLimit, bytes, false};
  auto opened = files_.open(name.path());
  if (!opened) return opened.error();
  const ReadableFile& file = **opened;
  std::string start(std::min(bytes, kJournalHeaderBytes), '\0');
  if (read_patiently(file, 0, start)) {
    const auto header = decode_journal_header(start);
    if (header && header->number == name.number) {
      out.first_lsn = header->first_lsn;
      return std::optional(out);
    }
    if (!header && header.error().code == ErrorCode::unsupported) {
      return header.error().within(name.path());
    }
    if (!header) headless_.insert(name.number);
  } else {
    headless_.insert(name.number);
  }
  JournalScanner scanner(file, name.number);
  out.damaged = true;
  if (const auto record = scanner.find(kJournalHeaderBytes, 0)) out.first_lsn = record->header.lsn;
  return std::optional(out);
}

Result<void> Replayer::replay_file(JournalFile& file, std::uint64_t limit) {
  if (file.first_lsn == kNoLimit) {
    // The file had a header when it got its name; how many records it lost is unknown.
    if (headless_.contains(file.number)) lose(expected_, expected_ + 1, file);
    return {};
  }
  if (file.first_lsn > expected_) {
    lose(expected_, file.first_lsn, file);
    expected_ = file.first_lsn;
  }
  FORTNIGHT_ASSIGN(const auto opened,
                   files_.open(FileName{FileKind::journal, file.number, 0}.path()));
  JournalScanner scanner(*opened, file.number);
  std::uint64_t at = file.first_lsn;
  std::uint64_t offset = kJournalHeaderBytes;
  while (at < limit) {
    auto record = scanner.at(offset);
    if (!record || record->header.lsn != at) {
      record = scanner.find(offset, at);
      std::uint64_t readable = 0;
      if (!record || record->header.lsn >= limit) break;
      if (record->header.lsn > expected_) {
        if (!was_durable(scanner, *record, limit, readable)) {
          out_.discarded_records += readable;
          break;
        }
        lose(expected_, record->header.lsn, file);
        expected_ = record->header.lsn;
      }
      at = record->header.lsn;
    }
    if (at >= expected_) {
      FORTNIGHT_TRY(deliver(*record, file));
      expected_ = at + 1;
    }
    ++at;
    offset = record->offset + record->header.size();
  }
  if (scanner.read_errors() != 0) {
    out_.read_errors += scanner.read_errors();
    file.damaged = true;
  }
  if (limit != kNoLimit && expected_ < limit) {
    lose(expected_, limit, file);
    expected_ = limit;
  }
  return {};
}

// A file that must exist and is missing had records, or was about to get some.
void Replayer::check_reach() {
  const auto named = std::find_if(out_.files.begin(), out_.files.end(),
                                  [&](const auto& file) { return file.number == reach_.file; });
  const bool gone = reach_.file != 0 && named == out_.files.end();
  // The number of a missing file is not reused.
  out_.next_number = std::max(out_.next_number, reach_.file + 1);
  const std::uint64_t end = std::max(reach_.lsn + 1, expected_ + (gone ? 1 : 0));
  const std::uint64_t last = out_.files.empty() ? 0 : out_.files.back().number;
  if (reach_.unknown) out_.lost_from.insert(last);
  if (expected_ >= end) return;
  if (named != out_.files.end()) {
    lose(expected_, end, *named);
  } else {
    lose(expected_, end, reach_.file != 0 ? reach_.file : last);
  }
  expected_ = end;
}

bool Replayer::was_durable(JournalScanner& scanner, const JournalScanner::Record& next,
                           std::uint64_t limit, std::uint64_t& readable) const {
  // A file ends only after everything before the next file's first record is durable.
  if (limit != kNoLimit || reach_.lsn >= expected_) return true;
  std::optional<JournalScanner::Record> record = next;
  while (record) {
    if (record->header.synced_lsn >= expected_) return true;
    ++readable;
    record = scanner.find(record->offset + record->header.size(), record->header.lsn + 1);
  }
  return false;
}

Result<void> Replayer::deliver(const JournalScanner::Record& record, JournalFile& file) {
  auto payload = record_payload(record.header, record.bytes);
  auto done = payload ? visit_(record.header.lsn, *payload) : Result<void>(payload.error());
  if (done) {
    ++out_.records;
  } else if (done.error().code == ErrorCode::corrupt) {
    lose(record.header.lsn, record.header.lsn + 1, file);
  } else {
    return done.error();
  }
  return {};
}

}  // namespace

Result<JournalReplay> replay_journal(FileSystem& files, std::optional<std::uint64_t> covered_lsn,
                                     const JournalReach& reach, const RecordVisitor& visit) {
  return Replayer(files, covered_lsn, reach, visit).run();
}

}  // namespace fortnight::storage
