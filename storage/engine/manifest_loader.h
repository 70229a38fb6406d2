#pragma once

#include <cstdint>

#include "storage/engine/manifest.h"
#include "storage/files/file_system.h"

namespace fortnight::storage {

struct LoadedManifests {
  Manifest current;                     // generation 0: none is readable
  Manifest previous;                    // the one before it; generation 0: none
  std::uint64_t newest_generation = 0;  // of the existing manifests, readable or not
  std::uint64_t damaged = 0;
  // Whether both generations exist that a store keeps, once it has had two.
  [[nodiscard]] bool all_there() const {
    return damaged == 0 && (previous.generation != 0 || current.generation <= 1);
  }
};

// Loads the newest two readable manifests and sets damaged ones aside. Fails if a newer version of
// the program wrote one, or if files can't be read at all.
Result<LoadedManifests> load_manifests(FileSystem& files);

}  // namespace fortnight::storage
