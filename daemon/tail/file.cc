#include "daemon/tail/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "daemon/descriptor.h"
#include "daemon/tail/gzip_reader.h"
#include "daemon/tail/names.h"
#include "storage/base/checksum.h"
#include "storage/base/time.h"

namespace fortnight::daemon {
namespace {

using storage::Result;

FileInfo to_info(const struct stat& status) {
  return {{status.st_dev, status.st_ino},
          static_cast<std::uint64_t>(status.st_size),
          status.st_mtim.tv_sec * storage::kNsPerSecond + status.st_mtim.tv_nsec,
          S_ISREG(status.st_mode)};
}

storage::Error error_of(const std::string& what, int number) {
  const bool gone = number == ENOENT || number == ENOTDIR;
  return {gone ? storage::ErrorCode::not_found : storage::ErrorCode::io,
          what + ": " + std::strerror(number)};
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
  bool mutable_content() const override { return true; }
  bool cut_off() const override { return false; }
  Result<FileInfo> info() const override { return info_of(file_); }

 private:
  Descriptor file_;
};

class GzipFile final : public TailFile {
 public:
  explicit GzipFile(Descriptor file) : file_(std::move(file)), reader_(file_) {}
  Result<std::size_t> read(std::uint64_t offset, std::span<char> out) override {
    return reader_.read(offset, out);
  }
  bool mutable_content() const override { return false; }
  bool cut_off() const override { return reader_.cut_off(); }
  Result<FileInfo> info() const override { return info_of(file_); }

 private:
  Descriptor file_;
  GzipReader reader_;
};

}  // namespace

Result<FileInfo> file_info(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return error_of(path, errno);
  return to_info(status);
}

Result<std::unique_ptr<TailFile>> TailFile::open(const std::string& path) {
  // Non-blocking: a FIFO of that name must not hold the thread.
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file) return error_of(path, errno);
  FORTNIGHT_ASSIGN(const FileInfo info, info_of(file));
  if (!info.regular) return storage::io_error(path + ": not a regular file");
  switch (compression_of(path)) {
    case Compression::none:
      return std::unique_ptr<TailFile>(new PlainFile(std::move(file)));
    case Compression::gzip:
      return std::unique_ptr<TailFile>(new GzipFile(std::move(file)));
    case Compression::other:
      break;
  }
  return storage::Error{storage::ErrorCode::unsupported, path + ": of compressed files, only gzip"};
}

Result<Comparison> compare(TailFile& file, const TailPosition& position) {
  Comparison result;
  std::string& head = result.evidence.head;
  head.resize(std::min<std::uint64_t>(position.offset, kHeadBytes));
  FORTNIGHT_ASSIGN(const std::size_t head_read, file.read(0, head));
  if (head_read < head.size()) {
    result.match = Match::shorter;
    return result;
  }
  if (evidence_hash(head) != position.head_hash) return result;

  std::string& trace = result.evidence.trace;
  trace.resize(std::min<std::uint64_t>(position.offset, kTraceBytes));
  FORTNIGHT_ASSIGN(const std::size_t read, file.read(position.offset - trace.size(), trace));
  if (read < trace.size()) {
    result.match = Match::shorter;
  } else if (evidence_hash(trace) == position.trace_hash) {
    result.match = Match::same;
  }
  return result;
}

std::uint64_t evidence_hash(std::string_view bytes) { return storage::checksum64(bytes); }

}  // namespace fortnight::daemon
