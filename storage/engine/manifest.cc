#include "storage/engine/manifest.h"

#include <algorithm>

#include "storage/base/bytes.h"
#include "storage/base/checksum.h"

namespace fortnight::storage {
namespace {

constexpr std::string_view kMagic = "FNMANIFT";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kChecksumBytes = 8;
// The least bytes that one of each takes: bounds the counts that are read.
constexpr std::uint64_t kLeastPart = 10;
constexpr std::uint64_t kLeastRollup = 5;
constexpr std::uint64_t kLeastRejects = 4;
constexpr std::uint64_t kLeastPair = 2;
constexpr std::uint64_t kLeastName = 3;

void put(const FileName& name, ByteWriter& out) {
  out.u8(static_cast<std::uint8_t>(name.kind));
  out.varint(name.number);
  out.signed_varint(name.day);
}

FileName get_name(ByteReader& in) {
  const std::uint8_t kind = in.u8();
  if (kind >= static_cast<std::uint8_t>(FileKind::temporary)) in.fail();
  FileName name{static_cast<FileKind>(kind), in.varint(), 0};
  name.day = in.day();
  return name;
}

void put(const PartEntry& part, ByteWriter& out) {
  put(part.name, out);
  const PartSummary& summary = part.summary;
  out.varint(summary.calls);
  out.varint(summary.bytes);
  out.varint(summary.line_bytes);
  out.signed_varint(summary.min_ts);
  out.signed_varint(summary.max_ts);
  out.varint(summary.min_seq);
  out.varint(summary.max_seq);
}

PartEntry get_part(ByteReader& in) {
  PartEntry part;
  part.name = get_name(in);
  PartSummary& summary = part.summary;
  summary.day = part.name.day;
  summary.calls = in.varint();
  summary.bytes = in.varint();
  summary.line_bytes = in.varint();
  summary.min_ts = in.signed_varint();
  summary.max_ts = in.signed_varint();
  summary.min_seq = in.varint();
  summary.max_seq = in.varint();
  return part;
}

void put(const std::set<Day>& days, ByteWriter& out) {
  out.varint(days.size());
  for (const Day day : days) out.signed_varint(day);
}

std::set<Day> get_days(ByteReader& in) {
  std::set<Day> days;
  for (std::uint64_t left = in.count(); left > 0 && in.ok(); --left) {
    days.insert(in.day());
  }
  return days;
}

void put(const Counters& counters, ByteWriter& out) {
  out.varint(counters.calls);
  out.varint(counters.late);
  out.varint(counters.skipped);
  out.varint(counters.rejects.size());
  for (const auto& [reason, count] : counters.rejects) {
    out.text(reason);
    out.varint(count);
  }
}

Counters get_counters(ByteReader& in) {
  Counters counters{in.varint(), in.varint(), in.varint(), {}};
  for (std::uint64_t left = in.count(kLeastPair); left > 0 && in.ok(); --left) {
    const std::string_view reason = in.text();
    counters.rejects[std::string(reason)] = in.varint();
  }
  return counters;
}

// Reads `count` things with `get`, appending them to `out`.
template <typename T, typename Get>
void get_all(ByteReader& in, std::uint64_t least, std::vector<T>& out, Get&& get) {
  for (std::uint64_t left = in.count(least); left > 0 && in.ok(); --left) out.push_back(get(in));
}

}  // namespace

std::vector<FileName> Manifest::names() const {
  std::vector<FileName> names;
  names.reserve(parts.size() + rollups.size() + rejects.size());
  for (const PartEntry& part : parts) names.push_back(part.name);
  for (const RollupEntry& rollup : rollups) names.push_back(rollup.name);
  for (const RejectsEntry& file : rejects) names.push_back({FileKind::rejects, file.number, 0});
  std::sort(names.begin(), names.end());
  return names;
}

std::string encode_manifest(const Manifest& manifest) {
  std::string bytes;
  ByteWriter out(bytes);
  out.bytes(kMagic);
  out.u32(kVersion);
  out.u32(0);  // incompatible feature bits
  out.varint(manifest.generation);
  out.varint(manifest.next_file);
  out.varint(manifest.next_seq);
  out.varint(manifest.covered_lsn);
  out.signed_varint(manifest.clock);
  out.signed_varint(manifest.first_kept);
  put(manifest.dropped, out);
  put(manifest.sealed, out);
  out.varint(manifest.parts.size());
  for (const PartEntry& part : manifest.parts) put(part, out);
  out.varint(manifest.rollups.size());
  for (const RollupEntry& rollup : manifest.rollups) {
    put(rollup.name, out);
    out.varint(rollup.calls);
    out.varint(rollup.bytes);
  }
  out.varint(manifest.rejects.size());
  for (const RejectsEntry& file : manifest.rejects) {
    out.varint(file.number);
    out.varint(file.rejects);
    out.varint(file.bytes);
    out.signed_varint(file.newest);
  }
  out.varint(manifest.lost.size());
  for (const FileName& name : manifest.lost) put(name, out);
  put(manifest.counters, out);
  out.varint(manifest.positions.size());
  for (const auto& [key, value] : manifest.positions) {
    out.text(key);
    out.text(value);
  }
  out.u64(checksum64(bytes));
  return bytes;
}

Result<Manifest> decode_manifest(std::string_view bytes) {
  if (bytes.size() < kMagic.size() + kChecksumBytes || !bytes.starts_with(kMagic)) {
    return corrupt("manifest: no header");
  }
  const std::string_view body = bytes.substr(0, bytes.size() - kChecksumBytes);
  if (ByteReader(bytes.substr(body.size())).u64() != checksum64(body)) {
    return corrupt("manifest: the checksum doesn't hold");
  }
  ByteReader in(body.substr(kMagic.size()));
  const std::uint32_t version = in.u32();
  if (in.u32() != 0 || version != kVersion) {
    return Error{ErrorCode::unsupported, "manifest: written by a newer version"};
  }
  Manifest out;
  out.generation = in.varint();
  out.next_file = in.varint();
  out.next_seq = in.varint();
  out.covered_lsn = in.varint();
  out.clock = in.signed_varint();
  out.first_kept = in.day();
  out.dropped = get_days(in);
  out.sealed = get_days(in);
  get_all(in, kLeastPart, out.parts, get_part);
  get_all(in, kLeastRollup, out.rollups, [](ByteReader& from) {
    RollupEntry rollup;
    rollup.name = get_name(from);
    rollup.calls = from.varint();
    rollup.bytes = from.varint();
    return rollup;
  });
  get_all(in, kLeastRejects, out.rejects, [](ByteReader& from) {
    RejectsEntry file{from.varint(), from.varint(), from.varint(), 0};
    file.newest = from.signed_varint();
    return file;
  });
  get_all(in, kLeastName, out.lost, get_name);
  out.counters = get_counters(in);
  for (std::uint64_t left = in.count(kLeastPair); left > 0 && in.ok(); --left) {
    const std::string_view key = in.text();
    out.positions[std::string(key)] = in.text();
  }
  if (!in.ok() || in.remaining() != 0) return corrupt("manifest: it ends too early or too late");
  return out;
}

std::string manifest_path(std::uint64_t generation) {
  return FileName{FileKind::manifest, generation, 0}.path();
}

}  // namespace fortnight::storage
