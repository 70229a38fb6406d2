// Writes the error codes of a rollup file, account by account, beside its table of accounts.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "storage/key_caps.h"
#include "storage/rollup/merge_codes.h"
#include "storage/rollup/section.h"
#include "storage/rollup/table.h"

namespace fortnight::storage {

class AccountCodes {
 public:
  // Null if no source counts codes. The arguments must outlive it. ErrorCode::corrupt as for
  // merge_codes().
  static Result<std::unique_ptr<AccountCodes>> create(RollupSectionWriter& sections,
                                                      RollupSources sources,
                                                      const MergedKeys& merged,
                                                      const KeyCaps& caps);

  // Accounts come in ascending order, all of them; `kept`: the file counts it by name.
  Result<void> add(std::string_view account, bool kept);
  // Writes the rest. Returns the bytes that precede the footer.
  Result<std::string> finish(Day day);

 private:
  AccountCodes(RollupSectionWriter& sections, RollupSources sources, MergedCodes merged);
  // Reads the next account of the sources.
  Result<void> advance();
  void fold();
  Result<void> add_folded_before();
  Result<void> add_sketches_before();

  RollupSectionWriter& sections_;
  RollupSources sources_;
  MergedCodes merged_;
  RollupTableWriter table_;
  NamedRowsMerger merger_;
  NamedRows at_;
  bool there_ = false;
  boost::unordered_flat_map<std::uint64_t, std::uint64_t> other_;
  // By failure and register: the rank. Only of the first kSketchedFailures failures.
  boost::unordered_flat_map<std::uint64_t, std::uint8_t> sketches_;
};

}  // namespace fortnight::storage
