// A column of values, encoded and decoded, for the tests of the text codecs.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "storage/encoding/sibling_index.h"
#include "storage/encoding/text_codec.h"
#include "storage/packing/dictionary.h"
#include "tests/storage/encoding/sample_columns.h"

namespace fortnight::tests {

// The calls are those of SampleCalls; value i belongs to row i.
class EncodedColumn {
 public:
  EncodedColumn(const std::vector<std::string>& values, const SampleColumn& sample);
  explicit EncodedColumn(const std::vector<std::string>& values)
      : EncodedColumn(values, SampleColumn{}) {}
  EncodedColumn(const EncodedColumn&) = delete;
  EncodedColumn& operator=(const EncodedColumn&) = delete;
  ~EncodedColumn() = default;

  // Encodes with one codec; false if it refuses the values.
  bool encode(const storage::TextCodec& codec);
  // Encodes with the codec that encode_text() chooses.
  void choose(storage::Effort effort);

  // The chunk without padding.
  [[nodiscard]] const std::string& chunk() const { return chunk_; }
  // The codec of the chunk; of a patched chunk, that of the inner chunk.
  [[nodiscard]] const storage::TextCodec& codec() const;
  [[nodiscard]] const Strings& values() const { return values_; }
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(values_.size()); }

  // Fails the test unless all values are restored in any order of reading, and equal IDs have equal
  // values.
  void check_round_trip() const;
  // Fails the test if a search misses a substring of a value.
  void check_search(std::mt19937_64& random, int rounds) const;
  // Fails the test if the candidates for a value lack an equal one.
  void check_candidates(std::mt19937_64& random, int rounds) const;
  // Parses, reads and searches damaged copies of the chunk: truncated, or with changed bytes. The
  // results are arbitrary, but all reads must stay within the chunk's bytes.
  void check_damage(std::mt19937_64& random, int rounds) const;

  // Whether a search says that a value may contain `text`.
  [[nodiscard]] bool may_contain(const std::string& text) const;
  // Whether a value, once decoded, contains `text`.
  [[nodiscard]] bool contains(const std::string& text) const;
  // By value: whether it is a candidate for `text`.
  [[nodiscard]] std::vector<bool> candidates(const std::string& text) const;

 private:
  void finish();
  [[nodiscard]] storage::ChunkContext context() const;
  [[nodiscard]] bool may_contain_in(std::string_view bytes, const std::string& text) const;

  SampleCalls calls_;
  Strings values_;
  std::vector<storage::Place> places_;
  std::vector<std::int64_t> shapes_;
  storage::SiblingIndex siblings_;
  storage::DictionaryBuilder dictionary_;
  storage::DictionaryBuilder words_;
  storage::ColumnInput input_;
  std::string chunk_;
  std::string padded_;
  // Dictionaries as a part's reader has them. Null: empty.
  std::optional<storage::Dictionary> parsed_dictionary_;
  std::optional<storage::Dictionary> parsed_words_;
};

}  // namespace fortnight::tests
