// fortnight-segment: inspects storage files, also while a daemon runs, and repairs them while none
// does.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "tools/segment/commands.h"

namespace {

using fortnight::Error;
using fortnight::ErrorCode;
using fortnight::Result;
using fortnight::segment::ExportForm;

struct Arguments {
  std::string path;
  std::vector<std::string> filters;
  std::vector<std::string> fields;
  ExportForm form = ExportForm::ndjson;
  fortnight::storage::RepairOptions repair;
};

constexpr int kFailed = 1;  // a file is damaged, or the command failed
constexpr int kWrong = 2;   // wrong arguments

const char* const kExitStatus =
    "Exit status: 0 done; 1 files are damaged, can't be read or aren't there (what can be given is "
    "given all the same); 2 wrong arguments";

int fail(const std::string& message, int status = kFailed) {
  std::fprintf(stderr, "fortnight-segment: %s\n", message.c_str());
  return status;
}

int fail(const Error& error) {
  return fail(error.message, error.code == ErrorCode::invalid ? kWrong : kFailed);
}

int verify(const std::string& path) {
  const auto verified = fortnight::segment::verify(path, stdout);
  if (!verified) return fail(verified.error());
  if (verified->problems > 0) {
    return fail(std::to_string(verified->problems) +
                (verified->problems == 1 ? " problem" : " problems") +
                "; what can be read is saved by: fortnight-segment repair DATA_DIRECTORY; "
                "what is lost is taken for known by: fortnight-segment acknowledge DATA_DIRECTORY");
  }
  std::printf("%s files, all is well\n", std::to_string(verified->files).c_str());
  return std::fflush(stdout) == 0 ? 0 : fail("can't write the output");
}

int run(const std::string& command, const Arguments& arguments) {
  const auto finish = [](const Result<void>& result) {
    const bool written = std::fflush(stdout) == 0;
    if (!result) return fail(result.error());
    return written ? 0 : fail("can't write the output");
  };
  if (command == "repair") {
    return finish(fortnight::segment::repair(arguments.path, arguments.repair, stdout));
  }
  if (command == "acknowledge") {
    return finish(fortnight::segment::acknowledge(arguments.path, stdout));
  }
  if (command == "verify") return verify(arguments.path);
  if (fortnight::segment::holds_rejects(arguments.path)) {
    if (command == "cat" && arguments.filters.empty()) {
      return finish(fortnight::segment::cat_rejects(arguments.path, stdout));
    }
    return fail(arguments.path + ": rejected lines; `cat` without filters prints them", kWrong);
  }
  const auto target = fortnight::segment::open_target(arguments.path);
  if (!target) return fail(target.error());
  if (command == "info") return finish(fortnight::segment::info(*target, stdout));
  if (command == "cat") {
    return finish(fortnight::segment::cat(*target, arguments.filters, stdout));
  }
  return finish(fortnight::segment::export_calls(*target, arguments.filters, arguments.form,
                                                 arguments.fields, stdout));
}

CLI::App* add_command(CLI::App& app, const char* name, const char* gist, const char* path_gist,
                      Arguments& arguments) {
  CLI::App* const command = app.add_subcommand(name, gist);
  command->add_option("PATH", arguments.path, path_gist)->required();
  return command;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Inspects and repairs Fortnight's storage files");
  app.require_subcommand(1);
  app.set_version_flag("--version", "fortnight-segment " FORTNIGHT_VERSION);
  app.footer(kExitStatus);
  Arguments arguments;
  const char* const either = "a part, a segment, a rollup, or a data directory";
  add_command(app, "info", "Sizes by file, section, column and encoding", either, arguments);
  add_command(app, "verify", "Checks all checksums and all references between files", either,
              arguments);
  const char* const filters =
      "of the query language: status=5xx account=OCQ4JJ date=2026-11-20; without a date, all calls";
  CLI::App* const cat =
      add_command(app, "cat",
                  "The calls' whole lines, byte for byte, file by file. Calls that "
                  "a running daemon has only in its journal aren't included. For "
                  "a file of rejects: a row of JSON per line, with its reason",
                  either, arguments);
  cat->add_option("FILTER", arguments.filters, filters);
  CLI::App* const rows = add_command(app, "export", "The calls as rows", either, arguments);
  rows->add_option("FILTER", arguments.filters, filters);
  rows->add_option("--as", arguments.form, "ndjson (all fields) or csv")
      ->type_name("FORM")
      ->transform(
          CLI::CheckedTransformer(std::map<std::string, ExportForm>{{"ndjson", ExportForm::ndjson},
                                                                    {"csv", ExportForm::csv}})
              .description(""));  // CLI11's own has the enumerators' bytes
  rows->add_option("--fields", arguments.fields,
                   "for csv: fields, ID kinds, ref, line, JSON pointers")
      ->delimiter(',');
  CLI::App* const repair =
      add_command(app, "repair",
                  "Rebuilds damaged files from their readable parts; refuses while a daemon runs",
                  "a data directory", arguments);
  repair->add_flag_callback(
      "--dry-run", [&] { arguments.repair.dry_run = true; },
      "only report what could be saved and what is lost; a daemon may run");
  repair->add_flag_callback(
      "--drop-unreadable", [&] { arguments.repair.drop_unreadable = true; },
      "also rebuild parts without the blocks that have an unreadable column, although queries may "
      "still read their other columns");
  add_command(
      app, "acknowledge",
      "Records losses as known: answers no longer count as incomplete because of them; refuses "
      "while a daemon runs",
      "a data directory", arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kWrong;
  }
  try {
    return run(app.get_subcommands().front()->get_name(), arguments);
  } catch (const std::exception& error) {
    return fail(error.what());
  }
}
