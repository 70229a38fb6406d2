#include "storage/call/line_match.h"

#include <algorithm>

#include "base/json_text.h"
#include "base/number_text.h"
#include "base/strings.h"
#include "storage/call/terms.h"

namespace fortnight::storage {

namespace {

using Token = JsonWalk::Token;

// Removes from the list the needles that `text` contains.
void take_found(std::vector<std::string_view>& needles, std::string_view text, bool whole) {
  std::erase_if(needles, [&](std::string_view needle) {
    return whole ? contains_whole(text, needle) : text.find(needle) != std::string_view::npos;
  });
}

std::vector<std::string_view> needles_of(const Predicate& predicate) {
  std::vector<std::string_view> needles;
  for (const TextPattern& pattern : predicate.patterns) needles.push_back(pattern.pieces.front());
  return needles;
}

// Removes from the list the needles that a key name of `json` contains or, if `scalars`, a scalar.
void take_found_in(std::vector<std::string_view>& needles, std::string_view json, bool scalars,
                   bool whole, std::string& scratch) {
  JsonWalk walk(json);
  for (Token token = walk.next(); token != Token::end && !needles.empty(); token = walk.next()) {
    const bool scalar = token == Token::string || token == Token::primitive;
    if (token == Token::key || (scalar && scalars)) {
      take_found(needles, decode_json_string(walk.raw(), scratch), whole);
    }
  }
}

}  // namespace

CallMatcher::CallMatcher(const std::vector<Predicate>& predicates) {
  for (const Predicate& predicate : predicates) {
    Test test{predicate, {}, in_nanoseconds(predicate.bounds), {}};
    const auto add_pointer = [&](const std::string& pointer) {
      test.pointers.push_back(JsonPointer::parse(pointer).value_or(JsonPointer()));
    };
    if (predicate.subject == Predicate::Subject::text) {
      for (const std::string_view needle : needles_of(predicate)) {
        test.needles.emplace_back(std::string(needle));
      }
    }
    if (predicate.subject == Predicate::Subject::pointer) add_pointer(predicate.name);
    std::for_each(predicate.pointers.begin(), predicate.pointers.end(), add_pointer);
    tests_.push_back(std::move(test));
  }
  const auto cost = [](const Test& test) {
    switch (test.predicate.subject) {
      case Predicate::Subject::status:
        return -1;
      case Predicate::Subject::code:
        return static_cast<int>(Predicate::Subject::pointer);
      default:
        return static_cast<int>(test.predicate.subject);
    }
  };
  std::stable_sort(tests_.begin(), tests_.end(),
                   [&](const Test& a, const Test& b) { return cost(a) < cost(b); });
}

bool CallMatcher::bind(const Batch& batch) {
  batch_ = &batch;
  if (facts_.size() > kMostShapes) facts_.clear();
  in_batch_.assign(batch.shapes.size(), nullptr);
  for (std::size_t i = 0; i < tests_.size(); ++i) {
    if (!tests_[i].predicate.negated && lacks_a_needle(i)) return false;
  }
  return true;
}

// True only if a needle of the test occurs in no value and no key name of the bound batch.
bool CallMatcher::lacks_a_needle(std::size_t test) {
  const std::vector<Needle>& needles = tests_[test].needles;
  return std::any_of(needles.begin(), needles.end(), [&](const Needle& needle) {
    if (needle.may_stand_amid(batch_->text)) return false;
    for (std::uint32_t shape = 0; shape < batch_->shapes.size(); ++shape) {
      const std::vector<std::string_view>& absent = fact(test, shape).absent;
      if (std::find(absent.begin(), absent.end(), needle.text()) == absent.end()) return false;
    }
    return true;
  });
}

void CallMatcher::prefetch(const Call& call) const {
  for (const Test& test : tests_) {
    switch (test.predicate.subject) {
      case Predicate::Subject::status:
      case Predicate::Subject::duration:
        continue;  // in the Call itself
      case Predicate::Subject::field:
        return prefetch_for_read(batch_->field(call, test.predicate.field).data());
      default:
        return prefetch_for_read(batch_->text.data() + call.values);
    }
  }
}

bool CallMatcher::matches(const Call& call) {
  for (std::size_t i = 0; i < tests_.size(); ++i) {
    if (holds(i, call) == tests_[i].predicate.negated) return false;
  }
  return true;
}

bool CallMatcher::holds(std::size_t test, const Call& call) {
  const Predicate& predicate = tests_[test].predicate;
  switch (predicate.subject) {
    case Predicate::Subject::field:
      return value_matches(predicate, batch_->field(call, predicate.field));
    case Predicate::Subject::status:
      return status_matches(predicate, call.status);
    case Predicate::Subject::duration:
      return duration_matches(tests_[test], call.duration_ns);
    case Predicate::Subject::id_of_kind:
    case Predicate::Subject::any_id:
      return id_matches(predicate, call);
    case Predicate::Subject::pointer:
      return pointer_matches(test, call);
    case Predicate::Subject::text:
      return text_matches(test, call);
    case Predicate::Subject::code:
      return code_matches(test, call);
  }
  return false;
}

bool CallMatcher::duration_matches(const Test& test, std::int64_t duration_ns) {
  const bool present = duration_ns != kNoDuration;
  if (!test.ns_bounds.empty()) {
    return present && meets(test.ns_bounds, static_cast<double>(duration_ns));
  }
  scratch_.clear();
  if (present) append_milliseconds(duration_ns, scratch_);
  return matches_any(test.predicate.patterns, scratch_);
}

bool CallMatcher::id_matches(const Predicate& predicate, const Call& call) const {
  bool any = false;
  bool found = false;
  const auto test = [&](std::string_view value) {
    any = any || !value.empty();
    found = found || value_matches(predicate, value);
  };
  const bool of_any_kind = predicate.subject == Predicate::Subject::any_id;
  if (of_any_kind) {
    const std::string_view call_id = batch_->field(call, TextField::call_id);
    if (!call_id.empty()) test(call_id);
  }
  for_each_id(*batch_, call, [&](std::string_view kind, std::string_view value) {
    if (of_any_kind || kind == predicate.name) test(value);
  });
  return any ? found : value_matches(predicate, {});
}

bool CallMatcher::pointer_matches(std::size_t test, const Call& call) {
  const Predicate& predicate = tests_[test].predicate;
  bool any = false;
  bool found = false;
  each_scalar(test, call, [&](std::string_view text) {
    any = true;
    found = value_matches(predicate, text);
    return found;
  });
  return any ? found : value_matches(predicate, {});
}

bool CallMatcher::code_matches(std::size_t test, const Call& call) {
  const Predicate& predicate = tests_[test].predicate;
  std::optional<bool> found;
  each_scalar(test, call, [&](std::string_view text) {
    if (!text.empty()) found = value_matches(predicate, text);
    return found.has_value();
  });
  return found ? *found : value_matches(predicate, {});
}

std::vector<JsonScalar> CallMatcher::scalars_in(std::size_t test, std::string_view json) const {
  const std::vector<JsonPointer>& pointers = tests_[test].pointers;
  if (tests_[test].predicate.subject == Predicate::Subject::pointer) {
    return find_scalars(json, pointers[0]).scalars;
  }
  std::vector<JsonScalar> scalars;
  for (const JsonPointer& pointer : pointers) {
    if (const auto scalar = find_scalar(json, pointer)) scalars.push_back(*scalar);
  }
  return scalars;
}

template <typename Visit>
void CallMatcher::each_scalar(std::size_t test, const Call& call, Visit&& visit) {
  if (batch_->shape(call).plain()) {
    for (const JsonScalar& scalar : scalars_in(test, ValueCursor(*batch_, call).next())) {
      if (visit(scalar_text(scalar.raw, scalar.is_string, scratch_))) return;
    }
    return;
  }
  ValueCursor values(*batch_, call);
  std::uint32_t next = 0;  // the next hole to read
  std::string_view value;
  for (const JsonScalar& scalar : fact(test, call.shape).scalars) {
    // The pointers' scalars come in the pointers' order, not the line's.
    if (scalar.ordinal < next) {
      values = ValueCursor(*batch_, call);
      next = 0;
    }
    for (; next <= scalar.ordinal; ++next) value = values.next();
    if (visit(scalar_text(value, scalar.is_string, scratch_))) return;
  }
}

// The call's values as they are written, each preceded by its length.
std::string_view CallMatcher::raw_values(const Call& call) const {
  ValueCursor values(*batch_, call);
  const char* end = batch_->text.data() + call.values;
  for (std::uint32_t hole = 0; hole < batch_->shape(call).holes; ++hole) {
    const std::string_view value = values.next();
    end = value.data() + value.size();
  }
  return {batch_->text.data() + call.values, end};
}

bool CallMatcher::text_matches(std::size_t test, const Call& call) {
  const Shape& shape = batch_->shape(call);
  const Predicate& predicate = tests_[test].predicate;
  std::vector<std::string_view> needles =
      shape.plain() ? needles_of(predicate) : fact(test, call.shape).absent;
  // A quick test of the raw bytes. It rules out most calls; text with escapes needs decoding.
  const std::string_view raw = raw_values(call);
  const auto stands_there = [&](std::string_view needle) { return contains(raw, needle); };
  if (!std::all_of(needles.begin(), needles.end(), stands_there) && !contains(raw, "\\")) {
    return false;
  }
  if (shape.plain()) {
    take_found_in(needles, ValueCursor(*batch_, call).next(), true, predicate.whole, scratch_);
    return needles.empty();
  }
  ValueCursor values(*batch_, call);
  for (std::uint32_t hole = 0; hole < shape.holes && !needles.empty(); ++hole) {
    take_found(needles, decode_json_string(values.next(), scratch_), predicate.whole);
  }
  return needles.empty();
}

const CallMatcher::ShapeFact& CallMatcher::fact(std::size_t test, std::uint32_t shape) {
  const SharedShape& of_batch = batch_->shapes[shape];
  std::vector<ShapeFact>*& facts = in_batch_[shape];
  if (facts == nullptr) {
    ShapeFacts& met = facts_[of_batch.get()];
    met.shape = of_batch;
    met.of_test.resize(tests_.size());
    facts = &met.of_test;
  }
  ShapeFact& fact = (*facts)[test];
  if (fact.known) return fact;
  fact.known = true;
  const std::string_view skeleton = of_batch->skeleton;
  if (!tests_[test].pointers.empty()) {
    fact.scalars = scalars_in(test, skeleton);
  } else {
    fact.absent = needles_of(tests_[test].predicate);
    take_found_in(fact.absent, skeleton, false, tests_[test].predicate.whole, scratch_);
  }
  return fact;
}

}  // namespace fortnight::storage
