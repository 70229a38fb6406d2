// How a call ends: its status, and how long it took.
#pragma once

#include <string>
#include <string_view>

#include "tools/generate/endpoints.h"
#include "tools/generate/random.h"

namespace fortnight::generate {

// The status of a call when nothing out of the ordinary is going on.
int draw_status(Action action, Random& random);
// The status of a call to an endpoint that a bad deploy broke.
int draw_broken_status(Action action, Random& random);

// What an error's body says; empty views for a status below 400.
struct ErrorText {
  std::string_view code;
  std::string_view title;
  std::string_view detail;
};
ErrorText error_text(int status);

// A duration in milliseconds, log-normal around the endpoint's median, of 3 to 6 significant
// digits.
void append_duration(std::string& out, double median_ms, int status, Random& random);

}  // namespace fortnight::generate
