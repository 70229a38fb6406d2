// The intake's part of STATUS, as JSON.
#pragma once

#include <string>

#include "base/json_writer.h"
#include "config/config.h"
#include "daemon/committer.h"
#include "daemon/intake_port.h"
#include "daemon/source_intake.h"
#include "daemon/tail/source.h"
#include "daemon/tail/tailer.h"
#include "intake/mapper.h"

namespace fortnight::daemon {

// Members of a source's object. `port` may be null: then the source isn't a port.
void write_place(JsonWriter& json, const config::Source& source, const IntakePort* port);
void write_counters(JsonWriter& json, const intake::Counters& counters);
// Writes `calls_per_second`, over the last minute, and `last_line_s`, the seconds since the last
// line.
void write_pace(JsonWriter& json, const SourceIntake& intake, TimeNs now);
void write_tail(JsonWriter& json, const TailStatus& status);

// The member `last_reject` of a source's row in SOURCES: its last rejected line since the start.
void write_last_reject(JsonWriter& json, const SourceIntake& intake);
// Those of a tail: its files in numbers, what can't be read, and its last decisions, newest first.
void write_tail_details(JsonWriter& json, TailSource& tail);
// The rows of a tail's files: one JSON object each, followed by a line end.
void write_tail_rows(std::string& rows, const std::string& source, TailSource& tail);

// The members `paused`, `sources` and `queue`. `sources` is a JSON array; empty: the intake thread
// did not answer in time.
void write_intake(JsonWriter& json, const std::string& sources, const CommitterStatus& committer);

}  // namespace fortnight::daemon
