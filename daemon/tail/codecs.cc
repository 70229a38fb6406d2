#include "daemon/tail/codecs.h"

#include <lz4frame.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <stdexcept>
#include <string>

namespace fortnight::daemon {
namespace {

// Skippable frames of LZ4 and zstd begin with 5? 2A 4D 18.
bool is_skippable(unsigned char first) { return (first & 0xf0U) == 0x50; }

class GzipDecoder final : public Decoder {
 public:
  GzipDecoder() {
    constexpr int kGzipWindow = 15 + 16;  // maximum window, with gzip's header and checksum
    if (::inflateInit2(&stream_, kGzipWindow) != Z_OK) throw std::runtime_error("zlib: no memory");
  }
  ~GzipDecoder() override { ::inflateEnd(&stream_); }

  Result<Step> decode(std::span<const char> in, std::span<char> out) override {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = static_cast<uInt>(in.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    const int status = ::inflate(&stream_, Z_NO_FLUSH);
    const bool failed = status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR;
    // What comes before the damage counts. The next call fails again.
    if (failed && stream_.avail_out == out.size()) {
      return corrupt(stream_.msg != nullptr ? stream_.msg : "damaged");
    }
    return Step{in.size() - stream_.avail_in, out.size() - stream_.avail_out,
                status == Z_STREAM_END};
  }
  void reset() override { ::inflateReset(&stream_); }

 private:
  z_stream stream_{};
};

class ZstdDecoder final : public Decoder {
 public:
  explicit ZstdDecoder(unsigned max_window_log = kMaxZstdWindowLog)
      : stream_(::ZSTD_createDCtx(), ::ZSTD_freeDCtx) {
    if (!stream_) throw std::runtime_error("zstd: no memory");
    ::ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax, static_cast<int>(max_window_log));
  }
  Result<Step> decode(std::span<const char> in, std::span<char> out) override {
    ZSTD_inBuffer input{in.data(), in.size(), 0};
    ZSTD_outBuffer output{out.data(), out.size(), 0};
    const std::size_t left = ::ZSTD_decompressStream(stream_.get(), &output, &input);
    if (::ZSTD_isError(left) != 0) return corrupt(::ZSTD_getErrorName(left));
    return Step{input.pos, output.pos, left == 0};
  }
  void reset() override { ::ZSTD_DCtx_reset(stream_.get(), ZSTD_reset_session_only); }

 private:
  std::unique_ptr<ZSTD_DCtx, decltype(&::ZSTD_freeDCtx)> stream_;
};

class Lz4Decoder final : public Decoder {
 public:
  Lz4Decoder() {
    if (::LZ4F_isError(::LZ4F_createDecompressionContext(&stream_, LZ4F_VERSION)) != 0) {
      throw std::runtime_error("lz4: no memory");
    }
  }
  ~Lz4Decoder() override { ::LZ4F_freeDecompressionContext(stream_); }

  Result<Step> decode(std::span<const char> in, std::span<char> out) override {
    Step step{in.size(), out.size(), false};
    const std::size_t left =
        ::LZ4F_decompress(stream_, out.data(), &step.produced, in.data(), &step.consumed, nullptr);
    if (::LZ4F_isError(left) != 0) return corrupt(::LZ4F_getErrorName(left));
    step.member_ended = left == 0;
    return step;
  }
  void reset() override { ::LZ4F_resetDecompressionContext(stream_); }

 private:
  LZ4F_dctx* stream_ = nullptr;
};

class XzDecoder final : public Decoder {
 public:
  XzDecoder() { reset(); }
  ~XzDecoder() override { ::lzma_end(&stream_); }

  Result<Step> decode(std::span<const char> in, std::span<char> out) override {
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(in.data());
    stream_.avail_in = in.size();
    stream_.next_out = reinterpret_cast<std::uint8_t*>(out.data());
    stream_.avail_out = out.size();
    const lzma_ret status = ::lzma_code(&stream_, LZMA_RUN);
    if (status == LZMA_MEMLIMIT_ERROR) return corrupt("it needs too much memory");
    const bool failed = status != LZMA_OK && status != LZMA_STREAM_END && status != LZMA_BUF_ERROR;
    if (failed && stream_.avail_out == out.size()) {
      return corrupt("damaged");
    }
    return Step{in.size() - stream_.avail_in, out.size() - stream_.avail_out,
                status == LZMA_STREAM_END};
  }
  void reset() override {
    if (::lzma_stream_decoder(&stream_, kMaxXzMemory, 0) != LZMA_OK) {
      throw std::runtime_error("liblzma: no memory");
    }
  }

 private:
  lzma_stream stream_ = LZMA_STREAM_INIT;
};

template <typename T>
std::unique_ptr<Decoder> make() {
  return std::make_unique<T>();
}

constexpr Codec kGzip{"gzip", [](unsigned char first) { return first == 0x1f; }, make<GzipDecoder>};
constexpr Codec kZstd{"zstd",
                      [](unsigned char first) { return first == 0x28 || is_skippable(first); },
                      make<ZstdDecoder>};
constexpr Codec kLz4{"lz4",
                     [](unsigned char first) { return first == 0x04 || is_skippable(first); },
                     make<Lz4Decoder>};
constexpr Codec kXz{"xz", [](unsigned char first) { return first == 0xfd; }, make<XzDecoder>};

}  // namespace

std::unique_ptr<Decoder> zstd_decoder(unsigned max_window_log) {
  return std::make_unique<ZstdDecoder>(max_window_log);
}

const Codec* codec_for(Compression compression) {
  switch (compression) {
    case Compression::gzip:
      return &kGzip;
    case Compression::zstd:
      return &kZstd;
    case Compression::lz4:
      return &kLz4;
    case Compression::xz:
      return &kXz;
    case Compression::none:
    case Compression::other:
      break;
  }
  return nullptr;
}

}  // namespace fortnight::daemon
