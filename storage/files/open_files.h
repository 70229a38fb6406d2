// The files that are read, of which only so many hold a descriptor at a time: counts are kept for
// ever, a file or two a day, and most are hardly ever read. A descriptor is opened when its file is
// read, and closed, least recently used first, when there are too many.
//
// What is open outlives its name all the same, as POSIX has it: a file that is about to lose its
// name is given a descriptor, and keeps it. A name that leads to another file, or nowhere, without
// that is ErrorCode::corrupt.
//
// Thread-safe. The files that it has opened keep it alive.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/descriptor.h"
#include "base/error.h"
#include "storage/files/file_system.h"
#include "storage/files/root_directory.h"

namespace fortnight::storage {

class OpenFiles : public std::enable_shared_from_this<OpenFiles> {
 public:
  // Above `most`, only what is read at this moment, or has lost its
  // name, is open.
  OpenFiles(std::shared_ptr<const RootDirectory> root, std::size_t most)
      : root_(std::move(root)), limit_(most) {}

  Result<std::unique_ptr<ReadableFile>> open(const std::string& path);
  // To be called before `path` is removed, renamed or renamed over.
  void keep_without_name(const std::string& path);

 private:
  class File;
  struct Place {
    std::string path;
    std::uint64_t size = 0;
    dev_t device = 0;
    ino_t inode = 0;
    std::shared_ptr<const Descriptor> descriptor;
    bool nameless = false;           // never closed before the file is
    std::list<Place*>::iterator at;  // in recent_, where there is a descriptor and a name
  };
  using Opened = Result<std::shared_ptr<const Descriptor>>;

  Opened descriptor(Place& place);
  void forget(Place& place);
  // With the lock held:
  Opened open_descriptor(const std::string& path);
  Opened reopen(const Place& place);
  void hold(Place& place, std::shared_ptr<const Descriptor> descriptor);
  bool close_all();  // whether there was any to close

  const std::shared_ptr<const RootDirectory> root_;
  const std::size_t limit_;
  std::mutex mutex_;
  std::list<Place*> recent_;  // most recently used first
  std::multimap<std::string, Place*> places_;
};

}  // namespace fortnight::storage
