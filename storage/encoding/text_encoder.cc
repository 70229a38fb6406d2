#include "storage/encoding/text_encoder.h"

#include <algorithm>

#include "storage/encoding/choice_memory.h"
#include "storage/encoding/text_codec.h"

namespace fortnight::storage {
namespace {

std::size_t entries_of(const DictionaryBuilder* dictionary) {
  return dictionary == nullptr ? 0 : dictionary->entries().size();
}

// The dictionaries' state before an attempt, to which undo() returns them: a codec that isn't
// chosen must leave nothing in them.
class Attempt {
 public:
  explicit Attempt(const ColumnInput& input)
      : input_(input), entries_(entries_of(input.dictionary)), words_(entries_of(input.words)) {}

  [[nodiscard]] bool grew() const {
    return entries_of(input_.dictionary) != entries_ || entries_of(input_.words) != words_;
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

// What a chunk costs: its bytes, and a quarter of the bytes that it adds to dictionaries, which
// other blocks will share and LZ4 will shorten.
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
      return dictionary == nullptr ? 0
                                   : dictionary->entries().bytes().size() + entries_of(dictionary);
    };
    return bytes(input_.dictionary) + bytes(input_.words);
  }
  const ColumnInput& input_;
  std::size_t before_;
};

// At so few bytes a value, a search for a smaller chunk costs more than it can save.
constexpr double kGoodEnough = 0.13;

// Tries codecs, stage by stage, and keeps the cheapest chunk.
class Contest {
 public:
  explicit Contest(const ColumnInput& input) : input_(input), attempt_(input) {}

  void run() {
    try_until_one_fits(Stage::number);
    try_until_one_fits(Stage::text);
    if (winner_ == nullptr) try_all(Stage::fallback);
    try_until_good_enough(Stage::thorough);
  }
  // Requires run().
  [[nodiscard]] Choice choice() const {
    return {winner_, best_cost_ / static_cast<double>(input_.values->size()), 0};
  }
  std::string finish() {
    if (fitted_ > 1 && attempt_.grew()) {
      attempt_.undo();
      best_.clear();
      winner_->encode(input_, best_);
    }
    return std::move(best_);
  }

 private:
  // Calls `visit` for the stage's codecs that the effort allows, until it returns false.
  template <typename Visit>
  void each(Stage stage, const Visit& visit) const {
    for (const TextCodec* codec : kTextCodecs) {
      if (codec->stage != stage || codec->effort > input_.effort) continue;
      if (!visit(*codec)) return;
    }
  }
  void try_until_one_fits(Stage stage) {
    each(stage, [this](const TextCodec& codec) {
      return (codec.suits != nullptr && !codec.suits(input_)) || !fits(codec);
    });
  }
  void try_all(Stage stage) {
    each(stage, [this](const TextCodec& codec) {
      fits(codec);
      return true;
    });
  }
  void try_until_good_enough(Stage stage) {
    each(stage, [this](const TextCodec& codec) {
      if (best_cost_ <= kGoodEnough * static_cast<double>(input_.values->size()) + 16) return false;
      fits(codec);
      return true;
    });
  }

  // Encodes with the codec, and keeps the chunk if it is the cheapest so far.
  bool fits(const TextCodec& codec) {
    const Cost cost(input_);
    std::string candidate;
    if (!codec.encode(input_, candidate)) return false;
    ++fitted_;
    const double costs = cost.of(candidate);
    if (winner_ != nullptr && costs >= best_cost_) return true;
    best_ = std::move(candidate);
    best_cost_ = costs;
    winner_ = &codec;
    return true;
  }

  const ColumnInput& input_;
  Attempt attempt_;
  std::size_t fitted_ = 0;  // codecs
  std::string best_;
  double best_cost_ = 0;
  const TextCodec* winner_ = nullptr;
};

// A remembered choice serves so many blocks, and as long as a value costs no more than this factor
// times what it cost when the choice was made.
constexpr unsigned kMaxUses = 32;
constexpr double kMaxDrift = 1.05;

bool encode_as_before(const ColumnInput& input, std::string& out) {
  Choice* known = input.memory == nullptr ? nullptr : input.memory->find(input.memory_key);
  if (known == nullptr || known->uses == kMaxUses) return false;
  Attempt attempt(input);
  const Cost cost(input);
  std::string chunk;
  const auto values = static_cast<double>(input.values->size());
  if (!known->codec->encode(input, chunk) ||
      cost.of(chunk) > known->bytes_per_value * values * kMaxDrift + 24) {
    attempt.undo();
    return false;
  }
  ++known->uses;
  out += chunk;
  return true;
}

}  // namespace

void encode_text(const ColumnInput& input, std::string& out) {
  for (const TextCodec* codec : kTextCodecs) {
    if (codec->stage == Stage::settling && codec->encode(input, out)) return;
  }
  if (encode_as_before(input, out)) return;
  Contest contest(input);
  contest.run();
  if (input.memory != nullptr) input.memory->set(input.memory_key, contest.choice());
  out += contest.finish();
}

bool all_values_equal(const ColumnInput& input) {
  if (!input.codes.empty()) {
    return std::all_of(input.codes.begin(), input.codes.end(),
                       [&](std::uint32_t code) { return code == input.codes[0]; });
  }
  const Strings& values = *input.values;
  const std::string_view first = values[0];
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (values[i] != first) return false;
  }
  return true;
}

}  // namespace fortnight::storage
