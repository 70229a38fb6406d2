#include "daemon/tail/matching.h"

#include <algorithm>

namespace fortnight::daemon {
namespace {

enum class Relation {
  different,
  continues,  // it has all bytes read of the known file, and may have more
  equal,      // it ends exactly at the known file's offset
  shorter,    // it ends before that offset, with the known file's bytes
  held,       // its bytes beyond the known file's offset are in that file too
};

bool is_trace(const Content& content, std::uint64_t offset, std::uint64_t hash) {
  const auto trace = content.traces.find(offset);
  return trace != content.traces.end() && evidence_hash(trace->second) == hash;
}

bool end_stands_in(const Content& content, const KnownFile& known) {
  if (!known.before_end || !content.length || *content.length == 0) return false;
  const auto trace = content.traces.find(*content.length);
  return trace != content.traces.end() && trace->second == *known.before_end;
}

// The candidate ends before the known file's offset. Proof is its last bytes if the known file is
// available, otherwise a checkpoint within it.
Relation relate_shorter(const Content& content, const KnownFile& known) {
  if (known.same_name)
    return Relation::different;  // nobody restores an older state under the same name
  if (known.before_end) {
    return end_stands_in(content, known) ? Relation::shorter : Relation::different;
  }
  const auto& checkpoints = known.position->checkpoints;
  const auto behind = std::find_if(checkpoints.begin(), checkpoints.end(),
                                   [&](const auto& one) { return one.offset > *content.length; });
  const bool proven = behind != checkpoints.begin() &&
                      std::all_of(checkpoints.begin(), behind, [&](const Checkpoint& one) {
                        return is_trace(content, one.offset, one.hash);
                      });
  return proven ? Relation::shorter : Relation::different;
}

Relation relate(const Content& content, const KnownFile& known) {
  const TailPosition& position = *known.position;
  // A copy whose bytes have changed is no longer a copy: its own content was never read.
  if (known.same_file && position.copy) return Relation::different;
  if (!may_be_same(content.head, known)) return Relation::different;
  if (content.length && *content.length < position.offset) return relate_shorter(content, known);
  if (position.offset > 0 && !is_trace(content, position.offset, position.trace_hash)) {
    return Relation::different;
  }
  if (content.length == position.offset && position.offset > 0) return Relation::equal;
  if (known.open) {
    if (known.compressed || end_stands_in(content, known)) return Relation::held;
    // The open file is complete and differs at the candidate's end: only their beginnings are
    // equal.
    return Relation::different;
  }
  if (position.offset == 0 && !known.same_file) return Relation::different;
  return Relation::continues;
}

// Small numbers within names also count independent files. A few equal lines then don't prove that
// one is a copy of the other.
bool is_weak(const Content& content, const KnownFile& known, Relation relation) {
  if (!known.numbered_within || content.compressed || known.same_file || known.lost) return false;
  const std::uint64_t alike = relation == Relation::continues ? known.position->offset
                                                              : content.length.value_or(kHeadBytes);
  return alike < kHeadBytes;
}

// Among files that the candidate continues: prefers the one read furthest, then a lost one.
bool is_better(const KnownFile& a, const KnownFile& b) {
  if (a.position->offset != b.position->offset) return a.position->offset > b.position->offset;
  if (a.lost != b.lost) return a.lost;
  return a.same_file && !b.same_file;
}

class Decider {
 public:
  Decider(const Content& content, const std::vector<KnownFile>& known, Claim claim)
      : content_(content), known_(known), claim_(claim) {
    for (const KnownFile& one : known) {
      Relation relation = relate(content, one);
      if (is_weak(content, one, relation)) relation = Relation::different;
      relations_.push_back(relation);
    }
  }

  Decision decide() {
    Decision decision = choose();
    for (std::size_t i = 0; i < known_.size(); ++i) {
      const bool accounted = relations_[i] == Relation::equal ||
                             relations_[i] == Relation::continues ||
                             (relations_[i] == Relation::shorter && is_whole());
      const bool answers =
          decision.verdict == Verdict::resume || decision.verdict == Verdict::settled;
      if (known_[i].lost && accounted && answers && decision.known != i) {
        decision.settles.push_back(i);
      }
    }
    return decision;
  }

 private:
  [[nodiscard]] std::optional<std::size_t> best(std::initializer_list<Relation> relations,
                                                bool own) const {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < known_.size(); ++i) {
      const bool fits =
          std::find(relations.begin(), relations.end(), relations_[i]) != relations.end();
      if (!fits || (own && !is_own(known_[i]))) continue;
      if (!found || is_better(known_[i], known_[*found])) found = i;
    }
    return found;
  }

