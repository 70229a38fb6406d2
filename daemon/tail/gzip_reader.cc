#include "daemon/tail/gzip_reader.h"

#include <algorithm>
#include <stdexcept>

namespace fortnight::daemon {
namespace {

constexpr int kGzipWindow = 15 + 16;  // the largest window, with gzip's own header and checksum

Bytef* as_bytes(char* bytes) { return reinterpret_cast<Bytef*>(bytes); }

}  // namespace

GzipReader::GzipReader(const Descriptor& file) : file_(file) {
  if (::inflateInit2(&stream_, kGzipWindow) != Z_OK) throw std::runtime_error("zlib: no memory");
}

GzipReader::~GzipReader() { ::inflateEnd(&stream_); }

void GzipReader::restart() {
  ::inflateReset(&stream_);
  stream_.avail_in = 0;
  input_offset_ = 0;
  produced_ = 0;
  within_member_ = false;
  ended_ = false;
}

storage::Result<std::size_t> GzipReader::read(std::uint64_t offset, std::span<char> out) {
  if (offset < produced_) restart();
  std::array<char, 32 << 10> skipped;
  while (produced_ < offset) {
    const std::size_t want = std::min<std::uint64_t>(skipped.size(), offset - produced_);
    FORTNIGHT_ASSIGN(const std::size_t count, next(std::span(skipped).first(want)));
    if (count == 0) return std::size_t{0};
  }
  std::size_t done = 0;
  while (done < out.size()) {
    const auto count = next(out.subspan(done));
    if (!count && done == 0) return count.error();
    if (!count || *count == 0) break;  // an error comes again, once these bytes are taken
    done += *count;
  }
  return done;
}

// At least one decompressed byte, or none where the file holds no more.
storage::Result<std::size_t> GzipReader::next(std::span<char> out) {
  stream_.next_out = as_bytes(out.data());
  stream_.avail_out = static_cast<uInt>(out.size());
  while (stream_.avail_out == out.size()) {
    if (stream_.avail_in == 0) {
      FORTNIGHT_ASSIGN(const bool more, refill());
      if (!more) return std::size_t{0};
    }
    if (!within_member_) {
      // Padding behind the last member, or something that is no member: gzip ignores it too.
      if (ended_ || *stream_.next_in != 0x1f) {
        ended_ = true;
        return std::size_t{0};
      }
      within_member_ = true;
    }
    const int status = ::inflate(&stream_, Z_NO_FLUSH);
    if (status == Z_STREAM_END) {
      within_member_ = false;
      ::inflateReset(&stream_);
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      return storage::corrupt(std::string("gzip: ") + (stream_.msg ? stream_.msg : "damaged"));
    }
  }
  const std::size_t count = out.size() - stream_.avail_out;
  produced_ += count;
  return count;
}

storage::Result<bool> GzipReader::refill() {
  FORTNIGHT_ASSIGN(const std::size_t count, read_at(file_, input_offset_, input_));
  input_offset_ += count;
  stream_.next_in = as_bytes(input_.data());
  stream_.avail_in = static_cast<uInt>(count);
  return count > 0;
}

}  // namespace fortnight::daemon
