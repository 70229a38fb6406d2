// A request understood: its verb, what stands alone, its options, its filters as predicates, and
// the period and zone that it asks about.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "query/buckets.h"
#include "query/period.h"
#include "query/request.h"
#include "query/service.h"
#include "query/time_zone.h"
#include "query/vocabulary.h"
#include "storage/call/predicate.h"

namespace fortnight::query {

struct ParsedRequest {
  const VerbWords* words = nullptr;
  std::vector<Value> alone;
  std::map<std::string, Parameter, std::less<>> options;
  std::vector<Parameter> filters;              // as they were written
  std::vector<storage::Predicate> predicates;  // that they make
  TimeZone zone = TimeZone::utc();
  bool dated = false;  // date=, from= or to= was given
  Period period;
  TimeNs now = 0;

  // The option's (first) value; null where it wasn't given.
  [[nodiscard]] const Value* option(std::string_view name) const;
  // A whole number from 1 to `most`.
  [[nodiscard]] Parsed<std::uint64_t> number(std::string_view name, std::uint64_t otherwise,
                                             std::uint64_t most) const;
  // Which of choices_of(name) it is: an index; the first one where it wasn't given.
  [[nodiscard]] Parsed<std::size_t> choice(std::string_view name) const;
  // oldest or newest first.
  [[nodiscard]] Parsed<storage::Order> order(storage::Order otherwise) const;
  // How far back the period is compared; nothing where compare= wasn't given.
  [[nodiscard]] Parsed<std::optional<Shift>> shift(const Period& compared) const;
};

Parsed<ParsedRequest> understand(const Context& context, std::string_view line);

}  // namespace fortnight::query
