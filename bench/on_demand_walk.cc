// bench-walk FILE: simdjson's on-demand walk of every value of the file's lines, on one thread.
// Prints the seconds of the fastest of three rounds.
#include "bench/on_demand_walk.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>

namespace {

std::uint64_t walk_lines(simdjson::ondemand::parser& parser, std::string_view text,
                         std::size_t bytes) {
  std::uint64_t sum = 0;
  for (std::size_t from = 0; from < bytes;) {
    const std::size_t end = std::min(text.find('\n', from), bytes);
    if (end > from) {
      auto document = parser.iterate(text.data() + from, end - from, text.size() - from);
      sum += fortnight::bench::walk(document.get_value());
    }
    from = end + 1;
  }
  return sum;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: bench-walk FILE\n", stderr);
    return 2;
  }
  std::ifstream in(argv[1], std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  const std::size_t bytes = text.size();
  text.append(simdjson::SIMDJSON_PADDING, ' ');
  simdjson::ondemand::parser parser;
  double best = std::numeric_limits<double>::infinity();
  std::uint64_t sum = 0;
  for (int round = 0; round < 3; ++round) {
    const auto start = std::chrono::steady_clock::now();
    sum += walk_lines(parser, text, bytes);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    best = std::min(best, took.count());
  }
  std::printf("%.6f\n", best);
  return sum == 0 ? 1 : 0;  // keeps the compiler from removing the walk
}
