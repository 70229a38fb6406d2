// The accounts that call the API, and their resources. All of it is derived from the world's seed,
// so that an account's tenth product always has the same ID, name and price.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/generate/endpoints.h"
#include "tools/generate/instant.h"
#include "tools/generate/random.h"
#include "tools/generate/zipf.h"

namespace fortnight::generate {

struct Account {
  std::string id;  // "OCQ4JJ"
  std::uint64_t seed = 0;
  std::string shop;  // "linen-garden.example"
  std::string_view user_agent;
  std::string_view revision;  // of most of its calls
  std::string address;        // of most of its calls
};

// A resource of an account.
struct Entity {
  Kind kind = Kind::profile;
  std::uint64_t seed = 0;  // its attributes are derived from it
  Micros created = 0;
  std::string id;
};

class World {
 public:
  World(std::uint64_t seed, std::uint32_t accounts);

  [[nodiscard]] std::uint64_t seed() const { return seed_; }
  [[nodiscard]] const std::vector<Account>& accounts() const { return accounts_; }
  // By popularity.
  const Account& draw_account(Random& random) const { return accounts_[zipf_.draw(random)]; }
  // The account's own revision or, sometimes, another.
  static std::string_view draw_revision(const Account& account, Random& random);
  // Fills `entity` with one of the account's resources, popular ones more often.
  static void draw_entity(const Account& account, Kind kind, Micros now, Random& random,
                          Entity& entity);
  // A resource that didn't exist before.
  static void make_entity(Kind kind, Micros now, Random& random, Entity& entity);

 private:
  std::uint64_t seed_;
  std::vector<Account> accounts_;
  Zipf zipf_;
};

}  // namespace fortnight::generate
