// A part of three blocks, whose calls depend only on their row's number.
#pragma once

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "storage/files/block_cache.h"
#include "storage/packing/limits.h"
#include "storage/part/file.h"
#include "storage/part/part.h"
#include "tests/storage/sample_calls.h"
#include "tests/support/simulated_file_system.h"

namespace fortnight::storage::samples {

struct SamplePart {
  static constexpr Day kDay = 20777;
  static constexpr std::uint64_t kCalls = 3 * kBlockCalls - 500;

  fortnight::faults::SimulatedFileSystem files;
  std::shared_ptr<const PartFile> part;

  // The call in row `i`. Account FIRST has calls in the first block only, the others everywhere.
  static Sample call(std::uint64_t i) {
    return {.ts = day_start(kDay) + static_cast<TimeNs>(i) * kNsPerSecond,
            .account = i < 100 ? "FIRST" : "A" + std::to_string(i % 7),
            .endpoint = i % 2 == 0 ? "/orders" : "/orders/{id}",
            .status = i % 1000 == 0 ? 500 : 200,
            .call_id = "call-" + std::to_string(i),
            .note = note(i)};
  }

  // JSON escapes are in the second and third block only.
  static std::string note(std::uint64_t i) {
    if (i % 11 == 0) return "payment of " + std::to_string(i % 50) + " declined";
    return i < kBlockCalls ? "no access" : "no \\u0041ccess";
  }

  explicit SamplePart(Effort effort = Effort::fast) {
    Batch batch;
    for (std::uint64_t i = 0; i < kCalls; ++i) {
      add_sample(batch, call(i));
      batch.calls.back().seq = i + 1;
    }
    const auto writer = PartWriter::create(files, "part", kDay, effort).value();
    for (const Call& call : batch.calls) BOOST_REQUIRE(writer->add(batch, call));
    BOOST_REQUIRE(writer->finish());
    part = PartFile::open(files, "part", std::make_shared<BlockCache>(64U << 20)).value();
    BOOST_REQUIRE(part->blocks().size() == 3U);
  }
};

}  // namespace fortnight::storage::samples
