#include "access/tokens.h"

#include <algorithm>

#include "base/json_members.h"
#include "base/json_writer.h"

namespace fortnight::access {
namespace {

constexpr std::size_t kMaxTokens = 10'000;
constexpr TimeNs kKeepInterval = 600 * kNsPerSecond;

std::string json_of(const Tokens::Entry& entry) {
  std::string text;
  JsonWriter json(text);
  json.open_object().key("name").text(entry.terms.name).key("id").text(entry.token.id);
  json.key("sha256").text(hex_of(entry.token.digest));
  write_grant(entry.terms.grant, json);
  write_time("created", entry.created, json);
  if (entry.terms.expires) write_time("expires", *entry.terms.expires, json);
  if (entry.used) write_time("used", *entry.used, json);
  json.close_object();
  return text;
}

// Sets what the member says. Returns false if it has a wrong form, or is unknown: a later version
// may have added a restriction.
bool take_member(const JsonMember& member, Tokens::Entry& entry) {
  if (const auto granted = take_grant(member, entry.terms.grant)) return *granted;
  const auto text = text_of(member.value);
  if (!text) return false;
  if (member.key == "name") {
    entry.terms.name = *text;
    return is_name(*text);
  }
  if (member.key == "id") {
    entry.token.id = *text;
    return is_token_id(*text);
  }
  if (member.key == "sha256") {
    const auto digest = digest_of_hex(*text);
    if (digest) entry.token.digest = *digest;
    return digest.has_value();
  }
  const auto time = time_of(member.value);
  if (!time) return false;
  if (member.key == "created") {
    entry.created = *time;
  } else if (member.key == "expires") {
    entry.terms.expires = time;
  } else if (member.key == "used") {
    entry.used = time;
  } else {
    return false;
  }
  return true;
}

std::optional<Tokens::Entry> entry_of(std::string_view json) {
  Tokens::Entry entry;
  bool has_digest = false;
  for (const JsonMember& member : members_of(json)) {
    if (!take_member(member, entry)) return std::nullopt;
    has_digest = has_digest || member.key == "sha256";
  }
  if (!has_digest || entry.terms.name.empty() || entry.token.id.empty()) return std::nullopt;
  return entry;
}

// Nothing if the terms are right.
std::string problem_of(const TokenTerms& terms, TimeNs now) {
  if (!is_name(terms.name)) {
    return "a token's name has 1 to 64 letters, digits and . _ -";
  }
  if (std::string problem = problem_of(terms.grant, "a token"); !problem.empty()) return problem;
  if (terms.expires && *terms.expires <= now) return "it would have expired already";
  return {};
}

}  // namespace

Tokens::Tokens(AccessFile& file) : file_(file) {
  const MutexLock lock(mutex_);
  for (const std::string& json : file.entries(AccessFile::Section::tokens)) {
    std::optional<Entry> entry = entry_of(json);
    if (!entry) {
      by_id_.clear();
      file.distrust();
      return;
    }
    std::string id = entry->token.id;
    by_id_.insert_or_assign(std::move(id), known(*std::move(entry)));
  }
}

Tokens::Known Tokens::known(Entry entry) {
  auto identity =
      std::make_shared<const Identity>("token " + entry.terms.name, entry.terms.grant.rights,
                                       entry.terms.grant.accounts, entry.terms.expires);
  return {std::move(entry), std::move(identity)};
}

std::shared_ptr<const Identity> Tokens::find(std::string_view text, TimeNs now) {
  const std::optional<Token> token = parse_token(text);
  if (!token || file_.unreadable()) return nullptr;
  const MutexLock lock(mutex_);
  const auto found = by_id_.find(token->id);
  if (found == by_id_.end() || !equal(found->second.entry.token.digest, token->digest) ||
      !found->second.identity->valid(now)) {
    return nullptr;
  }
  found->second.entry.used = now;
  used_ = true;
  return found->second.identity;
}

Result<std::string> Tokens::issue(TokenTerms terms, TimeNs now) {
  normalise(terms.grant);
  if (std::string problem = problem_of(terms, now); !problem.empty()) {
    return Error{ErrorCode::invalid, std::move(problem)};
  }
  MadeToken made = make_token();
  const MutexLock lock(mutex_);
  if (by_id_.size() >= kMaxTokens) return Error{ErrorCode::limit, "there are 10000 tokens"};
  for (const auto& [id, one] : by_id_) {
    if (one.entry.terms.name == terms.name) {
      return Error{ErrorCode::invalid, "there is a token of that name; revoke it first"};
    }
  }
  ById changed = by_id_;
  changed.insert_or_assign(made.token.id, known({std::move(terms), made.token, now, std::nullopt}));
  FORTNIGHT_TRY(write(changed));
  by_id_ = std::move(changed);
  return std::move(made.text);
}

Result<void> Tokens::revoke(std::string_view name) {
  const MutexLock lock(mutex_);
  ById changed = by_id_;
  const std::size_t gone = std::erase_if(changed, [&](const auto& one) {
    if (one.second.entry.terms.name != name) return false;
    one.second.identity->end();  // at once, even if the file can't be written
    return true;
  });
  if (gone == 0) return Error{ErrorCode::not_found, "there is no token of that name"};
  FORTNIGHT_TRY(write(changed));
  by_id_ = std::move(changed);
  return {};
}

std::vector<Tokens::Entry> Tokens::list() const {
  std::vector<Entry> entries;
  {
    const MutexLock lock(mutex_);
    for (const auto& [id, one] : by_id_) entries.push_back(one.entry);
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.terms.name < b.terms.name; });
  return entries;
}

Result<void> Tokens::keep(TimeNs now) {
  const MutexLock lock(mutex_);
  const bool due = now == kMaxTime || now - written_ >= kKeepInterval;
  if (!used_ || !due) return {};
  written_ = now;
  return write(by_id_);
}

Result<void> Tokens::write(const ById& by_id) {
  std::vector<std::string> entries;
  for (const auto& [id, one] : by_id) entries.push_back(json_of(one.entry));
  FORTNIGHT_TRY(file_.write(AccessFile::Section::tokens, entries));
  used_ = false;
  return {};
}

}  // namespace fortnight::access
