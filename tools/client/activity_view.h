// ACTIVITY on a terminal: the chart and its totals; by=FIELD, a row a value.
#pragma once

#include <string>

#include "tools/client/views.h"

namespace fortnight::client {

std::string render_activity(const Answer& answer, const Terminal& terminal);

}  // namespace fortnight::client
