// Decides what a newly found file is: one that was being read, a copy of one, the continuation of a
// lost one, or a new one. A pure function of values that describe the known files; returns the
// decision with its reason.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "daemon/tail/position.h"
#include "daemon/tail/probe.h"

namespace fortnight::daemon {

// A file that is being read or was read, compared with a candidate.
struct KnownFile {
  const TailPosition* position = nullptr;
  bool same_file = false;        // it had the candidate's present inode
  bool open = false;             // open and being read; the bytes read are still in it
  bool lost = false;             // not read to its end, and no longer at its path
  bool same_name = false;        // lost, and the candidate is at its path
  bool numbered_within = false;  // related by a small number within the names only
  // Only if open:
  bool compressed = false;
  std::string_view head;   // its present first bytes, at most kHeadBytes
  std::uint64_t size = 0;  // plain: present size
  // Plain, and the candidate's end lies within it: its own bytes before that offset.
  std::optional<std::string> before_end;
};

// Why the candidate is examined.
enum class Claim {
  matched,  // a pattern matches it
  between,  // a rotation created it between the file last read and the present one
  none,     // only if it continues a lost file; otherwise it isn't followed
};

enum class Verdict {
  resume,   // continue at the known file's offset
  settled,  // all of its content was read: nothing to do
  held,     // all of its content is in an open file and is read there
  wait,     // still being written: examine again after a change, or later
  start,    // new: read from the beginning
  leave,    // don't read
};

enum class Reason {
  same_file,         // inode and bytes are the known file's
  same_content,      // the bytes up to the known file's offset are equal
  nothing_more,      // it ends at the known file's offset
  shorter_copy,      // it ends before the known file's offset, with equal bytes
  copy_of_open,      // its last bytes are in the open file too
  being_compressed,  // it begins like a known file, and is not completely compressed yet
  empty_so_far,      // compressed, and nothing can be decompressed yet
  matched_new,       // a pattern matches it, and it has no known file's bytes
  between_new,       // a rotation created it, and it has no known file's bytes
  not_ours,          // it has no known file's bytes
  // Of a file that is read from its beginning, or from another offset, for other reasons:
  first_start,  // the source had never run
  from_end,     // the same, with `from: end`
  truncated,    // what was read is no longer in the file
  end_cut_off,  // the file became shorter, and its rest is what was read
};
std::string_view verdict_text(Verdict verdict);
std::string_view reason_text(Reason reason);

struct Decision {
  Verdict verdict = Verdict::leave;
  Reason reason = Reason::not_ours;
  std::optional<std::size_t> known;  // index of the matching file
  std::uint64_t offset = 0;          // for resume: where to continue
  // Indices of other lost files whose bytes the candidate has.
  std::vector<std::size_t> settles;
};

// Whether the known file may begin with these bytes. If not, it needs no further comparison.
bool may_be_same(std::string_view candidate_head, const KnownFile& known);

// `content` must have the traces at all offsets and checkpoints of the known files within it.
Decision decide(const Content& content, const std::vector<KnownFile>& known, Claim claim);

}  // namespace fortnight::daemon
