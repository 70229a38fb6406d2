// The command line of fortnight-format. Parsing, --help and completion read the same CLI11 app.
#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <string>
#include <vector>

#include "tools/format/commands.h"

namespace fortnight::format {

class CommandLine {
 public:
  CommandLine();

  // Throws CLI::ParseError: exit() prints it, or the help that was asked for.
  void parse(int argc, const char* const* argv) { app_.parse(argc, argv); }
  // The exit status: 0 for help.
  int exit(const CLI::ParseError& error) { return app_.exit(error); }
  // Runs the command that was given.
  [[nodiscard]] Result<Answered> run(TimeNs now, const client::Terminal& terminal) const;

  // What may stand in place of the last word. Nothing where a file may: shells complete these.
  [[nodiscard]] std::vector<std::string> complete(std::span<const std::string> words) const;

 private:
  CLI::App* add(const char* name, const char* gist, std::string& sample);

  CLI::App app_;
  bool json_ = false;
  TryOptions try_;
  GuessOptions guess_;
  EndpointsOptions endpoints_;
  ReplayOptions replay_;
  ImportOptions import_;
};

}  // namespace fortnight::format
