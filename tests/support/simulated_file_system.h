// A file system in memory on which tests cause faults, a full disk and crashes.
//
// It separates synced from unsynced state: for each file, the bytes at its last sync and the writes
// since; for each name, the file that it referred to at its directory's last sync and all files
// that it has referred to since. crashed() returns a possible state of the disk after a power loss
// at this moment: of the unsynced changes, depending on the seed, all, none or any of them, in any
// order, torn anywhere. A failed sync loses the writes that it should have made durable: as in the
// kernel, no later sync writes them.
//
// Reads, writes and syncs behave like system calls: the real loops of storage/files/posix_io.h
// handle short counts and interruptions.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/files/file_system.h"

namespace fortnight::faults {

enum class Operation {
  open,
  create,
  read,
  write,
  sync,
  rename,
  remove,
  make_directory,
  sync_directory,
  list,
  free_bytes
};

// What happens to unsynced changes.
enum class Loss { none, everything, random };

enum class Effect {
  fails,
  interrupts,  // EINTR: nothing is done, and the caller must try again
  cuts_short   // of a read or a write, only some bytes; no effect on other operations
};

struct Fault {
  ErrorCode code = ErrorCode::io;
  // A failed write may have written some bytes; a failed sync or rename may have succeeded on disk.
  bool partly_done = false;
  Effect effect = Effect::fails;
};

class SimulatedFileSystem final : public storage::FileSystem {
 public:
  SimulatedFileSystem() = default;

  // Called before each operation with its number, from 1 on; a returned fault makes the operation
  // fail. No lock is held: it may read the file system, but not change it.
  using Before = std::function<std::optional<Fault>(std::uint64_t number, Operation operation,
                                                    const std::string& path)>;
  void before_each(Before hook);
  // Called after each successful operation that changes anything.
  void after_each(std::function<void(std::uint64_t number)> hook);

  // The capacity in bytes; a write beyond it fails with ErrorCode::no_space.
  void set_capacity(std::uint64_t bytes);
  [[nodiscard]] std::uint64_t operations() const;
  // The number of syncs of files that had a failed sync before. A correct store makes none.
  [[nodiscard]] std::uint64_t syncs_after_a_failure() const;

  // The file system after a crash at this moment.
  [[nodiscard]] std::unique_ptr<SimulatedFileSystem> crashed(Loss loss, std::uint64_t seed) const;

  // For tests of damage: changes the current bytes, as if synced.
  [[nodiscard]] std::set<std::string> paths() const;
  [[nodiscard]] std::string contents(const std::string& path) const;
  void put(const std::string& path, std::string bytes);
  void erase(const std::string& path);

  Result<std::unique_ptr<storage::ReadableFile>> open(const std::string& path) override;
  Result<std::unique_ptr<storage::WritableFile>> create(const std::string& path) override;
  Result<std::unique_ptr<storage::WritableFile>> open_for_overwrite(
      const std::string& path) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> remove(const std::string& path) override;
  Result<void> make_directory(const std::string& path) override;
  Result<void> sync_directory(const std::string& path) override;
  Result<std::vector<storage::FileEntry>> list(const std::string& directory) override;
  Result<std::uint64_t> free_bytes() override;

 private:
  friend class SimulatedReadableFile;
  friend class SimulatedWritableFile;

  struct Write {
    std::uint64_t offset;
    std::string bytes;
  };
  struct Node {
    std::string synced;
    std::string now;
    std::vector<Write> unsynced;
    bool sync_failed = false;
  };
  using NodePointer = std::shared_ptr<Node>;  // null: no such file
  // A name: the file that it refers to durably, and all that it has referred to since.
  struct Name {
    NodePointer durable;
    std::vector<NodePointer> since;
    [[nodiscard]] const NodePointer& now() const { return since.empty() ? durable : since.back(); }
  };

  // Counts the operation and calls the hook.
  std::optional<Fault> ask(Operation operation, const std::string& path);
  // The same, repeated while interrupted: for operations that don't behave like system calls.
  std::optional<Fault> begin(Operation operation, const std::string& path);
  void end();
  Result<NodePointer> find(const std::string& path) const;
  // Like system calls: -1 and errno on failure.
  ssize_t pread(const Node& node, const std::string& path, std::uint64_t offset,
                std::span<char> out);
  ssize_t pwrite(Node& node, const std::string& path, std::uint64_t offset, std::string_view bytes);
  int fdatasync(Node& node, const std::string& path);
  [[nodiscard]] std::uint64_t used() const;

  mutable std::mutex mutex_;
  std::map<std::string, Name> names_;
  std::uint64_t capacity_ = std::uint64_t{1} << 40;
  std::uint64_t operations_ = 0;
  std::uint64_t syncs_after_a_failure_ = 0;
  Before before_;
  std::function<void(std::uint64_t)> after_;
};

}  // namespace fortnight::faults
