// The store's directory, held open. Everything within is opened from there, component by component,
// without following symbolic links, and files that belong to another user than us or root are
// refused. So a user who can write to the directory can't redirect us outside it, nor plant files.
// The path of the directory itself may contain links.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/descriptor.h"
#include "base/error.h"

namespace fortnight::storage {

// Immutable and thread-safe. Paths are relative to the directory; "" is the directory itself.
class RootDirectory {
 public:
  // If the directory can't be opened, later operations return the error.
  explicit RootDirectory(std::string path);

  // An open directory, to be used with the last component of a path.
  struct Parent {
    Descriptor owned;    // invalid if it is the root
    int directory = -1;  // valid while this and the root exist
    std::string name;
  };
  [[nodiscard]] Result<Parent> parent_of(const std::string& path) const;
  // Like openat(2).
  [[nodiscard]] Result<Descriptor> open(const std::string& path, int flags, mode_t mode = 0) const;
  [[nodiscard]] int get() const { return fd_.get(); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  const std::string path_;
  const Descriptor fd_;
  const int error_;  // why it isn't open
};

}  // namespace fortnight::storage
