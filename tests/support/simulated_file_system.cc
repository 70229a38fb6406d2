#include "tests/support/simulated_file_system.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/descriptor.h"
#include "storage/files/posix_io.h"

namespace fortnight::faults {

using storage::FileEntry;
using storage::ReadableFile;
using storage::WritableFile;

namespace {

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

void apply(std::string& bytes, std::uint64_t offset, std::string_view written) {
  if (bytes.size() < offset + written.size()) bytes.resize(offset + written.size(), '\0');
  bytes.replace(offset, written.size(), written);
}

Error failure(const Fault& fault, const std::string& what) {
  return {fault.code, what + ": simulated failure"};
}

// Sets errno for the fault; returns -1, like a system call.
int failed_call(const Fault& fault) {
  errno = fault.effect == Effect::interrupts  ? EINTR
          : fault.code == ErrorCode::no_space ? ENOSPC
                                              : EIO;
  return -1;
}

// The number of bytes of a read or write that is cut short.
std::size_t shortened(std::size_t bytes) { return (bytes + 1) / 2; }

// What remains of one write after a power loss: all, nothing, its start, or any of its sectors.
void apply_torn(std::string& bytes, std::uint64_t offset, std::string_view written,
                std::mt19937_64& random) {
  constexpr std::size_t kSector = 64;
  switch (random() % 4) {
    case 0:
      return;
    case 1:
      apply(bytes, offset, written);
      return;
    case 2:
      apply(bytes, offset, written.substr(0, random() % (written.size() + 1)));
      return;
    default:
      for (std::size_t at = 0; at < written.size(); at += kSector) {
        if (random() % 2 == 0) apply(bytes, offset + at, written.substr(at, kSector));
      }
  }
}

}  // namespace

class SimulatedReadableFile final : public ReadableFile {
 public:
  SimulatedReadableFile(SimulatedFileSystem& owner, SimulatedFileSystem::NodePointer node,
                        std::string path)
      : owner_(owner), node_(std::move(node)), path_(std::move(path)) {}

  Result<void> read(std::uint64_t offset, std::span<char> out) const override {
    return storage::read_fully(
        [&](void* to, std::size_t count, off_t at) {
          return owner_.pread(*node_, path_, static_cast<std::uint64_t>(at),
                              {static_cast<char*>(to), count});
        },
        offset, out, path_);
  }
  [[nodiscard]] std::uint64_t size() const override {
    const std::lock_guard lock(owner_.mutex_);
    return node_->now.size();
  }

 private:
  SimulatedFileSystem& owner_;
  SimulatedFileSystem::NodePointer node_;
  std::string path_;
};

class SimulatedWritableFile final : public WritableFile {
 public:
  SimulatedWritableFile(SimulatedFileSystem& owner, SimulatedFileSystem::NodePointer node,
                        std::string path)
      : owner_(owner), node_(std::move(node)), path_(std::move(path)) {}

  Result<void> write(std::uint64_t offset, std::string_view bytes) override {
    return storage::write_fully(
        [&](const void* from, std::size_t count, off_t at) {
          return owner_.pwrite(*node_, path_, static_cast<std::uint64_t>(at),
                               {static_cast<const char*>(from), count});
        },
        offset, bytes, "write of " + path_);
  }
  Result<void> sync() override {
    if (without_interrupts([&] { return owner_.fdatasync(*node_, path_); }) < 0) {
      return storage::system_error(errno, "sync of " + path_);
    }
    return {};
  }
  Result<void> reserve(std::uint64_t size) override { return write(0, std::string(size, '\0')); }
  Result<void> preallocate(std::uint64_t size) override {
    FORTNIGHT_TRY(reserve(size));
    return sync();
  }

 private:
  SimulatedFileSystem& owner_;
  SimulatedFileSystem::NodePointer node_;
  std::string path_;
};

void SimulatedFileSystem::before_each(Before hook) { before_ = std::move(hook); }
void SimulatedFileSystem::after_each(std::function<void(std::uint64_t)> hook) {
  after_ = std::move(hook);
}

void SimulatedFileSystem::set_capacity(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  capacity_ = bytes;
}

std::uint64_t SimulatedFileSystem::operations() const {
  const std::lock_guard lock(mutex_);
  return operations_;
}

std::uint64_t SimulatedFileSystem::syncs_after_a_failure() const {
  const std::lock_guard lock(mutex_);
  return syncs_after_a_failure_;
}

std::optional<Fault> SimulatedFileSystem::ask(Operation operation, const std::string& path) {
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    number = ++operations_;
  }
  return before_ ? before_(number, operation, path) : std::nullopt;
}

