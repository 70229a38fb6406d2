// The files that a command works on: one file, or all live files of a data directory.
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "storage/files/file_system.h"
#include "storage/repair/inspection.h"

namespace fortnight::segment {

using storage::StoredFile;

struct Target {
  std::unique_ptr<storage::FileSystem> files;
  storage::Inspection store;  // of a file alone: without a manifest
};

bool is_directory(const std::string& path);

// `path` is a part, a segment, a rollup, or a data directory. Damaged files of a directory are in
// `store.opened`; the error is for a target that is none, or a damaged file alone.
Result<Target> open_target(const std::string& path);

// ErrorCode::not_found if `path` isn't a directory with a manifest.
Result<void> check_data_directory(const std::string& path);

// What is wrong with a file that can't be opened, and whether repair can help.
std::string trouble_of(const StoredFile& file);
std::string with_advice(const std::string& message, storage::Salvageable salvageable);

}  // namespace fortnight::segment
