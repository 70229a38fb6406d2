// docs/format.md compared with the code: the tables that the page marks as tested, and the magic
// numbers.
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>

#include "storage/encoding/format.h"
#include "storage/encoding/number_codec.h"
#include "storage/encoding/text_codec.h"
#include "storage/journal/format.h"
#include "storage/packing/limits.h"
#include "storage/part/format.h"
#include "storage/rollup/format.h"
#include "tests/support/project_file.h"

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(format_page)

namespace {

using Table = std::map<unsigned, std::string>;

std::string page() {
  std::ifstream in(fortnight::project_file("docs/format.md"));
  return {std::istreambuf_iterator<char>(in), {}};
}

// The number and the name in each row of the table after `heading`.
Table table_behind(const std::string& heading) {
  const std::string text = page();
  const std::size_t start = text.find(heading);
  BOOST_REQUIRE(start != std::string::npos);
  std::istringstream in(text.substr(start));
  Table table;
  bool within = false;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("|")) {
      if (within) break;
      continue;
    }
    within = true;
    std::istringstream row(line);
    std::string skip;
    unsigned number = 0;
    std::string name;
    if (row >> skip >> number >> skip >> name) table[number] = name;
  }
  return table;
}

template <typename Enum>
std::pair<const unsigned, std::string> entry(Enum value, const char* name) {
  return {static_cast<unsigned>(value), name};
}

}  // namespace

BOOST_AUTO_TEST_CASE(sections) {
  const Table code = {entry(Section::shapes, "shapes"),
                      entry(Section::columns, "columns"),
                      entry(Section::dictionary, "dictionary"),
                      entry(Section::key_index, "key_index"),
                      entry(Section::id_directory, "id_directory"),
                      entry(Section::id_pages, "id_pages"),
                      entry(Section::blocks, "blocks"),
                      entry(Section::early_footer, "early_footer"),
                      entry(Section::characters, "characters"),
                      entry(Section::term_directory, "term_directory"),
                      entry(Section::term_pages, "term_pages")};
  BOOST_TEST((table_behind("Sections *(held by a test)*") == code));
}

BOOST_AUTO_TEST_CASE(columns) {
  const Table code = {entry(FieldColumn::seq, "seq"),
                      entry(FieldColumn::ts, "ts"),
                      entry(FieldColumn::ts_digits, "ts_digits"),
                      entry(FieldColumn::duration, "duration"),
                      entry(FieldColumn::status, "status"),
                      entry(FieldColumn::shape, "shape"),
                      entry(FieldColumn::account, "account"),
                      entry(FieldColumn::method, "method"),
                      entry(FieldColumn::endpoint, "endpoint"),
                      entry(FieldColumn::path, "path"),
                      entry(FieldColumn::revision, "revision"),
                      entry(FieldColumn::call_id, "call_id"),
                      entry(FieldColumn::source, "source"),
                      entry(FieldColumn::extra_ids, "extra_ids")};
  BOOST_TEST((table_behind("Columns 0 to 13 are every part's") == code));
  BOOST_TEST(code.size() == kFieldColumns);
}

BOOST_AUTO_TEST_CASE(encodings) {
  Table code;
  for (const TextCodec* codec : kTextCodecs) code[static_cast<unsigned>(codec->id)] = codec->name;
  for (const NumberCodec* codec : kNumberCodecs) {
    code[static_cast<unsigned>(codec->id)] = codec->name;
  }
  BOOST_TEST(code.size() == kTextCodecs.size() + kNumberCodecs.size());
  BOOST_TEST((table_behind("A chunk's first byte is its encoding") == code));
}

BOOST_AUTO_TEST_CASE(magics_and_sizes) {
  const std::string text = page();
  const auto says = [&](std::string_view what) {
    BOOST_TEST_CONTEXT(what) { BOOST_TEST((text.find(what) != std::string::npos)); }
  };
  for (const std::string_view magic : {kPartMagic, kPartEndMagic, kPartEarlyEndMagic, kRollupMagic,
                                       kRollupEndMagic, kRollupCodesMagic, kJournalMagic}) {
    says("`" + std::string(magic) + "`");
  }
  BOOST_TEST(kBlockCalls == 4096U);
  says("at most 4,096 rows");
  BOOST_TEST(kRollupEntryRows == 32768U);
  BOOST_TEST(kKeptFailures == 65536U);
  BOOST_TEST(kSketchedFailures == 1024U);
  says("more than 32,768 rows");
  BOOST_TEST(kRecordMagic == 0x434552f1U);
  says("0x434552f1");
  BOOST_TEST(kJournalHeaderBytes == 64U);
  says("Its header is 64 bytes");
  BOOST_TEST(kQuarterBits == 7U);
  says("combo << 7 | quarter of the day");
  BOOST_TEST(kBinBits == 12U);
  says("hour << 12 | bin");
}

BOOST_AUTO_TEST_SUITE_END()
