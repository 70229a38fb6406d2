// What an answer discloses, for the audit: the calls whose contents a reader is shown, and what an
// admin does. It is recorded before it is sent: see Answering::record().
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "access/audit.h"
#include "query/parsed_request.h"
#include "storage/ref.h"

namespace fortnight::query {

// Not thread-safe.
class Disclosure {
 public:
  // `audit` must outlive it. `peer`: the client's address; empty on the unix socket.
  Disclosure(access::Audit& audit, const ParsedRequest& request, const std::string& peer);

  // The next rows have contents of this call.
  void add(const storage::Ref& ref) { refs_.push_back(ref); }
  // Records the request, the first time, and the calls that were added since. `bytes`: of the rows
  // that are sent next. An error means that they must not be sent.
  Result<void> record(std::size_t bytes, TimeNs now);

 private:
  access::Audit& audit_;
  std::string request_;  // members of every line
  std::string filters_;  // members of the first line; empty once it is written
  bool recorded_ = false;
  std::vector<storage::Ref> refs_;
};

// Null if the audit is off, or the request discloses nothing: no contents of calls, nothing about
// rights.
std::shared_ptr<Disclosure> disclosure_of(const Context& context, const ParsedRequest& request,
                                          const std::string& peer);

}  // namespace fortnight::query
