// Streams of single bits, low bits first: for Rice codes, whose widths differ between values.
// Rice code: R. F. Rice, "Some Practical Universal Noiseless Coding Techniques", JPL 79-22, 1979.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fortnight::storage {

class BitWriter {
 public:
  explicit BitWriter(std::string& out) : out_(out) {}

  // Appends the low `width` bits of `value`; `width` is 0 to 56.
  void bits(std::uint64_t value, unsigned width) {
    pending_ |= value << filled_;
    filled_ += width;
    while (filled_ >= 8) {
      out_.push_back(static_cast<char>(pending_ & 0xffU));
      pending_ >>= 8;
      filled_ -= 8;
    }
  }
  // Appends `value >> parameter` in unary (ones, then a zero), then its low `parameter` bits.
  void rice(std::uint64_t value, unsigned parameter) {
    constexpr unsigned kOnes = 32;  // at a time
    std::uint64_t high = value >> parameter;
    for (; high >= kOnes; high -= kOnes) bits(0xffffffff, kOnes);
    bits((std::uint64_t{1} << high) - 1, static_cast<unsigned>(high) + 1);
    bits(value & ((std::uint64_t{1} << parameter) - 1), parameter);
  }
  // Fills the last byte with zeros.
  void finish() {
    if (filled_ > 0) bits(0, 8 - filled_);
  }

 private:
  std::string& out_;
  std::uint64_t pending_ = 0;
  unsigned filled_ = 0;
};

class BitReader {
 public:
  explicit BitReader(std::string_view in) : in_(in) {}

  std::uint64_t bits(unsigned width) {
    while (filled_ < width) {
      if (position_ == in_.size()) {
        ok_ = false;
        return 0;
      }
      pending_ |= static_cast<std::uint64_t>(static_cast<unsigned char>(in_[position_++]))
                  << filled_;
      filled_ += 8;
    }
    const std::uint64_t value = pending_ & ((std::uint64_t{1} << width) - 1);
    pending_ >>= width;
    filled_ -= width;
    return value;
  }
  std::uint64_t rice(unsigned parameter) {
    std::uint64_t high = 0;
    while (bits(1) != 0) ++high;
    return high << parameter | bits(parameter);
  }
  [[nodiscard]] bool ok() const { return ok_; }

 private:
  std::string_view in_;
  std::size_t position_ = 0;
  std::uint64_t pending_ = 0;
  unsigned filled_ = 0;
  bool ok_ = true;
};

}  // namespace fortnight::storage
