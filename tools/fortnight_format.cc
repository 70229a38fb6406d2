// fortnight-format: finds the format of a producer's lines, and shows what a format makes of them.
#include <chrono>
#include <cstdio>
#include <exception>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/format/command_line.h"

namespace {

using fortnight::ErrorCode;
using fortnight::Result;
using fortnight::format::Answered;

constexpr int kAttention = 1;  // lines are rejected, or nothing fits
constexpr int kWrong = 2;      // wrong arguments
constexpr int kFailed = 3;     // a file can't be read, or the answer can't be written

int fail(const std::string& message, int status) {
  std::fprintf(stderr, "fortnight-format: %s\n", message.c_str());
  return status;
}

int finish(const Result<Answered>& answered) {
  if (!answered) {
    const auto& error = answered.error();
    return fail(error.message, error.code == ErrorCode::invalid ? kWrong : kFailed);
  }
  std::fwrite(answered->text.data(), 1, answered->text.size(), stdout);
  if (std::fflush(stdout) != 0) return fail("can't write the answer", kFailed);
  return answered->fine ? 0 : kAttention;
}

fortnight::TimeNs now() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since_epoch).count();
}

}  // namespace

int main(int argc, char** argv) {
  fortnight::format::CommandLine line;
  if (argc > 1 && argv[1] == std::string_view("--complete")) {
    const std::vector<std::string> words(argv + 2, argv + argc);
    for (const std::string& word : line.complete(words)) std::printf("%s\n", word.c_str());
    return 0;
  }
  try {
    line.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return line.exit(error) == 0 ? 0 : kWrong;
  }
  try {
    return finish(line.run(now(), fortnight::client::Terminal::detect()));
  } catch (const std::exception& error) {
    return fail(error.what(), kFailed);
  }
}
