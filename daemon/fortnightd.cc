// fortnightd: reads the command line and the configuration, and runs the daemon.
#include <malloc.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>

#include "config/load.h"
#include "daemon/daemon.h"
#include "daemon/data_directory.h"
#include "daemon/log.h"
#include "daemon/process.h"
#include "query/time_zone.h"

namespace fortnight::daemon {
namespace {

using storage::Result;

struct Options {
  std::string config;
  std::string data_directory;
  std::string test_clock;
  bool check_config = false;
};

bool zone_known(std::string_view name) { return query::TimeZone::find(name).has_value(); }

Result<config::Config> load(const Options& options) {
  config::Config config = config::default_config();
  if (!options.config.empty()) {
    config::Loaded loaded = config::load_file(options.config, zone_known);
    if (!loaded.config) {
      std::string problems;
      for (const config::Problem& problem : loaded.problems) {
        problems += (problems.empty() ? "" : "\n") + problem.to_string();
      }
      return storage::Error{storage::ErrorCode::invalid, problems};
    }
    config = std::move(*loaded.config);
  }
  if (!options.data_directory.empty()) config.data_directory = options.data_directory;
  if (config.data_directory.empty()) {
    FORTNIGHT_ASSIGN(config.data_directory, default_data_directory());
  }
  return config;
}

Result<void> run(const Options& options) {
  FORTNIGHT_ASSIGN(config::Config config, load(options));
  if (options.check_config) {
    std::printf("%s: fine\n", options.config.empty() ? "the defaults" : options.config.c_str());
    return {};
  }
  std::unique_ptr<Clock> clock = system_clock();
  if (!options.test_clock.empty()) {
    FORTNIGHT_ASSIGN(clock, file_clock(options.test_clock));
  }
  set_log_level(config.log.level);
  allow_many_descriptors();
  return Daemon(std::move(config), *clock, [&options] { return load(options); }).run();
}

}  // namespace
}  // namespace fortnight::daemon

int main(int argc, char** argv) {
  using namespace fortnight;
  // Calls pass from thread to thread: with an arena a thread, freed memory would stay with whoever
  // happened to allocate it, several times over.
  ::mallopt(M_ARENA_MAX, 2);
  // And glibc raises its threshold for buffers of their own to the largest that was freed, then
  // keeps twice as much: fixed, large buffers go back at once, and memory stays within its bound.
  // Batches of calls stay below, to be had again without the kernel.
  ::mallopt(M_MMAP_THRESHOLD, 4 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 8 << 20);
  daemon::Options options;
  CLI::App app("Takes in an API's call logs and answers questions about them.");
  app.add_option("--config", options.config, "The configuration (YAML); without it, the defaults")
      ->type_name("FILE");
  app.add_option("--data-dir", options.data_directory, "Where to keep everything")
      ->type_name("DIR");
  app.add_flag("--check-config", options.check_config, "Check the configuration and end");
  app.add_option("--test-clock", options.test_clock)->group("");
  app.set_version_flag("--version", "fortnightd " FORTNIGHT_VERSION);
  CLI11_PARSE(app, argc, argv);
  try {
    const auto ended = daemon::run(options);
    if (ended) return 0;
    std::fprintf(stderr, "fortnightd: %s\n", ended.error().message.c_str());
  } catch (const std::exception& bug) {
    std::fprintf(stderr, "fortnightd: %s\n", bug.what());
  }
  return 1;
}
