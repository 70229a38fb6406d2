// The store's directory, held open. Everything within is reached from there, component by
// component: no symbolic link is followed, and nothing of another user but root is opened. Whoever
// can write to the directory can't lead us out of it, nor give us files. The way to the directory
// itself may have links.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/descriptor.h"
#include "base/error.h"

namespace fortnight::storage {

// Immutable and thread-safe. Paths are relative to the directory; "" is the directory itself.
class RootDirectory {
 public:
  // A directory that can't be opened shows in what is done with it.
  explicit RootDirectory(std::string path);

  // A directory that is to be used with a name that is a path's last component.
  struct Parent {
    Descriptor owned;    // not valid: it is the root
    int directory = -1;  // valid for as long as this and the root
    std::string name;
  };
  [[nodiscard]] Result<Parent> parent_of(const std::string& path) const;
  // As openat(2).
  [[nodiscard]] Result<Descriptor> open(const std::string& path, int flags, mode_t mode = 0) const;
  [[nodiscard]] int get() const { return fd_.get(); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  const std::string path_;
  const Descriptor fd_;
  const int error_;  // why it isn't open
};

}  // namespace fortnight::storage
