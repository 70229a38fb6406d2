// The wire form of a call.
#pragma once

#include <string>

#include "base/json_writer.h"
#include "query/service.h"
#include "storage/query.h"

namespace fortnight::query {

// Makes the query read whether a line was truncated: write_call() needs it beside a call's fields
// and IDs. Replaces the query's pointers.
void prepare_rows(storage::CallQuery& query);
// The same for a record that has its line.
void prepare_row(storage::CallRecord& call);

// Writes the members of a call's row into an open object, with `line` where the record has it. The
// line is a JSON object and is copied as it is.
void write_call(const storage::CallRecord& call, const Context& context, JsonWriter& out);

// Writes the members account and, if one is configured, account_name.
void write_account(std::string_view account, const Context& context, JsonWriter& out);
// Writes a call's time as RFC 3339 in UTC, with the precision of the line.
void write_time(TimeNs ts, unsigned digits, JsonWriter& out);
// Writes the number of errors and their share of the calls.
void write_counts(const storage::Counts& counts, JsonWriter& out);
// Writes the values of an ID kind as an array.
void write_ids(const storage::CallRecord& call, std::string_view kind, JsonWriter& out);

// Write null where the value is absent.
void write_status(std::int32_t status, JsonWriter& out);
void write_duration(std::int64_t duration_ns, JsonWriter& out);

}  // namespace fortnight::query
