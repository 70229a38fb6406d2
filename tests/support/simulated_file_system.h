// A file system in memory that fails, fills up and crashes as it is told to.
//
// It keeps apart what was synced and what wasn't: for each file the bytes of its last sync and the
// writes since; for each name what it stood for at its directory's last sync and all that it stood
// for since. `crashed()` makes what a disk might hold after a power loss at this moment: of what
// wasn't synced, by the seed, all, nothing, or any part of it, in any order, torn anywhere. A sync
// that fails loses what it should have brought to the disk: as with the kernel's, no later one
// brings it there.
//
// Reads, writes and syncs are system calls here, as the real file system makes them: it is the real
// loops (storage/files/posix_io.h) that go on after a short count or an interruption.
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

// What becomes of what wasn't synced.
enum class Loss { none, everything, random };

enum class Effect {
  fails,
  interrupts,  // EINTR: nothing is done, and the caller is to try again
  cuts_short   // a read or a write of a part of its bytes; nothing to other operations
};

struct Fault {
  storage::ErrorCode code = storage::ErrorCode::io;
  // A failing write leaves a part of its bytes; a failing sync or rename may have done its work.
  bool partly_done = false;
  Effect effect = Effect::fails;
};

class SimulatedFileSystem final : public storage::FileSystem {
 public:
  SimulatedFileSystem() = default;

  // Asked before each operation with its number, from 1 on; a fault makes it fail. Called with
  // nothing held: it may look at the file system, but not change it.
  using Before = std::function<std::optional<Fault>(std::uint64_t number, Operation operation,
                                                    const std::string& path)>;
  void before_each(Before hook);
  // Asked after each operation that changes anything and did not fail.
  void after_each(std::function<void(std::uint64_t number)> hook);

  // Bytes that fit; what is written beyond is ErrorCode::no_space.
  void set_capacity(std::uint64_t bytes);
  [[nodiscard]] std::uint64_t operations() const;
  // How often a file was synced of which a sync had failed: never, by a store that is right.
  [[nodiscard]] std::uint64_t syncs_after_a_failure() const;

  // What is there after a crash at this moment.
  [[nodiscard]] std::unique_ptr<SimulatedFileSystem> crashed(Loss loss, std::uint64_t seed) const;

  // Tampering, for tests of damage: on the bytes as they are, synced.
  [[nodiscard]] std::set<std::string> paths() const;
  [[nodiscard]] std::string contents(const std::string& path) const;
  void put(const std::string& path, std::string bytes);
  void erase(const std::string& path);

  storage::Result<std::unique_ptr<storage::ReadableFile>> open(const std::string& path) override;
  storage::Result<std::unique_ptr<storage::WritableFile>> create(const std::string& path) override;
  storage::Result<std::unique_ptr<storage::WritableFile>> open_for_overwrite(
      const std::string& path) override;
  storage::Result<void> rename(const std::string& from, const std::string& to) override;
  storage::Result<void> remove(const std::string& path) override;
  storage::Result<void> make_directory(const std::string& path) override;
  storage::Result<void> sync_directory(const std::string& path) override;
  storage::Result<std::vector<storage::FileEntry>> list(const std::string& directory) override;
  storage::Result<std::uint64_t> free_bytes() override;

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
  // A name: what it durably stands for, and all it has stood for since.
  struct Name {
    NodePointer durable;
    std::vector<NodePointer> since;
    [[nodiscard]] const NodePointer& now() const { return since.empty() ? durable : since.back(); }
  };

  // Counts the operation and asks the hook.
  std::optional<Fault> ask(Operation operation, const std::string& path);
  // The same until nothing interrupts it: what operations do that aren't system calls here.
  std::optional<Fault> begin(Operation operation, const std::string& path);
  void end();
  storage::Result<NodePointer> find(const std::string& path) const;
  // System calls: -1 and errno where they fail.
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
