// A directory of backups in memory.
#pragma once

#include <string>

#include "storage/backup.h"
#include "tests/support/simulated_file_system.h"

namespace fortnight::faults {

class SimulatedBackupTarget final : public storage::BackupTarget {
 public:
  // `linked`: the store whose files can be linked; null: all are copied.
  explicit SimulatedBackupTarget(SimulatedFileSystem& files,
                                 const SimulatedFileSystem* linked = nullptr)
      : files_(files), linked_(linked) {}

  [[nodiscard]] storage::FileSystem& files() override { return files_; }
  Result<void> link(const std::string& path) override {
    if (linked_ == nullptr) return Error{ErrorCode::unsupported, path + ": can't be linked"};
    files_.put(path, linked_->contents(path));
    return {};
  }
  [[nodiscard]] bool shares_disk() override { return linked_ != nullptr; }

 private:
  SimulatedFileSystem& files_;
  const SimulatedFileSystem* linked_;
};

}  // namespace fortnight::faults
