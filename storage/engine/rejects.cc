#include "storage/engine/rejects.h"

#include <lz4.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/checksum.h"
#include "base/require.h"
#include "storage/journal/record.h"
#include "storage/packing/compression.h"
#include "storage/packing/limits.h"

namespace fortnight::storage {
namespace {

// magic, version, incompatible features, uncompressed size, LZ4 block, checksum of all before.
constexpr std::uint32_t kRejectsVersion = 1;
constexpr std::size_t kHeaderBytes = 24;
constexpr std::size_t kRejectsChecksumBytes = 8;

std::string decompressed(std::string_view stored, std::uint64_t raw_bytes) {
  std::string raw(raw_bytes, '\0');
  const int length = LZ4_decompress_safe(stored.data(), raw.data(), static_cast<int>(stored.size()),
                                         static_cast<int>(raw.size()));
  return length == static_cast<int>(raw.size()) ? raw : std::string();
}

}  // namespace

std::size_t memory_of(std::span<const Reject> rejects) {
  std::size_t bytes = 0;
  for (const Reject& reject : rejects) {
    bytes += sizeof(Reject) + reject.bytes.size() + reject.detail.size();
  }
  return bytes;
}

std::size_t memory_of(const RejectBatches& batches) {
  std::size_t bytes = 0;
  for (const auto& batch : batches) bytes += memory_of(batch->rejects);
  return bytes;
}

Result<WrittenRejects> write_rejects(FileSystem& files, const std::string& path,
                                     std::span<const std::shared_ptr<const RejectBatch>> rejects,
                                     const RejectCounts& counts) {
  std::uint64_t size = 0;
  for (const auto& batch : rejects) {
    FORTNIGHT_REQUIRE(batch->first_number == rejects.front()->first_number + size);
    size += batch->rejects.size();
  }
  std::string raw;
  ByteWriter raw_out(raw);
  raw_out.varint(size);
  for (const auto& batch : rejects) {
    for (const Reject& reject : batch->rejects) encode_reject(reject, raw_out);
  }
  raw_out.varint(rejects.empty() ? counts.total() : rejects.front()->first_number);
  counts.encode(raw_out);

  std::string bytes;
  ByteWriter out(bytes);
  out.bytes(kRejectsMagic);
  out.u32(kRejectsVersion);
  out.u32(0);  // incompatible feature bits
  out.u64(raw.size());
  bytes.resize(kHeaderBytes +
               static_cast<std::size_t>(LZ4_compressBound(static_cast<int>(raw.size()))));
  const int stored =
      LZ4_compress_default(raw.data(), bytes.data() + kHeaderBytes, static_cast<int>(raw.size()),
                           static_cast<int>(bytes.size() - kHeaderBytes));
  bytes.resize(kHeaderBytes + static_cast<std::size_t>(stored));
  const std::uint64_t checksum = checksum64(bytes);
  out.u64(checksum);

  FORTNIGHT_ASSIGN(const std::unique_ptr<WritableFile> file, files.create(path));
  FORTNIGHT_TRY(file->write(0, bytes));
  FORTNIGHT_TRY(file->sync());
  return WrittenRejects{bytes.size(), checksum};
}

Result<RejectsFile> RejectsFile::read(FileSystem& files, const std::string& path) {
  FORTNIGHT_ASSIGN(const std::string bytes, read_whole(files, path, kMaxJournalRecord));
  if (bytes.size() < kHeaderBytes + kRejectsChecksumBytes || !bytes.starts_with(kRejectsMagic)) {
    return corrupt(path + ": no header");
  }
  const std::string_view body =
      std::string_view(bytes).substr(0, bytes.size() - kRejectsChecksumBytes);
  const std::uint64_t checksum = checksum64(body);
  if (ByteReader(std::string_view(bytes).substr(body.size())).u64() != checksum) {
    return corrupt(path + ": the checksum is wrong");
  }
  ByteReader header(body.substr(kRejectsMagic.size()));
  const std::uint32_t version = header.u32();
  if (header.u32() != 0 || version != kRejectsVersion) {
    return Error{ErrorCode::unsupported, path + ": written by a newer version"};
  }
  const std::uint64_t raw_bytes = header.u64();
  const std::string_view stored = body.substr(kHeaderBytes);
  if (raw_bytes > kMaxJournalRecord || raw_bytes > stored.size() * kLz4MaxRatio) {
    return corrupt(path + ": it claims to be larger than it can be");
  }
  RejectsFile file;
  file.bytes_ = bytes.size();
  file.checksum_ = checksum;
  file.raw_ = decompressed(stored, raw_bytes);
  if (file.raw_.empty()) return corrupt(path + ": can't be decompressed");
  ByteReader in(file.raw_);
  file.size_ = in.count(kLeastReject);
  for (std::uint64_t i = 0; i < file.size_ && in.ok(); ++i) skip_reject(in);
  if (in.remaining() > 0) {
    file.first_number_ = in.varint();
    file.counts_ = RejectCounts::decode(in);
  }
  if (!in.ok()) return corrupt(path + ": it ends too early");
  return file;
}

void RejectsFile::for_each(const std::function<bool(Reject&& reject)>& visit) const {
  ByteReader in(raw_);
  for (std::uint64_t left = in.count(kLeastReject); left > 0; --left) {
    if (!visit(decode_reject(in))) return;
  }
}

TimeNs RejectsFile::newest() const {
  TimeNs newest = kMinTime;
  for_each([&](const Reject& reject) {
    newest = std::max(newest, reject.at);
    return true;
  });
  return newest;
}

Result<std::vector<Reject>> read_rejects(FileSystem& files, const std::string& path) {
  FORTNIGHT_ASSIGN(const RejectsFile file, RejectsFile::read(files, path));
  std::vector<Reject> rejects;
  rejects.reserve(file.size());
  file.for_each([&](Reject&& reject) {
    rejects.push_back(std::move(reject));
    return true;
  });
  return rejects;
}

}  // namespace fortnight::storage
