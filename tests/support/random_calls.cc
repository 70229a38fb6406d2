#include "tests/support/random_calls.h"

#include <date/date.h>
#include <fmt/format.h>

namespace fortnight::tests {

namespace {

using storage::Predicate;
using Random = std::mt19937_64;
using Words = std::vector<std::string>;

const Words kAccounts = {"OCQ4JJ", "ZZ9", "Ab", "ab", "Acme Inc"};
const Words kMethods = {"GET", "POST", "PATCH"};
const Words kEndpoints = {"/api/profiles/{id}", "/api/events", "/api/lists", "/"};
const Words kRevisions = {"2026-10-15", "2025-01-15"};
const Words kIds = {"i-1", "i-2", "i-3", "i*4", "I-1"};
const Words kKinds = {"error_id", "async_job_id", "resource_id", "metric_id"};
// As they are written in a line, between quotes.
const Words kTexts = {"jo@example.com", "axios 1.0", "",        "a\\\"b",         "\\u00e9t\\u00e9",
                      "null",           "404",       "x\\\\y*", "\\ud83d\\ude00", "api/events"};
const Words kPrimitives = {
    "0", "-1.50", "404", "1e3", "true", "false", "null", "1e400", "12345678901234567890"};
const Words kKeys = {"a",      "b", "user-agent", "a/b",     "m~n",
                     "k\\\"q", "",  "A",          "headers", "Resp_Headers"};
const Words kPointers = {"/a",
                         "/b",
                         "/request/a",
                         "/request/user-agent",
                         "/request/a~1b",
                         "/request/a/b",
                         "/request/b/1",
                         "/request/m~0n",
                         "/request/k\"q",
                         "/request/",
                         "/status",
                         "/ids/resource_id/0",
                         "/request/b/0/a",
                         "/request/a/a",
                         "/request/headers/a",
                         "/request/headers/User-Agent",
                         "/request/Resp_Headers/B/a",
                         "/headers/headers/A",
                         "/request",
                         "/request/a/0",
                         "/nowhere"};
const Words kNeedles = {"jo@", "axios",      "404", "null",  "\"", "été",
                        "😀",   "user-agent", "ids", "x\\y*", "e",  "zzz"};
const Words kPatterns = {"",     "*",      "GET",  "POST", "OCQ4JJ", "ab",  "a*",
                         "*i*",  "/api/*", "*b",   "i-1",  "i-*",    "404", "-1.50",
                         "true", "axios*", "*\"*", "7.9",  "2026*15"};

const std::string& pick(Random& random, const Words& words) {
  return words[random() % words.size()];
}
bool chance(Random& random, unsigned one_in) { return random() % one_in == 0; }

std::string value(Random& random, int depth) {
  switch (random() % (depth > 0 ? 4 : 2)) {
    case 0:
      return fmt::format("\"{}\"", pick(random, kTexts));
    case 1:
      return pick(random, kPrimitives);
    case 2: {
      std::string out = "[";
      for (std::uint64_t i = random() % 3; i > 0; --i) {
        out += value(random, depth - 1) + (i > 1 ? ", " : "");
      }
      return out + "]";
    }
    default: {
      std::string out = "{";
      for (std::uint64_t i = random() % 4; i > 0; --i) {
        out += fmt::format("\"{}\":{}{}", pick(random, kKeys), value(random, depth - 1),
                           i > 1 ? "," : "");
      }
      return out + "}";
    }
  }
}

std::string ids(Random& random) {
  std::string out = "{";
  for (std::uint64_t i = random() % 3; i > 0; --i) {
    const std::string id = chance(random, 8) ? "null" : fmt::format("\"{}\"", pick(random, kIds));
    const bool array = chance(random, 3);
    out += fmt::format("{}\"{}\":{}", out.size() > 1 ? "," : "", kKinds[i - 1],
                       array ? fmt::format("[{},\"{}\"]", id, pick(random, kIds)) : id);
  }
  return out + "}";
}

std::string member(Random& random, const char* name, const Words& words) {
  return chance(random, 6) ? std::string()
                           : fmt::format(",\"{}\":\"{}\"", name, pick(random, words));
}

}  // namespace

std::string random_line(Random& random, TimeNs ts) {
  const date::sys_time<std::chrono::nanoseconds> time{std::chrono::nanoseconds(ts)};
  std::string line = fmt::format("{{\"ts\":\"{}Z\"", date::format("%FT%T", time));
  line += member(random, "account", kAccounts) + member(random, "method", kMethods);
  line += member(random, "endpoint", kEndpoints) + member(random, "revision", kRevisions);
  line += member(random, "path", kTexts) + member(random, "call_id", kIds);
  if (!chance(random, 8))
    line += fmt::format(",\"status\":{}", (random() % 5 + 1) * 100 + random() % 30);
  if (!chance(random, 8))
    line += fmt::format(",\"duration_ms\":{}.{}", random() % 900, random() % 10);
  if (!chance(random, 3)) line += ",\"ids\":" + ids(random);
  if (!chance(random, 3)) line += " , \"request\" : " + value(random, 3);
  if (chance(random, 4)) line += fmt::format(",\"{}\":{}", pick(random, kKeys), value(random, 2));
  return line + "}";
}

Predicate random_predicate(Random& random) {
  using Subject = Predicate::Subject;
  Predicate predicate;
  predicate.subject = static_cast<Subject>(random() % 8);
  predicate.field = static_cast<storage::TextField>(random() % 6);
  predicate.negated = chance(random, 4);
  if (predicate.subject == Subject::id_of_kind) predicate.name = pick(random, kKinds);
  if (predicate.subject == Subject::pointer) predicate.name = pick(random, kPointers);
  if (predicate.subject == Subject::code) predicate.pointers = {"/a", "/request/a", "/status"};

  const bool number = predicate.subject == Subject::status ||
                      predicate.subject == Subject::duration ||
                      predicate.subject == Subject::pointer;
  if (number && chance(random, 2)) {
    predicate.bounds.push_back(
        {static_cast<storage::Comparison>(random() % 4), static_cast<double>(random() % 600)});
    return predicate;
  }
  predicate.whole = predicate.subject == Subject::text && chance(random, 2);
  for (std::uint64_t i = random() % 2 + 1; i > 0; --i) {
    if (predicate.subject == Subject::status) {
      const auto first = static_cast<std::int32_t>(random() % 6 * 100);
      predicate.statuses.push_back({first, first + static_cast<std::int32_t>(random() % 120)});
    } else if (predicate.subject == Subject::text) {
      predicate.patterns.push_back({{pick(random, kNeedles)}});
    } else {
      storage::TextPattern pattern{{std::string()}};
      for (const char c : pick(random, kPatterns)) {
        if (c == '*') {
          pattern.pieces.emplace_back();
        } else {
          pattern.pieces.back() += c;
        }
      }
      predicate.patterns.push_back(std::move(pattern));
    }
  }
  return predicate;
}

std::vector<Predicate> random_predicates(Random& random) {
  std::vector<Predicate> predicates;
  for (std::uint64_t i = random() % 4; i > 0; --i) predicates.push_back(random_predicate(random));
  return predicates;
}

}  // namespace fortnight::tests
