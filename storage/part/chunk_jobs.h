// The chunks of one block in the making, each a job of its own: whoever is free does the next one.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "storage/part/character_table.h"

namespace fortnight::storage {

// One thread adds the jobs and starts them; any number of threads do them; and when all of these
// are back, one writes what was made. Jobs begin in the order in which they were added.
class ChunkJobs {
 public:
  // Returns the classes of characters that the chunk's values have: none where it isn't text.
  using Encode = std::function<CharacterClasses(std::string& chunk)>;

  void add(std::uint32_t column, Encode encode) { jobs_.push_back({column, std::move(encode)}); }
  // Nothing is added from here on.
  void start() { started_ = true; }
  // Does jobs until each was begun by someone; none before start().
  void work();
  // Appends the block: its header, then the chunks by their columns; and to `characters` what its
  // text has. Returns the header's bytes. Begins anew.
  std::size_t write(std::uint32_t rows, std::string& out, CharacterTableBuilder& characters);

 private:
  struct Job {
    std::uint32_t column;
    Encode encode;
    std::string chunk{};
    std::uint32_t checksum = 0;  // of the chunk
    CharacterClasses characters{};
  };

  std::vector<Job> jobs_;
  std::atomic<bool> started_ = false;
  std::atomic<std::size_t> next_ = 0;  // the first job that nobody began
};

}  // namespace fortnight::storage