std::optional<Fault> SimulatedFileSystem::begin(Operation operation, const std::string& path) {
  std::optional<Fault> fault = ask(operation, path);
  while (fault && fault->effect == Effect::interrupts) fault = ask(operation, path);
  return fault && fault->effect == Effect::fails ? fault : std::nullopt;
}

void SimulatedFileSystem::end() {
  if (after_) after_(operations());
}

std::uint64_t SimulatedFileSystem::used() const {
  std::uint64_t bytes = 0;
  for (const auto& [path, name] : names_) bytes += name.now() ? name.now()->now.size() : 0;
  return bytes;
}

Result<SimulatedFileSystem::NodePointer> SimulatedFileSystem::find(const std::string& path) const {
  const auto found = names_.find(path);
  if (found == names_.end() || !found->second.now()) {
    return Error{ErrorCode::not_found, path + ": no such file"};
  }
  return found->second.now();
}

ssize_t SimulatedFileSystem::pread(const Node& node, const std::string& path, std::uint64_t offset,
                                   std::span<char> out) {
  const std::optional<Fault> fault = ask(Operation::read, path);
  if (fault && fault->effect != Effect::cuts_short) return failed_call(*fault);
  const std::lock_guard lock(mutex_);
  if (offset >= node.now.size()) return 0;
  std::size_t count = std::min<std::size_t>(out.size(), node.now.size() - offset);
  if (fault) count = shortened(count);
  std::copy_n(node.now.data() + offset, count, out.data());
  return static_cast<ssize_t>(count);
}

ssize_t SimulatedFileSystem::pwrite(Node& node, const std::string& path, std::uint64_t offset,
                                    std::string_view bytes) {
  std::optional<Fault> fault = ask(Operation::write, path);
  if (fault && fault->effect == Effect::interrupts) return failed_call(*fault);
  {
    const std::lock_guard lock(mutex_);
    const std::uint64_t size = std::max<std::uint64_t>(node.now.size(), offset + bytes.size());
    const bool failed = fault && fault->effect == Effect::fails;
    if (!failed && used() + size - node.now.size() > capacity_) {
      fault = Fault{ErrorCode::no_space, false};
    }
    if (fault && fault->effect == Effect::fails) {
      bytes = bytes.substr(0, fault->partly_done ? bytes.size() / 2 : 0);
    } else if (fault) {
      bytes = bytes.substr(0, shortened(bytes.size()));
    }
    if (!bytes.empty()) {
      apply(node.now, offset, bytes);
      node.unsynced.push_back({offset, std::string(bytes)});
    }
  }
  if (fault && fault->effect == Effect::fails) return failed_call(*fault);
  end();
  return static_cast<ssize_t>(bytes.size());
}

int SimulatedFileSystem::fdatasync(Node& node, const std::string& path) {
  const std::optional<Fault> fault = ask(Operation::sync, path);
  if (fault && fault->effect == Effect::interrupts) return failed_call(*fault);
  const bool failed = fault && fault->effect == Effect::fails;
  {
    const std::lock_guard lock(mutex_);
    if (node.sync_failed) ++syncs_after_a_failure_;
    if (!failed || fault->partly_done) {
      for (const Write& write : node.unsynced) apply(node.synced, write.offset, write.bytes);
    }
    node.unsynced.clear();
    node.sync_failed = node.sync_failed || failed;
  }
  if (failed) return failed_call(*fault);
  end();
  return 0;
}

Result<std::unique_ptr<ReadableFile>> SimulatedFileSystem::open(const std::string& path) {
  if (const auto fault = begin(Operation::open, path)) return failure(*fault, path);
  const std::lock_guard lock(mutex_);
  FORTNIGHT_ASSIGN(NodePointer node, find(path));
  return std::make_unique<SimulatedReadableFile>(*this, std::move(node), path);
}

Result<std::unique_ptr<WritableFile>> SimulatedFileSystem::create(const std::string& path) {
  if (const auto fault = begin(Operation::create, path)) return failure(*fault, path);
  auto node = std::make_shared<Node>();
  {
    const std::lock_guard lock(mutex_);
    names_[path].since.push_back(node);
  }
  end();
  return std::make_unique<SimulatedWritableFile>(*this, std::move(node), path);
}

