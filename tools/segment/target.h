// The files that a command works on: one file, or all live files of a data directory.
//
// A daemon may be running on the directory. It never changes live files but may remove them, so all
// are opened at once. If one is already removed, a newer manifest exists and is read instead.
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
  // One of the two is set, unless the file can't be opened.
  std::shared_ptr<const storage::PartFile> part;
  std::shared_ptr<const storage::RollupReader> rollup;
  std::shared_ptr<const storage::PartReader> calls;  // set with `part`
  std::optional<Error> error;
  // With `error`: the file is intact, but isn't the one in the manifest.
  bool is_another = false;
  // With `error`: the readable rest of a damaged part or segment.
  std::shared_ptr<const storage::PartFile> remains;

  // What is wrong with the file, and whether repair can help.
  [[nodiscard]] std::string trouble() const;
};

struct Target {
  std::unique_ptr<storage::FileSystem> files;
  std::optional<storage::Manifest> manifest;  // for a data directory
  std::vector<StoredFile> opened;             // parts by day, then rollups by day
};

// `path` is a part, a segment, a rollup, or a data directory. Files that can't be opened are listed
// in `opened`; an error means that `path` is none of these.
Result<Target> open_target(const std::string& path);

// The newest readable manifest of the directory.
Result<storage::Manifest> newest_manifest(storage::FileSystem& files);

// ErrorCode::not_found if `path` isn't a directory with a manifest.
Result<void> check_data_directory(const std::string& path);

// Opens a lost file that is in the target's quarantine, if it is there.
std::optional<StoredFile> open_quarantined(const Target& target, const storage::FileName& name);

}  // namespace fortnight::segment
