// Identifies a file: collects what decide() needs.
#include <algorithm>
#include <set>
#include <utility>

#include "daemon/tail/names.h"
#include "daemon/tail/tailer.h"

namespace fortnight::daemon {
namespace {

// Maximum number of compressed files open at once: each needs some megabytes for its window.
constexpr std::size_t kMaxCompressed = 4;

// The file's own bytes before the offset; nothing if the file is shorter.
std::optional<std::string> bytes_before(TailFile& file, std::uint64_t offset) {
  std::string bytes(std::min<std::uint64_t>(offset, kTraceBytes), '\0');
  const auto count = file.read(offset - bytes.size(), bytes);
  if (!count || *count < bytes.size()) return std::nullopt;
  return bytes;
}

}  // namespace

void Tailer::identify(Candidate candidate, Time now, TailSink& sink) {
  const std::string path = candidate.file.path;
  const FileId id = candidate.file.info.id;
  if (open_.find(id) != nullptr) return done_with(candidate);
  if (compression_of(path) != Compression::none && compressed_ >= kMaxCompressed) {
    // Deferred until other compressed files are done, so files that wait for it are released.
    done_with(candidate);
    candidate.gates = false;
    in_hand_.insert(id);
    deferred_.push_back(std::move(candidate));
    return;
  }
  auto opened = TailFile::open(path);
  auto probe = opened ? Probe::open(std::move(*opened)) : opened.error();
  if (!probe) {
    // A file removed since the listing isn't a problem: the next scan handles it.
    if (probe.error().code == ErrorCode::corrupt) {
      leave_damaged(candidate, probe.error(), now, sink);
    } else if (probe.error().code != ErrorCode::not_found) {
      new_problems_.push_back(probe.error().message);
    }
    return done_with(candidate);
  }
  if (probe->info().id != id) return done_with(candidate);  // replaced since the listing

  const auto parked = parked_.find(id);
  const bool waited = parked != parked_.end() && parked->second.verdict == Verdict::wait &&
                      parked->second.info == candidate.file.info;
  auto one = std::make_unique<Identification>(
      Identification{std::move(candidate), std::move(*probe), {}, waited});
  collect_relatives(*one);
  ask_about_relatives(*one);
  if (one->probe.content().compressed) ++compressed_;
  if (advance(*one, now, sink)) return;
  in_hand_.insert(id);
  probing_.push_back(std::move(one));
}

void Tailer::leave_damaged(const Candidate& candidate, const Error& error, Time now,
                           TailSink& sink) {
  sink.warn(candidate.file.path + ": " + error.message + "; it is ignored until it changes");
  parked_[candidate.file.info.id] = {Verdict::start, candidate.file.info, now, 0, {}, 0};
}

// Performs one step. True: the file is identified or can't be.
bool Tailer::advance(Identification& one, Time now, TailSink& sink) {
  const bool compressed = one.probe.content().compressed;
  const auto done = one.probe.step();
  if (done && !*done) return false;
  if (compressed) --compressed_;
  if (done) {
    conclude(one, now, sink);
  } else if (done.error().code == ErrorCode::corrupt) {
    leave_damaged(one.candidate, done.error(), now, sink);
  } else {
    new_problems_.push_back(one.candidate.file.path + ": " + done.error().message);
  }
  done_with(one.candidate);
  return true;
}

bool Tailer::has_deferred() const { return !deferred_.empty() && compressed_ < kMaxCompressed; }

bool Tailer::identify_deferred(Time now, TailSink& sink) {
  if (!has_deferred()) return false;
  Candidate candidate = std::move(deferred_.front());
  deferred_.pop_front();
  in_hand_.erase(candidate.file.info.id);
  identify(std::move(candidate), now, sink);
  return true;
}

bool Tailer::advance_probes(Time now, TailSink& sink) {
  if (probing_.empty()) return false;
  auto one = std::move(probing_.front());
  probing_.pop_front();
  in_hand_.erase(one->candidate.file.info.id);
  if (!advance(*one, now, sink)) {
    in_hand_.insert(one->candidate.file.info.id);
    probing_.push_back(std::move(one));
  }
  return true;
}

void Tailer::done_with(const Candidate& candidate) {
  if (!candidate.gates) return;
  for (const std::string& base : base_paths(candidate.file.path)) {
    const auto found = unidentified_.find(base);
    if (found == unidentified_.end() || --found->second > 0) continue;
    unidentified_.erase(found);
    if (FileGroup* group = open_.group(base)) open_.enqueue(*group);
  }
}

// Collects the known files that the candidate may be or be a copy of.
void Tailer::collect_relatives(Identification& one) {
  const std::string& path = one.candidate.file.path;
  const std::string_view name = file_name_of(path);
  const std::string& head = one.probe.content().head;
  const FileId id = one.candidate.file.info.id;

  const auto add = [&](const std::string& key, const TailPosition& position, KnownFile facts) {
    const auto same = std::find_if(one.relatives.begin(), one.relatives.end(),
                                   [&](const auto& r) { return !key.empty() && r.key == key; });
    if (same != one.relatives.end()) {
      same->facts.numbered_within = same->facts.numbered_within && facts.numbered_within;
      return;
    }
    facts.position = &position;
    const bool replaced = facts.same_name && !facts.lost;
    facts.lost = facts.lost || replaced;
    if (may_be_same(head, facts)) one.relatives.push_back({key, position, facts, replaced});
  };
  const auto add_entry = [&](const LedgerEntry& entry, bool numbered) {
    KnownFile facts;
    facts.same_file = entry.position.file == id;
    facts.lost = searches_.contains(entry.key);
    facts.same_name = facts.lost && entry.position.path == path;
    facts.numbered_within = numbered;
    add(entry.key, entry.position, facts);
  };
  const auto add_open = [&](OpenFile& file, bool numbered) {
    KnownFile facts;
    facts.open = true;
    facts.numbered_within = numbered;
    facts.compressed = !file.stream.file().mutable_content();
    if (!file.at_end || file.stream.head().empty()) file.stream.look_at_head();
    facts.head = file.stream.head();
    add(file.stream.key(), file.stream.position(), facts);
  };

  // Rotated files of this name: the candidate may have their bytes, as after `rsync`.
  if (FileGroup* group = open_.group(path)) {
    for (const auto& file : group->files) {
      if (!file->rotated || file->stream.position().offset == 0) continue;
      KnownFile facts;
      facts.same_name = true;
      add(file->stream.key(), file->stream.position(), facts);
    }
  }
  for (const auto& entry : ledger_.all_of_file(id)) add_entry(*entry, false);
  for (const std::string& base : base_paths(path)) {
    for (const auto& entry : ledger_.related(base)) {
      const std::string& other = entry->position.path;
      // With the same name, only lost files count: the candidate isn't a copy of a finished one.
      if (base == path && (other != path || !searches_.contains(entry->key))) continue;
      add_entry(*entry, base != path && is_numbered_within(file_name_of(base), name));
    }
    if (base == path) continue;
    for (FileGroup* group : open_.related(base)) {
      const bool numbered = is_numbered_within(file_name_of(base), name);
      for (const auto& file : group->files) add_open(*file, numbered);
    }
    if (one.probe.content().compressed) {
      for (const auto& entry : ledger_.numbered(base)) add_entry(*entry, true);
      for (FileGroup* group : open_.numbered(base)) {
        for (const auto& file : group->files) add_open(*file, true);
      }
      continue;
    }
    // Plain files that are related only by a number must share a whole head, unless one is lost.
    for (OpenFile* file : open_.numbered_like(base, head)) add_open(*file, true);
    if (head.size() == kHeadBytes) {
      for (const auto& entry : ledger_.numbered_like(base, evidence_hash(head), kHeadBytes)) {
        add_entry(*entry, true);
      }
    }
    for (const std::uint64_t offset : lost_short_) {
      if (offset > head.size()) break;
      const std::uint64_t hash = evidence_hash(std::string_view(head).substr(0, offset));
      for (const auto& entry : ledger_.numbered_like(base, hash, offset)) {
        if (entry->position.offset == offset && searches_.contains(entry->key)) {
          add_entry(*entry, true);
        }
      }
    }
  }
  const auto [first, last] = head.size() == kHeadBytes
                                 ? lost_by_head_.equal_range(evidence_hash(head))
                                 : std::pair(lost_by_head_.end(), lost_by_head_.end());
  for (auto lost = first; lost != last; ++lost) {
    const auto entry = ledger_.find(lost->second);
    if (!entry) continue;
    const TailPosition& position = (*entry)->position;
    const bool alike = directory_of(position.path) == directory_of(path) &&
                       name_stem(file_name_of(position.path)) == name_stem(file_name_of(path));
    if (alike) add_entry(**entry, false);
  }
  for (const auto& entry : ledger_.of_target(path)) {
    if (searches_.contains(entry->key)) add_entry(*entry, false);
  }
  for (const Imprint& imprint : ledger_.imprints().like(head)) {
    TailPosition position;
    position.offset = imprint.offset;
    position.head_hash = imprint.head_hash;
    position.trace_hash = imprint.trace_hash;
    position.finished = true;
    add("", position, {});
  }
}

void Tailer::ask_about_relatives(Identification& one) {
  std::set<std::uint64_t> offsets;
  std::uint64_t limit = 0;
  for (const Relative& relative : one.relatives) {
    offsets.insert(relative.position.offset);
    for (const Checkpoint& checkpoint : relative.position.checkpoints) {
      offsets.insert(checkpoint.offset);
    }
    OpenFile* open = relative.facts.open ? open_.find_key(relative.key) : nullptr;
    if (open == nullptr || relative.facts.compressed) continue;
    if (const auto info = open->stream.file().info()) limit = std::max(limit, info->size);
  }
  offsets.erase(0);
  one.probe.ask(std::move(offsets), limit);
}

// Returns whether the collected facts are still valid; fills `known` with the present state.
bool Tailer::refresh(Identification& one, std::vector<KnownFile>& known) {
  for (Relative& relative : one.relatives) {
    KnownFile facts = relative.facts;
    facts.position = &relative.position;
    if (!relative.key.empty()) {
      OpenFile* open = open_.find_key(relative.key);
      const auto entry = ledger_.find(relative.key);
      if (open == nullptr && !entry) return false;
      // The file was read further meanwhile, so other offsets must be compared.
      if (relative.replaced && (open == nullptr || open->stream.position() != relative.position)) {
        return false;
      }
      if (!relative.replaced && !facts.open && open != nullptr) return false;
      if (facts.open && open == nullptr) {  // finished meanwhile: its position has all facts
        relative.position = (*entry)->position;
        facts = {};
        facts.position = &relative.position;
        facts.numbered_within = relative.facts.numbered_within;
      } else if (facts.open) {
        facts.head = open->stream.head();
        const auto info = open->stream.file().info();
        if (info && !facts.compressed) facts.size = info->size;
        const auto length = one.probe.content().length;
        if (length && !facts.compressed && *length <= facts.size) {
          facts.before_end = bytes_before(open->stream.file(), *length);
        }
      }
    }
    known.push_back(facts);
  }
  return true;
}

void Tailer::conclude(Identification& one, Time now, TailSink& sink) {
  // Checks that the open files it is compared with still have their bytes.
  for (const Relative& relative : one.relatives) {
    OpenFile* open = relative.facts.open ? open_.find_key(relative.key) : nullptr;
    if (open == nullptr) continue;
    const auto same = open->stream.unchanged();
    if (same && *same) continue;
    FileGroup* group = open_.group(open->stream.position().path);
    if (same) changed(*group, *open, now, sink);
    wants_scan_ = true;  // the scan then probes the candidate again
    return;
  }
  std::vector<KnownFile> known;
  if (!refresh(one, known)) {
    wants_scan_ = true;
    return;
  }
  Content content = one.probe.content();
  if (one.waited) content.cut_off = false;
  apply(one, decide(content, known, one.candidate.claim), now, sink);
}

}  // namespace fortnight::daemon
