#include "intake/call_writer.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/json_text.h"

namespace fortnight::intake {
namespace {

using storage::Batch;
using storage::Call;
using storage::Shape;
using storage::Text;
using storage::TextField;

// Values are copied in whole chunks, so this many bytes must be readable from each value's start.
constexpr std::size_t kChunk = 16;
constexpr char kRedactedChunk[kChunk + 1] = "\"[redacted]\"";
constexpr std::string_view kRedactedScalar(kRedactedChunk, 12);    // replaces a number
constexpr std::string_view kRedactedText(kRedactedChunk + 1, 10);  // replaces a string's content
static_assert(kRedactedText == kRedacted);
constexpr std::size_t kMaxLengthBytes = 5;  // of a length as LEB128

char* put_length(char* out, std::size_t length) {
  while (length >= 0x80) {
    *out++ = static_cast<char>((length & 0x7fU) | 0x80U);
    length >>= 7;
  }
  *out++ = static_cast<char>(length);
  return out;
}

// Copies whole chunks, up to kChunk - 1 bytes too many: most values are short.
void copy_chunks(char* out, const char* from, std::size_t length) {
  for (std::size_t i = 0; i < length; i += kChunk) std::memcpy(out + i, from + i, kChunk);
}

// A line's scalars as they are stored: all holes in order, with secrets replaced.
class StoredScalars {
 public:
  explicit StoredScalars(const ParsedLine& line) : line_(line) { find_secret(); }

  std::string_view next() {
    const std::uint32_t hole = hole_++;
    return hole == secret_ ? redact() : line_.scalar(hole);
  }

 private:
  void find_secret() {
    const std::vector<Hole>& secrets = line_.plan->redacted;
    secret_ = passed_ < secrets.size() ? secrets[passed_].index : kNone;
  }
  std::string_view redact() {
    const Hole secret = line_.plan->redacted[passed_++];
    find_secret();
    if (line_.is_null(secret)) return line_.scalar(secret.index);
    return secret.is_string ? kRedactedText : kRedactedScalar;
  }

