// Writes and reads little-endian fields one by one. The reader's error is sticky: after a read past
// the end it returns zeros, so one check of ok() at the end is enough.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"

namespace fortnight {

// The greatest length of a varint in bytes.
inline constexpr std::size_t kMaxVarintBytes = 10;

// Writes a LEB128 varint at `at` and returns its end. Requires room for kMaxVarintBytes.
inline char* put_varint(char* at, std::uint64_t value) {
  while (value >= 0x80) {
    *at++ = static_cast<char>((value & 0x7fU) | 0x80U);
    value >>= 7;
  }
  *at++ = static_cast<char>(value);
  return at;
}
// Zigzag, then LEB128.
inline char* put_signed_varint(char* at, std::int64_t value) {
  return put_varint(
      at, (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
}

class ByteWriter {
 public:
  explicit ByteWriter(std::string& out) : out_(out) {}

  template <std::unsigned_integral T>
  void fixed(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      out_.push_back(static_cast<char>((value >> (8 * i)) & 0xffU));
    }
  }
  void u8(std::uint8_t value) { fixed(value); }
  void u16(std::uint16_t value) { fixed(value); }
  void u32(std::uint32_t value) { fixed(value); }
  void u64(std::uint64_t value) { fixed(value); }
  // LEB128.
  void varint(std::uint64_t value) {
    if (value < 0x80) return out_.push_back(static_cast<char>(value));
    char bytes[kMaxVarintBytes];
    out_.append(bytes, static_cast<std::size_t>(put_varint(bytes, value) - bytes));
  }
  // Zigzag, then LEB128.
  void signed_varint(std::int64_t value) {
    varint((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
  }
  void bytes(std::string_view value) { out_.append(value); }
  // A varint length and the bytes.
  void text(std::string_view value) {
    varint(value.size());
    bytes(value);
  }

 private:
  std::string& out_;
};

class ByteReader {
 public:
  explicit ByteReader(std::string_view in) : in_(in) {}

  template <std::unsigned_integral T>
  T fixed() {
    if (in_.size() < sizeof(T)) {
      fail();
      return 0;
    }
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      value = static_cast<T>(
          value | static_cast<T>(static_cast<T>(static_cast<unsigned char>(in_[i])) << (8 * i)));
    }
    in_.remove_prefix(sizeof(T));
    return value;
  }
  std::uint8_t u8() { return fixed<std::uint8_t>(); }
  std::uint16_t u16() { return fixed<std::uint16_t>(); }
  std::uint32_t u32() { return fixed<std::uint32_t>(); }
  std::uint64_t u64() { return fixed<std::uint64_t>(); }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (in_.empty()) break;
      const auto byte = static_cast<unsigned char>(in_.front());
      in_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
      if (byte < 0x80) return value;
    }
    fail();
    return 0;
  }
  std::int64_t signed_varint() {
    const std::uint64_t value = varint();
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
  }
  Day day() {
    const std::int64_t number = signed_varint();
    if (is_day(number)) return static_cast<Day>(number);
    fail();
    return 0;
  }
  std::string_view bytes(std::uint64_t count) {
    if (count > in_.size()) {
      fail();
      return {};
    }
    const std::string_view value = in_.substr(0, count);
    in_.remove_prefix(count);
    return value;
  }
  std::string_view text() { return bytes(varint()); }
  // Reads a count of items of at least `least` bytes each. Fails if the rest of the input is too
  // short for the count, so that a damaged count can't cause a large allocation.
  std::uint64_t count(std::uint64_t least = 1) {
    const std::uint64_t value = varint();
    if (least != 0 && value > in_.size() / least) {
      fail();
      return 0;
    }
    return value;
  }

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::size_t remaining() const { return in_.size(); }
  void fail() {
    ok_ = false;
    in_ = {};
  }

 private:
  std::string_view in_;
  bool ok_ = true;
};

}  // namespace fortnight
