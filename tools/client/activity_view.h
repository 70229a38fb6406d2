// ACTIVITY on a terminal: a chart and totals; with by=FIELD, one row for each value.
#pragma once

#include <string>

#include "tools/client/views.h"

namespace fortnight::client {

std::string render_activity(const Answer& answer, const Terminal& terminal);

}  // namespace fortnight::client
