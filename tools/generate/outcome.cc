#include "tools/generate/outcome.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "tools/generate/ids.h"

namespace fortnight::generate {
namespace {

constexpr std::uint64_t kFloods = 0xf100d;
constexpr std::uint64_t kDeploys = 0xdeb10;

int success(Action action) {
  switch (action) {
    case Action::get:
    case Action::list:
    case Action::poll:
    case Action::update:
      return 200;
    case Action::create:
      return 201;
    case Action::accept:
    case Action::submit:
      return 202;
    case Action::remove:
    case Action::relate:
      return 204;
  }
  return 200;
}

bool names_one(Action action) {
  return action == Action::get || action == Action::update || action == Action::remove ||
         action == Action::relate || action == Action::poll;
}

bool has_body(Action action) {
  return action == Action::create || action == Action::accept || action == Action::update ||
         action == Action::relate || action == Action::submit;
}

}  // namespace

std::optional<std::uint32_t> Incidents::flooding_account(Micros time) const {
  Random chance(mix(seed_ ^ kFloods, static_cast<std::uint64_t>(time / kQuarter)));
  if (!chance.chance(0.2)) return std::nullopt;
  return chance.skewed(accounts_);
}

bool Incidents::broken(std::size_t endpoint, Micros time) const {
  const auto hour = static_cast<std::uint64_t>(time / kHour);
  Random chance(mix(seed_ ^ kDeploys, hour));
  if (!chance.chance(1.0 / 60)) return false;
  return mix(seed_ ^ hour, endpoint) % 3 == 0;
}

int draw_status(Action action, Random& random) {
  const std::uint32_t luck = random.below(10'000);
  if (luck < 9'450) return success(action);
  if (luck < 9'500) return 401;
  if (luck < 9'540) return 403;
  if (luck < 9'640) return 429;
  if (luck < 9'655) return 500;
  if (luck < 9'662) return 502;
  if (luck < 9'830) return names_one(action) ? 404 : success(action);
  if (luck < 9'930) return has_body(action) ? 400 : success(action);
  return has_body(action) ? 422 : success(action);
}

int draw_broken_status(Action action, Random& random) {
  const std::uint32_t luck = random.below(100);
  if (luck < 45) return 500;
  if (luck < 60) return 502;
  return draw_status(action, random);
}

ErrorText error_text(int status) {
  switch (status) {
    case 400:
      return {"invalid", "Invalid input.", "The request body is not a valid document."};
    case 401:
      return {"not_authenticated", "Authentication credentials were not provided.",
              "Missing or invalid private key."};
    case 403:
      return {"permission_denied", "You do not have permission to perform this action.",
              "The key lacks a scope that this endpoint needs."};
    case 404:
      return {"not_found", "Not found.", "A resource of this ID does not exist."};
    case 422:
      return {"unprocessable", "The request could not be processed.",
              "The value given for this attribute is not acceptable."};
    case 429:
      return {"throttled", "Request was throttled.",
              "Request was throttled. Expected available in a few seconds."};
    case 500:
      return {"error", "A server error occurred.", "Something went wrong on our side."};
    case 502:
      return {"unavailable", "Service temporarily unavailable.", "Please try again later."};
    default:
      return {};
  }
}

void append_duration(std::string& out, double median_ms, int status, Random& random) {
  double scale = 1.0;
  if (status == 401 || status == 403 || status == 429) scale = 0.15;
  if (status >= 500) scale = 4.0;
  const double ms = median_ms * scale * std::exp(0.5 * random.normal());
  const int significant = static_cast<int>(random.between(3, 6));
  const int whole_digits = ms < 1.0 ? 1 : 1 + static_cast<int>(std::log10(ms));
  const int decimals = std::clamp(significant - whole_digits, 0, 5);
  constexpr std::array<std::int64_t, 6> kPowers = {1, 10, 100, 1'000, 10'000, 100'000};
  const std::int64_t unit = kPowers[static_cast<std::size_t>(decimals)];
  const auto scaled = static_cast<std::int64_t>(std::llround(ms * static_cast<double>(unit)));
  append_decimal(out, scaled / unit);
  if (scaled % unit == 0) return;
  out.push_back('.');
  append_padded(out, static_cast<std::uint64_t>(scaled % unit), decimals);
  while (out.back() == '0') out.pop_back();  // as a JSON serializer would
}

}  // namespace fortnight::generate
