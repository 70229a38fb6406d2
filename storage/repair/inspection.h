// Opens a store's files, damaged ones included, to inspect them.
//
// An engine may be running on the store. It never changes live files but may remove them, so all
// are opened at once. If one is already removed, a newer manifest exists and is read instead.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "storage/engine/manifest_file.h"
#include "storage/files/block_cache.h"
#include "storage/files/file_system.h"
#include "storage/part/file.h"
#include "storage/part/part.h"
#include "storage/repair.h"
#include "storage/rollup/rollup.h"

namespace fortnight::storage {

struct StoredFile {
  std::string path;  // relative to the store's directory
  std::uint64_t bytes = 0;
  // One of the two is set, unless the file can't be opened.
  std::shared_ptr<const PartFile> part;
  std::shared_ptr<const RollupReader> rollup;
  std::shared_ptr<const PartReader> calls;  // set with `part`; erased ones included
  ErasedRows erased;                        // rows of a live part
  std::optional<Error> error;
  // With `error`: the file is intact, but isn't the one in the manifest.
  bool is_another = false;
  // With `error`: the readable rest of a damaged part or segment.
  std::shared_ptr<const PartFile> remains;

  [[nodiscard]] Salvageable salvageable() const;
};

struct Inspection {
  LoadedManifests manifests;       // empty for a single file
  std::vector<StoredFile> opened;  // parts by day, then rollups by day

  [[nodiscard]] const Manifest& manifest() const { return manifests.current; }
};

// Loads the newest two manifests, also while an engine publishes others. ErrorCode::not_found if
// there are none.
Result<LoadedManifests> load_manifests_beside_engine(FileSystem& files);

// Opens the parts and rollups of the newest manifest. Files that can't be opened are listed in
// `opened`; an error means that no manifest is readable.
Result<Inspection> inspect(FileSystem& files);

// Opens a single part, segment or rollup under any name. Damage is reported in the file's `error`.
StoredFile inspect_file(FileSystem& files, const std::string& path);

// Verifies an open file completely; returns one text per problem.
std::vector<std::string> problems_of(const StoredFile& file);

// Opens a lost file that is in the store's quarantine, if it is there.
std::optional<StoredFile> open_quarantined(FileSystem& files, const Manifest& manifest,
                                           const FileName& name);

}  // namespace fortnight::storage
