// The commands of fortnight-format. Each returns what is to be printed.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "tools/client/terminal.h"

namespace fortnight::format {

// How a command answers.
struct Output {
  bool json = false;          // one JSON object
  client::Terminal terminal;  // of text for people
};

struct Answered {
  std::string text;
  bool fine = true;  // false: something needs attention
};

struct TryOptions {
  std::string format;
  std::string sample;         // a file, or "-"
  std::string configuration;  // may be empty
  std::size_t shown = 3;      // calls that are shown
};
// Not fine if a line is rejected, or if nothing is a call. Errors: see choose_format() and
// SampleReader.
Result<Answered> try_format(const TryOptions& options, TimeNs now, const Output& output);

struct GuessOptions {
  std::string sample;    // a file, or "-"
  bool mapping = false;  // propose a mapping even if a preset fits
};
// Proposes a preset, or a mapping to paste. Not fine if there is neither a preset that fits nor a
// mapping with a time.
Result<Answered> guess_format(const GuessOptions& options, TimeNs now, const Output& output);

struct EndpointsOptions {
  std::string sample;         // a file, or "-": lines of a log, or one path a line
  std::string format;         // as TryOptions::format; empty: as guessed
  std::string configuration;  // may be empty
  std::size_t shown = 40;     // endpoints that are shown
};
// Shows the endpoints that the paths become, and proposes templates. Not fine if there is no path.
Result<Answered> show_endpoints(const EndpointsOptions& options, TimeNs now, const Output& output);

struct ReplayOptions {
  std::string configuration;         // of the daemon, with the mended formats
  std::string connect;               // the query port; empty: as the client finds it
  std::string to;                    // the address of an HTTP source; empty: nothing is sent
  std::vector<std::string> filters;  // of REJECTS
};
// Maps rejected lines again, and sends those that are calls now. Not fine if some are no calls
// still. Errors: ErrorCode::invalid for a wrong configuration or filter, ErrorCode::io if a port
// doesn't answer.
Result<Answered> replay_rejects(const ReplayOptions& options, TimeNs now, const Output& output);

struct ImportOptions {
  std::string file;  // of Promtail, Filebeat or Vector
};
// Proposes sources for the files that another log shipper follows. Looks at these files for their
// format. Not fine if there are none, or if a format can't be told. Errors: see read_shipper().
Result<Answered> import_sources(const ImportOptions& options, TimeNs now, const Output& output);

}  // namespace fortnight::format