Result<std::unique_ptr<WritableFile>> SimulatedFileSystem::open_for_overwrite(
    const std::string& path) {
  if (const auto fault = begin(Operation::open, path)) return failure(*fault, path);
  const std::lock_guard lock(mutex_);
  FORTNIGHT_ASSIGN(NodePointer node, find(path));
  return std::make_unique<SimulatedWritableFile>(*this, std::move(node), path);
}

Result<void> SimulatedFileSystem::rename(const std::string& from, const std::string& to) {
  const std::optional<Fault> fault = begin(Operation::rename, from);
  if (!fault || fault->partly_done) {
    const std::lock_guard lock(mutex_);
    FORTNIGHT_ASSIGN(NodePointer node, find(from));
    names_[to].since.push_back(std::move(node));
    names_[from].since.emplace_back();
  }
  if (fault) return failure(*fault, "rename of " + from);
  end();
  return {};
}

Result<void> SimulatedFileSystem::remove(const std::string& path) {
  if (const auto fault = begin(Operation::remove, path)) return failure(*fault, path);
  {
    const std::lock_guard lock(mutex_);
    FORTNIGHT_TRY(find(path));
    names_[path].since.emplace_back();
  }
  end();
  return {};
}

Result<void> SimulatedFileSystem::make_directory(const std::string& path) {
  if (const auto fault = begin(Operation::make_directory, path)) return failure(*fault, path);
  return {};
}

Result<void> SimulatedFileSystem::sync_directory(const std::string& path) {
  if (const auto fault = begin(Operation::sync_directory, path)) return failure(*fault, path);
  {
    const std::lock_guard lock(mutex_);
    for (auto& [name_path, name] : names_) {
      if (directory_of(name_path) != path) continue;
      name.durable = name.now();
      name.since.clear();
    }
  }
  end();
  return {};
}

Result<std::vector<FileEntry>> SimulatedFileSystem::list(const std::string& directory) {
  if (const auto fault = begin(Operation::list, directory)) return failure(*fault, directory);
  const std::lock_guard lock(mutex_);
  std::vector<FileEntry> entries;
  for (const auto& [path, name] : names_) {
    if (!name.now() || directory_of(path) != directory) continue;
    const std::size_t start = directory.empty() ? 0 : directory.size() + 1;
    entries.push_back({path.substr(start), name.now()->now.size()});
  }
  return entries;
}

Result<std::uint64_t> SimulatedFileSystem::free_bytes() {
  if (const auto fault = begin(Operation::free_bytes, "")) return failure(*fault, "free_bytes");
  const std::lock_guard lock(mutex_);
  const std::uint64_t bytes = used();
  return bytes < capacity_ ? capacity_ - bytes : 0;
}

std::unique_ptr<SimulatedFileSystem> SimulatedFileSystem::crashed(Loss loss,
                                                                  std::uint64_t seed) const {
  const std::lock_guard lock(mutex_);
  std::mt19937_64 random(seed);
  auto after = std::make_unique<SimulatedFileSystem>();
  after->capacity_ = capacity_;
  std::map<const Node*, NodePointer> copies;
  const auto survive = [&](const NodePointer& node) {
    NodePointer& copy = copies[node.get()];
    if (copy) return copy;
    copy = std::make_shared<Node>();
    copy->synced = loss == Loss::none ? node->now : node->synced;
    if (loss == Loss::random) {
      for (const Write& write : node->unsynced) {
        apply_torn(copy->synced, write.offset, write.bytes, random);
      }
    }
    copy->now = copy->synced;
    return copy;
  };
  for (const auto& [path, name] : names_) {
    NodePointer node = loss == Loss::none ? name.now() : name.durable;
    if (loss == Loss::random && !name.since.empty()) {
      const std::size_t choice = random() % (name.since.size() + 1);
      if (choice > 0) node = name.since[choice - 1];
    }
    if (node) after->names_[path].durable = survive(node);
  }
  return after;
}

std::set<std::string> SimulatedFileSystem::paths() const {
  const std::lock_guard lock(mutex_);
  std::set<std::string> paths;
  for (const auto& [path, name] : names_) {
    if (name.now()) paths.insert(path);
  }
  return paths;
}

std::string SimulatedFileSystem::contents(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  return names_.at(path).now()->now;
}

void SimulatedFileSystem::put(const std::string& path, std::string bytes) {
  auto node = std::make_shared<Node>();
  node->synced = bytes;
  node->now = std::move(bytes);
  const std::lock_guard lock(mutex_);
  names_[path] = Name{std::move(node), {}};
}

void SimulatedFileSystem::erase(const std::string& path) {
  const std::lock_guard lock(mutex_);
  names_.erase(path);
}

}  // namespace fortnight::faults
