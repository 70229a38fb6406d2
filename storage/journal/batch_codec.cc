#include "storage/journal/batch_codec.h"

#include <array>
#include <limits>

namespace fortnight::storage {
namespace {

// The least bytes that one item of each kind takes; bounds the counts that are read.
constexpr std::uint64_t kLeastShape = 16;
constexpr std::uint64_t kLeastCall = 14;
constexpr std::uint64_t kLeastIdHole = 3;
constexpr std::uint64_t kLeastExtraId = 3;

void encode_shape(const Shape& shape, ByteWriter& out) {
  out.text(shape.skeleton);
  out.varint(shape.holes);
  for (const std::int32_t hole : shape.text_holes) out.signed_varint(hole);
  out.signed_varint(shape.ts_hole);
  out.u8(static_cast<std::uint8_t>(shape.ts_text));
  out.signed_varint(shape.status_hole);
  out.signed_varint(shape.duration_hole);
  out.u8(static_cast<std::uint8_t>(shape.duration_unit));
  out.varint(shape.ids.size());
  for (const Shape::IdHole& id : shape.ids) {
    out.varint(id.kind);
    out.varint(id.hole);
    out.u8(id.is_string ? 1 : 0);
  }
}

// Turns integers that don't fit into values that the checks refuse.
template <typename To>
To narrow(ByteReader& in, std::uint64_t value) {
  if (value > std::numeric_limits<To>::max()) in.fail();
  return static_cast<To>(value);
}

std::int32_t narrow_signed(ByteReader& in, std::int64_t value) {
  if (value != static_cast<std::int32_t>(value)) in.fail();
  return static_cast<std::int32_t>(value);
}

Shape decode_shape(ByteReader& in) {
  Shape shape;
  shape.skeleton = in.text();
  shape.holes = narrow<std::uint32_t>(in, in.varint());
  for (std::int32_t& hole : shape.text_holes) hole = narrow_signed(in, in.signed_varint());
  shape.ts_hole = narrow_signed(in, in.signed_varint());
  const std::uint8_t ts_text = in.u8();
  if (ts_text > static_cast<std::uint8_t>(TimeText::unix_ns)) in.fail();
  shape.ts_text = static_cast<TimeText>(ts_text);
  shape.status_hole = narrow_signed(in, in.signed_varint());
  shape.duration_hole = narrow_signed(in, in.signed_varint());
  const std::uint8_t unit = in.u8();
  if (unit > static_cast<std::uint8_t>(DurationUnit::ns)) in.fail();
  shape.duration_unit = static_cast<DurationUnit>(unit);
  const std::uint64_t ids = in.count(kLeastIdHole);
  for (std::uint64_t i = 0; i < ids && in.ok(); ++i) {
    const auto kind = narrow<std::uint16_t>(in, in.varint());
    const auto hole = narrow<std::uint32_t>(in, in.varint());
    shape.ids.push_back({kind, hole, in.u8() != 0});
  }
  return shape;
}

// An offset is stored as the distance from the end of the previous piece, which is mostly small.
char* put_piece(char* at, Text piece, std::uint32_t& previous_end) {
  at = put_varint(at, piece.length);
  if (piece.length == 0) return at;
  at = put_signed_varint(at, static_cast<std::int64_t>(piece.offset) - previous_end);
  previous_end = piece.offset + piece.length;
  return at;
}

Text decode_piece(std::uint32_t& previous_end, ByteReader& in) {
  const auto length = narrow<std::uint32_t>(in, in.varint());
  if (length == 0) return {};
  const std::uint64_t offset = previous_end + static_cast<std::uint64_t>(in.signed_varint());
  const auto start = narrow<std::uint32_t>(in, offset);
  previous_end = start + length;
  return {start, length};
}

struct CallDeltas {
  TimeNs ts = 0;
  std::uint32_t values = 0;
  std::uint32_t extra_ids = 0;
};

// The usual size of a call's numbers.
constexpr std::size_t kUsualCallBytes = 40;
// The most numbers that a call has.
constexpr std::size_t kCallNumbers = 8 + 2 * kTextFields;

void encode_call(const Call& call, CallDeltas& previous, std::string& out) {
  std::array<char, kCallNumbers * kMaxVarintBytes> bytes;
  // Modulo 2^64, so that any two instants have a difference.
  char* at = put_signed_varint(bytes.data(),
                               static_cast<std::int64_t>(static_cast<std::uint64_t>(call.ts) -
                                                         static_cast<std::uint64_t>(previous.ts)));
  *at++ = static_cast<char>(call.ts_digits);
  at = put_signed_varint(at, call.duration_ns);
  at = put_varint(at, static_cast<std::uint32_t>(call.status));
  at = put_varint(at, call.shape);
  at = put_signed_varint(at, static_cast<std::int64_t>(call.values) - previous.values);
  at = put_varint(at, call.extra_id_count);
  if (call.extra_id_count != 0) {
    at = put_signed_varint(at, static_cast<std::int64_t>(call.extra_ids) - previous.extra_ids);
    previous.extra_ids = call.extra_ids;
  }
  std::uint32_t end = call.values;
  for (const Text piece : call.text) at = put_piece(at, piece, end);
  previous.ts = call.ts;
  previous.values = call.values;
  out.append(bytes.data(), at);
}

Call decode_call(CallDeltas& previous, ByteReader& in) {
  Call call;
  call.ts = static_cast<TimeNs>(static_cast<std::uint64_t>(previous.ts) +
                                static_cast<std::uint64_t>(in.signed_varint()));
  call.ts_digits = in.u8();
  call.duration_ns = in.signed_varint();
  call.status = narrow_signed(in, static_cast<std::int64_t>(in.varint()));
  call.shape = narrow<std::uint32_t>(in, in.varint());
  const std::uint64_t values = previous.values + static_cast<std::uint64_t>(in.signed_varint());
  call.values = narrow<std::uint32_t>(in, values);
  call.extra_id_count = narrow<std::uint16_t>(in, in.varint());
  if (call.extra_id_count != 0) {
    const std::uint64_t first = previous.extra_ids + static_cast<std::uint64_t>(in.signed_varint());
    call.extra_ids = narrow<std::uint32_t>(in, first);
    previous.extra_ids = call.extra_ids;
  }
  std::uint32_t end = call.values;
  for (Text& piece : call.text) piece = decode_piece(end, in);
  previous.ts = call.ts;
  previous.values = call.values;
  return call;
}

}  // namespace

void encode_batch(const Batch& batch, std::string& front, std::string& back) {
  ByteWriter before(front);
  before.varint(batch.kinds.size());
  for (const std::string& kind : batch.kinds) before.text(kind);
  before.varint(batch.shapes.size());
  for (const SharedShape& shape : batch.shapes) encode_shape(*shape, before);
  before.varint(batch.text.size());
  back.reserve(batch.calls.size() * kUsualCallBytes);
  ByteWriter writer(back);
  writer.varint(batch.extra_ids.size());
  std::uint32_t end = 0;
  for (const ExtraId& id : batch.extra_ids) {
    writer.varint(id.kind);
    writer.varint(id.value.length);
    writer.signed_varint(static_cast<std::int64_t>(id.value.offset) - end);
    end = id.value.offset + id.value.length;
  }
  writer.varint(batch.calls.size());
  CallDeltas previous;
  for (const Call& call : batch.calls) encode_call(call, previous, back);
}

Result<Batch> decode_batch(ByteReader& in, std::uint64_t first_seq) {
  Batch batch;
  const std::uint64_t kinds = in.count();
  for (std::uint64_t i = 0; i < kinds && in.ok(); ++i) batch.kinds.emplace_back(in.text());
  const std::uint64_t shapes = in.count(kLeastShape);
  for (std::uint64_t i = 0; i < shapes && in.ok(); ++i) {
    batch.shapes.push_back(std::make_shared<const Shape>(decode_shape(in)));
  }
  batch.text = in.text();
  const std::uint64_t extra_ids = in.count(kLeastExtraId);
  std::uint32_t end = 0;
  for (std::uint64_t i = 0; i < extra_ids && in.ok(); ++i) {
    const auto kind = narrow<std::uint16_t>(in, in.varint());
    const auto length = narrow<std::uint32_t>(in, in.varint());
    const std::uint64_t offset = end + static_cast<std::uint64_t>(in.signed_varint());
    const auto start = narrow<std::uint32_t>(in, offset);
    batch.extra_ids.push_back({kind, {start, length}});
    end = start + length;
  }
  const std::uint64_t calls = in.count(kLeastCall);
  if (in.ok()) batch.calls.reserve(calls);
  CallDeltas previous;
  for (std::uint64_t i = 0; i < calls && in.ok(); ++i) {
    batch.calls.push_back(decode_call(previous, in));
    batch.calls.back().seq = first_seq + i;
  }
  if (!in.ok()) return corrupt("batch: it ends too early, or a number in it is out of range");
  FORTNIGHT_TRY(check_batch(batch));
  return batch;
}

}  // namespace fortnight::storage
