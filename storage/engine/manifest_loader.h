#pragma once

#include <cstdint>

#include "storage/engine/manifest.h"
#include "storage/files/file_system.h"

namespace fortnight::storage {

struct LoadedManifests {
  Manifest current;                     // generation 0: there is none that can be read
  Manifest previous;                    // the one before it; generation 0: there is none
  std::uint64_t newest_generation = 0;  // of those that are there, whether they can be read or not
  std::uint64_t damaged = 0;
  // Whether all is there that a store keeps: its newest two generations, once it has had two.
  [[nodiscard]] bool all_there() const {
    return damaged == 0 && (previous.generation != 0 || current.generation <= 1);
  }
};

// The newest two manifests that can be read. Damaged ones are set aside. Fails where one is of a
// newer version of the program, or where files can't be read at all.
Result<LoadedManifests> load_manifests(FileSystem& files);

}  // namespace fortnight::storage
