// Estimates how many different names were added, in at most 2 KiB: HyperLogLog. Sketches of
// different sets can be merged.
//
// Registers: Flajolet, Fusy, Gandouet and Meunier, "HyperLogLog: the analysis of a near-optimal
// cardinality estimation algorithm", AofA 2007. Estimate: Ertl, "New cardinality estimation
// algorithms for HyperLogLog sketches", arXiv:1702.01284, which needs no correction for small sets.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "base/checksum.h"

namespace fortnight::storage {

inline constexpr unsigned kSketchRegisterBits = 11;
inline constexpr std::uint32_t kSketchRegisters = 1U << kSketchRegisterBits;
// The rank of a hash is the number of its bits behind those of the register up to the first 1.
inline constexpr unsigned kSketchHashBits = 64 - kSketchRegisterBits;
inline constexpr std::uint8_t kMaxSketchRank = kSketchHashBits + 1;
// Standard error of an estimate: 1.04 / sqrt(registers).
inline constexpr double kDistinctError = 0.023;

// The register of a name, and its rank there.
inline std::pair<std::uint32_t, std::uint8_t> sketch_rank(std::string_view name) {
  const std::uint64_t hash = checksum64(name);
  const std::uint64_t rest = hash << kSketchRegisterBits;
  const unsigned zeros = std::min(static_cast<unsigned>(std::countl_zero(rest)), kSketchHashBits);
  return {static_cast<std::uint32_t>(hash >> kSketchHashBits),
          static_cast<std::uint8_t>(zeros + 1)};
}

// Not thread-safe.
class DistinctSketch {
 public:
  void add(std::string_view name) {
    const auto [at, rank] = sketch_rank(name);
    add(at, rank);
  }
  // Requires a register below kSketchRegisters and a rank of at most kMaxSketchRank.
  void add(std::uint32_t at, std::uint8_t rank) {
    if (registers_.empty()) registers_.resize(kSketchRegisters);
    registers_[at] = std::max(registers_[at], rank);
  }
  void merge(const DistinctSketch& other) {
    for (std::uint32_t i = 0; i < other.registers_.size(); ++i) add(i, other.registers_[i]);
  }
  [[nodiscard]] bool empty() const { return registers_.empty(); }
  [[nodiscard]] std::uint64_t estimate() const;
  [[nodiscard]] std::size_t memory() const { return registers_.capacity(); }

 private:
  std::vector<std::uint8_t> registers_;  // empty until the first name
};

}  // namespace fortnight::storage
