#include "tools/generate/world.h"

#include <array>
#include <unordered_set>

#include "tools/generate/ids.h"
#include "tools/generate/prose.h"

namespace fortnight::generate {
namespace {

constexpr std::array<std::string_view, 8> kRevisions = {"2026-10-15", "2026-07-15", "2025-10-15",
                                                        "2026-04-15", "2025-04-15", "2024-10-15",
                                                        "2024-02-15", "2023-06-15"};

constexpr std::array<std::string_view, 16> kUserAgents = {
    "axios/1.7.7",
    "python-requests/2.32.3",
    "shop-sync/4.18.2 (php 8.2.24; guzzle 7.9.2)",
    "Go-http-client/2.0",
    "okhttp/4.12.0",
    "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Safari/537.36",
    "GuzzleHttp/7",
    "Apache-HttpClient/4.5.14 (Java/17.0.12)",
    "Ruby Faraday v2.12.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Safari/605.1.15",
    "curl/8.10.1",
    "undici",
    "python-httpx/0.27.2",
    "warehouse-bridge/2.3",
    "aiohttp/3.10.10"};

// The number of resources of a kind that an account has; 0: each use creates one.
std::uint32_t population(Kind kind) {
  switch (kind) {
    case Kind::profile:
      return 40'000;
    case Kind::order:
      return 6'000;
    case Kind::coupon:
    case Kind::review:
    case Kind::variant:
      return 2'500;
    case Kind::item:
      return 700;
    case Kind::image:
      return 300;
    case Kind::campaign:
    case Kind::message:
      return 60;
    case Kind::template_:
    case Kind::category:
      return 30;
    case Kind::list:
    case Kind::segment:
    case Kind::flow:
    case Kind::tag:
      return 14;
    case Kind::metric:
      return 12;
    case Kind::form:
    case Kind::webhook:
      return 6;
    case Kind::event:
    case Kind::job:
      return 0;
  }
  return 0;
}

void append_entity_id(std::string& out, Kind kind, Micros created, Random& random) {
  switch (kind) {
    case Kind::profile:
    case Kind::campaign:
    case Kind::message:
      return append_ulid(out, created / 1000, random);
    case Kind::event:
      return append_base62(out, random, 11);
    case Kind::item:
    case Kind::category:
      out.append("shop:::");
      return append_digits(out, random, 8);
    case Kind::variant:
      out.append("SKU-");
      return append_upper36(out, random, 9);
    case Kind::order:
    case Kind::image:
      return append_digits(out, random, 13);
    case Kind::coupon:
    case Kind::review:
    case Kind::webhook:
    case Kind::tag:
      return append_uuid4(out, random);
    case Kind::job:
      return append_hex(out, random, 24);
    case Kind::list:
    case Kind::segment:
    case Kind::template_:
    case Kind::flow:
    case Kind::metric:
    case Kind::form:
      return append_base62(out, random, 6);
  }
}

void append_address(std::string& out, Random& random) {
  for (int i = 0; i < 4; ++i) {
    if (i > 0) out.push_back('.');
    append_decimal(out, random.between(3, 222));
  }
}

Account make_account(std::uint64_t seed, const Prose& prose) {
  Random random(seed);
  Account account;
  account.seed = seed;
  append_upper36(account.id, random, 6);
  account.shop = std::string(prose.word(random));
  account.shop.append("-").append(prose.word(random)).append(".example");
  account.user_agent = kUserAgents[random.skewed(kUserAgents.size())];
  account.revision = kRevisions[random.skewed(kRevisions.size())];
  append_address(account.address, random);
  return account;
}

}  // namespace

World::World(std::uint64_t seed, std::uint32_t accounts) : seed_(seed), zipf_(accounts, 1.0) {
  const Prose prose;
  std::unordered_set<std::string> taken;
  for (std::uint64_t i = 0; accounts_.size() < accounts; ++i) {
    Account account = make_account(mix(seed, i), prose);
    if (taken.insert(account.id).second) accounts_.push_back(std::move(account));
  }
}

std::string_view World::draw_revision(const Account& account, Random& random) {
  return random.chance(0.97) ? account.revision : kRevisions[random.skewed(kRevisions.size())];
}

void World::draw_entity(const Account& account, Kind kind, Micros now, Random& random,
                        Entity& entity) {
  const std::uint32_t count = population(kind);
  if (count == 0) return make_entity(kind, now, random, entity);
  constexpr Micros kEpoch = 1'767'225'600 * kSecond;  // 2026-01-01: the shop's stock at the start
  entity.kind = kind;
  entity.seed = mix(account.seed, static_cast<std::uint64_t>(kind) << 32 | random.skewed(count));
  Random own(entity.seed);
  entity.created = kEpoch - own.between(0, 1000) * kDay - own.between(0, 86'399'999) * 1000;
  entity.id.clear();
  append_entity_id(entity.id, kind, entity.created, own);
}

void World::make_entity(Kind kind, Micros now, Random& random, Entity& entity) {
  entity.kind = kind;
  entity.seed = random.next();
  entity.created = now;
  entity.id.clear();
  append_entity_id(entity.id, kind, now, random);
}

}  // namespace fortnight::generate
