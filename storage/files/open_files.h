// Files that are open for reading, with a bound on their descriptors. Counts are kept for ever, a
// file or two a day, and most are hardly ever read. A descriptor is opened when its file is read,
// and the least recently used is closed when there are too many.
//
// As in POSIX, an open file outlives its name: a file that is about to lose its name gets a
// descriptor and keeps it. If a file without a descriptor has lost its name, or another file has
// it, reading is ErrorCode::corrupt.
//
// Thread-safe. The files that it has opened keep it alive.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "base/descriptor.h"
#include "base/error.h"
#include "base/mutex.h"
#include "storage/files/file_system.h"
#include "storage/files/root_directory.h"

namespace fortnight::storage {

class OpenFiles : public std::enable_shared_from_this<OpenFiles> {
 public:
  // Beyond `most`, only files that are being read or have lost their name are open.
  OpenFiles(std::shared_ptr<const RootDirectory> root, std::size_t most)
      : root_(std::move(root)), limit_(most) {}

  Result<std::unique_ptr<ReadableFile>> open(const std::string& path);
  // Must be called before `path` is removed, renamed or replaced.
  void keep_without_name(const std::string& path);

 private:
  class File;
  // The path and what identifies the file don't change; the mutex guards the rest.
  struct Place {
    std::string path;
    std::uint64_t size = 0;
    dev_t device = 0;
    ino_t inode = 0;
    std::shared_ptr<const Descriptor> descriptor;
    bool nameless = false;           // keeps its descriptor until the file is closed
    std::list<Place*>::iterator at;  // in recent_, if it has both a descriptor and a name
  };
  using Opened = Result<std::shared_ptr<const Descriptor>>;

  Opened descriptor(Place& place);
  void forget(Place& place);
  Opened open_descriptor(const std::string& path) REQUIRES(mutex_);
  Opened reopen(const Place& place) REQUIRES(mutex_);
  void hold(Place& place, std::shared_ptr<const Descriptor> descriptor) REQUIRES(mutex_);
  bool close_all() REQUIRES(mutex_);  // whether there were any

  const std::shared_ptr<const RootDirectory> root_;
  const std::size_t limit_;
  Mutex mutex_;
  std::list<Place*> recent_ GUARDED_BY(mutex_);  // most recently used first
  std::multimap<std::string, Place*> places_ GUARDED_BY(mutex_);
};

}  // namespace fortnight::storage
