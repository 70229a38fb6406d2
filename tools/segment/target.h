// What a command looks at: one file, or all files that are live in a data directory.
//
// A daemon may be running on the directory. It never changes a live file and may remove one at any
// time; so all are opened at once, and if one is gone by then, its successors are named by a newer
// manifest, which is read instead.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "storage/engine/manifest.h"
#include "storage/files/block_cache.h"
#include "storage/files/file_system.h"
#include "storage/part/file.h"
#include "storage/part/part.h"
#include "storage/rollup/rollup.h"

namespace fortnight::segment {

struct StoredFile {
  std::string path;  // relative to the directory
  std::uint64_t bytes = 0;
  // One of the two is there, unless the file can't be opened.
  std::shared_ptr<const storage::PartFile> part;
  std::shared_ptr<const storage::RollupReader> rollup;
  std::shared_ptr<const storage::PartReader> calls;  // with `part`
  std::optional<Error> error;
  // With an error: it is sound, and another file than the manifest names.
  bool is_another = false;
  // With an error: of a damaged part or segment, what calls can be saved from.
  std::shared_ptr<const storage::PartFile> remains;

  // What is wrong with it, and whether repair can help.
  [[nodiscard]] std::string trouble() const;
};

struct Target {
  std::unique_ptr<storage::FileSystem> files;
  std::optional<storage::Manifest> manifest;  // of a data directory
  std::vector<StoredFile> opened;             // parts by day, then rollups by day
};

// `path` is a part, a segment, a rollup, or a data directory. Files that can't be opened are told
// in `opened`; the error is for a target that is none.
Result<Target> open_target(const std::string& path);

// The newest of the directory that can be read.
Result<storage::Manifest> newest_manifest(storage::FileSystem& files);

// ErrorCode::not_found where `path` is no directory with a manifest in it.
Result<void> check_data_directory(const std::string& path);

// A file that was live and is lost, where the quarantine of the target has it.
std::optional<StoredFile> open_quarantined(const Target& target, const storage::FileName& name);

}  // namespace fortnight::segment
