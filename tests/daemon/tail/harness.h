// A tailer on its own directory with numbered lines. Whatever happens to the files, each line must
// arrive once, over any number of restarts.
#pragma once

#include <zlib.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/tail/tailer.h"
#include "tests/support/temporary_directory.h"

namespace fortnight::daemon {

// As in the journal, what was delivered up to the last position is durable.
class TailHarness : public TailSink {
 public:
  explicit TailHarness(std::string glob = "app.log") {
    options.source = "test";
    options.globs = {path(glob)};
    options.quiet = std::chrono::seconds(60);
    options.search = std::chrono::seconds(60);
  }

  TailOptions options;
  std::vector<std::string> warnings;
  bool room = true;
  bool gives_way = false;  // after each piece of work

  // ---- files ----
  std::string path(const std::string& name) const { return directory.path() + "/" + name; }
  // Appends `count` new lines to the file.
  void write(const std::string& name, int count = 10) {
    std::string text;
    for (int i = 0; i < count; ++i) text += numbered_line() + "\n";
    append(name, text);
  }
  std::string numbered_line() { return "line " + std::to_string(written_++); }
  void append(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::app | std::ios::binary) << text;
  }
  void rename(const std::string& from, const std::string& to) const {
    std::filesystem::rename(path(from), path(to));
  }
  void remove(const std::string& name) const { std::filesystem::remove(path(name)); }
  void copy(const std::string& from, const std::string& to) const {
    std::filesystem::copy_file(path(from), path(to));
  }
  void truncate(const std::string& name) const { std::filesystem::resize_file(path(name), 0); }
  // Like gzip: keeps the modification time and removes the plain file.
  void gzip(const std::string& name) const {
    BOOST_REQUIRE_EQUAL(std::system(("gzip " + path(name)).c_str()), 0);
  }

  // A writer that keeps its file open after renames.
  std::ofstream writer(const std::string& name) const {
    return std::ofstream(path(name), std::ios::app | std::ios::binary);
  }
  void write_to(std::ofstream& file, int count = 10) {
    for (int i = 0; i < count; ++i) file << numbered_line() << '\n';
    file.flush();
  }
  // Like logrotate without delaycompress: the present content of the file goes to `name`.gz.
  void compress_aside(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    gzFile out = ::gzopen(path(name + ".gz").c_str(), "wb");
    BOOST_REQUIRE_EQUAL(::gzwrite(out, text.data(), static_cast<unsigned>(text.size())),
                        static_cast<int>(text.size()));
    BOOST_REQUIRE_EQUAL(::gzclose(out), Z_OK);
  }

  // ---- the tailer ----
  void scan() {
    if (!tailer) tailer = std::make_unique<Tailer>(options, positions);
    while (tailer->scan(now, *this)) continue;
  }
  void read() {
    tailer->poll(now, *this);
    while (tailer->read(now, *this)) {
      if (!room) return;
    }
  }
  // The daemon's regular work of each second.
  void poll() {
    scan();
    read();
    while (tailer->wants_scan()) {
      scan();
      read();
    }
  }
  void pass(std::chrono::seconds time) { now += time; }
  // A restart like after kill -9: lines that aren't covered by a durable position are lost.
  void restart() {
    tailer.reset();
    lines.resize(durable_lines);
  }
  // For a loss of the journal: later lines and positions are lost.
  struct Durable {
    std::map<std::string, std::string> positions;
    std::size_t lines;
  };
  Durable durable() const { return {positions, durable_lines}; }
  void restart_from(const Durable& durable) {
    tailer.reset();
    positions = durable.positions;
    durable_lines = durable.lines;
    lines.resize(durable_lines);
  }
  // Continues until no more lines can come: rotated files were quiet for long enough.
  void settle() {
    for (int i = 0; i < 3; ++i) {
      poll();
      pass(std::chrono::seconds(61));
    }
    poll();
  }
  // Checks that each line arrived once, and in order if the test requires it.
  void check_exactly_once(bool in_order = true) {
    std::map<std::string, int> count;
    for (const std::string& line : lines) ++count[line];
    int lost = 0;
    int repeated = 0;
    std::vector<std::string> expected;
    for (int i = 0; i < written_; ++i) {
      expected.push_back("line " + std::to_string(i));
      lost += count[expected.back()] == 0 ? 1 : 0;
      repeated += std::max(count[expected.back()] - 1, 0);
    }
    BOOST_TEST(lost == 0);
    BOOST_TEST(repeated == 0);
    BOOST_TEST(lines.size() == expected.size());
    if (in_order) BOOST_TEST((lines == expected), "the lines are in order");
  }

  // ---- TailSink ----
  void reading(const std::string&) override {}
  bool ready() override { return room; }
  bool give_way() override { return gives_way; }
  void line(const intake::LineFramer::Line& line) override {
    lines.push_back(line.too_long ? "too long" : std::string(line.bytes));
  }
  void position(const std::string& key, std::string value) override {
    if (value.empty()) {
      positions.erase(key);
    } else {
      positions[key] = std::move(value);
    }
    durable_lines = lines.size();
  }
  void checkpoint() override { checkpoint_positions = positions; }
  void note(const std::string&) override {}
  void warn(const std::string& message) override { warnings.push_back(message); }

  tests::TemporaryDirectory directory;
  std::map<std::string, std::string> positions;
  std::vector<std::string> lines;
  std::map<std::string, std::string> checkpoint_positions;  // as of the last checkpoint
  std::size_t durable_lines = 0;
  Tailer::Time now{};
  std::unique_ptr<Tailer> tailer;

 private:
  int written_ = 0;
};

}  // namespace fortnight::daemon
