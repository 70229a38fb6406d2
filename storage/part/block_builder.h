// Collects one block's calls by column, and encodes them. Part of PartWriter.
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
#include "storage/part/block_entry.h"
#include "storage/part/chunk_jobs.h"
#include "storage/part/part.h"
#include "storage/part/part_memory.h"
#include "storage/part/shapes.h"
#include "storage/part/term_index.h"

namespace fortnight::storage {

// The text fields that have a key index.
inline constexpr std::array kKeyFields = {TextField::account, TextField::method,
                                          TextField::endpoint, TextField::revision,
                                          TextField::source};

// The dictionaries of a part's columns, created on first use.
class DictionarySet {
 public:
  DictionaryBuilder& of(std::uint32_t column);
  [[nodiscard]] const std::map<std::uint32_t, DictionaryBuilder>& all() const { return builders_; }

 private:
  std::map<std::uint32_t, DictionaryBuilder> builders_;
};

// Not thread-safe, with one exception: one thread may prepare and encode a closed block while
// another fills the next one, and may then join in encoding. Filling uses no dictionary, and
// encoding doesn't use the part's shapes.
class BlockBuilder final : public RowSource {
 public:
  // `dictionaries` are the part's and must outlive it; `memory` may be shared with other parts.
  BlockBuilder(Effort effort, DictionarySet& dictionaries, std::shared_ptr<PartMemory> memory);

  // `shape` is the call's shape in the part. With PartShapesBuilder::kPlain the line is kept whole
  // and its IDs become extra IDs, with kinds numbered by `shapes`.
  void add(const Batch& batch, const Call& call, std::uint32_t shape, PartShapesBuilder& shapes);
  [[nodiscard]] std::uint32_t rows() const { return static_cast<std::uint32_t>(ts_.size()); }
  [[nodiscard]] std::uint64_t line_bytes() const { return line_bytes_; }
  // Nothing may be added after this until finish().
  void close(const PartShapes& shapes);
  // Numbers the keys of a closed block in the part's dictionaries and starts the jobs of encode().
  // Blocks must be prepared in their order.
  void prepare();
  // Encodes columns that no other thread has begun, until there are none; does nothing before
  // prepare(). With the fast effort any number of threads may call it.
  void encode() { jobs_.work(); }
  // Adds the terms of a closed block's values; until finish().
  void collect_terms(const PartShapes& shapes, TermCollector& terms) const;
  // Requires that all calls of encode() have returned. Appends header and chunks to `out`, and the
  // characters of the block's text to `characters`, and starts anew. The caller sets the entry's
  // offset.
  BlockEntry finish(std::string& out, CharacterTableBuilder& characters);

  // From prepare() to finish(): the codes of a key's values in its dictionary, by row; empty if a
  // value of the part didn't fit into it. `key` is an index into kKeyFields.
  [[nodiscard]] std::span<const std::uint32_t> key_codes(std::size_t key) const {
    return keys_[key].codes;
  }
  // By row.
  [[nodiscard]] const std::vector<std::int64_t>& statuses() const { return status_; }
  // The added calls; from prepare() to finish().
  [[nodiscard]] KeyedCalls keyed() const;
  // The hashes of the IDs of the call that was added last, including its call_id.
  [[nodiscard]] std::span<const std::uint64_t> last_ids() const { return last_ids_; }

  void append_text_field(TextField field, std::uint32_t row, std::string& out) const override;
  [[nodiscard]] std::int64_t number_field(FieldColumn column, std::uint32_t row) const override;
  void append_sibling(std::uint32_t column, std::uint32_t row, std::uint32_t ordinal,
                      std::string& out) const override;

 private:
  // The values of a column of holes. (A field has one value per row.)
  struct Column {
    std::string place;  // the key under which its sizes are remembered
    Strings values;
    std::vector<std::uint32_t> rows;  // the row within the block of each value
    std::uint32_t ids = 0;            // how many values are IDs or the call_id
    ColumnSizes::Size expected;       // reserved for this block

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
  void add_extra_ids(const Batch& batch, const Call& call, PartShapesBuilder& shapes);
  void add_plain(const Batch& batch, const Call& call, const PartShape& plain,
                 PartShapesBuilder& shapes);
  [[nodiscard]] const Strings* field_values(std::uint32_t column) const;
  [[nodiscard]] std::vector<FieldHint> hints_of(const PartShapes& shapes) const;
  void number_keys();
  // `rows` are the rows of the values; null: one value per row. `codes` are the values' codes in
  // the dictionary, if they have any. Referenced arguments must stay unchanged until the job is
  // done.
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
  std::vector<FieldHint> hints_;  // for `columns_`, of a closed block
  SiblingIndex siblings_;
  std::string scratch_;
  std::string decoded_;
  std::vector<Place> row_places_;  // of a column with one value per row
  ChunkJobs jobs_;
};

}  // namespace fortnight::storage
