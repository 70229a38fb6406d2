#include "storage/rollup/codes.h"

#include "base/bytes.h"
#include "base/checksum.h"

namespace fortnight::storage {
namespace {

// Instants are stored in the unit of their digits, if they are whole in it.
constexpr unsigned kMaxDigits = 9;
constexpr std::uint8_t kInNanoseconds = 0x80;

TimeNs unit_of(unsigned digits) {
  TimeNs unit = 1;
  for (unsigned i = digits; i < kMaxDigits; ++i) unit *= 10;
  return unit;
}

void encode(const FailureSighting& seen, TimeNs from, std::uint64_t& seq, ByteWriter& out) {
  const TimeNs since = seen.ts - from;
  const TimeNs unit = unit_of(seen.ts_digits);
  const bool whole = since % unit == 0;
  out.u8(static_cast<std::uint8_t>(seen.ts_digits | (whole ? 0U : kInNanoseconds)));
  out.varint(static_cast<std::uint64_t>(whole ? since / unit : since));
  out.signed_varint(static_cast<std::int64_t>(seen.ref.seq - seq));
  seq = seen.ref.seq;
}

FailureSighting decode(ByteReader& in, Day day, TimeNs from, std::uint64_t& seq) {
  FailureSighting seen;
  const std::uint8_t form = in.u8();
  seen.ts_digits = form & ~kInNanoseconds;
  const bool whole = (form & kInNanoseconds) == 0;
  if (seen.ts_digits > kMaxDigits) in.fail();
  const TimeNs unit = whole ? unit_of(seen.ts_digits) : 1;
  const std::uint64_t since = in.varint();
  if (since >= static_cast<std::uint64_t>(kNsPerHour / unit)) {
    in.fail();
  } else {
    seen.ts = from + static_cast<TimeNs>(since) * unit;
  }
  seq += static_cast<std::uint64_t>(in.signed_varint());
  seen.ref = {day, seq};
  return seen;
}

}  // namespace

std::size_t RollupCodes::countable() const {
  std::size_t count = codes.size();
  for (std::size_t i = 0; i < codes.size(); ++i) count -= codes[i].empty() ? 1 : 0;
  return count;
}

std::uint64_t RollupCodes::folded() const {
  std::uint64_t calls = 0;
  for (const RollupFailure& failure : failures) calls += is_other(failure.code) ? failure.calls : 0;
  return calls;
}

std::string RollupCodes::encode(Day day) const {
  std::string out;
  ByteWriter writer(out);
  writer.varint(pointers.size());
  for (const std::string& pointer : pointers) writer.text(pointer);
  writer.u8(mixed_pointers ? 1 : 0);
  writer.varint(codes.size());
  for (std::size_t i = 0; i < codes.size(); ++i) writer.text(codes[i]);
  writer.varint(failures.size());
  for (const RollupFailure& failure : failures) {
    writer.varint(failure.combo);
    writer.varint(failure.code);
    writer.varint(failure.calls);
  }
  writer.varint(sightings.size());
  std::uint32_t failure = 0;
  std::uint64_t seq = 0;
  for (const HourSightings& seen : sightings) {
    writer.varint(seen.failure - failure);
    failure = seen.failure;
    writer.u8(static_cast<std::uint8_t>(seen.hour));
    const TimeNs from = day_start(day) + seen.hour * kNsPerHour;
    storage::encode(seen.first, from, seq, writer);
    storage::encode(seen.last, from, seq, writer);
  }
  return out;
}

Result<void> RollupCodes::decode(std::string_view raw, Day day, std::size_t combos) {
  constexpr std::uint64_t kLeastFailure = 3;
  constexpr std::uint64_t kLeastSightings = 8;
  ByteReader in(raw);
  for (std::uint64_t count = in.count(); count > 0; --count) pointers.emplace_back(in.text());
  mixed_pointers = in.u8() != 0;
  for (std::uint64_t count = in.count(); count > 0; --count) codes.add(in.text());
  failures.resize(in.count(kLeastFailure));
  bool known = failures.size() <= kMaxRollupCombos;
  std::uint64_t calls = 0;
  for (RollupFailure& failure : failures) {
    const std::uint64_t combo = in.varint();
    const std::uint64_t code = in.varint();
    known = known && combo < combos && code <= codes.size();
    failure = {static_cast<std::uint32_t>(combo), static_cast<std::uint32_t>(code), in.varint()};
    calls += failure.calls;
  }
  sightings.resize(in.count(kLeastSightings));
  std::uint64_t of = 0;
  std::uint64_t seq = 0;
  for (HourSightings& seen : sightings) {
    of += in.varint();
    seen.failure = static_cast<std::uint32_t>(of);
    seen.hour = in.u8();
    known = known && of < failures.size() && seen.hour < kHoursPerDay;
    const TimeNs from = day_start(day) + seen.hour * kNsPerHour;
    seen.first = storage::decode(in, day, from, seq);
    seen.last = storage::decode(in, day, from, seq);
  }
  if (!in.ok() || in.remaining() != 0 || !known || calls != counted || counted > errors) {
    return corrupt("the error codes of a rollup make no sense");
  }
  return {};
}

std::string RollupCodes::encode_places(const RollupPlace& section) const {
  std::string out;
  ByteWriter writer(out);
  writer.varint(errors);
  writer.varint(counted);
  section.encode(writer);
  for (const RollupPlace& index : indices) index.encode(writer);
  const auto size = static_cast<std::uint32_t>(out.size());
  const std::uint64_t sum = checksum64(out);
  writer.u32(size);
  writer.u64(sum);
  writer.bytes(kRollupCodesMagic);
  return out;
}

Result<RollupPlace> RollupCodes::read_places(const ReadableFile& file, std::uint64_t end) {
  if (end < kRollupHeaderBytes + kRollupTailBytes) return corrupt("the codes' end is missing");
  std::string tail(kRollupTailBytes, '\0');
  FORTNIGHT_TRY(file.read(end - kRollupTailBytes, tail));
  ByteReader in(tail);
  const std::uint32_t size = in.u32();
  const std::uint64_t checksum = in.u64();
  if (in.bytes(kRollupCodesMagic.size()) != kRollupCodesMagic || size > kMaxRollupFooterBytes ||
      size > end - kRollupHeaderBytes - kRollupTailBytes) {
    return corrupt("the codes' end is missing");
  }
  std::string bytes(size, '\0');
  FORTNIGHT_TRY(file.read(end - kRollupTailBytes - size, bytes));
  if (checksum64(bytes) != checksum) return corrupt("the checksum of the codes' places is wrong");
  ByteReader reader(bytes);
  errors = reader.varint();
  counted = reader.varint();
  const RollupPlace section = RollupPlace::decode(reader);
  for (RollupPlace& index : indices) index = RollupPlace::decode(reader);
  // Later versions may add to it.
  if (!reader.ok()) return corrupt("the places of the codes are damaged");
  return section;
}

std::size_t RollupCodes::memory() const {
  return sizeof(*this) + codes.memory() + failures.capacity() * sizeof(RollupFailure) +
         sightings.capacity() * sizeof(HourSightings);
}

}  // namespace fortnight::storage
