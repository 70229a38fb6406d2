// The API that the generated calls are made to: its endpoints, most popular first.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace fortnight::generate {

enum class Kind : std::uint8_t {
  profile,
  event,
  list,
  segment,
  campaign,
  message,
  template_,
  flow,
  item,
  variant,
  category,
  order,
  coupon,
  image,
  webhook,
  metric,
  tag,
  review,
  form,
  job
};

enum class Action : std::uint8_t {
  get,
  list,
  create,
  accept,
  update,
  remove,
  relate,
  submit,
  poll
};

struct Endpoint {
  std::string_view method;
  std::string_view path;  // with "{id}" for the resource's ID
  Kind kind;
  Action action;
  double median_ms;
};

std::span<const Endpoint> endpoints();

// The name of a kind in JSON: "catalog-item".
std::string_view type_name(Kind kind);

}  // namespace fortnight::generate
