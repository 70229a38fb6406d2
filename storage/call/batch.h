// A batch: calls on their way in, parsed and mapped, in rows.
//
// intake/ fills batches, the store journals and keeps them. A batch is what the journal writes,
// what the head holds until a part is made of it, and what a part's block decodes back to when
// parts are merged: there is one row form of a call, and this is it.
//
// A call's line is not kept as such. It is split into its shape (the line with every scalar taken
// out) and the scalars that fill the shape's holes, in the line's order: shape + values give the
// line back byte for byte. append_line() does it.
//
// Ownership: a batch owns all it refers to, but for its shapes, which it may share with others.
// Threads: none of its own; immutable once appended.
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

#include "storage/base/time.h"

namespace fortnight::storage {

// The canonical columns of a call that are text.
enum class TextField : std::uint8_t { account, method, endpoint, path, revision, call_id, source };
inline constexpr std::size_t kTextFields = 7;

// In a skeleton, the byte that stands for a scalar. No JSON line can bear it outside a hole:
// control characters are not allowed in JSON, raw.
inline constexpr char kHole = '\0';
// The skeleton of a line that is kept whole, as one value: one hole and nothing else.
inline constexpr std::string_view kPlainSkeleton{"\0", 1};

inline constexpr std::int64_t kNoDuration = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int32_t kNoStatus = 0;
inline constexpr std::int32_t kNoHole = -1;

// The units in which a line can tell a duration.
enum class DurationUnit : std::uint8_t { s, ms, us, ns };
// The ways in which a line can tell an instant.
enum class TimeText : std::uint8_t { other, rfc3339, unix_s, unix_ms, unix_us, unix_ns };

// A shape under one format's mapping. Two formats that read the same skeleton differently make two
// shapes. Holes are numbered from 0 in the line's order. A string's hole is what stands between its
// quotes (the quotes belong to the skeleton), as it was written, escapes and all.
struct Shape {
  std::string skeleton;
  std::uint32_t holes = 0;
  // The hole whose scalar a canonical field was taken from without change (but for JSON escapes),
  // or kNoHole. Tells the encoder where the same value stands twice; never needed for correctness.
  std::array<std::int32_t, kTextFields> text_holes = {kNoHole, kNoHole, kNoHole, kNoHole,
                                                      kNoHole, kNoHole, kNoHole};
  std::int32_t ts_hole = kNoHole;
  TimeText ts_text = TimeText::other;
  std::int32_t status_hole = kNoHole;
  std::int32_t duration_hole = kNoHole;
  DurationUnit duration_unit = DurationUnit::ms;

  // Holes that bear an ID: its kind (an index into Batch::kinds), the hole, and whether that is a
  // JSON string (else a number, or null: then there is no ID). Sorted by hole. call_id is a field
  // and not listed here.
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

// A piece of Batch::text.
struct Text {
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
};

struct Call {
  TimeNs ts = 0;
  std::int64_t duration_ns = kNoDuration;
  // The call's number over all the store's life, given by the store at append; with its day it is
  // the call's ref.
  std::uint64_t seq = 0;
  std::int32_t status = kNoStatus;  // 1 to 999; kNoStatus where absent, 0 or no number
  std::uint32_t shape = 0;          // index into Batch::shapes
  // Where its values begin in Batch::text: for each hole a LEB128 length and the bytes. A field
  // that equals its hole's bytes points into them.
  std::uint32_t values = 0;
  // Its IDs that no hole of its shape gives (those of plain lines): a run of Batch::extra_ids.
  std::uint32_t extra_ids = 0;
  std::uint16_t extra_id_count = 0;
  std::uint8_t ts_digits = 0;  // digits of the second's fraction that the line had, 0 to 9
  std::array<Text, kTextFields> text{};  // decoded; an absent field is empty
};

struct ExtraId {
  std::uint16_t kind;  // index into Batch::kinds
  Text value;          // decoded
};

// What batches share of a shape. The kinds that it numbers bear the same names in all of them.
using SharedShape = std::shared_ptr<const Shape>;

// Tells batches apart, so that who fills one may remember what it put there. A batch that was
// copied, moved from, or cleared is another one.
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
  // Bytes of memory held, roughly.
  [[nodiscard]] std::size_t memory() const;
  void clear();
};

// Appends a LEB128 length and the bytes to `text`; returns where the bytes stand.
Text append_value(std::string& text, std::string_view value);

// Walks a call's values in the order of its holes.
class ValueCursor {
 public:
  ValueCursor(const Batch& batch, const Call& call) : text_(batch.text), position_(call.values) {}
  // The next hole's bytes. Must not be called more often than the shape has holes.
  std::string_view next() {
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

// The call's line, byte for byte, appended to `out`.
void append_line(const Batch& batch, const Call& call, std::string& out);

// Whether a hole's value is an ID: an absent one is empty or null.
inline bool is_id(bool is_string, std::string_view value) {
  return !value.empty() && (is_string || value != "null");
}

// Calls `visit(kind_name, value)` for each ID of the call but its call_id, values decoded.
// `scratch` keeps a decoded value alive for the length of the visit.
template <typename Visit>
void for_each_id(const Batch& batch, const Call& call, Visit&& visit);

// What stands between a JSON string's quotes, decoded to UTF-8. Without a backslash it is `raw`
// itself; else it is decoded to `scratch`, and a lone surrogate becomes U+FFFD.
std::string_view decode_json_string(std::string_view raw, std::string& scratch);

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
