// Values grouped by the shapes of their calls.
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "storage/encoding/text_codec.h"
#include "tests/storage/encoding/encoded_column.h"

using namespace fortnight;
using namespace fortnight::storage;
using namespace fortnight::tests;

BOOST_AUTO_TEST_SUITE(by_shape_codec)

namespace {

std::vector<std::string> values_by_shape(const std::vector<std::string>& of_shape) {
  std::vector<std::string> values;
  for (std::uint32_t row = 0; row < kSampleRows; ++row) {
    values.push_back(of_shape.at(static_cast<std::size_t>(SampleCalls::shape(row))));
  }
  return values;
}

}  // namespace

// A shape with one value costs one code in the dictionary, whatever the number of rows.
BOOST_AUTO_TEST_CASE(constants_of_shapes_cost_no_bytes_a_row) {
  EncodedColumn column(values_by_shape({"create order", "cancel order", "get"}));
  BOOST_REQUIRE(column.encode(kByShapeCodec));
  BOOST_TEST(column.chunk().size() < 40U);
  column.check_round_trip();
  BOOST_TEST(column.may_contain("cancel"));
  BOOST_TEST(!column.may_contain("cancelled"));
}

BOOST_AUTO_TEST_CASE(shapes_with_the_same_kind_of_values_share_a_group) {
  EncodedColumn column(values_by_shape({"same", "same", "other"}));
  BOOST_REQUIRE(column.encode(kByShapeCodec));
  column.check_round_trip();
  // With only one kind of values, grouping is useless.
  BOOST_TEST(!EncodedColumn(values_by_shape({"a", "a", "a"})).encode(kByShapeCodec));
}

BOOST_AUTO_TEST_CASE(a_group_is_not_grouped_again) {
  const SampleColumn group{.name = "group", .make = {}, .hint = {}, .grouped = true};
  EncodedColumn column(values_by_shape({"a", "b", "c"}), group);
  BOOST_TEST(!column.encode(kByShapeCodec));
}

// The chunk's groups must match the shapes of its calls.
BOOST_AUTO_TEST_CASE(shapes_that_the_chunk_does_not_have_are_damage) {
  EncodedColumn column(values_by_shape({"a", "b", "c"}));
  BOOST_REQUIRE(column.encode(kByShapeCodec));
  const std::string chunk = column.chunk() + std::string(8, '\0');
  const std::string_view bytes = std::string_view(chunk).substr(0, column.chunk().size());
  ChunkContext context;
  context.values = column.size();
  BOOST_TEST(!parse_text_chunk(bytes, context));  // no shapes at all
  for (const std::uint16_t shape : {std::uint16_t{0}, std::uint16_t{7}}) {
    context.value_shapes = [&] { return std::vector<std::uint16_t>(context.values, shape); };
    BOOST_TEST(!parse_text_chunk(bytes, context));
  }
}

BOOST_AUTO_TEST_SUITE_END()
