// The chunks of one block in the making, each a job of its own: whoever is free does the next one.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace fortnight::storage {

// One thread adds the jobs and starts them; any number of threads do them; and when all of these
// are back, one writes what was made. Jobs begin in the order in which they were added.
class ChunkJobs {
 public:
  using Encode = std::function<void(std::string& chunk)>;

  void add(std::uint32_t column, Encode encode) { jobs_.push_back({column, std::move(encode)}); }
  // Nothing is added from here on.
  void start() { started_ = true; }
  // Does jobs until each was begun by someone; none before start().
  void work();
  // Appends the block: its header, then the chunks by their columns. Returns the header's bytes.
  // Begins anew.
  std::size_t write(std::uint32_t rows, std::string& out);

 private:
  struct Job {
    std::uint32_t column;
    Encode encode;
    std::string chunk{};
    std::uint32_t checksum = 0;  // of the chunk
  };

  std::vector<Job> jobs_;
  std::atomic<bool> started_ = false;
  std::atomic<std::size_t> next_ = 0;  // the first job that nobody began
};

}  // namespace fortnight::storage
