// fortnight-segment: looks into storage files while a daemon writes others, and repairs them while
// none does.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "tools/segment/commands.h"

namespace {

using fortnight::segment::ExportForm;
using fortnight::storage::Result;

struct Arguments {
  std::string path;
  std::vector<std::string> filters;
  std::vector<std::string> fields;
  ExportForm form = ExportForm::ndjson;
};

constexpr int kFailed = 1;  // something is wrong with the files, or can't be done

int fail(const std::string& message) {
  std::fprintf(stderr, "fortnight-segment: %s\n", message.c_str());
  return kFailed;
}

int verify(const fortnight::segment::Target& target) {
  const auto problems = fortnight::segment::verify(target, stdout);
  if (!problems) return fail(problems.error().message);
  if (*problems > 0) return fail(std::to_string(*problems) + " problems");
  std::printf("%zu files, all is well\n", target.opened.size());
  return 0;
}

int run(const std::string& command, const Arguments& arguments) {
  const auto finish = [](const Result<void>& result) {
    if (!result) return fail(result.error().message);
    return std::fflush(stdout) == 0 ? 0 : fail("can't write the output");
  };
  if (command == "repair") return finish(fortnight::segment::repair(arguments.path, stdout));
  const auto target = fortnight::segment::open_target(arguments.path);
  if (!target) return fail(target.error().message);
  if (command == "info") return finish(fortnight::segment::info(*target, stdout));
  if (command == "verify") return verify(*target);
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
  CLI::App app("Looks into Fortnight's storage files");
  app.require_subcommand(1);
  Arguments arguments;
  const char* const either = "a part, a segment, a rollup, or a data directory";
  add_command(app, "info", "Sizes by file, section, column and encoding", either, arguments);
  add_command(app, "verify", "Checks every checksum, and every place that speaks of another",
              either, arguments);
  const char* const filters =
      "of the query language: status=5xx account=OCQ4JJ date=2026-11-20; without a date, all calls";
  CLI::App* const cat = add_command(app, "cat",
                                    "The calls' whole lines, byte for byte, file by file. What a "
                                    "running daemon has in its journal "
                                    "alone isn't among them",
                                    either, arguments);
  cat->add_option("FILTER", arguments.filters, filters);
  CLI::App* const rows = add_command(app, "export", "The calls as rows", either, arguments);
  rows->add_option("FILTER", arguments.filters, filters);
  rows->add_option("--as", arguments.form, "ndjson (all fields) or csv")
      ->transform(CLI::CheckedTransformer(std::map<std::string, ExportForm>{
          {"ndjson", ExportForm::ndjson}, {"csv", ExportForm::csv}}));
  rows->add_option("--fields", arguments.fields,
                   "of a CSV: fields, ID kinds, ref, line, JSON pointers")
      ->delimiter(',');
  add_command(app, "repair",
              "Writes damaged files anew from what can be read; refuses while a daemon runs",
              "a data directory", arguments);
  CLI11_PARSE(app, argc, argv);
  try {
    return run(app.get_subcommands().front()->get_name(), arguments);
  } catch (const std::exception& error) {
    return fail(error.what());
  }
}
