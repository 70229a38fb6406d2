// The exact answers to expect for generated calls: counts by each key, and a sample of IDs with the
// calls that have them. Written as one JSON object:
//
//   {"lines":N,"calls":N,"errors":N,"rejects":N,"first":T,"last":T,
//    "account":{"OCQ4JJ":[calls,errors],...},"endpoint":{...},"status":{...},"method":{...},
//    "revision":{...},"day":{"2026-11-20":[...]},"quarter":{"2026-11-20T08:15:00Z":[...]},
//    "ids":[{"kind":"call_id","id":"...","calls":1,"lines":["..."]},...]}
//
// An error is a call with a status of 400 or above. Days and quarters of an hour are in UTC.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tools/generate/call_writer.h"

namespace fortnight::generate {

class AnswerKey {
 public:
  void add(const Call& call);
  void add_reject() { ++rejects_; }
  [[nodiscard]] std::string json() const;

 private:
  struct Counts {
    std::uint64_t calls = 0;
    std::uint64_t errors = 0;
  };
  using Tally = std::map<std::string, Counts, std::less<>>;

  // The calls that have an ID. The sample of each kind is the IDs with the smallest hashes: an ID's
  // first call decides whether it is in the sample, so that none of its calls is missed.
  struct Sampled {
    std::string id;
    std::uint64_t calls = 0;
    std::vector<std::string> lines;  // the first few
  };
  using Sample = std::map<std::uint64_t, Sampled>;

  static void count(Tally& tally, std::string_view value, bool error);
  void sample(std::string_view kind, const std::string& id, const Call& call);

  std::uint64_t rejects_ = 0;
  Counts total_;
  Micros first_ = 0;
  Micros last_ = 0;
  Tally account_, endpoint_, status_, method_, revision_;
  std::map<Micros, Counts> quarters_;
  std::map<std::string, Sample, std::less<>> samples_;  // by kind
};

}  // namespace fortnight::generate
