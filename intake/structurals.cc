#include "intake/structurals.h"

#include <algorithm>
#include <new>

namespace fortnight::intake {
namespace {

constexpr std::size_t kLeastCapacity = 64U << 10;
// Four bytes are held for each byte of a line; capacity above this is released after the line.
constexpr std::size_t kMostHeld = 2U << 20;

std::size_t capacity_for(std::size_t length) {
  return std::max(kLeastCapacity, length <= kMostHeld ? std::min(2 * length, kMostHeld) : length);
}

}  // namespace

std::span<const std::uint32_t> Structurals::find(std::string_view line) {
  if (!parser_ || parser_->capacity() < line.size() ||
      (parser_->capacity() > kMostHeld && line.size() <= kMostHeld)) {
    parser_.reset();
    const simdjson::error_code made =
        simdjson::get_active_implementation()->create_dom_parser_implementation(
            capacity_for(line.size()), 1, parser_);
    if (made != simdjson::SUCCESS) throw std::bad_alloc();
  }
  const simdjson::error_code error =
      parser_->stage1(reinterpret_cast<const std::uint8_t*>(line.data()), line.size(),
                      simdjson::stage1_mode::regular);
  if (error != simdjson::SUCCESS) return {};
  return {parser_->structural_indexes.get(), parser_->n_structural_indexes};
}

}  // namespace fortnight::intake
