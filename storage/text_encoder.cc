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

// Tries encodings and keeps the smallest. What the losers put into dictionaries is taken out again.
class Contest {
 public:
  explicit Contest(const ColumnInput& input)
      : input_(input), entries_(size(input.dictionary)), words_(size(input.words)) {}

  void enter(const TextEncoding& encode) {
    std::string candidate;
    if (!encode(input_, candidate)) return;
    ++entered_;
    if (!best_.empty() && candidate.size() >= best_.size()) return;
    best_ = std::move(candidate);
    winner_ = encode;
  }
  // Whether what there is takes no more than `bytes` a value, on the whole.
  [[nodiscard]] bool within(double bytes) const {
    return !best_.empty() && static_cast<double>(best_.size()) <=
                                 bytes * static_cast<double>(input_.values->size()) + 16;
  }
  [[nodiscard]] bool decided() const { return !best_.empty(); }

  std::string finish() {
    if (entered_ > 1 && (size(input_.dictionary) != entries_ || size(input_.words) != words_)) {
      if (input_.dictionary != nullptr) input_.dictionary->rollback(entries_);
      if (input_.words != nullptr) input_.words->rollback(words_);
      best_.clear();
      winner_(input_, best_);
    }
    return std::move(best_);
  }

 private:
  static std::size_t size(const DictionaryBuilder* dictionary) {
    return dictionary == nullptr ? 0 : dictionary->entries().size();
  }

  const ColumnInput& input_;
  std::size_t entries_;
  std::size_t words_;
  std::size_t entered_ = 0;
  std::string best_;
  TextEncoding winner_;
};

// Packed so well, in bytes a value, that a search for another way would cost more than it may
// bring.
constexpr double kGoodEnough = 0.13;

// What costs a search, for parts that stay: repetitions of other columns, texts in parts, groups.
void enter_thorough(Contest& contest) {
  for (const TextEncoding& encode :
       {TextEncoding(encode_timestamp), TextEncoding(encode_sibling), TextEncoding(encode_words),
        TextEncoding(encode_pattern), TextEncoding(encode_by_shape)}) {
    if (contest.within(kGoodEnough)) return;
    contest.enter(encode);
  }
}

}  // namespace

void encode_text(const ColumnInput& input, std::string& out) {
  if (encode_constant(input, out)) return;
  if (encode_field(input, out)) return;
  Contest contest(input);
  contest.enter(encode_integer);
  if (!contest.decided()) contest.enter(encode_decimal);
  if (suits_dictionary(input)) {
    contest.enter(encode_dictionary);
  } else {
    contest.enter(encode_positional);
    if (!contest.decided()) {
      contest.enter(encode_alphabet);
      contest.enter(encode_plain);
    }
  }
  if (!contest.decided()) contest.enter(encode_plain);
  if (input.effort == Effort::sealed) enter_thorough(contest);
  out += contest.finish();
}

}  // namespace fortnight::storage
