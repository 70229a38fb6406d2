#include "storage/journal/record.h"

#include "storage/journal/batch_codec.h"

namespace fortnight::storage {
namespace {

constexpr std::uint64_t kLeastPosition = 2;

}  // namespace

void encode_reject(const Reject& reject, ByteWriter& out) {
  out.signed_varint(reject.at);
  out.text(reject.source);
  out.text(reject.reason);
  out.text(reject.detail);
  out.varint(reject.offset);
  out.text(reject.bytes);
}

Reject decode_reject(ByteReader& in) {
  Reject reject;
  reject.at = in.signed_varint();
  reject.source = in.text();
  reject.reason = in.text();
  reject.detail = in.text();
  reject.offset = in.varint();
  reject.bytes = in.text();
  return reject;
}

void skip_reject(ByteReader& in) {
  in.signed_varint();
  for (int texts = 0; texts < 3; ++texts) in.text();
  in.varint();
  in.text();
}

JournalBytes encode_append(const Append& append, std::shared_ptr<const Batch> batch,
                           std::uint64_t first_seq) {
  JournalBytes bytes;
  ByteWriter out(bytes.front);
  out.varint(first_seq);
  out.varint(append.skipped);
  out.varint(append.positions.size());
  for (const Position& position : append.positions) {
    out.text(position.key);
    out.text(position.value);
  }
  out.varint(append.rejects.size());
  for (const Reject& reject : append.rejects) encode_reject(reject, out);
  encode_batch(*batch, bytes.front, bytes.back);
  bytes.shared = batch->text;
  bytes.owner = std::move(batch);
  return bytes;
}

Result<Append> decode_append(std::string_view bytes) {
  ByteReader in(bytes);
  Append append;
  const std::uint64_t first_seq = in.varint();
  append.skipped = in.varint();
  const std::uint64_t positions = in.count(kLeastPosition);
  for (std::uint64_t i = 0; i < positions && in.ok(); ++i) {
    Position position;
    position.key = in.text();
    position.value = in.text();
    append.positions.push_back(std::move(position));
  }
  const std::uint64_t rejects = in.count(kLeastReject);
  for (std::uint64_t i = 0; i < rejects && in.ok(); ++i) {
    append.rejects.push_back(decode_reject(in));
  }
  FORTNIGHT_ASSIGN(append.batch, decode_batch(in, first_seq));
  if (in.remaining() != 0) return corrupt("journal record: bytes are left over");
  return append;
}

}  // namespace fortnight::storage
