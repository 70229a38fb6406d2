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

#include "storage/base/error.h"
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
  std::optional<storage::Error> error;
};

struct Target {
  std::unique_ptr<storage::FileSystem> files;
  std::optional<storage::Manifest> manifest;  // of a data directory
  std::vector<StoredFile> opened;             // parts by day, then rollups by day
};

// `path` is a part, a segment, a rollup, or a data directory. Files that can't be opened are told
// in `opened`; the error is for a target that is none.
storage::Result<Target> open_target(const std::string& path);

}  // namespace fortnight::segment
