#include "storage/engine/manifest.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/memory_cap.h"

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(manifest_bytes, *boost::unit_test::fixture<fortnight::tests::MemoryCap>())

namespace {

Manifest sample_manifest() {
  Manifest manifest;
  manifest.generation = 7;
  manifest.next_file = 40;
  manifest.next_seq = 1'000'000;
  manifest.covered_lsn = 99;
  manifest.clock = 1'763'000'000 * kNsPerSecond;
  manifest.first_kept = 20'000;
  manifest.dropped = {20'003};
  manifest.sealed = {20'001, 20'002};
  manifest.parts.push_back(
      {{FileKind::segment, 12, 20'001}, {20'001, 5, 600, 900, day_start(20'001), kMaxTime, 1, 9}});
  manifest.rollups.push_back({{FileKind::rollup, 13, 20'001}, 5, 70});
  manifest.rollups.push_back({{FileKind::late_rollup, 14, -3}, 2, 60});
  manifest.rejects.push_back({15, 3, 200, 123, 0xabcd});
  manifest.lost.push_back({FileKind::part, 11, 20'002});
  manifest.lost_checksums[manifest.lost[0]] = 0x1234;
  manifest.parts[0].summary.checksum = 0xfedcba9876543210;
  manifest.rollups[1].checksum = 7;
  manifest.journal = {3, 120, true, 80};
  manifest.counters = {500, 20, 3, {{"not-json", 2}, {"too-long", 1}}};
  manifest.positions = {{"a", "1"}, {"b", std::string("\0\xff", 2)}};
  return manifest;
}

}  // namespace

BOOST_AUTO_TEST_CASE(it_reads_back) {
  const Manifest manifest = sample_manifest();
  const std::string bytes = encode_manifest(manifest);
  const auto back = decode_manifest(bytes);
  BOOST_REQUIRE(back);
  // Each field is encoded, so equal bytes mean equal manifests.
  BOOST_TEST((encode_manifest(*back) == bytes));
  BOOST_TEST(back->parts[0].summary.max_ts == kMaxTime);
  BOOST_TEST(back->rollups[1].name.day == -3);
  BOOST_TEST((back->positions == manifest.positions));
  BOOST_TEST((back->parts[0].summary == manifest.parts[0].summary));
  BOOST_TEST(back->rollups[0].checksum == 0U);
  BOOST_TEST(back->rollups[1].checksum == 7U);
  BOOST_TEST(back->rejects[0].checksum == 0xabcdU);
  BOOST_TEST((back->lost_checksums == manifest.lost_checksums));
  BOOST_TEST((back->journal == manifest.journal));
  BOOST_TEST((back->counters.rejects == manifest.counters.rejects));
  BOOST_TEST(back->keeps(20'001));
  BOOST_TEST(!back->keeps(20'003));
  BOOST_TEST(!back->keeps(19'999));
}

BOOST_AUTO_TEST_CASE(erased_calls_read_back_and_older_versions_refuse_them) {
  constexpr std::size_t features_at = 12;
  Manifest manifest = sample_manifest();
  BOOST_TEST(encode_manifest(manifest)[features_at] == 1);
  const auto alone = [&](auto&& change) {
    Manifest changed = manifest;
    change(changed);
    const std::string bytes = encode_manifest(changed);
    BOOST_TEST(bytes[features_at] == 3);
    const Manifest back = decode_manifest(bytes).value();
    BOOST_TEST((encode_manifest(back) == bytes));
    return back;
  };
  const auto rows = std::make_shared<const Roaring>(Roaring::bitmapOf(3, 1, 2, 4));
  const Manifest with_rows = alone([&](Manifest& m) { m.parts[0].erased = rows; });
  BOOST_TEST((*with_rows.parts[0].erased == *rows));
  const Manifest with_file = alone([](Manifest& m) {
    m.erased_files = {{FileKind::part, 9, 20'001}};
  });
  BOOST_TEST(with_file.erased_files.size() == 1U);
  const Manifest with_path = alone([](Manifest& m) { m.erased_paths = {"quarantine/x"}; });
  BOOST_TEST(with_path.erased_paths.contains("quarantine/x"));
  const Erasure erasure{3, 77, true, "token x", "id", "ab", {{20'001, 5}, {20'002, 6}}, 7, 8};
  const Manifest with_erasure = alone([&](Manifest& m) { m.erasures = {erasure}; });
  BOOST_REQUIRE(with_erasure.erasures.size() == 1U);
  const Erasure& back = with_erasure.erasures[0];
  BOOST_TEST((back.days == erasure.days));
  BOOST_TEST(back.calls() == 11U);
  BOOST_TEST((back.number == 3 && back.at == 77 && back.now && back.by == "token x"));
  BOOST_TEST((back.filter == "id" && back.sha256 == "ab"));
  BOOST_TEST((back.rejects == 7 && back.quarantined == 8));
}

// Checksums are only needed for lost files.
BOOST_AUTO_TEST_CASE(checksums_are_kept_for_lost_files_only) {
  Manifest manifest = sample_manifest();
  manifest.lost.clear();
  BOOST_TEST(decode_manifest(encode_manifest(manifest)).value().lost_checksums.empty());
}

BOOST_AUTO_TEST_CASE(it_names_its_files) {
  const std::vector<FileName> names = sample_manifest().names();
  BOOST_TEST(names.size() == 4U);
  BOOST_TEST(std::is_sorted(names.begin(), names.end()));
  BOOST_TEST(names.back().path() == "rejects/0000000015.rejects");
}

BOOST_AUTO_TEST_CASE(every_cut_and_every_flipped_byte_is_seen) {
  const std::string bytes = encode_manifest(sample_manifest());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    BOOST_TEST(!decode_manifest(std::string_view(bytes).substr(0, i)));
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    BOOST_TEST(!decode_manifest(damaged));
  }
}

BOOST_AUTO_TEST_SUITE_END()
