#include "storage/text_encoder.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>

#include "storage/encodings.h"

namespace fortnight::storage {
namespace {

// Whether a dictionary is worth trying: few enough distinct values that codes and the new entries,
// which later blocks will share, take less than the values themselves.
bool suits_dictionary(const ColumnInput& input) {
  if (input.dictionary == nullptr) return false;
  const Strings& values = *input.values;
  struct Hash {
    using is_avalanching = void;
    std::size_t operator()(std::string_view text) const { return checksum64(text); }
  };
  boost::unordered_flat_set<std::string_view, Hash> fresh;
  std::size_t fresh_bytes = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (input.dictionary->find(values[i])) continue;
    if (!fresh.insert(values[i]).second) continue;
    fresh_bytes += values.length(i) + 1;
    // Mostly new values: not a column of few values.
    if (fresh.size() > 64 && fresh.size() > i / 2) return false;
    if (fresh.size() > values.size() / 4 + 16) return false;
  }
  return input.dictionary->has_room(fresh.size(), fresh_bytes);
}

void keep_smaller(const TextEncoding& encode, const ColumnInput& input, std::string& best) {
  std::string candidate;
  if (!encode(input, candidate)) return;
  if (best.empty() || candidate.size() < best.size()) best = std::move(candidate);
}

// Packed so well that a search for another way would cost more than it may bring: in bytes a value.
constexpr double kGoodEnough = 0.13;

// What costs a search, for parts that stay: repetitions of other columns, texts in parts, groups.
void encode_thoroughly(const ColumnInput& input, std::string& best) {
  const auto values = static_cast<double>(input.values->size());
  const auto good = [&] { return static_cast<double>(best.size()) <= kGoodEnough * values + 16; };
  if (good()) return;
  keep_smaller(encode_timestamp, input, best);
  keep_smaller(encode_sibling, input, best);
  if (!good()) keep_smaller(encode_words, input, best);
  if (!good()) keep_smaller(encode_pattern, input, best);
  if (!good()) keep_smaller(encode_by_shape, input, best);
}

}  // namespace

void encode_text(const ColumnInput& input, std::string& out) {
  if (encode_constant(input, out)) return;
  if (encode_field(input, out)) return;
  std::string best;
  keep_smaller(encode_integer, input, best);
  if (best.empty()) keep_smaller(encode_decimal, input, best);
  if (suits_dictionary(input)) {
    keep_smaller(encode_dictionary, input, best);
  } else {
    keep_smaller(encode_positional, input, best);
    if (best.empty()) {
      keep_smaller(encode_alphabet, input, best);
      keep_smaller(encode_plain, input, best);
    }
  }
  if (best.empty()) keep_smaller(encode_plain, input, best);
  if (input.effort == Effort::sealed) encode_thoroughly(input, best);
  out += best;
}

}  // namespace fortnight::storage
