// Decides what a file is to a tailer that meets it: one whose lines were read, a copy of one that
// is being read, the rest of one that was lost sight of, or a new one. Pure: what is known of the
// files comes in as values, and so does the answer, with its reason.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "daemon/tail/position.h"
#include "daemon/tail/probe.h"

namespace fortnight::daemon {

// A file of which lines were read, or are being read, beside which another is put.
struct KnownFile {
  const TailPosition* position = nullptr;
  bool same_file = false;  // it had the inode that the candidate has now
  bool open = false;       // held open and read on; what was read still stands in it
  bool lost = false;       // it was not read to its end, and isn't where it was
  bool same_name = false;  // lost, and the candidate stands where it was
  bool numbered_within = false;  // the names are related by a small number within alone
  // Of an open one:
  bool compressed = false;
  std::string_view head;   // its first bytes, as they are now, kHeadBytes at the most
  std::uint64_t size = 0;  // plain: bytes that it has now
  // Plain, where the candidate's end lies within it: its own bytes before that place.
  std::optional<std::string> before_end;
};

// Why the candidate is looked at.
enum class Claim {
  matched,  // the patterns name it
  between,  // a rotation made it between the file last read and the present one
  none,     // it may be what became of a lost file; on its own it isn't ours
};

enum class Verdict {
  resume,   // read on where the known file was read to
  settled,  // all that it holds was read; there is nothing to do
  held,     // all that it holds stands in an open file and is read there
  wait,     // it is still being written: look again when it changes, or later
  start,    // new: read it from its beginning
  leave,    // not ours
};

enum class Reason {
  same_file,        // the inode and the bytes are the known file's
  same_content,     // the bytes up to where the known file was read are its own
  nothing_more,     // it ends where the known file was read to
  shorter_copy,     // it ends before that, and holds nothing else
  copy_of_open,     // its end stands in the open file as well
  being_compressed, // it begins like a known file, and its compression isn't complete
  empty_so_far,     // compressed, and nothing can be read of it yet
  matched_new,      // the patterns name it and no known file's bytes are in it
  between_new,      // a rotation made it, and no known file's bytes are in it
  not_ours,         // no known file's bytes are in it
};
std::string_view reason_text(Reason reason);

struct Decision {
  Verdict verdict = Verdict::leave;
  Reason reason = Reason::not_ours;
  std::optional<std::size_t> known;  // index of the file that it was matched to
  std::uint64_t offset = 0;          // resume: where to go on
  // Indices of lost files that are accounted for by the candidate, `known` left out.
  std::vector<std::size_t> settles;
};

// The known files whose first bytes the candidate's may be. Of the others nothing more is asked.
bool may_be_same(std::string_view candidate_head, const KnownFile& known);

// `content` has the traces of all offsets and checkpoints of the known files that it reaches.
Decision decide(const Content& content, const std::vector<KnownFile>& known, Claim claim);

}  // namespace fortnight::daemon
