// A batch: parsed and mapped calls, as rows. It is the only row form of a call.
//
// intake/ fills batches and the store takes them. The journal writes them, the head holds them
// until a flush writes their calls to parts, and a merge decodes blocks of parts back into batches.
//
// A call's line is not stored as text. It is split into its shape (the line with every scalar
// removed) and the scalars that fill the shape's holes, in the line's order. append_line() restores
// the line, byte for byte.
//
// Ownership: a batch owns everything that it refers to, except its shapes, which batches may share.
// Threads: immutable once appended.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_text.h"
#include "base/require.h"
#include "base/time.h"

namespace fortnight::storage {

// The canonical fields of a call that are text.
enum class TextField : std::uint8_t { account, method, endpoint, path, revision, call_id, source };
inline constexpr std::size_t kTextFields = 7;

// The byte that marks a scalar in a skeleton. JSON doesn't allow raw control characters, so it
// occurs nowhere else in a line.
inline constexpr char kHole = '\0';
// The skeleton of a line that is stored whole: a single hole.
inline constexpr std::string_view kPlainSkeleton{"\0", 1};

inline constexpr std::int64_t kNoDuration = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int32_t kNoStatus = 0;
inline constexpr std::int32_t kNoHole = -1;

// The units of durations in lines.
enum class DurationUnit : std::uint8_t { s, ms, us, ns };
// The formats of instants in lines.
enum class TimeText : std::uint8_t { other, rfc3339, unix_s, unix_ms, unix_us, unix_ns };

// A skeleton, and what one format maps its holes to: two formats make two shapes of the same
// skeleton. Holes are numbered from 0 in the line's order. A string's hole is the text between its
// quotes, with its escapes; the quotes belong to the skeleton.
struct Shape {
  std::string skeleton;
  std::uint32_t holes = 0;
  // The hole that holds a canonical field's value unchanged (except for JSON escapes), or kNoHole.
  // Tells the encoder which values are equal; not needed for correctness.
  std::array<std::int32_t, kTextFields> text_holes = {kNoHole, kNoHole, kNoHole, kNoHole,
                                                      kNoHole, kNoHole, kNoHole};
  std::int32_t ts_hole = kNoHole;
  TimeText ts_text = TimeText::other;
  std::int32_t status_hole = kNoHole;
  std::int32_t duration_hole = kNoHole;
  DurationUnit duration_unit = DurationUnit::ms;

  // Holes that hold an ID: its kind (an index into Batch::kinds), the hole, and whether it is a
  // JSON string. Otherwise it is a number, or null, which is not an ID. Sorted by hole. call_id is
  // a field and not listed here.
  struct IdHole {
    std::uint16_t kind;
    std::uint32_t hole;
    bool is_string;
    friend bool operator==(const IdHole&, const IdHole&) = default;
  };
  std::vector<IdHole> ids;

  [[nodiscard]] bool plain() const { return skeleton == kPlainSkeleton; }
  friend bool operator==(const Shape&, const Shape&) = default;
};

// A range of Batch::text.
struct Text {
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
};

struct Call {
  TimeNs ts = 0;
  std::int64_t duration_ns = kNoDuration;
  // The call's number, unique in the store, assigned by the store at append. With its day it is the
  // call's ref.
  std::uint64_t seq = 0;
  std::int32_t status = kNoStatus;  // 1 to 999; kNoStatus if absent, 0 or not a number
  std::uint32_t shape = 0;          // index into Batch::shapes
  // The offset of the call's values in Batch::text: for each hole, a LEB128 length and the bytes. A
  // field that equals its hole's bytes refers to them.
  std::uint32_t values = 0;
  // The call's IDs that are not holes of its shape (those of plain lines, and those that a format
  // takes out of texts): a range of Batch::extra_ids.
  std::uint32_t extra_ids = 0;
  std::uint16_t extra_id_count = 0;
  std::uint8_t ts_digits = 0;            // digits of the line's fraction of a second, 0 to 9
  std::array<Text, kTextFields> text{};  // decoded; an absent field is empty
};

struct ExtraId {
  std::uint16_t kind;  // index into Batch::kinds
  Text value;          // decoded
};

// A shape that batches share. All these batches number their kinds in the same way.
using SharedShape = std::shared_ptr<const Shape>;

// Identifies a batch, so that code that fills it may cache what it has added. A batch that is
// copied, moved from, or cleared gets another identity.
class BatchId {
 public:
  BatchId() : value_(next()) {}
  BatchId(const BatchId&) : BatchId() {}
  BatchId(BatchId&& other) noexcept : value_(std::exchange(other.value_, next())) {}
  BatchId& operator=(const BatchId& other) {
    if (this != &other) value_ = next();
    return *this;
  }
  BatchId& operator=(BatchId&& other) noexcept {
    if (this != &other) value_ = std::exchange(other.value_, next());
    return *this;
  }
  ~BatchId() = default;
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  static std::uint64_t next() {
    static std::atomic<std::uint64_t> last{0};
    return last.fetch_add(1, std::memory_order_relaxed) + 1;
  }
  std::uint64_t value_;
};

struct Batch {
  BatchId id;
  std::vector<std::string> kinds;  // names of ID kinds, as configured
  std::vector<SharedShape> shapes;
  std::vector<Call> calls;
  std::vector<ExtraId> extra_ids;
  std::string text;

