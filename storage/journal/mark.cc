#include "storage/journal/mark.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/checksum.h"
#include "storage/files/file_names.h"

namespace fortnight::storage {
namespace {

constexpr std::string_view kMarkMagic = "FNJRMARK";
constexpr std::size_t kSlotBytes = 32;
// The slots are in different sectors. A sector is written atomically: a power cut leaves a slot old
// or new.
constexpr std::uint64_t kNotedAt = 512;

std::string encode(const JournalReach& reach) {
  std::string slot;
  ByteWriter out(slot);
  out.bytes(kMarkMagic);
  out.u64(reach.file);
  out.u64(reach.lsn);
  out.u64(checksum64(slot));
  return slot;
}

std::optional<JournalReach> read_slot(const ReadableFile& file, std::uint64_t offset) {
  std::string slot(kSlotBytes, '\0');
  if (!read_patiently(file, offset, slot)) return std::nullopt;
  ByteReader in(slot);
  if (in.bytes(kMarkMagic.size()) != kMarkMagic) return std::nullopt;
  JournalReach reach;
  reach.file = in.u64();
  reach.lsn = in.u64();
  const std::string_view checked(slot.data(), slot.size() - in.remaining());
  if (in.u64() != checksum64(checked)) return std::nullopt;
  return reach;
}

std::string path() { return std::string(kJournalMarkFile); }

}  // namespace

std::optional<JournalReach> read_journal_mark(FileSystem& files) {
  // One failed read may pass; giving up on the mark would make answers partial.
  constexpr int kTries = 3;
  auto file = files.open(path());
  for (int left = kTries - 1; !file && file.error().code == ErrorCode::io && left > 0; --left) {
    file = files.open(path());
  }
  if (!file) return std::nullopt;
  std::optional<JournalReach> durable = read_slot(**file, 0);
  const std::optional<JournalReach> noted = read_slot(**file, kNotedAt);
  if (!durable) return noted;
  if (noted) durable->lsn = std::max(durable->lsn, noted->lsn);
  return durable;
}

JournalMark::JournalMark(FileSystem& files) : files_(files), durable_(read_journal_mark(files)) {}

Result<void> JournalMark::keep(const JournalReach& reach) {
  file_.reset();
  std::string bytes = encode(reach);
  bytes.resize(kNotedAt);
  bytes += encode(reach);
  FORTNIGHT_TRY(write_atomically(files_, path(), bytes));
  durable_ = reach;
  if (auto file = files_.open_for_overwrite(path())) file_ = std::move(*file);
  return {};
}

void JournalMark::note(const JournalReach& reach) {
  if (file_ != nullptr && !file_->write(kNotedAt, encode(reach))) file_.reset();
}

}  // namespace fortnight::storage
