// Files of rejected lines with their reasons, kept until they are old or take too much space. Each
// file also has the counts of all rejects up to its own last one; those of the newest file are the
// store's.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "storage/engine/reject_counts.h"
#include "storage/files/file_system.h"
#include "storage/reject.h"

namespace fortnight::storage {

// The rejects of one append. Immutable: it shares nothing that changes.
struct RejectBatch {
  std::uint64_t first_number = 0;
  std::vector<Reject> rejects;
};
using RejectBatches = std::vector<std::shared_ptr<const RejectBatch>>;

// Bytes of memory that the rejects take.
[[nodiscard]] std::size_t memory_of(std::span<const Reject> rejects);
[[nodiscard]] std::size_t memory_of(const RejectBatches& batches);

inline constexpr std::string_view kRejectsMagic = "FNREJECT";

// The most bytes of rejects in one file, before compression; a query holds one file at a time. A
// larger flush writes several files.
inline constexpr std::size_t kRejectsFileBytes = 4U << 20;

struct WrittenRejects {
  std::uint64_t bytes = 0;
  std::uint64_t checksum = 0;  // of all bytes before the checksum itself
};

// Writes and syncs a file at its final path. It is live once the manifest names it. The numbers of
// `rejects` must be consecutive. `rejects` may be empty: then the file only has counts.
Result<WrittenRejects> write_rejects(FileSystem& files, const std::string& path,
                                     std::span<const std::shared_ptr<const RejectBatch>> rejects,
                                     const RejectCounts& counts);

// A file of rejects in memory, decompressed and checked.
class RejectsFile {
 public:
  static Result<RejectsFile> read(FileSystem& files, const std::string& path);

  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  [[nodiscard]] std::uint64_t checksum() const { return checksum_; }
  // The newest instant of its rejects; kMinTime if it has none.
  [[nodiscard]] TimeNs newest() const;
  // The number of its first reject. Absent in files of older versions.
  [[nodiscard]] std::optional<std::uint64_t> first_number() const { return first_number_; }
  // Visits the rejects in the order of arrival until `visit` returns false.
  void for_each(const std::function<bool(Reject&& reject)>& visit) const;
  // Absent in files of older versions.
  [[nodiscard]] const std::optional<RejectCounts>& counts() const { return counts_; }

 private:
  RejectsFile() = default;

  std::string raw_;
  std::uint64_t size_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t checksum_ = 0;
  std::optional<std::uint64_t> first_number_;
  std::optional<RejectCounts> counts_;
};

// All rejects of a file.
Result<std::vector<Reject>> read_rejects(FileSystem& files, const std::string& path);

}  // namespace fortnight::storage
