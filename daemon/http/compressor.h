// Compresses an answer's body while its rows are made.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

#include "daemon/http/media_type.h"
#include "daemon/queries/answer_encoder.h"

namespace fortnight::daemon {

// The memory of all compressors together: beyond its limit, answers aren't compressed. Thread-safe;
// must outlive its compressors.
class CompressorSpace {
 public:
  explicit CompressorSpace(std::size_t bytes) : bytes_(bytes) {}
  CompressorSpace(const CompressorSpace&) = delete;
  CompressorSpace& operator=(const CompressorSpace&) = delete;
  // Whether another compressor may be made; it then counts until its space is returned.
  bool take(std::size_t bytes);
  void give_back(std::size_t bytes) { used_ -= bytes; }

 private:
  const std::size_t bytes_;
  std::atomic<std::size_t> used_{0};
};

// `encoder`, compressed by `coding`. Returns `encoder` itself, and sets `coding` to identity, if
// there is no memory for it.
std::unique_ptr<AnswerEncoder> compressed(std::unique_ptr<AnswerEncoder> encoder, Coding& coding,
                                          CompressorSpace& space);

}  // namespace fortnight::daemon
