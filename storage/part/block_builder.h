// Collects one block's calls by column, and encodes them. Part of the part's writer.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "storage/call/batch.h"
#include "storage/call/keyed_calls.h"
#include "storage/encoding/sibling_index.h"
#include "storage/encoding/text_encoder.h"
#include "storage/packing/dictionary.h"
#include "storage/part/chunk_jobs.h"
#include "storage/part/part.h"
#include "storage/part/part_memory.h"
#include "storage/part/shapes.h"

namespace fortnight::storage {

// What the block table says of a block.
struct BlockEntry {
  std::uint64_t offset = 0;  // in the file
  std::uint32_t header_bytes = 0;
  std::uint32_t header_checksum = 0;
  std::uint64_t bytes = 0;      // header and chunks
  std::uint32_t first_row = 0;  // of the part
  std::uint32_t rows = 0;
  std::uint64_t line_bytes = 0;
  TimeNs min_ts = 0;
  TimeNs max_ts = 0;
  std::uint64_t min_seq = 0;
  std::uint64_t max_seq = 0;
};

// The text fields that have a key index.
inline constexpr std::array kKeyFields = {TextField::account, TextField::method,
                                          TextField::endpoint, TextField::revision,
                                          TextField::source};

// The dictionaries of a part's columns, made when a column first wants one.
class DictionarySet {
 public:
  DictionaryBuilder& of(std::uint32_t column);
  [[nodiscard]] const std::map<std::uint32_t, DictionaryBuilder>& all() const { return builders_; }

 private:
  std::map<std::uint32_t, DictionaryBuilder> builders_;
};

// Not thread-safe, but a closed block may be prepared and encoded by one thread while another fills
// the next one, and may come to help: filling touches no dictionary, and encoding not the part's
// shapes.
class BlockBuilder final : public RowSource {
 public:
  // `dictionaries` are the part's and must outlive it; `memory` may be shared with other parts.
  BlockBuilder(Effort effort, DictionarySet& dictionaries, std::shared_ptr<PartMemory> memory);

  // `shape` is the call's shape in the part; PartShapesBuilder::kPlain keeps its line whole, and
  // its IDs as extra ones, whose kinds are given by `shapes`.
  void add(const Batch& batch, const Call& call, std::uint32_t shape, PartShapesBuilder& shapes);
  [[nodiscard]] std::uint32_t rows() const { return static_cast<std::uint32_t>(ts_.size()); }
  [[nodiscard]] std::uint64_t line_bytes() const { return line_bytes_; }
  // Nothing is added from here on, until finish().
  void close(const PartShapes& shapes);
  // Of a closed block, behind the one before it: gives its keys their numbers in the part's
  // dictionaries, and lets encode() begin.
  void prepare();
  // Encodes columns that no other thread is at, until there are none; nothing before prepare().
  // With the fast effort any number of threads may do so.
  void encode() { jobs_.work(); }
  // Once all threads are back from encode(): appends header and chunks to `out`, and to
  // `characters` what its text has, and starts anew. The entry's place in the file is the caller's
  // to fill in.
  BlockEntry finish(std::string& out, CharacterTableBuilder& characters);

  // Behind prepare(), until finish(): the codes of a key's values in its dictionary, by row;
  // none where a value of the part found no room there. Of kKeyFields, by place.
  [[nodiscard]] std::span<const std::uint32_t> key_codes(std::size_t key) const {
    return keys_[key].codes;
  }
  // By row.
  [[nodiscard]] const std::vector<std::int64_t>& statuses() const { return status_; }
  // What was added; behind prepare(), good until finish().
  [[nodiscard]] KeyedCalls keyed() const;
  // The hashes of the IDs of the call that was added last, call_id among them.
  [[nodiscard]] std::span<const std::uint64_t> last_ids() const { return last_ids_; }

  void append_text_field(TextField field, std::uint32_t row, std::string& out) const override;
  [[nodiscard]] std::int64_t number_field(FieldColumn column, std::uint32_t row) const override;
  void append_sibling(std::uint32_t column, std::uint32_t row, std::uint32_t ordinal,
                      std::string& out) const override;

 private:
  // The values of a column of holes. (A field has one a row.)
  struct Column {
    std::string place;  // what it is remembered by
    Strings values;
    std::vector<std::uint32_t> rows;  // of the block, one a value
    ColumnSizes::Size expected;       // there is room for so much

    void add(std::uint32_t row, std::string_view value) {
      rows.push_back(row);
      prefetch_for_write(rows.data() + rows.size());
      values.add(value);
    }
  };

  struct Key {
    DictionaryBuilder* dictionary;
    std::vector<std::uint32_t> codes;
    bool full = false;
  };

  Column& hole_column(std::uint32_t column) { return columns_[column - kFieldColumns]; }
  void add_values(const Batch& batch, const Call& call, const PartShape& shape);
  void add_plain(const Batch& batch, const Call& call, const PartShape& plain,
                 PartShapesBuilder& shapes);
  [[nodiscard]] const Strings* field_values(std::uint32_t column) const;
  [[nodiscard]] std::vector<FieldHint> hints_of(const PartShapes& shapes) const;
  void number_keys();
  // `rows` are the values' rows; null: one a row. `codes` are the values' in the dictionary, if
  // they have some. What is given by reference stays as it is until the job is done.
  void add_text_job(std::uint32_t column, std::string place, const Strings& values,
                    const std::vector<std::uint32_t>* rows, const FieldHint& hint,
                    std::span<const std::uint32_t> codes);
  void add_text_jobs();
  void add_columns(const PartShapes& shapes);
  void note_sizes();
  void clear();

  Effort effort_;
  DictionarySet& dictionaries_;
  std::shared_ptr<PartMemory> memory_;
  std::uint64_t line_bytes_ = 0;
  std::vector<std::int64_t> seq_, ts_, ts_digits_, duration_, status_, shape_;
  Strings text_[kTextFields];
  std::array<Key, kKeyFields.size()> keys_;
  std::vector<std::uint64_t> last_ids_;
  Strings extra_ids_;
  std::vector<Column> columns_;   // of holes; index: column - kFieldColumns
  std::vector<FieldHint> hints_;  // the same; of a closed block
  SiblingIndex siblings_;
  std::string scratch_;
  std::string decoded_;
  std::vector<Place> row_places_;  // of a column that has a value a row
  ChunkJobs jobs_;
};

}  // namespace fortnight::storage
