// A file descriptor with an owner, and reads that a signal doesn't cut short.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <utility>

#include "base/error.h"

namespace fortnight {

// Closes its descriptor. Movable, not copyable; empty if default-constructed.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  Descriptor(Descriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    swap(other);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  [[nodiscard]] int get() const { return descriptor_; }
  explicit operator bool() const { return descriptor_ >= 0; }
  void swap(Descriptor& other) noexcept { std::swap(descriptor_, other.descriptor_); }
  // Passes ownership to the caller.
  [[nodiscard]] int release() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_ = -1;
};

// Repeats a system call while it fails with EINTR.
template <typename Call>
auto without_interrupts(Call&& call) {
  while (true) {
    const auto result = call();
    if (result >= 0 || errno != EINTR) return result;
  }
}

// Reads from `offset` until `out` is full or the file ends; returns the bytes read.
inline Result<std::size_t> read_at(const Descriptor& file, std::uint64_t offset,
                                   std::span<char> out) {
  std::size_t done = 0;
  while (done < out.size()) {
    const ssize_t count = without_interrupts([&] {
      return ::pread(file.get(), out.data() + done, out.size() - done,
                     static_cast<off_t>(offset + done));
    });
    if (count < 0) return io_error(std::string("read: ") + std::strerror(errno));
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  return done;
}

}  // namespace fortnight