  static constexpr std::uint32_t kNone = 0xffffffff;
  const ParsedLine& line_;
  std::uint32_t hole_ = 0;
  std::uint32_t secret_ = kNone;  // hole of the next secret
  std::size_t passed_ = 0;        // secrets already passed
};

Text append_text(std::string& text, std::string_view value) {
  const Text piece{static_cast<std::uint32_t>(text.size()),
                   static_cast<std::uint32_t>(value.size())};
  text.append(value);
  return piece;
}

}  // namespace

CallWriter::CallWriter(std::string source, std::vector<std::string> kinds)
    : source_(std::move(source)), kinds_(std::move(kinds)), kinds_there_(kinds_.size()) {
  Shape plain;
  plain.skeleton = storage::kPlainSkeleton;
  plain.holes = 1;
  plain_shape_ = std::make_shared<const Shape>(std::move(plain));
}

void CallWriter::add(const ParsedLine& line, const MappedCall& mapped, Batch& batch) {
  if (batch.id.value() != batch_id_) meet_batch(batch);
  Call call;
  call.ts = mapped.ts;
  call.ts_digits = mapped.ts_digits;
  call.status = mapped.status;
  call.duration_ns = mapped.duration_ns;
  call.values = static_cast<std::uint32_t>(batch.text.size());
  const bool plain = line.shape == nullptr;
  if (plain) {
    write_plain(line, mapped, call, batch);
  } else {
    call.shape = shape_index(*line.shape, mapped, batch);
    write_values(line, batch.text);
  }
  for (std::size_t i = 0; i < storage::kTextFields; ++i) {
    const FieldText& field = mapped.text[i];
    if (field.text.empty()) continue;
    call.text[i] = plain || field.hole == storage::kNoHole
                       ? append_text(batch.text, field.text)
                       : Text{value_at_[static_cast<std::size_t>(field.hole)],
                              static_cast<std::uint32_t>(field.text.size())};
  }
  call.text[static_cast<std::size_t>(TextField::source)] = source_text_;
  for (const MappedId& id : mapped.ids) add_id(id.kind, id.value, call, batch);
  batch.calls.push_back(call);
}

void CallWriter::meet_batch(Batch& batch) {
  batch_id_ = batch.id.value();
  source_text_ = append_text(batch.text, source_);
  plain_there_ = kNowhere;
  for (std::size_t i = 0; i < kinds_.size(); ++i) {
    const auto found = std::find(batch.kinds.begin(), batch.kinds.end(), kinds_[i]);
    kinds_there_[i] = static_cast<std::uint16_t>(found - batch.kinds.begin());
    if (found == batch.kinds.end()) batch.kinds.push_back(kinds_[i]);
  }
}

std::uint32_t CallWriter::shape_index(KnownShape& shape, const MappedCall& mapped, Batch& batch) {
  KnownShape::InBatch& there = mapped.replaces_ids ? shape.without_ids : shape.with_ids;
  if (there.batch_id != batch_id_) {
    there.batch_id = batch_id_;
    there.batch_index = static_cast<std::uint32_t>(batch.shapes.size());
    share(shape.plan(), mapped, there);
    batch.shapes.push_back(there.shared);
  }
  return there.batch_index;
}

// Makes a new shared shape if the last one has other numbers of ID kinds or another form of time.
void CallWriter::share(const ShapePlan& plan, const MappedCall& mapped,
                       KnownShape::InBatch& there) const {
  const std::vector<Shape::IdHole>& planned = plan.shape.ids;
  const auto numbered = [&](const Shape::IdHole& id_there, const Shape::IdHole& id) {
    return id_there.kind == kinds_there_[id.kind];
  };
  if (there.shared != nullptr && there.shared->ts_text == mapped.ts_text &&
      (mapped.replaces_ids ||
       std::equal(there.shared->ids.begin(), there.shared->ids.end(), planned.begin(), numbered))) {
    return;
  }
  Shape made = plan.shape;
  made.ts_text = mapped.ts_text;
  if (mapped.replaces_ids) made.ids.clear();
  for (Shape::IdHole& id : made.ids) id.kind = kinds_there_[id.kind];
  there.shared = std::make_shared<const Shape>(std::move(made));
}

std::uint32_t CallWriter::plain_shape_index(Batch& batch) {
  if (plain_there_ == kNowhere) {
    plain_there_ = static_cast<std::uint32_t>(batch.shapes.size());
    batch.shapes.push_back(plain_shape_);
  }
  return plain_there_;
}

void CallWriter::write_values(const ParsedLine& line, std::string& text) {
  const std::size_t holes = line.spans.size();
  const std::size_t most = line.bytes.size() + holes * (kMaxLengthBytes + kChunk);
  if (capacity_ < most) {
    capacity_ = 2 * most;
    buffer_ = std::make_unique_for_overwrite<char[]>(capacity_);
  }
  value_at_.resize(holes);
  const auto base = static_cast<std::uint32_t>(text.size());
  char* out = buffer_.get();
  StoredScalars scalars(line);
  for (std::size_t hole = 0; hole < holes; ++hole) {
    const std::string_view value = scalars.next();
    out = put_length(out, value.size());
    value_at_[hole] = base + static_cast<std::uint32_t>(out - buffer_.get());
    copy_chunks(out, value.data(), value.size());
    out += value.size();
  }
  text.append(buffer_.get(), static_cast<std::size_t>(out - buffer_.get()));
}

void CallWriter::append_stored_line(const ParsedLine& line, std::string& out) {
  const std::string& skeleton = line.plan->shape.skeleton;
  StoredScalars scalars(line);
  for (std::size_t from = 0; from < skeleton.size();) {
    const std::size_t next = std::min(skeleton.find(storage::kHole, from), skeleton.size());
    out.append(skeleton, from, next - from);
    if (next < skeleton.size()) out.append(scalars.next());
    from = next + 1;
  }
}

void CallWriter::write_plain(const ParsedLine& line, const MappedCall& mapped, Call& call,
                             Batch& batch) {
  const Shape& shape = line.plan->shape;
  plain_.clear();
  append_stored_line(line, plain_);
  call.shape = plain_shape_index(batch);
  storage::append_value(batch.text, plain_);
  if (mapped.replaces_ids) return;
  for (const Shape::IdHole& id : shape.ids) {
    if (line.is_null({id.hole, id.is_string}) || line.scalar(id.hole).empty()) continue;
    add_id(id.kind, decode_json_string(line.scalar(id.hole), scratch_), call, batch);
  }
}

void CallWriter::add_id(std::uint16_t kind, std::string_view value, Call& call,
                        Batch& batch) const {
  if (call.extra_id_count == std::numeric_limits<decltype(call.extra_id_count)>::max()) return;
  if (call.extra_id_count == 0) {
    call.extra_ids = static_cast<std::uint32_t>(batch.extra_ids.size());
  }
  batch.extra_ids.push_back({kinds_there_[kind], append_text(batch.text, value)});
  ++call.extra_id_count;
}

}  // namespace fortnight::intake
