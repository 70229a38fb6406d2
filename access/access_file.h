// The file `access` of the data directory: who may ask. It is JSON and versioned:
//
//   {"version":2,"tokens":[…],"people":[…]}
//
// Each section has one owner, which parses and writes its entries: access/tokens.h and
// access/people.h. The file is replaced as a whole. Version 1 had no people. If the file can't be
// read, or has an entry of a form that isn't known, nobody is let in by it, and it isn't replaced:
// a later version may have added a restriction.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/mutex.h"
#include "storage/files/file_system.h"

namespace fortnight::access {

inline constexpr std::string_view kAccessFile = "access";

class AccessFile {
 public:
  enum class Section : std::uint8_t { tokens, people };

  // Reads the file, if there is one. `files` must outlive it.
  explicit AccessFile(storage::FileSystem& files);
  AccessFile(const AccessFile&) = delete;
  AccessFile& operator=(const AccessFile&) = delete;

  // Why the file can't be read; nothing if it can. write() returns it.
  [[nodiscard]] const std::optional<Error>& unreadable() const { return unreadable_; }

  // ---- for the owners of sections ----

  // The section's entries as they were read, as JSON.
  [[nodiscard]] std::vector<std::string> entries(Section section) const;
  // An entry has a form that isn't known. Not thread-safe: before the file is used.
  void distrust();
  // Replaces the section's entries, which are JSON. Durable when it returns. Thread-safe.
  Result<void> write(Section section, const std::vector<std::string>& entries);

 private:
  static constexpr std::size_t kSections = 2;
  using Texts = std::array<std::string, kSections>;

  static Result<Texts> read(storage::FileSystem& files);

  storage::FileSystem& files_;
  std::optional<Error> unreadable_;
  mutable Mutex mutex_;
  Texts texts_ GUARDED_BY(mutex_);  // each section as a JSON array
};

}  // namespace fortnight::access
