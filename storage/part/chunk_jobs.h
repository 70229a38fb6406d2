// The chunks of one block, each encoded by a job; idle threads take the next one.
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

// One thread adds the jobs and starts them; any number of threads execute them; after all of these
// have returned, one thread writes the result. Jobs begin in the order in which they were added.
class ChunkJobs {
 public:
  // Returns the classes of characters in the chunk's values; none if it isn't text.
  using Encode = std::function<CharacterClasses(std::string& chunk)>;

  void add(std::uint32_t column, Encode encode) { jobs_.push_back({column, std::move(encode)}); }
  // Nothing may be added after this.
  void start() { started_ = true; }
  // Executes jobs until all have been begun; does nothing before start().
  void work();
  // Requires that work() has returned in all threads that called it, and in one at least.
  // Appends the block (its header, then the chunks by column), and its characters to `characters`.
  // Returns the size of the header. Starts anew.
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
  std::atomic<std::size_t> next_ = 0;  // the first job that no thread has begun
};

}  // namespace fortnight::storage
