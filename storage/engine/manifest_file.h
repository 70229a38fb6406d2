// Loads and publishes manifests.
#pragma once

#include <cstdint>
#include <vector>

#include "base/error.h"
#include "storage/engine/manifest.h"
#include "storage/files/file_system.h"

namespace fortnight::storage {

struct DamagedManifest {
  std::uint64_t generation = 0;
  Error error;
};

struct LoadedManifests {
  Manifest current;                      // generation 0: none is readable
  Manifest previous;                     // the one before it; generation 0: none
  std::uint64_t newest_generation = 0;   // of the existing manifests, readable or not
  std::vector<DamagedManifest> damaged;  // those newer than `previous`
  // Whether both generations exist that a store keeps, once it has had two.
  [[nodiscard]] bool all_there() const {
    return damaged.empty() && (previous.generation != 0 || current.generation <= 1);
  }
};

// Generations of the existing manifests, readable or not; newest first.
Result<std::vector<std::uint64_t>> manifest_generations(FileSystem& files);

// Loads the newest two readable manifests, without changes. Fails with ErrorCode::unsupported if a
// newer version of the program wrote one, with ErrorCode::io if none is readable and one can't be
// opened, and with ErrorCode::not_found if a running engine removed one meanwhile.
Result<LoadedManifests> load_manifests(FileSystem& files);

// Makes `manifest` the newest one of the store, durably and atomically. Requires that its
// generation is above those of all existing manifests and that its files are synced. Syncs their
// directories.
Result<void> publish_manifest(FileSystem& files, const Manifest& manifest);

}  // namespace fortnight::storage
