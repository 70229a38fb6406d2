#include "daemon/tail/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/checksum.h"
#include "base/descriptor.h"
#include "base/time.h"
#include "daemon/tail/compressed_reader.h"
#include "daemon/tail/names.h"

namespace fortnight::daemon {
namespace {

FileInfo to_info(const struct stat& status) {
  return {{status.st_dev, status.st_ino},
          static_cast<std::uint64_t>(status.st_size),
          status.st_mtim.tv_sec * kNsPerSecond + status.st_mtim.tv_nsec,
          S_ISREG(status.st_mode)};
}

Error error_of(const std::string& what, int number) {
  const bool gone = number == ENOENT || number == ENOTDIR;
  return {gone ? ErrorCode::not_found : ErrorCode::io, what + ": " + std::strerror(number)};
}

Result<FileInfo> info_of(const Descriptor& file) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return error_of("fstat", errno);
  return to_info(status);
}

class PlainFile final : public TailFile {
 public:
  explicit PlainFile(Descriptor file) : file_(std::move(file)) {}
  Result<std::size_t> read(std::uint64_t offset, std::span<char> out) override {
    return read_at(file_, offset, out);
  }
  Result<bool> approach(std::uint64_t) override { return true; }
  bool mutable_content() const override { return true; }
  bool cut_off() const override { return false; }
  std::uint64_t data_from(std::uint64_t offset) const override {
    const off_t data = ::lseek(file_.get(), static_cast<off_t>(offset), SEEK_DATA);
    return data < 0 ? offset : static_cast<std::uint64_t>(data);
  }
  Result<FileInfo> info() const override { return info_of(file_); }

 private:
  Descriptor file_;
};

class CompressedFile final : public TailFile {
 public:
  CompressedFile(Descriptor file, const Codec& codec)
      : file_(std::move(file)), reader_(file_, codec) {}
  Result<std::size_t> read(std::uint64_t offset, std::span<char> out) override {
    return reader_.read(offset, out);
  }
  Result<bool> approach(std::uint64_t offset) override { return reader_.approach(offset); }
  bool mutable_content() const override { return false; }
  bool cut_off() const override { return reader_.cut_off(); }
  std::uint64_t data_from(std::uint64_t offset) const override { return offset; }
  Result<FileInfo> info() const override { return info_of(file_); }

 private:
  Descriptor file_;
  CompressedReader reader_;
};

}  // namespace

Result<FileInfo> file_info(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return error_of(path, errno);
  return to_info(status);
}

std::string target_of(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                         std::free);
  return real && path != real.get() ? std::string(real.get()) : std::string();
}

Result<std::unique_ptr<TailFile>> TailFile::open(const std::string& path) {
  const Compression compression = compression_of(path);
  const Codec* codec = codec_for(compression);
  if (codec == nullptr && compression != Compression::none) {
    return Error{ErrorCode::unsupported,
                 path + ": of compressed files, only .gz, .zst, .lz4 and .xz are read"};
  }
  // O_NONBLOCK: opening a FIFO must not block the thread.
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file) return error_of(path, errno);
  FORTNIGHT_ASSIGN(const FileInfo info, info_of(file));
  if (!info.regular) return io_error(path + ": not a regular file");
  if (codec == nullptr) return std::unique_ptr<TailFile>(new PlainFile(std::move(file)));
  return std::unique_ptr<TailFile>(new CompressedFile(std::move(file), *codec));
}

std::uint64_t evidence_hash(std::string_view bytes) { return checksum64(bytes); }

}  // namespace fortnight::daemon
