#include "storage/engine/manifest.h"

#include <algorithm>
#include <stdexcept>

#include "base/bytes.h"
#include "base/checksum.h"

namespace fortnight::storage {
namespace {

constexpr std::string_view kManifestMagic = "FNMANIFT";
constexpr std::uint32_t kManifestVersion = 1;
// Incompatible features. Addenda follow the positions. A reader that doesn't know them would drop
// them when it writes the next manifest.
constexpr std::uint32_t kHasAddenda = 1;
// Files have erased calls. A reader that doesn't know which would show them.
constexpr std::uint32_t kHasErased = 2;
constexpr std::size_t kManifestChecksumBytes = 8;
// The least bytes that one item of each kind takes; bounds the counts that are read.
constexpr std::uint64_t kLeastPart = 10;
constexpr std::uint64_t kLeastRollup = 5;
constexpr std::uint64_t kLeastRejects = 4;
constexpr std::uint64_t kLeastPair = 2;
constexpr std::uint64_t kLeastName = 3;
constexpr std::uint64_t kLeastAddendum = 2;
constexpr std::uint64_t kLeastChecksum = kLeastName + 8;
constexpr std::uint64_t kLeastRows = kLeastName + 1;
constexpr std::uint64_t kLeastErasure = 10;
constexpr std::uint64_t kLeastDay = 2;
constexpr std::uint64_t kLeastRewrites = kLeastName + 1;

// Readers skip kinds that they don't know.
enum class Addendum : std::uint8_t { checksums = 1, journal = 2, erasures = 3, rewrites = 4 };

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

// Reads `count` items with `get` and appends them to `out`.
template <typename T, typename Get>
void get_all(ByteReader& in, std::uint64_t least, std::vector<T>& out, Get&& get) {
  for (std::uint64_t left = in.count(least); left > 0 && in.ok(); --left) out.push_back(get(in));
}

void put_checksums(const Manifest& manifest, ByteWriter& out) {
  std::map<FileName, std::uint64_t> known;
  for (const FileName& lost : manifest.lost) {
    const auto found = manifest.lost_checksums.find(lost);
    if (found != manifest.lost_checksums.end()) known.insert(*found);
  }
  for (const PartEntry& part : manifest.parts) known[part.name] = part.summary.checksum;
  for (const RollupEntry& rollup : manifest.rollups) known[rollup.name] = rollup.checksum;
  for (const RejectsEntry& file : manifest.rejects) known[file.name()] = file.checksum;
  std::erase_if(known, [](const auto& entry) { return entry.second == 0; });
  out.varint(known.size());
  for (const auto& [name, checksum] : known) {
    put(name, out);
    out.u64(checksum);
  }
}

void get_checksums(ByteReader& in, Manifest& manifest) {
  std::map<FileName, std::uint64_t> known;
  for (std::uint64_t left = in.count(kLeastChecksum); left > 0 && in.ok(); --left) {
    const FileName name = get_name(in);
    known[name] = in.u64();
  }
  const auto take = [&](const FileName& name) {
    const auto found = known.extract(name);
    return found.empty() ? 0 : found.mapped();
  };
  for (PartEntry& part : manifest.parts) part.summary.checksum = take(part.name);
  for (RollupEntry& rollup : manifest.rollups) rollup.checksum = take(rollup.name);
  for (RejectsEntry& file : manifest.rejects) file.checksum = take(file.name());
  manifest.lost_checksums = std::move(known);
}

void put_journal(const JournalEntry& journal, ByteWriter& out) {
  out.varint(journal.file);
  out.varint(journal.synced_lsn);
  out.u8(journal.has_mark ? 1 : 0);
  out.varint(journal.acknowledged_lsn);
}

void get_journal(ByteReader& in, JournalEntry& journal) {
  journal.file = in.varint();
  journal.synced_lsn = in.varint();
  journal.has_mark = in.u8() != 0;
  journal.acknowledged_lsn = in.varint();
}

void put(const Erasure& erasure, ByteWriter& out) {
  out.varint(erasure.number);
  out.signed_varint(erasure.at);
  out.u8(erasure.now ? 1 : 0);
  out.text(erasure.by);
  out.text(erasure.filter);
  out.text(erasure.sha256);
  out.varint(erasure.rejects);
  out.varint(erasure.quarantined);
  out.varint(erasure.days.size());
  for (const auto& [day, calls] : erasure.days) {
    out.signed_varint(day);
    out.varint(calls);
  }
}

Erasure get_erasure(ByteReader& in) {
  Erasure erasure;
  erasure.number = in.varint();
  erasure.at = in.signed_varint();
  erasure.now = in.u8() != 0;
  erasure.by = in.text();
  erasure.filter = in.text();
  erasure.sha256 = in.text();
  erasure.rejects = in.varint();
  erasure.quarantined = in.varint();
  for (std::uint64_t left = in.count(kLeastDay); left > 0 && in.ok(); --left) {
    const Day day = in.day();
    erasure.days[day] = in.varint();
  }
  return erasure;
}

void put_erasures(const Manifest& manifest, ByteWriter& out) {
  out.varint(manifest.erasures.size());
  for (const Erasure& erasure : manifest.erasures) put(erasure, out);
  out.varint(manifest.erased_files.size());
  for (const FileName& name : manifest.erased_files) put(name, out);
  out.varint(manifest.erased_paths.size());
  for (const std::string& path : manifest.erased_paths) out.text(path);
  const auto parts = static_cast<std::uint64_t>(
      std::count_if(manifest.parts.begin(), manifest.parts.end(),
                    [](const PartEntry& part) { return part.erased != nullptr; }));
  out.varint(parts);
  for (const PartEntry& part : manifest.parts) {
    if (part.erased == nullptr) continue;
    put(part.name, out);
    std::string rows(part.erased->getSizeInBytes(), '\0');
    rows.resize(part.erased->write(rows.data()));
    out.text(rows);
  }
}

ErasedRows get_rows(ByteReader& in) {
  const std::string_view bytes = in.text();
  if (!in.ok()) return nullptr;
  try {
    return std::make_shared<const Roaring>(Roaring::readSafe(bytes.data(), bytes.size()));
  } catch (const std::runtime_error&) {
    in.fail();
    return nullptr;
  }
}

void get_erasures(ByteReader& in, Manifest& manifest) {
  get_all(in, kLeastErasure, manifest.erasures, get_erasure);
  for (std::uint64_t left = in.count(kLeastName); left > 0 && in.ok(); --left) {
    manifest.erased_files.insert(get_name(in));
  }
  for (std::uint64_t left = in.count(); left > 0 && in.ok(); --left) {
    manifest.erased_paths.emplace(in.text());
  }
  std::map<FileName, ErasedRows> rows;
  for (std::uint64_t left = in.count(kLeastRows); left > 0 && in.ok(); --left) {
    const FileName name = get_name(in);
    rows[name] = get_rows(in);
  }
  for (PartEntry& part : manifest.parts) {
    const auto found = rows.find(part.name);
    if (found != rows.end()) part.erased = found->second;
  }
}

bool has_rewrites(const Manifest& manifest) {
  return std::any_of(manifest.parts.begin(), manifest.parts.end(),
                     [](const PartEntry& part) { return part.rewrites > 0; });
}

void put_rewrites(const Manifest& manifest, ByteWriter& out) {
  out.varint(static_cast<std::uint64_t>(
      std::count_if(manifest.parts.begin(), manifest.parts.end(),
                    [](const PartEntry& part) { return part.rewrites > 0; })));
  for (const PartEntry& part : manifest.parts) {
    if (part.rewrites == 0) continue;
    put(part.name, out);
    out.u8(part.rewrites);
  }
}

void get_rewrites(ByteReader& in, Manifest& manifest) {
  std::map<FileName, std::uint8_t> rewrites;
  for (std::uint64_t left = in.count(kLeastRewrites); left > 0 && in.ok(); --left) {
    const FileName name = get_name(in);
    rewrites[name] = in.u8();
  }
  for (PartEntry& part : manifest.parts) {
    const auto found = rewrites.find(part.name);
    if (found != rewrites.end()) part.rewrites = found->second;
  }
}

template <typename Put>
void put_addendum(Addendum kind, ByteWriter& out, Put&& put_members) {
  std::string members;
  ByteWriter writer(members);
  put_members(writer);
  out.u8(static_cast<std::uint8_t>(kind));
  out.text(members);
}

void put_addenda(const Manifest& manifest, ByteWriter& out) {
  constexpr std::uint64_t always = 2;
  const bool rewrites = has_rewrites(manifest);
  out.varint(always + (rewrites ? 1 : 0) + (manifest.has_erased() ? 1 : 0));
  put_addendum(Addendum::checksums, out,
               [&](ByteWriter& members) { put_checksums(manifest, members); });
  put_addendum(Addendum::journal, out,
               [&](ByteWriter& members) { put_journal(manifest.journal, members); });
  if (rewrites) {
    put_addendum(Addendum::rewrites, out,
                 [&](ByteWriter& members) { put_rewrites(manifest, members); });
  }
  if (!manifest.has_erased()) return;
  put_addendum(Addendum::erasures, out,
               [&](ByteWriter& members) { put_erasures(manifest, members); });
}

void get_addenda(ByteReader& in, Manifest& manifest) {
  for (std::uint64_t left = in.count(kLeastAddendum); left > 0 && in.ok(); --left) {
    const auto kind = static_cast<Addendum>(in.u8());
    ByteReader members(in.text());
    if (kind == Addendum::checksums) get_checksums(members, manifest);
    if (kind == Addendum::journal) get_journal(members, manifest.journal);
    if (kind == Addendum::erasures) get_erasures(members, manifest);
    if (kind == Addendum::rewrites) get_rewrites(members, manifest);
    if (!members.ok()) in.fail();
  }
}

}  // namespace

std::vector<FileName> Manifest::names() const {
  std::vector<FileName> names;
  names.reserve(parts.size() + rollups.size() + rejects.size());
  for (const PartEntry& part : parts) names.push_back(part.name);
  for (const RollupEntry& rollup : rollups) names.push_back(rollup.name);
  for (const RejectsEntry& file : rejects) names.push_back(file.name());
  std::sort(names.begin(), names.end());
  return names;
}

bool Manifest::has_erased() const {
  return !erasures.empty() || !erased_files.empty() || !erased_paths.empty() ||
         std::any_of(parts.begin(), parts.end(),
                     [](const PartEntry& part) { return part.erased != nullptr; });
}

std::string encode_manifest(const Manifest& manifest) {
  std::string bytes;
  ByteWriter out(bytes);
  out.bytes(kManifestMagic);
  out.u32(kManifestVersion);
  out.u32(kHasAddenda | (manifest.has_erased() ? kHasErased : 0));
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
  put_addenda(manifest, out);
  out.u64(checksum64(bytes));
  return bytes;
}

Result<Manifest> decode_manifest(std::string_view bytes) {
  if (bytes.size() < kManifestMagic.size() + kManifestChecksumBytes ||
      !bytes.starts_with(kManifestMagic)) {
    return corrupt("manifest: no header");
  }
  const std::string_view body = bytes.substr(0, bytes.size() - kManifestChecksumBytes);
  if (ByteReader(bytes.substr(body.size())).u64() != checksum64(body)) {
    return corrupt("manifest: the checksum is wrong");
  }
  ByteReader in(body.substr(kManifestMagic.size()));
  const std::uint32_t version = in.u32();
  const std::uint32_t features = in.u32();
  if ((features & ~(kHasAddenda | kHasErased)) != 0 || version != kManifestVersion) {
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
    RejectsEntry file{from.varint(), from.varint(), from.varint()};
    file.newest = from.signed_varint();
    return file;
  });
  get_all(in, kLeastName, out.lost, get_name);
  out.counters = get_counters(in);
  for (std::uint64_t left = in.count(kLeastPair); left > 0 && in.ok(); --left) {
    const std::string_view key = in.text();
    out.positions[std::string(key)] = in.text();
  }
  if ((features & kHasAddenda) != 0) get_addenda(in, out);
  if (!in.ok() || in.remaining() != 0) return corrupt("manifest: its fields don't fit its size");
  return out;
}

std::string manifest_path(std::uint64_t generation) {
  return FileName{FileKind::manifest, generation, 0}.path();
}

}  // namespace fortnight::storage
