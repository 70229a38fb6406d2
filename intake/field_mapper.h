// Maps the fields of a call, its time aside: from the values of its line to a MappedCall.
//
// Not thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "intake/call_writer.h"
#include "intake/endpoint.h"
#include "intake/line_rules.h"
#include "intake/line_values.h"
#include "intake/mapper_settings.h"
#include "intake/parsed_line.h"
#include "intake/shape_plan.h"
#include "intake/status_text.h"
#include "intake/time_text.h"

namespace fortnight::intake {

class FieldMapper {
 public:
  // `failed_if`: the number of the first condition of the format's rule in plans. `settings` and
  // `values` must outlive it.
  FieldMapper(const MapperSettings& settings, const LineValues& values, std::size_t failed_if);

  // The account of the line that `values` has read. Valid until the next call.
  std::string_view account_of(const ParsedLine& line);
  // Sets all members of `call` but its time, which it has. Its views are valid until the next call.
  void map(const ParsedLine& line, TimeParser& time, MappedCall& call);

 private:
  [[nodiscard]] LineValue value_of(const ParsedLine& line, Field field,
                                   std::string& scratch) const {
    return values_.first(line.plan->candidates_of(field), scratch);
  }
  std::string& scratch_of(storage::TextField field) {
    return scratch_[static_cast<std::size_t>(field)];
  }
  std::optional<std::int64_t> find_duration(const ParsedLine& line, TimeParser& time, TimeNs ts);
  std::optional<std::int64_t> written_duration(Candidates candidates, LineValue value);
  void map_ids(const ParsedLine& line, MappedCall& call);
  void map_endpoint(MappedCall& call);

  const MapperSettings& settings_;
  const LineValues& values_;
  LineRules failed_if_;
  StatusReader status_;
  EndpointRule endpoints_;
  std::array<std::string, storage::kTextFields> scratch_;
  std::string number_scratch_;
  std::vector<MappedId> ids_;
};

}  // namespace fortnight::intake
