// fortnightd: reads the command line and the configuration, and runs the daemon.
#include <CLI/CLI.hpp>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>

#include "config/load.h"
#include "daemon/allocator.h"
#include "daemon/check_backup.h"
#include "daemon/daemon.h"
#include "daemon/data_directory.h"
#include "daemon/log.h"
#include "daemon/process.h"
#include "daemon/reload_request.h"
#include "daemon/surroundings.h"
#include "daemon/tail/claims.h"

namespace fortnight::daemon {
namespace {

struct Options {
  std::string config;
  std::string data_directory;
  std::string test_clock;
  std::string checked_backup;
  bool check_config = false;
  bool reload = false;
};

enum class Empty : std::uint8_t { means_defaults, is_an_error };

Result<config::Config> load(const Options& options, Empty empty) {
  config::Config config = config::default_config();
  if (!options.config.empty()) {
    config::Surroundings around = surroundings();
    // The command line's directory replaces the file's, which is then not checked.
    if (!options.data_directory.empty()) around.directory_problem = nullptr;
    // The daemon that is asked looks at its files itself. This process may not be able to: systemd
    // 252 gives credentials to the main process alone.
    if (options.reload) around.tls_problem = nullptr;
    config::Loaded loaded = config::load_file(options.config, around);
    if (!loaded.config) {
      std::string problems;
      for (const config::Problem& problem : loaded.problems) {
        problems += (problems.empty() ? "" : "\n") + problem.to_string();
      }
      return Error{ErrorCode::invalid, problems};
    }
    if (loaded.empty && empty == Empty::is_an_error) {
      return Error{ErrorCode::invalid, options.config + ": the file is empty"};
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
  const Empty empty = options.reload ? Empty::is_an_error : Empty::means_defaults;
  FORTNIGHT_ASSIGN(config::Config config, load(options, empty));
  if (options.check_config) {
    for (const std::string& line : files_read_twice(config)) {
      std::printf("warning: %s\n", line.c_str());
    }
    std::printf("%s: fine\n", options.config.empty() ? "the defaults" : options.config.c_str());
    return {};
  }
  if (options.reload) {
    FORTNIGHT_ASSIGN(const std::string waiting, request_reload(config.data_directory));
    if (!waiting.empty()) {
      std::printf("warning: a change takes effect at the next start, in: %s\n", waiting.c_str());
    }
    return {};
  }
  std::unique_ptr<Clock> clock = system_clock();
  if (!options.test_clock.empty()) {
    FORTNIGHT_ASSIGN(clock, file_clock(options.test_clock));
  }
  set_log_level(config.log.level);
  allow_many_descriptors();
  // While the daemon runs, an editor is probably about to write an empty file.
  const auto reload = [&options] { return load(options, Empty::is_an_error); };
  return Daemon(std::move(config), *clock, reload).run();
}

int check(const std::string& backup) {
  const auto fine = check_backup(backup, stdout);
  if (!fine) std::fprintf(stderr, "fortnightd: %s\n", fine.error().message.c_str());
  return fine && *fine ? 0 : 1;
}

}  // namespace
}  // namespace fortnight::daemon

int main(int argc, char** argv) {
  using namespace fortnight;
  daemon::configure_allocator();
  daemon::Options options;
  CLI::App app("Takes in an API's call logs and answers questions about them.");
  app.add_option("--config", options.config, "The configuration (YAML); without it, the defaults")
      ->type_name("FILE");
  app.add_option("--data-dir", options.data_directory, "Where to keep everything")
      ->type_name("DIR");
  app.add_flag("--check-config", options.check_config, "Check the configuration and end");
  app.add_flag("--reload", options.reload,
               "Have the daemon that runs with this configuration load it again; wait until it is "
               "in force");
  app.add_option(
         "--restore-check", options.checked_backup,
         "Check every file of a backup, change nothing, and end; exit status 0: all is well")
      ->type_name("DIR");
  app.add_option("--test-clock", options.test_clock)->group("");
  app.set_version_flag("--version", "fortnightd " FORTNIGHT_VERSION);
  CLI11_PARSE(app, argc, argv);
  try {
    if (!options.checked_backup.empty()) return daemon::check(options.checked_backup);
    const auto ended = daemon::run(options);
    if (ended) return 0;
    std::fprintf(stderr, "fortnightd: %s\n", ended.error().message.c_str());
  } catch (const std::exception& bug) {
    std::fprintf(stderr, "fortnightd: %s\n", bug.what());
  }
  return 1;
}
