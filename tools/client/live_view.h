// The picture of `fortnight top`: how the API is doing at present.
#pragma once

#include <string>
#include <vector>

#include "tools/client/terminal.h"

namespace fortnight::client {

// Calls of the period that is shown.
struct LiveGroup {
  std::string name;  // of their endpoint or account; empty: they have none
  double calls = 0;
  double errors = 0;      // of the calls
  double median_ms = -1;  // of their durations; below 0: not known
  double slow_ms = -1;    // 95 % of them are faster; below 0: not known
};

struct LiveFigures {
  std::string server;                // its address
  std::string time;                  // of the figures: "12:00:05"
  std::string filters;               // as typed; empty: all calls
  std::vector<double> rates;         // calls a second at each refresh, newest last
  int minutes = 5;                   // the length of the period of all below
  LiveGroup all;                     // without a name
  std::vector<LiveGroup> endpoints;  // slowest first
  std::vector<LiveGroup> accounts;   // most calls first
  std::string problem;               // why there are no newer figures; empty: nothing
};

// Lines that fit the terminal, each with its line end.
std::string draw_live(const LiveFigures& figures, const Terminal& terminal);

}  // namespace fortnight::client
