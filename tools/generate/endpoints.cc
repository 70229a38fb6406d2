#include "tools/generate/endpoints.h"

#include <array>

namespace fortnight::generate {
namespace {

constexpr std::array<Endpoint, 50> kEndpoints = {{
    {"POST", "/api/events", Kind::event, Action::accept, 21},
    {"GET", "/api/profiles", Kind::profile, Action::list, 64},
    {"GET", "/api/profiles/{id}", Kind::profile, Action::get, 18},
    {"PATCH", "/api/profiles/{id}", Kind::profile, Action::update, 47},
    {"POST", "/api/profiles", Kind::profile, Action::create, 55},
    {"POST", "/api/profile-import", Kind::profile, Action::create, 71},
    {"GET", "/api/events", Kind::event, Action::list, 120},
    {"POST", "/api/lists/{id}/relationships/profiles", Kind::list, Action::relate, 83},
    {"GET", "/api/catalog-items/{id}", Kind::item, Action::get, 12},
    {"PATCH", "/api/catalog-items/{id}", Kind::item, Action::update, 38},
    {"GET", "/api/lists/{id}/profiles", Kind::profile, Action::list, 96},
    {"GET", "/api/metrics", Kind::metric, Action::list, 33},
    {"POST", "/api/orders", Kind::order, Action::create, 74},
    {"GET", "/api/orders/{id}", Kind::order, Action::get, 22},
    {"GET", "/api/lists", Kind::list, Action::list, 29},
    {"GET", "/api/catalog-variants/{id}", Kind::variant, Action::get, 13},
    {"PATCH", "/api/catalog-variants/{id}", Kind::variant, Action::update, 36},
    {"POST", "/api/profile-subscription-bulk-create-jobs", Kind::job, Action::submit, 110},
    {"GET", "/api/profile-bulk-import-jobs/{id}", Kind::job, Action::poll, 16},
    {"POST", "/api/profile-bulk-import-jobs", Kind::job, Action::submit, 210},
    {"GET", "/api/metrics/{id}", Kind::metric, Action::get, 11},
    {"GET", "/api/segments/{id}", Kind::segment, Action::get, 27},
    {"GET", "/api/catalog-items", Kind::item, Action::list, 88},
    {"POST", "/api/catalog-items", Kind::item, Action::create, 59},
    {"GET", "/api/campaigns", Kind::campaign, Action::list, 105},
    {"POST", "/api/back-in-stock-subscriptions", Kind::variant, Action::accept, 42},
    {"GET", "/api/campaigns/{id}", Kind::campaign, Action::get, 31},
    {"GET", "/api/reviews", Kind::review, Action::list, 57},
    {"POST", "/api/coupon-codes", Kind::coupon, Action::create, 24},
    {"GET", "/api/coupon-codes/{id}", Kind::coupon, Action::get, 9.5},
    {"GET", "/api/flows", Kind::flow, Action::list, 49},
    {"GET", "/api/flows/{id}", Kind::flow, Action::get, 26},
    {"DELETE", "/api/catalog-items/{id}", Kind::item, Action::remove, 44},
    {"GET", "/api/templates/{id}", Kind::template_, Action::get, 19},
    {"POST", "/api/campaigns", Kind::campaign, Action::create, 97},
    {"PATCH", "/api/campaigns/{id}", Kind::campaign, Action::update, 78},
    {"GET", "/api/segments", Kind::segment, Action::list, 53},
    {"POST", "/api/catalog-item-bulk-update-jobs", Kind::job, Action::submit, 180},
    {"GET", "/api/catalog-item-bulk-update-jobs/{id}", Kind::job, Action::poll, 14},
    {"POST", "/api/images", Kind::image, Action::create, 340},
    {"POST", "/api/templates", Kind::template_, Action::create, 66},
    {"PATCH", "/api/templates/{id}", Kind::template_, Action::update, 61},
    {"GET", "/api/catalog-categories/{id}", Kind::category, Action::get, 15},
    {"DELETE", "/api/lists/{id}/relationships/profiles", Kind::list, Action::relate, 70},
    {"POST", "/api/lists", Kind::list, Action::create, 35},
    {"POST", "/api/campaign-send-jobs", Kind::job, Action::submit, 130},
    {"GET", "/api/forms/{id}", Kind::form, Action::get, 23},
    {"PUT", "/api/webhooks/{id}", Kind::webhook, Action::update, 41},
    {"GET", "/api/tags", Kind::tag, Action::list, 17},
    {"GET", "/api/campaign-messages/{id}", Kind::message, Action::get, 28},
}};

}  // namespace

std::span<const Endpoint> endpoints() { return kEndpoints; }

std::string_view type_name(Kind kind) {
  constexpr std::array<std::string_view, 20> kNames = {
      "profile",          "event",    "list",        "segment",      "campaign",
      "campaign-message", "template", "flow",        "catalog-item", "catalog-variant",
      "catalog-category", "order",    "coupon-code", "image",        "webhook",
      "metric",           "tag",      "review",      "form",         "job"};
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace fortnight::generate
