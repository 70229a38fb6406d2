// A parsed request: its verb, its positional values, its options, its filters as predicates, its
// period and its zone.
#pragma once

#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "access/identity.h"
#include "base/time_zone.h"
#include "query/buckets.h"
#include "query/period.h"
#include "query/request.h"
#include "query/service.h"
#include "query/vocabulary.h"
#include "storage/call/predicate.h"

namespace fortnight::query {

class Disclosure;

struct ParsedRequest {
  const VerbWords* words = nullptr;
  access::Reader reader;                              // who asks
  bool local = false;                                 // over the unix socket
  std::shared_ptr<const storage::StoreReader> store;  // what the reader may see of the store
  // To be filled with the calls whose contents the answer shows; null if nothing is recorded.
  std::shared_ptr<Disclosure> disclosure;
  std::vector<Value> alone;
  std::map<std::string, Parameter, std::less<>> options;
  std::vector<Parameter> filters;              // as the request has them
  std::vector<storage::Predicate> predicates;  // the filters as predicates
  TimeZone zone = TimeZone::utc();
  bool dated = false;  // whether date=, from= or to= is given
  Period period;
  TimeNs now = 0;

  // The option's first value; null if the option isn't given.
  [[nodiscard]] const Value* option(std::string_view name) const;
  // The option as a whole number from 1 to `most`.
  [[nodiscard]] Parsed<std::uint64_t> number(std::string_view name, std::uint64_t otherwise,
                                             std::uint64_t most) const;
  // The option as an index into choices_of(name); 0 if it isn't given.
  [[nodiscard]] Parsed<std::size_t> choice(std::string_view name) const;
  // The value of order=.
  [[nodiscard]] Parsed<storage::Order> order(storage::Order otherwise) const;
  // The distance of compare=; nothing if it isn't given.
  [[nodiscard]] Parsed<std::optional<Shift>> shift(const Period& compared) const;
};

// The only way to a request that verbs take. Checks what its reader may do.
Parsed<ParsedRequest> understand(const Context& context, const RequestLine& line);

}  // namespace fortnight::query
