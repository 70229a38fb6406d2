// Compressed files in each format: whole, of several members, cut off, damaged, and with other
// bytes after the end.
#include <algorithm>
#include <cstdlib>

#include "tests/daemon/tail/harness.h"

namespace fortnight::daemon {
namespace tail_compressed {

struct Format {
  const char* ending;
  const char* program;  // compresses standard input to standard output
};
constexpr Format kFormats[] = {
    {".gz", "gzip -c"}, {".zst", "zstd -qc"}, {".lz4", "lz4 -qc"}, {".xz", "xz -c"}};

bool runs(const std::string& command) { return std::system(command.c_str()) == 0; }

bool is_installed(const Format& format) {
  const std::string program = format.program;
  return runs("command -v " + program.substr(0, program.find(' ')) + " >/dev/null");
}

struct CompressedHarness : TailHarness {
  CompressedHarness() { options.globs = {path("app.log*")}; }

  // Compresses the file and appends the result to `name` plus the format's extension, as one
  // member.
  void compress(const Format& format, const std::string& from, const std::string& name) const {
    BOOST_REQUIRE(runs(std::string(format.program) + " < " + path(from) + " >> " + path(name) +
                       format.ending));
    remove(from);
  }
  void cut(const std::string& name, std::uintmax_t size) const {
    std::filesystem::resize_file(path(name), size);
  }
  bool warned_of(const std::string& name) const {
    return std::any_of(warnings.begin(), warnings.end(), [&](const std::string& warning) {
      return warning.find(name) != std::string::npos;
    });
  }
};

}  // namespace tail_compressed

BOOST_FIXTURE_TEST_SUITE(tail_compressed, tail_compressed::CompressedHarness)

BOOST_AUTO_TEST_CASE(rotated_and_compressed_while_stopped) {
  for (const Format& format : kFormats) {
    if (!is_installed(format)) continue;
    CompressedHarness tail;
    tail.options.globs = {tail.path("app.log")};
    tail.write("app.log", 2000);
    tail.poll();
    tail.restart();
    tail.write("app.log", 2000);
    tail.rename("app.log", "app.log.1");
    tail.compress(format, "app.log.1", "app.log.1");
    tail.write("app.log");
    tail.settle();
    tail.restart();
    tail.settle();
    BOOST_TEST_CONTEXT(format.ending) { tail.check_exactly_once(); }
  }
}

BOOST_AUTO_TEST_CASE(several_members_and_garbage_after_them) {
  for (const Format& format : kFormats) {
    if (!is_installed(format)) continue;
    CompressedHarness tail;
    for (int member = 0; member < 3; ++member) {
      tail.write("piece", 3000);
      tail.compress(format, "piece", "app.log.1");
    }
    tail.append(std::string("app.log.1") + format.ending, std::string(16, '\0'));
    tail.settle();
    tail.restart();
    tail.settle();
    BOOST_TEST_CONTEXT(format.ending) { tail.check_exactly_once(); }
  }
}

BOOST_AUTO_TEST_CASE(truncated_files_are_read_and_continue_when_they_grow) {
  for (const Format& format : kFormats) {
    if (!is_installed(format)) continue;
    CompressedHarness tail;
    tail.write("whole", 60'000);
    tail.compress(format, "whole", "whole");
    const std::string whole = std::string("whole") + format.ending;
    const std::string rotated = std::string("app.log.1") + format.ending;
    const auto size = std::filesystem::file_size(tail.path(whole));
    tail.copy(whole, rotated);
    tail.cut(rotated, size / 2);
    tail.poll();
    tail.restart();
    tail.poll();
    BOOST_REQUIRE(runs("tail -c +" + std::to_string(size / 2 + 1) + " " + tail.path(whole) +
                       " >> " + tail.path(rotated)));
    tail.settle();
    BOOST_TEST_CONTEXT(format.ending) { tail.check_exactly_once(); }
  }
}

BOOST_AUTO_TEST_CASE(a_bad_file_is_named) {
  for (const Format& format : kFormats) {
    if (!is_installed(format)) continue;
    CompressedHarness tail;
    const std::string none = std::string("app.log.1") + format.ending;
    tail.append(none, "{\"this\":\"is no compressed file\"}\n");
    tail.write("app.log.2", 60'000);
    tail.compress(format, "app.log.2", "app.log.2");
    const std::string damaged = std::string("app.log.2") + format.ending;
    {
      std::fstream file(tail.path(damaged));
      file.seekp(static_cast<std::streamoff>(std::filesystem::file_size(tail.path(damaged)) / 2));
      file << std::string(64, '\xff');
    }
    const std::string cut_off = std::string("app.log.3") + format.ending;
    tail.write("app.log.3", 5'000);
    tail.compress(format, "app.log.3", "app.log.3");
    tail.cut(cut_off, std::filesystem::file_size(tail.path(cut_off)) - 10);
    for (int i = 0; i < 8; ++i) {
      tail.poll();
      tail.pass(std::chrono::seconds(61));
    }
    BOOST_TEST_CONTEXT(format.ending) {
      BOOST_TEST(tail.warned_of(none));
      BOOST_TEST(tail.warned_of(damaged));
      BOOST_TEST(tail.warned_of(cut_off));
      const std::size_t told = tail.warnings.size();
      tail.settle();
      BOOST_TEST(tail.warnings.size() == told);
    }
  }
}

// With many compressed files at the first start, few are open at a time, and all are read.
BOOST_AUTO_TEST_CASE(many_compressed_files) {
  for (int i = 0; i < 60; ++i) {
    const std::string name = "app.log." + std::to_string(i);
    write(name, 3);
    compress_aside(name);
    remove(name);
  }
  settle();
  BOOST_TEST(tailer->status().files == 0U);
  restart();
  settle();
  check_exactly_once(false);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
