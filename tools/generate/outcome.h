// A call's status, error and duration.
#pragma once

#include <string>
#include <string_view>

#include "tools/generate/endpoints.h"
#include "tools/generate/random.h"

namespace fortnight::generate {

// The status of a call outside of incidents.
int draw_status(Action action, Random& random);
// The status of a call to an endpoint that a bad deployment broke.
int draw_broken_status(Action action, Random& random);

// The texts of an error's body; empty for a status below 400.
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
