#include "storage/journal/journal.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "storage/files/file_names.h"
#include "storage/files/quarantine.h"
#include "storage/journal/format.h"
#include "storage/packing/limits.h"

namespace fortnight::storage {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Unsynced records are kept in memory, in case the disk is full when they are synced. Past this
// size, append() syncs by itself.
constexpr std::uint64_t kMaxUnsyncedBytes = 8U << 20;
// If an append, or all appends between two syncs, reach this size, calls arrive faster than they
// can be taken in. Then the processor is the bottleneck, and LZ4 would take a tenth of it. So such
// records are compressed only if the disk is slow.
constexpr std::uint64_t kLarge = 512U << 10;
constexpr double kSlowBytesPerSecond = 100e6;
// Spare files that are kept for reuse: as many as one flush under full load releases.
constexpr std::size_t kMostSpares = 3;

std::string journal_path(std::uint64_t number) {
  return FileName{FileKind::journal, number, 0}.path();
}

std::string temporary_path(std::uint64_t number) {
  return journal_path(number) + std::string(kTemporarySuffix);
}

// Creates a file of zeros. Removes it again on failure.
Result<void> make_zeros(FileSystem& files, const std::string& path, std::uint64_t bytes) {
  FORTNIGHT_ASSIGN(const std::unique_ptr<WritableFile> file, files.create(path));
  auto done = file->preallocate(bytes);
  if (!done) (void)files.remove(path);
  return done;
}

}  // namespace

Journal::Journal(FileSystem& file_system, std::uint64_t file_bytes, std::vector<JournalFile> files,
                 std::uint64_t next_number, std::uint64_t next_lsn)
    : files_(file_system),
      file_bytes_(file_bytes),
      mark_(file_system),
      live_(files.begin(), files.end()),
      next_number_(next_number),
      next_lsn_(next_lsn),
      synced_lsn_(next_lsn - 1) {}

Result<std::uint64_t> Journal::append(JournalBytes payload) {
  if (payload.size() > kMaxJournalRecord) {
    return Error{ErrorCode::limit,
                 "journal: a record of " + std::to_string(payload.size()) + " bytes"};
  }
  const MutexLock lock(mutex_);
  if (fatal_) return *fatal_;
  JournalBytes record = std::move(payload);
  const bool busy = busy_ || record.size() >= kLarge;
  make_record(record, next_lsn_, synced_lsn_, !busy || slow_disk_);
  const bool full = current_ && current_->offset + record.size() > current_->bytes;
  if (full || unsynced_bytes_ > kMaxUnsyncedBytes) FORTNIGHT_TRY(sync_locked());
  if (!current_ || full) FORTNIGHT_TRY(next_file(record.size()));
  FORTNIGHT_TRY(write(record));
  unsynced_bytes_ += record.size();
  unsynced_.push_back(std::move(record));
  return next_lsn_++;
}

Result<void> Journal::sync() {
  const MutexLock lock(mutex_);
  if (fatal_) return *fatal_;
  return sync_locked();
}

Result<void> Journal::write(JournalBytes& record) {
  Current& current = *current_;
  seal_record(record, current.number);
  const auto put = [&](std::string_view piece, std::uint64_t at) {
    return piece.empty() ? Result<void>() : current.file->write(current.offset + at, piece);
  };
  // The front with the header is written last, so that a record whose write failed is never valid.
  // Otherwise its missing bytes might be zeros, which the file has there already.
  auto done = put(record.shared, record.front.size());
  if (done) done = put(record.back, record.front.size() + record.shared.size());
  if (done) done = put(record.front, 0);
  if (!done) return failed(done.error());
  current.offset += record.size();
  return {};
}

Result<void> Journal::sync_locked() {
  if (unsynced_.empty()) return {};
  if (!current_) FORTNIGHT_TRY(next_file(0));
  const auto before = SteadyClock::now();
  if (auto done = current_->file->sync(); !done) return failed(done.error());
  busy_ = unsynced_bytes_ >= kLarge;
  if (busy_) {
    const std::chrono::duration<double> took = SteadyClock::now() - before;
    slow_disk_ = static_cast<double>(unsynced_bytes_) < kSlowBytesPerSecond * took.count();
  }
  synced_lsn_ = next_lsn_ - 1;
  mark_.note({.file = current_->number, .lsn = synced_lsn_});
  unsynced_.clear();
  unsynced_bytes_ = 0;
  return {};
}

Error Journal::failed(Error error) {
  if (current_) live_.back().failed = true;
  current_.reset();
  if (error.code != ErrorCode::no_space) fatal_ = error.within("journal");
  return error;
}

Result<void> Journal::next_file(std::uint64_t bytes) {
  current_.reset();
  const std::uint64_t needed = kJournalHeaderBytes + unsynced_bytes_ + bytes;
  const std::uint64_t first_lsn = next_lsn_ - unsynced_.size();
  auto made = make_file(next_number_++, first_lsn, std::max(file_bytes_, needed));
  if (!made) return failed(made.error());
  current_ = std::move(*made);
  live_.push_back({current_->number, first_lsn, current_->bytes, false});
  // Acknowledging records of a file that the mark doesn't name would hide the file's loss.
  auto kept = mark_.keep({.file = current_->number, .lsn = first_lsn - 1});
  if (!kept) return failed(kept.error());
  for (JournalBytes& record : unsynced_) FORTNIGHT_TRY(write(record));
  return {};
}

