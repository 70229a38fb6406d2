#include "daemon/http/compressor.h"

#include <zlib.h>
#include <zstd.h>

#include <utility>

#include "base/require.h"

namespace fortnight::daemon {
namespace {

// Fast levels: the daemon's processor time is for queries and intake.
constexpr int kGzipLevel = 1;
constexpr int kZstdLevel = 1;
// Windows of 16 KiB and 128 KiB: rows repeat what the rows just before have.
constexpr int kGzipWindow = 14;
constexpr int kGzipMemory = 7;
constexpr int kGzipHeader = 16;
constexpr int kZstdWindow = 17;
// The memory that they take with these settings, as zconf.h and ZSTD_estimateCStreamSize() have it.
constexpr std::size_t kGzipBytes =
    (1U << (kGzipWindow + 2)) + (1U << (kGzipMemory + 9)) + (8U << 10);
constexpr std::size_t kZstdBytes = 768U << 10;
// Rows are compressed in pieces of about this size.
constexpr std::size_t kPlainPiece = 8U << 10;

class GzipStream {
 public:
  static constexpr std::size_t kBytes = kGzipBytes;
  GzipStream() {
    const int failed = ::deflateInit2(&stream_, kGzipLevel, Z_DEFLATED, kGzipWindow + kGzipHeader,
                                      kGzipMemory, Z_DEFAULT_STRATEGY);
    FORTNIGHT_REQUIRE(failed == Z_OK);
  }
  ~GzipStream() { ::deflateEnd(&stream_); }
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

  void compress(std::string_view bytes, bool last, std::string& out) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    do {
      char piece[kPlainPiece];
      stream_.next_out = reinterpret_cast<Bytef*>(piece);
      stream_.avail_out = sizeof piece;
      ::deflate(&stream_, last ? Z_FINISH : Z_NO_FLUSH);
      out.append(piece, sizeof piece - stream_.avail_out);
    } while (stream_.avail_out == 0);
  }

 private:
  z_stream stream_{};
};

class ZstdStream {
 public:
  static constexpr std::size_t kBytes = kZstdBytes;
  ZstdStream() : stream_(::ZSTD_createCStream()) {
    ::ZSTD_CCtx_setParameter(stream_, ZSTD_c_compressionLevel, kZstdLevel);
    ::ZSTD_CCtx_setParameter(stream_, ZSTD_c_windowLog, kZstdWindow);
  }
  ~ZstdStream() { ::ZSTD_freeCStream(stream_); }
  ZstdStream(const ZstdStream&) = delete;
  ZstdStream& operator=(const ZstdStream&) = delete;

  void compress(std::string_view bytes, bool last, std::string& out) {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    while (true) {
      char piece[kPlainPiece];
      ZSTD_outBuffer filled{piece, sizeof piece, 0};
      const std::size_t left =
          ::ZSTD_compressStream2(stream_, &filled, &in, last ? ZSTD_e_end : ZSTD_e_continue);
      out.append(piece, filled.pos);
      if (ZSTD_isError(left) != 0U) return;
      if (last ? left == 0 : in.pos == in.size && filled.pos < sizeof piece) return;
    }
  }

 private:
  ZSTD_CStream* stream_;
};

template <typename Codec>
class Compressed final : public AnswerEncoder {
 public:
  Compressed(std::unique_ptr<AnswerEncoder> encoder, CompressorSpace& space)
      : encoder_(std::move(encoder)), space_(space) {}
  ~Compressed() override { space_.give_back(Codec::kBytes); }

  void row(std::string_view json, std::string& out) override {
    encoder_->row(json, plain_);
    if (plain_.size() < kPlainPiece) return;
    codec_.compress(plain_, false, out);
    plain_.clear();
    if (plain_.capacity() > 4 * kPlainPiece) plain_ = {};
  }
  void close(const query::Closing& closing, std::string& out) override {
    encoder_->close(closing, plain_);
    codec_.compress(std::exchange(plain_, {}), true, out);
  }

 private:
  std::unique_ptr<AnswerEncoder> encoder_;
  CompressorSpace& space_;
  Codec codec_;
  std::string plain_;  // not compressed yet
};

template <typename Codec>
std::unique_ptr<AnswerEncoder> compressed_by(std::unique_ptr<AnswerEncoder> encoder, Coding& coding,
                                             CompressorSpace& space) {
  if (space.take(Codec::kBytes)) {
    return std::make_unique<Compressed<Codec>>(std::move(encoder), space);
  }
  coding = Coding::identity;
  return encoder;
}

}  // namespace

bool CompressorSpace::take(std::size_t bytes) {
  if (used_.fetch_add(bytes) + bytes <= bytes_) return true;
  used_ -= bytes;
  return false;
}

std::unique_ptr<AnswerEncoder> compressed(std::unique_ptr<AnswerEncoder> encoder, Coding& coding,
                                          CompressorSpace& space) {
  switch (coding) {
    case Coding::identity:
      break;
    case Coding::gzip:
      return compressed_by<GzipStream>(std::move(encoder), coding, space);
    case Coding::zstd:
      return compressed_by<ZstdStream>(std::move(encoder), coding, space);
  }
  return encoder;
}

}  // namespace fortnight::daemon
