// Which holes a format's pointers find in the skeleton of a line.
#include "intake/shape_plan.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

using namespace fortnight;
using namespace fortnight::intake;

BOOST_AUTO_TEST_SUITE(shape_plan)

namespace {

// "#" marks a hole.
std::string skeleton(std::string text) {
  std::replace(text.begin(), text.end(), '#', storage::kHole);
  return text;
}

using Indices = std::vector<std::uint32_t>;

Indices holes(const ShapePlan& plan, Field field) {
  Indices out;
  for (const Candidate& one : plan.candidates_of(field)) out.push_back(one.hole.index);
  return out;
}

Indices redacted(const ShapePlan& plan) {
  Indices out;
  for (const Hole& hole : plan.redacted) out.push_back(hole.index);
  return out;
}

std::int32_t text_hole(const ShapePlan& plan, storage::TextField field) {
  return plan.shape.text_holes[static_cast<std::size_t>(field)];
}

MapperSettings settings() {
  MapperSettings settings;
  settings.redact = {};
  settings.format.ts = {"/ts", "/time"};
  settings.format.account = {"/account"};
  settings.format.status = {"/response/status"};
  return settings;
}

}  // namespace

BOOST_AUTO_TEST_CASE(fields_are_found_at_their_pointers) {
  const ShapePlan plan =
      ShapePlanner(settings())
          .plan(skeleton(R"({"x":#,"account":"#","response":{"status":#},"ts":"#"})"));
  BOOST_TEST(plan.shape.holes == 4U);
  BOOST_TEST(holes(plan, Field::account) == Indices{1});
  BOOST_TEST(holes(plan, Field::status) == Indices{2});
  BOOST_TEST(holes(plan, Field::ts) == Indices{3});
  BOOST_TEST(holes(plan, Field::path).empty());
  BOOST_TEST(plan.candidates_of(Field::account)[0].hole.is_string);
  BOOST_TEST(!plan.candidates_of(Field::status)[0].hole.is_string);
  BOOST_TEST(text_hole(plan, storage::TextField::account) == 1);
  BOOST_TEST(text_hole(plan, storage::TextField::path) == storage::kNoHole);
  BOOST_TEST(plan.shape.ts_hole == 3);
  BOOST_TEST(plan.shape.status_hole == 2);
  BOOST_TEST(plan.shape.duration_hole == storage::kNoHole);
}

// In the order of the format's pointers, not in that of the line.
BOOST_AUTO_TEST_CASE(pointers_are_tried_in_their_order) {
  const ShapePlan plan =
      ShapePlanner(settings()).plan(skeleton(R"({"time":"#","ts":#,"account":#})"));
  BOOST_TEST(holes(plan, Field::ts) == (Indices{1, 0}));
  BOOST_TEST(plan.shape.ts_hole == 1);
}

BOOST_AUTO_TEST_CASE(line_ends_between_scalars_become_spaces) {
  const ShapePlan plan = ShapePlanner(settings()).plan(skeleton("{\"ts\":#,\r\n\"x\":#}"));
  BOOST_TEST(plan.shape.skeleton == skeleton("{\"ts\":#,  \"x\":#}"));
  BOOST_TEST(plan.shape.holes == 2U);
}

BOOST_AUTO_TEST_CASE(ids_have_kinds_and_arrays_have_several) {
  MapperSettings wanted = settings();
  wanted.format.ids = {
      {"order_id", {"/order", "/orders"}}, {"call_id", {"/id"}}, {"trace_id", {"/trace"}}};
  const ShapePlanner planner(wanted);
  BOOST_TEST(planner.kinds() == (std::vector<std::string>{"order_id", "trace_id"}),
             boost::test_tools::per_element());
  const ShapePlan plan =
      planner.plan(skeleton(R"({"trace":"#","orders":["#",#],"id":"#","order":"#"})"));
  std::vector<std::string> ids;
  for (const auto& id : plan.shape.ids) {
    ids.push_back(planner.kinds()[id.kind] + " " + std::to_string(id.hole) +
                  (id.is_string ? "" : " number"));
  }
  BOOST_TEST(ids == (std::vector<std::string>{"trace_id 0", "order_id 1", "order_id 2 number",
                                              "order_id 4"}),
             boost::test_tools::per_element());
  BOOST_TEST(holes(plan, Field::call_id) == Indices{3});
}

BOOST_AUTO_TEST_CASE(conditions_have_a_hole_or_none) {
  MapperSettings wanted = settings();
  wanted.format.only = {{{"/type", {"access"}}, {"/level", {"info"}}}};
  const ShapePlan plan = ShapePlanner(wanted).plan(skeleton(R"({"ts":#,"level":"#"})"));
  BOOST_REQUIRE_EQUAL(plan.conditions.size(), 2U);
  BOOST_TEST(plan.conditions[0].empty());
  BOOST_TEST(plan.conditions[1].at(0).hole.index == 1U);
}

// A configured account takes precedence: no hole has the account.
BOOST_AUTO_TEST_CASE(a_fixed_account_has_no_hole) {
  MapperSettings wanted = settings();
  wanted.account = "ACME";
  const ShapePlan plan = ShapePlanner(wanted).plan(skeleton(R"({"ts":#,"account":"#"})"));
  BOOST_TEST(text_hole(plan, storage::TextField::account) == storage::kNoHole);
}

BOOST_AUTO_TEST_CASE(secrets_are_redacted_by_name_and_by_pointer) {
  MapperSettings wanted = settings();
  wanted.redact.keys = {"password"};
  wanted.redact.pointers = {"/user/pin"};
  wanted.format.account = {"/password"};
  const ShapePlan plan = ShapePlanner(wanted).plan(
      skeleton(R"({"ts":#,"user":{"pin":#,"name":"#"},"a":{"password":"#"},"password":"#"})"));
  BOOST_TEST(redacted(plan) == (Indices{1, 3, 4}));
  // A redacted value is never a field.
  BOOST_TEST(holes(plan, Field::account).empty());
}

BOOST_AUTO_TEST_CASE(skeletons_without_fields) {
  const ShapePlanner planner(settings());
  for (const char* text : {"{}", R"({"a":{},"b":[]})", R"({"a":{"ts":#}})"}) {
    const ShapePlan plan = planner.plan(skeleton(text));
    BOOST_TEST(plan.candidates.empty());
    BOOST_TEST(plan.shape.ids.empty());
    BOOST_TEST(plan.shape.ts_hole == storage::kNoHole);
  }
}

BOOST_AUTO_TEST_SUITE_END()
