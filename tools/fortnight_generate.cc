// fortnight-generate: realistic calls of a made-up e-commerce API, as lines of the native format.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <thread>

#include "tools/generate/answer_key.h"
#include "tools/generate/call_writer.h"
#include "tools/generate/stream.h"
#include "tools/generate/traffic.h"
#include "tools/generate/world.h"

namespace {

using namespace fortnight::generate;

struct Options {
  std::uint64_t calls = 100'000;
  std::string from;
  std::string to;
  double days = 14;
  std::string end;
  std::uint64_t seed = 1;
  std::uint32_t accounts = 2'000;
  double rate = 0;
  std::string key;
  bool progress = false;
  double shuffle_seconds = 0;
  double late_hours = 24;
  Disorder disorder;
};

constexpr const char* kDescription =
    "Writes realistic calls of a made-up marketing and e-commerce API to standard output, as lines "
    "of\n"
    "the native format, about 1 KB each with request and response. The same options and the same "
    "seed\n"
    "give the same bytes.";

constexpr const char* kExamples = R"(
EXAMPLES
  fortnight-generate --calls 1000000 --end 2026-11-20 > calls.ndjson
      A million calls of the 14 days before 20 November 2026, 00:00 UTC.

  fortnight-generate --calls 20000 --key key.json | nc -N 127.0.0.1 14001
      Feeds a running fortnightd, and writes down the answers to expect.

  fortnight-generate --rate 5 | nc 127.0.0.1 14001
      Five calls a second in real time, until it is stopped.

EXIT STATUS
  0  everything was written    1  writing failed    2  wrong usage)";

// Buffers lines and writes them in large pieces, or each at once if calls are made in real time.
class Output {
 public:
  void line(std::string_view text) {
    buffer_.append(text).push_back('\n');
    if (buffer_.size() >= kFlushBytes) flush();
  }

  void flush() {
    std::string_view rest = buffer_;
    while (!rest.empty()) {
      const ssize_t written = ::write(STDOUT_FILENO, rest.data(), rest.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) throw std::runtime_error(std::string("writing: ") + std::strerror(errno));
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
    buffer_.clear();
  }

 private:
  static constexpr std::size_t kFlushBytes = 1U << 18;
  std::string buffer_;
};

Micros instant_option(const std::string& text, const char* option) {
  const auto instant = parse_instant(text);
  if (!instant) {
    throw CLI::ValidationError(
        option, "expected a UTC date or time, as 2026-11-20 or 2026-11-20T08:15:00Z, not " + text);
  }
  return *instant;
}

struct Range {
  Micros from;
  Micros to;
};

Range range_of(const Options& options) {
  Range range{};
  range.to = now();
  if (!options.end.empty()) range.to = instant_option(options.end, "--end");
  if (!options.to.empty()) range.to = instant_option(options.to, "--to");
  range.from = range.to - static_cast<Micros>(options.days * static_cast<double>(kDay));
  if (!options.from.empty()) range.from = instant_option(options.from, "--from");
  if (range.from >= range.to) throw CLI::ValidationError("--from", "must be before the end");
  return range;
}

// Reports progress on standard error, twenty times in all.
void report_progress(std::uint64_t made, std::uint64_t calls) {
  const std::uint64_t step = std::max<std::uint64_t>(1, calls / 20);
  if (made % step != 0 && made != calls) return;
  std::cerr << "\r      " << made * 100 / calls << " % of " << calls << " calls"
            << (made == calls ? "\n" : "") << std::flush;
}

void run_in_real_time(Stream& stream, Output& output, const Options& options, bool endless) {
  using clock = std::chrono::steady_clock;
  const auto gap = std::chrono::duration<double>(1.0 / options.rate);
  auto due = clock::now();
  for (std::uint64_t i = 0; endless || i < options.calls; ++i) {
    std::this_thread::sleep_until(due);
    stream.call_at(now());
    output.flush();
    due += std::chrono::duration_cast<clock::duration>(gap);
  }
}

void run(const Options& options, bool endless) {
  const World world(options.seed, options.accounts);
  // Calls in real time must not repeat the IDs of an earlier run.
  const std::uint64_t run_seed =
      options.rate > 0 ? mix(options.seed, static_cast<std::uint64_t>(now())) : options.seed;
  CallWriter writer(world, run_seed);
  AnswerKey key;
  Output output;
  Stream stream(
      writer, options.seed, options.disorder,
      [&output](std::string_view line) { output.line(line); },
      options.key.empty() ? nullptr : &key);
  if (options.rate > 0) {
    run_in_real_time(stream, output, options, endless);
  } else {
    const Range range = range_of(options);
    Traffic traffic(range.from, range.to, options.calls, options.seed);
    Random random(mix(options.seed, 0x7aff1c));
    std::uint64_t made = 0;
    while (const auto time = traffic.next(random)) {
      stream.call_at(*time);
      if (options.progress) report_progress(++made, options.calls);
    }
  }
  stream.finish();
  output.flush();
  if (options.key.empty()) return;
  std::ofstream file(options.key, std::ios::binary);
  file << key.json();
  if (!file.flush()) throw std::runtime_error("cannot write the key to " + options.key);
}

void declare(CLI::App& app, Options& options) {
  const auto fraction = CLI::Range(0.0, 1.0);
  app.set_version_flag("--version", "fortnight-generate " FORTNIGHT_VERSION);
  app.add_option("--calls", options.calls, "Number of calls (default with --rate: no end)");
  app.add_option("--from", options.from, "Start, UTC: 2026-11-06 or RFC 3339");
  app.add_option("--to", options.to, "End, exclusive");
  app.add_option("--days", options.days, "Length in days, instead of --from")
      ->check(CLI::PositiveNumber)
      ->excludes("--from");
  app.add_option("--end", options.end, "End, exclusive (default: now)")->excludes("--to");
  app.add_option("--seed", options.seed, "Seed of all random choices");
  app.add_option("--accounts", options.accounts, "Number of accounts")
      ->check(CLI::Range(1, 1'000'000));
  app.add_option("--rate", options.rate,
                 "Calls a second, written in real time with the current time")
      ->check(CLI::PositiveNumber);
  app.add_option("--key", options.key, "File for the exact counts to expect, and for IDs, as JSON");
  app.add_flag("--progress", options.progress, "Reports progress on standard error");
  app.add_option("--bad", options.disorder.bad,
                 "Fraction of additional lines that must be rejected")
      ->check(fraction);
  app.add_option("--odd", options.disorder.odd,
                 "Fraction of calls that are valid but hard to store")
      ->check(fraction);
  app.add_option("--shuffle", options.shuffle_seconds, "Greatest delay of a call, in seconds")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--late", options.disorder.late, "Fraction of calls that arrive much later")
      ->check(fraction);
  app.add_option("--late-hours", options.late_hours, "Greatest delay of late calls, in hours")
      ->check(CLI::PositiveNumber);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(kDescription, "fortnight-generate");
  app.option_defaults()->always_capture_default();
  app.footer(kExamples);
  Options options;
  declare(app, options);
  try {
    app.parse(argc, argv);
    options.disorder.shuffle = static_cast<Micros>(options.shuffle_seconds * kSecond);
    options.disorder.lateness = static_cast<Micros>(options.late_hours * kHour);
    run(options, options.rate > 0 && app.count("--calls") == 0);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fortnight-generate: %s\n", error.what());
    return 1;
  }
  return 0;
}
