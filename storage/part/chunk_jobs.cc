#include "storage/part/chunk_jobs.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/checksum.h"
#include "base/require.h"
#include "storage/encoding/format.h"

namespace fortnight::storage {

void ChunkJobs::work() {
  if (!started_) return;
  for (std::size_t i = next_++; i < jobs_.size(); i = next_++) {
    Job& job = jobs_[i];
    job.characters = job.encode(job.chunk);
    job.checksum = checksum32(job.chunk);
  }
}

std::size_t ChunkJobs::write(std::uint32_t rows, std::string& out,
                             CharacterTableBuilder& characters) {
  FORTNIGHT_REQUIRE(started_ && next_ >= jobs_.size());
  std::sort(jobs_.begin(), jobs_.end(),
            [](const Job& a, const Job& b) { return a.column < b.column; });
  const std::size_t begin = out.size();
  ByteWriter writer(out);
  writer.varint(rows);
  writer.varint(jobs_.size());
  std::size_t bytes = 0;
  std::uint32_t previous = 0;
  characters.start_block();
  for (const Job& job : jobs_) {
    writer.varint(job.column - previous);
    writer.varint(job.chunk.size());
    writer.u32(job.checksum);
    bytes += job.chunk.size();
    previous = job.column;
    if (job.column >= kFirstTextColumn) characters.add(job.column, job.characters);
  }
  const std::size_t header_bytes = out.size() - begin;
  out.reserve(out.size() + bytes);
  for (const Job& job : jobs_) out += job.chunk;
  jobs_.clear();
  started_ = false;
  next_ = 0;
  return header_bytes;
}

}  // namespace fortnight::storage
