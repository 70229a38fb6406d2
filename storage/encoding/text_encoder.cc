#include "storage/encoding/text_encoder.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>

#include "storage/encoding/choice_memory.h"
#include "storage/encoding/encodings.h"

namespace fortnight::storage {
namespace {

// Whether a dictionary is worth trying: few enough distinct values that codes and the new entries,
// which later blocks will share, take less than the values themselves.
bool suits_dictionary(const ColumnInput& input) {
  if (!input.codes.empty()) return true;
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

std::size_t size_of(const DictionaryBuilder* dictionary) {
  return dictionary == nullptr ? 0 : dictionary->entries().size();
}

// The dictionaries' state before an attempt. What losers put into them is taken out again.
class Attempt {
 public:
  explicit Attempt(const ColumnInput& input)
      : input_(input), entries_(size_of(input.dictionary)), words_(size_of(input.words)) {}

  [[nodiscard]] bool grew() const {
    return size_of(input_.dictionary) != entries_ || size_of(input_.words) != words_;
  }
  void undo() {
    if (input_.dictionary != nullptr) input_.dictionary->rollback(entries_);
    if (input_.words != nullptr) input_.words->rollback(words_);
  }

 private:
  const ColumnInput& input_;
  std::size_t entries_;
  std::size_t words_;
};

// What a chunk costs: its bytes and a quarter of those that it adds to dictionaries, which other
// blocks will share and LZ4 will shorten.
class Cost {
 public:
  explicit Cost(const ColumnInput& input) : input_(input), before_(dictionary_bytes()) {}
  [[nodiscard]] double of(const std::string& chunk) const {
    return static_cast<double>(chunk.size()) +
           static_cast<double>(dictionary_bytes() - before_) / 4;
  }

 private:
  [[nodiscard]] std::size_t dictionary_bytes() const {
    const auto bytes = [](const DictionaryBuilder* dictionary) {
      return dictionary == nullptr ? 0 : dictionary->entries().bytes().size() + size_of(dictionary);
    };
    return bytes(input_.dictionary) + bytes(input_.words);
  }
  const ColumnInput& input_;
  std::size_t before_;
};

// Tries encodings and keeps the cheapest.
class Contest {
 public:
  explicit Contest(const ColumnInput& input) : input_(input), attempt_(input) {}

  void enter(const TextEncoding& encode) {
    const Cost cost(input_);
    std::string candidate;
    if (!encode(input_, candidate)) return;
    ++entered_;
    const double costs = cost.of(candidate);
    if (decided() && costs >= best_cost_) return;
    best_ = std::move(candidate);
    best_cost_ = costs;
    winner_ = encode;
  }
  // Whether what there is costs no more than `bytes` a value, on the whole.
  [[nodiscard]] bool within(double bytes) const {
    return decided() && best_cost_ <= bytes * static_cast<double>(input_.values->size()) + 16;
  }
  [[nodiscard]] bool decided() const { return !best_.empty(); }
  [[nodiscard]] Choice choice() const {
    return {winner_, best_cost_ / static_cast<double>(input_.values->size()), 0};
  }

  std::string finish() {
    if (entered_ > 1 && attempt_.grew()) {
      attempt_.undo();
      best_.clear();
      winner_(input_, best_);
    }
    return std::move(best_);
  }

 private:
  const ColumnInput& input_;
  Attempt attempt_;
  std::size_t entered_ = 0;
  std::string best_;
  double best_cost_ = 0;
  TextEncoding winner_;
};

// A remembered choice is taken up to so many times, and as long as it costs no more than this
// beyond what it did when it won.
constexpr unsigned kMaxUses = 32;
constexpr double kMaxDrift = 1.05;

bool encode_as_before(const ColumnInput& input, std::string& out) {
  Choice* known = input.memory == nullptr ? nullptr : input.memory->find(input.place);
  if (known == nullptr || known->uses == kMaxUses) return false;
  Attempt attempt(input);
  const Cost cost(input);
  std::string chunk;
  const auto values = static_cast<double>(input.values->size());
  if (!known->encoding(input, chunk) ||
      cost.of(chunk) > known->bytes_per_value * values * kMaxDrift + 24) {
    attempt.undo();
    return false;
  }
  ++known->uses;
  out += chunk;
  return true;
}

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
  if (encode_as_before(input, out)) return;
  Contest contest(input);
  contest.enter(encode_integer);
  if (!contest.decided()) contest.enter(encode_decimal);
  if (suits_dictionary(input)) {
    contest.enter(encode_dictionary);
  } else {
    contest.enter(encode_positional);
    if (!contest.decided()) {
      if (input.effort == Effort::sealed) contest.enter(encode_alphabet);
      contest.enter(encode_plain);
    }
  }
  if (!contest.decided()) contest.enter(encode_plain);
  if (input.effort == Effort::sealed) enter_thorough(contest);
  if (input.memory != nullptr) input.memory->set(input.place, contest.choice());
  out += contest.finish();
}

}  // namespace fortnight::storage
