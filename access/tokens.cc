#include "access/tokens.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/civil_text.h"
#include "base/civil_time.h"
#include "base/json_members.h"
#include "base/json_text.h"
#include "base/json_writer.h"

namespace fortnight::access {
namespace {

constexpr std::uint64_t kMaxFileBytes = 16U << 20;
constexpr std::size_t kMaxTokens = 10'000;
constexpr std::size_t kMaxNameBytes = 64;
constexpr std::size_t kMaxAccounts = 1'000;
constexpr TimeNs kKeepInterval = 600 * kNsPerSecond;
constexpr std::string_view kVersion = "1";

bool is_name(std::string_view name) {
  const auto allowed = [](char c) {
    return is_alphanumeric(c) || c == '.' || c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= kMaxNameBytes &&
         std::all_of(name.begin(), name.end(), allowed);
}

std::string time_text(TimeNs time) {
  std::string text;
  append_rfc3339(time, fraction_digits(time), text);
  return text;
}

std::optional<TimeNs> time_of(std::string_view text) {
  const auto civil = parse_civil(text);
  if (!civil || !civil->date_ns || !civil->clock_ns || !civil->offset_ns) return std::nullopt;
  return *civil->date_ns + *civil->clock_ns - *civil->offset_ns;
}

void write_texts(std::string_view key, const std::vector<std::string>& texts, JsonWriter& json) {
  json.key(key).open_array();
  for (const std::string& text : texts) json.text(text);
  json.close_array();
}

void write_entry(const Tokens::Entry& entry, JsonWriter& json) {
  json.open_object().key("name").text(entry.terms.name).key("id").text(entry.token.id);
  json.key("sha256").text(hex_of(entry.token.digest)).key("rights").open_array();
  for (const std::string_view name : kRightNames) {
    if (entry.terms.rights.has(*find_right(name))) json.text(name);
  }
  json.close_array();
  if (entry.terms.accounts) write_texts("accounts", *entry.terms.accounts, json);
  json.key("created").text(time_text(entry.created));
  if (entry.terms.expires) json.key("expires").text(time_text(*entry.terms.expires));
  if (entry.used) json.key("used").text(time_text(*entry.used));
  json.close_object();
}

// Nothing if the value isn't a string.
std::optional<std::string> text_of(std::string_view json) {
  if (json.size() < 2 || json.front() != '"') return std::nullopt;
  std::string scratch;
  return std::string(decode_json_string(json.substr(1, json.size() - 2), scratch));
}

std::optional<std::vector<std::string>> texts_of(std::string_view json) {
  if (!json.starts_with('[')) return std::nullopt;
  std::vector<std::string> texts;
  for (const std::string_view element : elements_of(json)) {
    auto text = text_of(element);
    if (!text) return std::nullopt;
    texts.push_back(*std::move(text));
  }
  return texts;
}

// Sets what the member says. Returns false if it has a wrong form, or is unknown: a later version
// may have added a restriction.
bool take_member(const JsonMember& member, Tokens::Entry& entry) {
  const auto text = text_of(member.value);
  if (member.key == "rights") {
    const auto names = texts_of(member.value);
    if (!names) return false;
    for (const std::string& name : *names) {
      const auto right = find_right(name);
      if (!right) return false;
      entry.terms.rights.add(*right);
    }
    return true;
  }
  if (member.key == "accounts") {
    entry.terms.accounts = texts_of(member.value);
    return entry.terms.accounts.has_value();
  }
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
  const auto time = time_of(*text);
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
  if (terms.rights.empty()) return "a token without rights opens nothing";
  if (terms.accounts && terms.accounts->empty()) return "a token for no account opens nothing";
  if (terms.accounts && terms.accounts->size() > kMaxAccounts) {
    return "a token is for at most 1000 accounts, or for all";
  }
  if (terms.accounts && terms.rights.has(Right::admin)) {
    return "admin is for all accounts: it can't be restricted to some";
  }
  if (terms.expires && *terms.expires <= now) return "it would have expired already";
  return {};
}

}  // namespace

Tokens::Tokens(storage::FileSystem& files) : files_(files) {
  auto by_id = read(files);
  const MutexLock lock(mutex_);
  if (by_id) {
    by_id_ = *std::move(by_id);
  } else {
    unreadable_ = by_id.error();
  }
}

Result<Tokens::ById> Tokens::read(storage::FileSystem& files) {
  const std::string name(kTokensFile);
  const auto whole = storage::read_whole(files, name, kMaxFileBytes);
  if (!whole && whole.error().code == ErrorCode::not_found) return ById();
  if (!whole) return whole.error();
  std::string_view text = *whole;
  while (text.ends_with('\n')) text.remove_suffix(1);
  const std::vector<JsonMember> members = members_of(text);
  const auto member = [&](std::string_view key) -> std::string_view {
    for (const JsonMember& one : members) {
      if (one.key == key) return one.value;
    }
    return {};
  };
  if (members.empty()) return corrupt(name + ": it isn't one JSON object");
  if (member("version") != kVersion) {
    return Error{ErrorCode::unsupported, name + ": written by another version"};
  }
  const std::vector<std::string_view> entries = elements_of(member("tokens"));
  if (entries.empty() && member("tokens") != "[]") {
    return corrupt(name + ": it has no whole list of tokens");
  }
  ById by_id;
  for (const std::string_view json : entries) {
    std::optional<Entry> entry = entry_of(json);
    if (!entry) return corrupt(name + ": an entry has a wrong form");
    std::string id = entry->token.id;
    by_id.insert_or_assign(std::move(id), known(*std::move(entry)));
  }
  return by_id;
}

Tokens::Known Tokens::known(Entry entry) {
  auto identity = std::make_shared<const Identity>("token " + entry.terms.name, entry.terms.rights,
                                                   entry.terms.accounts, entry.terms.expires);
  return {std::move(entry), std::move(identity)};
}

std::shared_ptr<const Identity> Tokens::find(std::string_view text, TimeNs now) {
  const std::optional<Token> token = parse_token(text);
  if (!token) return nullptr;
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
  if (terms.accounts) {
    std::sort(terms.accounts->begin(), terms.accounts->end());
    terms.accounts->erase(std::unique(terms.accounts->begin(), terms.accounts->end()),
                          terms.accounts->end());
  }
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
  if (unreadable_) return *unreadable_;
  std::string text;
  JsonWriter json(text);
  json.open_object().key("version").raw(kVersion).key("tokens").open_array();
  for (const auto& [id, one] : by_id) write_entry(one.entry, json);
  json.close_array().close_object();
  FORTNIGHT_TRY(storage::write_atomically(files_, std::string(kTokensFile), text + "\n"));
  used_ = false;
  return {};
}

}  // namespace fortnight::access