  [[nodiscard]] std::string_view view(Text piece) const {
    return std::string_view(text).substr(piece.offset, piece.length);
  }
  [[nodiscard]] std::string_view field(const Call& call, TextField field) const {
    return view(call.text[static_cast<std::size_t>(field)]);
  }
  [[nodiscard]] const Shape& shape(const Call& call) const { return *shapes[call.shape]; }
  [[nodiscard]] bool empty() const { return calls.empty(); }
  // Memory in bytes, approximately.
  [[nodiscard]] std::size_t memory() const;
  void clear();
};

// Appends a LEB128 length and the bytes to `text`; returns the range of the bytes.
Text append_value(std::string& text, std::string_view value);

// Reads a call's values in the order of its holes.
class ValueCursor {
 public:
  ValueCursor(const Batch& batch, const Call& call) : text_(batch.text), position_(call.values) {}
  // The next hole's bytes. Requires that the shape has another hole.
  std::string_view next() {
    FORTNIGHT_REQUIRE(position_ < text_.size());
    auto byte = static_cast<unsigned char>(text_[position_++]);
    std::size_t length = byte & 0x7fU;
    for (unsigned shift = 7; byte >= 0x80; shift += 7) {
      byte = static_cast<unsigned char>(text_[position_++]);
      length |= static_cast<std::size_t>(byte & 0x7fU) << shift;
    }
    const std::string_view value(text_.data() + position_, length);
    position_ += length;
    return value;
  }

 private:
  std::string_view text_;
  std::size_t position_;
};

// Appends the call's line to `out`, byte for byte.
void append_line(const Batch& batch, const Call& call, std::string& out);

// Whether a hole's value is an ID: empty strings and null are not.
inline bool is_id(bool is_string, std::string_view value) {
  return !value.empty() && (is_string || value != "null");
}

// Calls `visit(kind_name, value)` for each ID of the call except its call_id. Values are decoded,
// and valid only during the visit.
template <typename Visit>
void for_each_id(const Batch& batch, const Call& call, Visit&& visit);

// ---- templates ----

template <typename Visit>
void for_each_id(const Batch& batch, const Call& call, Visit&& visit) {
  const Shape& shape = batch.shape(call);
  if (!shape.ids.empty()) {
    ValueCursor values(batch, call);
    std::string scratch;
    std::string_view value;
    std::uint32_t hole = 0;
    for (const Shape::IdHole& id : shape.ids) {
      for (; hole <= id.hole; ++hole) value = values.next();
      if (!is_id(id.is_string, value)) continue;
      visit(std::string_view(batch.kinds[id.kind]), decode_json_string(value, scratch));
    }
  }
  for (std::uint32_t i = 0; i < call.extra_id_count; ++i) {
    const ExtraId& id = batch.extra_ids[call.extra_ids + i];
    visit(std::string_view(batch.kinds[id.kind]), batch.view(id.value));
  }
}

}  // namespace fortnight::storage
