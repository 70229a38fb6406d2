// A mapping for lines that no preset knows, found by what their values look like.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tools/format/role_names.h"
#include "tools/format/statistics.h"

namespace fortnight::format {

struct Finding {
  std::string pointer;
  double confidence = 0;     // 0 to 1
  std::string unit;          // of durations: s, ms, us or ns; empty if the value has it
  std::string doubt;         // why it may be wrong; may be empty
  bool lacks_zone = false;   // of times
  std::uint64_t lines = 0;   // that have a value there
  std::uint64_t values = 0;  // distinct ones, as far as they are counted
  std::string example;       // without secrets; may be empty
};

struct Proposal {
  std::uint64_t lines = 0;  // JSON objects
  std::uint64_t calls = 0;  // of those, the lines that the mapping would take in
  std::map<Role, Finding> found;
  std::map<std::string, Finding> ids;  // by kind, without call_id
  // What the lines are, if not JSON: "logfmt", or "text" in Common Log Format.
  std::string input;
  std::string each;  // the array whose elements are the calls; empty: each line is one
  // Lines with this value at this pointer are calls, others aren't; *: any value.
  std::optional<std::pair<std::string, std::string>> only;
  // A string such as GET /x HTTP/1.1, which has the method and the path.
  std::optional<Finding> request_line;
  // Pointers that may have the account, to choose from, if none is found.
  std::vector<Finding> perhaps_account;

  [[nodiscard]] const Finding* find(Role role) const;
  // Whether the lines are calls, although their time may be missing.
  [[nodiscard]] bool has_calls() const;
};

// `records` are the lines in their order.
Proposal propose(const std::vector<FlatRecord>& records);

// Of lines in Common or Combined Log Format.
Proposal propose_clf(std::uint64_t lines);

// "sure", "likely" or "unsure".
std::string_view confidence_word(double confidence);

}  // namespace fortnight::format
