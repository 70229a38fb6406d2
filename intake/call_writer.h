// Adds calls to batches: their shapes, values and texts.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "intake/parsed_line.h"
#include "storage/call/batch.h"

namespace fortnight::intake {

// A field's text, and the hole whose bytes are equal to it or begin with it.
struct FieldText {
  std::string_view text;
  std::int32_t hole = storage::kNoHole;
};

// An ID that isn't simply a hole of the shape.
struct MappedId {
  std::uint16_t kind = 0;  // the plans' number
  std::string value;       // decoded
};

// The fields that a mapper found in a line.
struct MappedCall {
  TimeNs ts = 0;
  std::uint8_t ts_digits = 0;
  storage::TimeText ts_text = storage::TimeText::other;
  std::int32_t status = storage::kNoStatus;
  std::int64_t duration_ns = storage::kNoDuration;
  std::array<FieldText, storage::kTextFields> text;  // except the source
  // IDs in addition to those of the shape's holes, or in place of them.
  std::span<const MappedId> ids;
  bool replaces_ids = false;

  FieldText& field(storage::TextField which) { return text[static_cast<std::size_t>(which)]; }
};

class CallWriter {
 public:
  // `kinds` are the names of ID kinds, indexed by the plans' numbers.
  CallWriter(std::string source, std::vector<std::string> kinds);

  void add(const ParsedLine& line, const MappedCall& mapped, storage::Batch& batch);
  // Appends the line as it is stored: with the secrets of its plan replaced.
  static void append_stored_line(const ParsedLine& line, std::string& out);

 private:
  void meet_batch(storage::Batch& batch);
  std::uint32_t shape_index(KnownShape& shape, const MappedCall& mapped, storage::Batch& batch);
  void share(const ShapePlan& plan, const MappedCall& mapped, KnownShape::InBatch& there) const;
  std::uint32_t plain_shape_index(storage::Batch& batch);
  void write_values(const ParsedLine& line, std::string& text);
  void write_plain(const ParsedLine& line, const MappedCall& mapped, storage::Call& call,
                   storage::Batch& batch);
  void add_id(std::uint16_t kind, std::string_view value, storage::Call& call,
              storage::Batch& batch) const;

  std::string source_;
  std::vector<std::string> kinds_;
  storage::SharedShape plain_shape_;

  // Indices in the batch that was written last.
  std::uint64_t batch_id_ = 0;
  storage::Text source_text_;
  std::vector<std::uint16_t> kinds_there_;
  static constexpr std::uint32_t kNowhere = 0xffffffff;
  std::uint32_t plain_there_ = kNowhere;

  // Buffers for one line.
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::vector<std::uint32_t> value_at_;  // by hole: offset in the batch's text
  std::string plain_;
  std::string scratch_;
};

}  // namespace fortnight::intake
