// Decides which requests a reader may make. understand() calls it, so no request reaches a verb
// without it.
//
// - counts: ACTIVITY, TOP, VALUES and ERRORS by keys (account, method, endpoint, status, revision,
//   source); STATUS.
// - calls: LOGS, SHOW, JOB, FIND and FOLLOW; filters and groups by all fields and IDs.
// - bodies: the lines of SHOW; EXPORT of lines; TWIN and REJECTS; text=, JSON pointers and error
//   codes.
// - erase: ERASE and ERASURES.
//
// Restrictions of the answers themselves are in query/restricted_store.h.
#pragma once

#include <optional>

#include "access/identity.h"
#include "query/parsed_request.h"
#include "query/request_error.h"
#include "query/vocabulary.h"

namespace fortnight::query {

// Why the reader gets no answer of this verb; nothing if he may. Says nothing of what is stored.
std::optional<RequestError> why_not(const access::Identity& reader, const VerbWords& words,
                                    TimeNs now);
// The same for the filters and options of a request whose verb he may use.
std::optional<RequestError> why_not(const access::Identity& reader, const ParsedRequest& request);

// Whether the answer shows contents of calls, or says something about them, as text= does.
bool shows_contents(const ParsedRequest& request);
// Whether the request needs the right to admin or to erase.
bool administers(const ParsedRequest& request);

}  // namespace fortnight::query
