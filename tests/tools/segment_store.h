// A small data directory on disk for the tests of fortnight-segment: a part and its rollup, in the
// engine's form.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "storage/engine/manifest.h"
#include "storage/files/file_names.h"
#include "storage/part/part.h"
#include "storage/rollup/rollup.h"
#include "tests/storage/sample_calls.h"

namespace fortnight::segment {

inline constexpr Day kDay = 20778;

class SegmentStore {
 public:
  explicit SegmentStore(int calls) {
    if (::mkdtemp(root_.data()) == nullptr) throw std::runtime_error("mkdtemp: " + root_);
    for (const char* directory : {"parts", "rollups", "rejects"}) {
      std::filesystem::create_directory(root_ + "/" + directory);
    }
    const auto files = storage::posix_file_system(root_);
    storage::Batch batch;
    fill(batch, calls);
    auto writer =
        storage::PartWriter::create(*files, part().path(), kDay, storage::Effort::fast).value();
    const auto builder = storage::RollupBuilder::create(kDay);
    for (const storage::Call& call : batch.calls) {
      writer->add(batch, call).value();
      builder->add(batch, call);
      lines_.push_back(storage::samples::line_of(batch, call));
    }
    storage::Manifest manifest;
    manifest.generation = 1;
    manifest.next_file = 10;
    manifest.parts.push_back({part(), writer->finish().value()});
    const std::uint64_t bytes = builder->write(*files, rollup().path()).value();
    manifest.rollups.push_back({rollup(), builder->calls(), bytes});
    storage::write_atomically(*files, storage::manifest_path(1), encode_manifest(manifest)).value();
  }
  SegmentStore(const SegmentStore&) = delete;
  SegmentStore& operator=(const SegmentStore&) = delete;
  ~SegmentStore() { std::filesystem::remove_all(root_); }

  static storage::FileName part() { return {storage::FileKind::part, 1, kDay}; }
  static storage::FileName rollup() { return {storage::FileKind::rollup, 2, kDay}; }

  [[nodiscard]] const std::string& root() const { return root_; }
  [[nodiscard]] std::string path(const storage::FileName& name) const {
    return root_ + "/" + name.path();
  }
  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

  void flip(const storage::FileName& name, std::uint64_t at) const {
    std::fstream file(path(name), std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const int byte = file.get();
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(byte ^ 0xff));
  }

 private:
  static void fill(storage::Batch& batch, int calls) {
    for (int i = 0; i < calls; ++i) {
      storage::samples::Sample sample;
      sample.ts = day_start(kDay) + i * kNsPerSecond;
      sample.account = "ACC" + std::to_string(i % 7);
      sample.status = i % 10 == 0 ? 500 : 200;
      sample.call_id = "call-" + std::to_string(i);
      sample.note = "note, \\\"" + std::to_string(i * 7919) + "\\\"";
      storage::samples::add_sample(batch, sample);
      batch.calls.back().seq = static_cast<std::uint64_t>(i) + 1;
    }
  }

  std::string root_ =
      (std::filesystem::temp_directory_path() / "fortnight-segment-XXXXXX").string();
  std::vector<std::string> lines_;
};

// The output of `command`.
inline std::string output_of(const std::function<void(std::FILE*)>& command) {
  char* bytes = nullptr;
  std::size_t size = 0;
  std::FILE* const stream = ::open_memstream(&bytes, &size);
  command(stream);
  std::fclose(stream);
  std::string text(bytes, size);
  std::free(bytes);
  return text;
}

}  // namespace fortnight::segment
