#include "access/people.h"

#include <algorithm>
#include <charconv>

#include "access/totp.h"
#include "base/ascii.h"
#include "base/json_members.h"
#include "base/json_writer.h"

namespace fortnight::access {
namespace {

constexpr std::size_t kMaxPeople = 10'000;
constexpr std::size_t kMaxPersonName = 64;
constexpr std::size_t kCodeCharacters = 16;  // 80 bits
constexpr std::size_t kCodeGroup = 4;

// In place of kSecretCharacters: without i, l, o and u, which look like others (Crockford).
constexpr std::string_view kCodeAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
static_assert(kCodeAlphabet.size() == kSecretCharacters.size());

// "abcd-efgh-jkmn-pqrs".
std::string make_code() {
  std::string code = random_text(kCodeCharacters);
  for (char& c : code) c = kCodeAlphabet[kSecretCharacters.find(c)];
  for (std::size_t at = kCodeCharacters - kCodeGroup; at > 0; at -= kCodeGroup) {
    code.insert(at, 1, '-');
  }
  return code;
}

// A recovery code as it may be typed; bound to its owner.
Digest digest_of_code(std::string_view name, std::string_view code) {
  std::string text(name);
  text += ':';
  for (const char c : code) {
    const char small = lower(c);
    if (small == 'o') {
      text += '0';
    } else if (small == 'i' || small == 'l') {
      text += '1';
    } else if (small != '-' && small != ' ') {
      text += small;
    }
  }
  return digest_of(text);
}

std::vector<std::string> set_recovery_codes(Person& person) {
  std::vector<std::string> codes;
  person.recovery_codes.clear();
  for (std::size_t i = 0; i < kRecoveryCodes; ++i) {
    codes.push_back(make_code());
    person.recovery_codes.push_back(digest_of_code(person.name, codes.back()));
  }
  return codes;
}

Error no_such_person() { return {ErrorCode::not_found, "there is no person of that name"}; }

std::string json_of(const Person& person) {
  std::string text;
  JsonWriter json(text);
  json.open_object().key("name").text(person.name);
  write_grant(person.grant, json);
  json.key("password").text(person.password);
  if (person.one_time_until) write_time("one_time_until", *person.one_time_until, json);
  if (person.has_factor()) {
    json.key("totp").text(person.totp_secret);
    json.key("totp_step").raw(std::to_string(person.totp_step));
    json.key("recovery").open_array();
    for (const Digest& digest : person.recovery_codes) json.text(hex_of(digest));
    json.close_array();
  }
  write_time("created", person.created, json);
  if (person.used) write_time("used", *person.used, json);
  if (person.disabled) json.key("disabled").boolean(true);
  json.close_object();
  return text;
}

bool take_recovery(std::string_view json, Person& person) {
  const auto texts = texts_of(json);
  if (!texts || texts->size() > kRecoveryCodes) return false;
  for (const std::string& text : *texts) {
    const auto digest = digest_of_hex(text);
    if (!digest) return false;
    person.recovery_codes.push_back(*digest);
  }
  return true;
}

bool take_time(std::string_view json, std::optional<TimeNs>& time) {
  time = time_of(json);
  return time.has_value();
}

// Sets what the member says. Returns false if it has a wrong form, or is unknown: a later version
// may have added a restriction.
bool take_person_member(const JsonMember& member, Person& person) {
  if (const auto granted = take_grant(member, person.grant)) return *granted;
  if (member.key == "recovery") return take_recovery(member.value, person);
  if (member.key == "one_time_until") return take_time(member.value, person.one_time_until);
  if (member.key == "used") return take_time(member.value, person.used);
  if (member.key == "created") {
    std::optional<TimeNs> time;
    if (take_time(member.value, time)) person.created = *time;
    return time.has_value();
  }
  if (member.key == "disabled") {
    person.disabled = true;
    return member.value == "true";
  }
  if (member.key == "totp_step") {
    const char* const end = member.value.data() + member.value.size();
    const auto [stop, failed] = std::from_chars(member.value.data(), end, person.totp_step);
    return failed == std::errc() && stop == end;
  }
  const std::string text = text_of(member.value).value_or("");
  if (member.key == "name") {
    person.name = text;
    return person_name(text) == text;
  }
  if (member.key == "password") {
    person.password = text;
    return is_password_hash(text);
  }
  if (member.key == "totp") {
    person.totp_secret = text;
    return is_totp_secret(text);
  }
  return false;
}

std::optional<Person> person_of(std::string_view json) {
  Person person;
  for (const JsonMember& member : members_of(json)) {
    if (!take_person_member(member, person)) return std::nullopt;
  }
  const bool whole = !person.name.empty() && !person.password.empty();
  return whole ? std::optional(std::move(person)) : std::nullopt;
}

}  // namespace

std::optional<std::string> person_name(std::string_view text) {
  const bool named = !text.empty() && text.size() <= kMaxPersonName &&
                     std::all_of(text.begin(), text.end(), [](char c) {
                       return is_alphanumeric(c) || c == '.' || c == '_' || c == '-' || c == '@';
                     });
  return named ? std::optional(lower(text)) : std::nullopt;
}

std::string problem_of_password(std::string_view password, std::string_view name) {
  if (password.size() < kMinPasswordBytes) return "a password has at least 12 characters";
  if (password.size() > kMaxPasswordBytes) return "a password has at most 256 bytes";
  if (equal_without_case(password, name)) return "the name is no password";
  const bool repeated = password.find_first_not_of(password[0]) == std::string_view::npos;
  if (repeated) return "one character, repeated, is no password";
  return {};
}

People::People(AccessFile& file, PasswordHasher& hasher, Sessions& sessions)
    : file_(file), hasher_(hasher), sessions_(sessions) {
  const MutexLock lock(mutex_);
  for (const std::string& json : file.entries(AccessFile::Section::people)) {
    std::optional<Person> person = person_of(json);
    if (!person || by_name_.contains(person->name)) {
      by_name_.clear();
      file.distrust();
      return;
    }
    person->generation = ++last_generation_;
    std::string name = person->name;
    by_name_.insert_or_assign(std::move(name), *std::move(person));
  }
}

std::optional<Person> People::find(std::string_view name) const {
  if (file_.unreadable()) return std::nullopt;
  const MutexLock lock(mutex_);
  const auto found = by_name_.find(name);
  return found != by_name_.end() ? std::optional(found->second) : std::nullopt;
}

std::vector<Person> People::list() const {
  const MutexLock lock(mutex_);
  std::vector<Person> people;
  for (const auto& [name, person] : by_name_) people.push_back(person);
  return people;
}

Result<People::Credentials> People::add(std::string_view name, Grant grant, bool totp, TimeNs now) {
  const auto stored_name = person_name(name);
  if (!stored_name) {
    return Error{ErrorCode::invalid, "a person's name has 1 to 64 letters, digits and . _ - @"};
  }
  normalise(grant);
  if (std::string problem = problem_of(grant, "a person"); !problem.empty()) {
    return Error{ErrorCode::invalid, std::move(problem)};
  }
  Credentials credentials;
  credentials.password = make_code();
  Person person;
  person.name = *stored_name;
  person.grant = std::move(grant);
  person.password = hasher_.hash(credentials.password);
  person.one_time_until = now + kOneTimePasswordTime;
  person.created = now;
  if (totp) {
    credentials.totp_secret = person.totp_secret = make_totp_secret();
    credentials.recovery_codes = set_recovery_codes(person);
  }
  const MutexLock lock(mutex_);
  if (by_name_.contains(person.name)) {
    return Error{ErrorCode::invalid, "there is a person of that name"};
  }
  if (by_name_.size() >= kMaxPeople) return Error{ErrorCode::limit, "there are 10000 people"};
  person.generation = ++last_generation_;
  ByName changed = by_name_;
  changed.insert_or_assign(*stored_name, std::move(person));
  FORTNIGHT_TRY(write(changed));
  by_name_ = std::move(changed);
  return credentials;
}

Result<Person> People::change(std::string_view name, std::optional<std::uint64_t> generation,
                              const Change& apply) {
  const MutexLock lock(mutex_);
  const auto found = by_name_.find(name);
  if (found == by_name_.end() || (generation && *generation != found->second.generation)) {
    return no_such_person();
  }
  ByName changed = by_name_;
  Person& person = changed.find(name)->second;
  FORTNIGHT_TRY(apply(person));
  if (person.generation != found->second.generation) person.generation = ++last_generation_;
  FORTNIGHT_TRY(write(changed));
  by_name_ = std::move(changed);
  return by_name_.find(name)->second;
}

Result<Person> People::change_by_admin(std::string_view name, const Change& apply) {
  const std::string stored_name = person_name(name).value_or("");
  auto changed = change(stored_name, std::nullopt, apply);
  sessions_.end_all_of(stored_name);
  return changed;
}

Result<People::Credentials> People::reset_password(std::string_view name, TimeNs now) {
  Credentials credentials;
  credentials.password = make_code();
  const std::string hash = hasher_.hash(credentials.password);
  FORTNIGHT_TRY(change_by_admin(name, [&](Person& person) -> Result<void> {
    person.password = hash;
    person.one_time_until = now + kOneTimePasswordTime;
    ++person.generation;
    return {};
  }));
  return credentials;
}

Result<People::Credentials> People::reset_totp(std::string_view name, bool totp) {
  Credentials credentials;
  FORTNIGHT_TRY(change_by_admin(name, [&](Person& person) -> Result<void> {
    person.totp_secret.clear();
    person.totp_step = 0;
    person.recovery_codes.clear();
    ++person.generation;
    if (!totp) return {};
    credentials.totp_secret = person.totp_secret = make_totp_secret();
    credentials.recovery_codes = set_recovery_codes(person);
    return {};
  }));
  return credentials;
}

Result<void> People::set_disabled(std::string_view name, bool disabled) {
  FORTNIGHT_TRY(change_by_admin(name, [&](Person& person) -> Result<void> {
    person.disabled = disabled;
    ++person.generation;
    return {};
  }));
  return {};
}

Result<void> People::remove(std::string_view name) {
  const std::string stored_name = person_name(name).value_or("");
  {
    const MutexLock lock(mutex_);
    ByName changed = by_name_;
    if (changed.erase(stored_name) == 0) return no_such_person();
    FORTNIGHT_TRY(write(changed));
    by_name_ = std::move(changed);
  }
  sessions_.end_all_of(stored_name);
  return {};
}

Result<void> People::use_step(const Person& person, std::int64_t step, TimeNs now) {
  FORTNIGHT_TRY(change(person.name, person.generation, [&](Person& entry) -> Result<void> {
    if (step <= entry.totp_step) return Error{ErrorCode::invalid, "the code was used before"};
    entry.totp_step = step;
    entry.used = now;
    return {};
  }));
  return {};
}

Result<void> People::use_recovery_code(const Person& person, std::string_view code, TimeNs now) {
  const Digest digest = digest_of_code(person.name, code);
  FORTNIGHT_TRY(change(person.name, person.generation, [&](Person& entry) -> Result<void> {
    std::vector<Digest> left;
    for (const Digest& one : entry.recovery_codes) {
      if (!equal(one, digest)) left.push_back(one);
    }
    if (left.size() == entry.recovery_codes.size()) {
      return Error{ErrorCode::invalid, "there is no such code"};
    }
    entry.recovery_codes = std::move(left);
    entry.used = now;
    return {};
  }));
  return {};
}

Result<std::uint64_t> People::set_password(const Person& person, std::string_view password) {
  const std::string hash = hasher_.hash(password);
  FORTNIGHT_ASSIGN(const Person changed,
                   change(person.name, person.generation, [&](Person& entry) -> Result<void> {
                     entry.password = hash;
                     entry.one_time_until.reset();
                     ++entry.generation;
                     return {};
                   }));
  return changed.generation;
}

Result<People::Enrolled> People::enrol(const Person& person, std::string_view totp_secret,
                                       std::int64_t step) {
  std::vector<std::string> codes;
  FORTNIGHT_ASSIGN(const Person changed,
                   change(person.name, person.generation, [&](Person& entry) -> Result<void> {
                     entry.totp_secret = std::string(totp_secret);
                     entry.totp_step = step;
                     codes = set_recovery_codes(entry);
                     ++entry.generation;
                     return {};
                   }));
  return Enrolled{changed.generation, std::move(codes)};
}

Result<void> People::note_sign_in(const Person& person, TimeNs now) {
  FORTNIGHT_TRY(change(person.name, person.generation, [&](Person& entry) -> Result<void> {
    entry.used = now;
    return {};
  }));
  return {};
}

Result<void> People::write(const ByName& by_name) {
  std::vector<std::string> entries;
  for (const auto& [name, person] : by_name) entries.push_back(json_of(person));
  return file_.write(AccessFile::Section::people, entries);
}

}  // namespace fortnight::access
