// The wire form of a call.
#pragma once

#include <string>

#include "base/json_writer.h"
#include "query/service.h"
#include "storage/store.h"

namespace fortnight::query {

// Has the query read what write_call() needs besides a call's fields and IDs: whether the line was
// cut off. Takes the query's pointers.
void prepare_rows(storage::CallQuery& query);
// The same of a record that has its line.
void prepare_row(storage::CallRecord& call);

// The members of a call's row, into an object that is open. `line` too where the record has it: it
// is a JSON object itself and goes in as it is.
void write_call(const storage::CallRecord& call, const Context& context, JsonWriter& out);

// The members account and, where one is configured, account_name.
void write_account(std::string_view account, const Context& context, JsonWriter& out);
// One call's time, as RFC 3339 in UTC to the line's precision.
void write_time(TimeNs ts, unsigned digits, JsonWriter& out);
// A count's errors and their share of its calls.
void write_counts(const storage::Counts& counts, JsonWriter& out);
// The values of an ID kind, as an array.
void write_ids(const storage::CallRecord& call, std::string_view kind, JsonWriter& out);

// Values of a row where absence is null.
void write_status(std::int32_t status, JsonWriter& out);
void write_duration(std::int64_t duration_ns, JsonWriter& out);

}  // namespace fortnight::query