// A spare is used once: after a failed rename its name is unknown.
std::optional<Journal::Spare> Journal::take_spare(std::uint64_t bytes) {
  if (spares_.empty() || spares_.back().bytes < bytes) return std::nullopt;
  const Spare spare = std::move(spares_.back());
  spares_.pop_back();
  return spare;
}

Result<Journal::Current> Journal::make_file(std::uint64_t number, std::uint64_t first_lsn,
                                            std::uint64_t bytes) {
  const std::string temporary = temporary_path(number);
  std::unique_ptr<WritableFile> file;
  const std::optional<Spare> spare = take_spare(bytes);
  if (spare && files_.rename(spare->path, temporary)) {
    bytes = spare->bytes;
    FORTNIGHT_ASSIGN(file, files_.open_for_overwrite(temporary));
  } else {
    // The appending thread must not wait until zeros are on the disk.
    FORTNIGHT_ASSIGN(file, files_.create(temporary));
    if (auto done = file->reserve(bytes); !done) {
      (void)files_.remove(temporary);
      return done.error();
    }
  }
  FORTNIGHT_TRY(file->write(0, encode_journal_header({number, first_lsn})));
  FORTNIGHT_TRY(file->sync());
  FORTNIGHT_TRY(files_.rename(temporary, journal_path(number)));
  FORTNIGHT_TRY(files_.sync_directory(""));
  return Current{std::move(file), number, bytes, kJournalHeaderBytes};
}

void Journal::release(std::uint64_t lsn) {
  const MutexLock lock(mutex_);
  while (!live_.empty()) {
    const bool last = live_.size() == 1;
    if (last && current_) return;
    const std::uint64_t end = last ? next_lsn_ - unsynced_.size() : live_[1].first_lsn;
    if (end > lsn + 1) return;
    const JournalFile file = live_.front();
    live_.pop_front();
    retire(file);
  }
}

void Journal::retire(const JournalFile& file) {
  const std::string path = journal_path(file.number);
  // The mark must not name a removed file. If the mark can't be replaced, the file stays.
  if (file.number == mark_.file() && !mark_.keep({.lsn = synced_lsn_})) {
    if (file.number < forgotten_below_) unremoved_.push_back(path);
    return;
  }
  if (file.number < forgotten_below_) {
    remove_forgotten(path);
  } else if (file.damaged) {
    set_aside(files_, path);
  } else if (!file.failed && spares_.size() < kMostSpares && file.bytes == file_bytes_) {
    spares_.push_back({path, file.bytes});
  } else {
    (void)files_.remove(path);
  }
}

void Journal::remove_forgotten(const std::string& path) {
  const auto removed = files_.remove(path);
  if (!removed && removed.error().code != ErrorCode::not_found) unremoved_.push_back(path);
}

void Journal::forget() {
  const MutexLock lock(mutex_);
  forgotten_below_ = next_number_;
  for (const Spare& spare : std::exchange(spares_, {})) remove_forgotten(spare.path);
  end_forgotten();
}

// The next record goes to a new file. If the current one can't be synced, it is as before.
void Journal::end_forgotten() {
  if (!current_ || current_->number >= forgotten_below_) return;
  if (!fatal_ && sync_locked()) current_.reset();
}

bool Journal::holds_forgotten() {
  const MutexLock lock(mutex_);
  end_forgotten();
  for (const std::string& path : std::exchange(unremoved_, {})) {
    const auto number = FileName::parse(path);
    // As in retire(): the mark must not name a removed file.
    const bool marked = number && number->kind == FileKind::journal &&
                        number->number == mark_.file() && !mark_.keep({.lsn = synced_lsn_});
    if (marked) {
      unremoved_.push_back(path);
    } else {
      remove_forgotten(path);
    }
  }
  const std::uint64_t below = forgotten_below_;
  return !unremoved_.empty() || std::any_of(live_.begin(), live_.end(), [below](const auto& file) {
    return file.number < below;
  });
}

Result<void> Journal::prepare() {
  std::string path;
  {
    const MutexLock lock(mutex_);
    if (fatal_ || !spares_.empty() || !current_ || current_->offset < current_->bytes / 2)
      return {};
    path = temporary_path(next_number_++);
  }
  FORTNIGHT_TRY(make_zeros(files_, path, file_bytes_));
  const MutexLock lock(mutex_);
  if (!spares_.empty()) return files_.remove(path);
  spares_.push_back({path, file_bytes_});
  return {};
}

Result<void> Journal::end() {
  const MutexLock lock(mutex_);
  return mark_.keep({.lsn = synced_lsn_});
}

Result<void> Journal::make_mark() {
  const MutexLock lock(mutex_);
  return mark_.exists() ? Result<void>() : mark_.keep({.lsn = synced_lsn_});
}

Journal::State Journal::state() const {
  const MutexLock lock(mutex_);
  return {current_ ? current_->number : 0, synced_lsn_, mark_.exists()};
}

std::optional<Error> Journal::failure() const {
  const MutexLock lock(mutex_);
  return fatal_;
}

std::uint64_t Journal::synced_lsn() const {
  const MutexLock lock(mutex_);
  return synced_lsn_;
}

std::uint64_t Journal::bytes() const {
  const MutexLock lock(mutex_);
  std::uint64_t bytes = 0;
  for (const Spare& spare : spares_) bytes += spare.bytes;
  for (const JournalFile& file : live_) bytes += file.bytes;
  return bytes;
}

}  // namespace fortnight::storage