  // The candidate replaces the known file and is to be followed.
  static bool is_own(const KnownFile& known) {
    return known.same_name || (known.same_file && !known.position->finished);
  }
  // Compressed and complete: it won't grow.
  [[nodiscard]] bool is_whole() const { return content_.compressed && !content_.cut_off; }

  [[nodiscard]] Decision choose() const {
    using R = Relation;
    // The file that was being read, continued at its offset.
    if (const auto own = best({R::continues, R::equal, R::shorter}, true)) {
      const std::uint64_t offset = known_[*own].position->offset;
      const Reason reason = known_[*own].same_file ? Reason::same_file : Reason::same_content;
      return {Verdict::resume, reason, own, std::min(offset, content_.length.value_or(offset)), {}};
    }
    if (const auto equal = best({R::equal}, false)) {
      return {Verdict::settled, Reason::nothing_more, equal, 0, {}};
    }
    if (const auto shorter = best({R::shorter}, false)) {
      return {Verdict::settled, Reason::shorter_copy, shorter, 0, {}};
    }
    if (const auto held = best({R::held}, false)) {
      return {Verdict::held, Reason::copy_of_open, held, 0, {}};
    }
    if (const auto before = best({R::continues}, false)) {
      const bool same = known_[*before].same_file;
      return {Verdict::resume,
              same ? Reason::same_file : Reason::same_content,
              before,
              known_[*before].position->offset,
              {}};
    }
    return choose_unknown();
  }

  [[nodiscard]] Decision choose_unknown() const {
    if (content_.compressed && content_.cut_off) {
      if (content_.head.empty()) return {Verdict::wait, Reason::empty_so_far, {}, 0, {}};
      for (std::size_t i = 0; i < known_.size(); ++i) {
        if (may_be_same(content_.head, known_[i])) {
          return {Verdict::wait, Reason::being_compressed, i, 0, {}};
        }
      }
    }
    switch (claim_) {
      case Claim::matched:
        return {Verdict::start, Reason::matched_new, {}, 0, {}};
      case Claim::between:
        return {Verdict::start, Reason::between_new, {}, 0, {}};
      case Claim::none:
        break;
    }
    return {Verdict::leave, Reason::not_ours, {}, 0, {}};
  }

  const Content& content_;
  const std::vector<KnownFile>& known_;
  const Claim claim_;
  std::vector<Relation> relations_;
};

}  // namespace

std::string_view verdict_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::resume:
      return "continued";
    case Verdict::settled:
      return "already read";
    case Verdict::held:
      return "read elsewhere";
    case Verdict::wait:
      return "waits";
    case Verdict::start:
      return "begun";
    case Verdict::leave:
      return "left alone";
  }
  return "";
}

std::string_view reason_text(Reason reason) {
  switch (reason) {
    case Reason::same_file:
      return "the same file";
    case Reason::same_content:
      return "it holds what was read of the other, and more";
    case Reason::nothing_more:
      return "it ends where the other was read to";
    case Reason::shorter_copy:
      return "a copy of the other's beginning";
    case Reason::copy_of_open:
      return "a copy of a file that is being read";
    case Reason::being_compressed:
      return "it begins like the other, and its compression is not complete";
    case Reason::empty_so_far:
      return "compressed, and nothing can be read of it yet";
    case Reason::matched_new:
      return "a new file";
    case Reason::between_new:
      return "a new file that was rotated before it was seen";
    case Reason::not_ours:
      return "not one of the files that are followed";
    case Reason::first_start:
      return "the source is new, and had read no file before";
    case Reason::from_end:
      return "the source is new, and begins at the end of files that are there";
    case Reason::truncated:
      return "truncated or rewritten: what was read is no longer in it";
    case Reason::end_cut_off:
      return "its end was cut off after it was read";
  }
  return "";
}

bool may_be_same(std::string_view candidate_head, const KnownFile& known) {
  const std::uint64_t offset = known.position->offset;
  if (known.open) {
    const std::size_t common = std::min(candidate_head.size(), known.head.size());
    return common > 0 && candidate_head.substr(0, common) == known.head.substr(0, common);
  }
  if (offset == 0) return known.same_file;
  const std::size_t bytes = std::min<std::uint64_t>(offset, kHeadBytes);
  // A shorter one is compared at the checkpoints within it.
  if (candidate_head.size() < bytes) return !candidate_head.empty();
  return evidence_hash(candidate_head.substr(0, bytes)) == known.position->head_hash;
}

Decision decide(const Content& content, const std::vector<KnownFile>& known, Claim claim) {
  return Decider(content, known, claim).decide();
}

}  // namespace fortnight::daemon
