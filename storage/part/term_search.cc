#include "storage/part/term_search.h"

#include <algorithm>
#include <string>

#include "storage/call/needle.h"
#include "storage/call/terms.h"

namespace fortnight::storage {
namespace {

using Blocks = std::vector<bool>;  // by block
using Subject = Predicate::Subject;

// The terms of a pattern of the predicate.
std::vector<std::uint64_t> terms_of(const Predicate& predicate, const TextPattern& pattern) {
  if (!pattern.exact()) return {};
  return terms_sought(pattern.pieces[0], predicate.whole || predicate.subject == Subject::pointer);
}

class TermSearch {
 public:
  static Result<std::optional<TermSearch>> start(const PartFile& part) {
    FORTNIGHT_ASSIGN(auto terms, part.terms());
    if (terms == nullptr) return std::optional<TermSearch>();
    FORTNIGHT_ASSIGN(auto characters, part.characters());
    return std::optional<TermSearch>(TermSearch(part, std::move(terms), std::move(characters)));
  }

  // Removes blocks that can't have the pattern. Returns false if the index can't tell.
  Result<bool> narrow(const Predicate& predicate, const TextPattern& pattern, Blocks& blocks) {
    bool narrowed = false;
    const CharacterClasses characters = CharacterClasses::of(pattern.pieces[0]);
    for (const std::uint64_t hash : terms_of(predicate, pattern)) {
      if (terms_->frequent(hash)) continue;
      FORTNIGHT_ASSIGN(const std::vector<std::uint32_t> found,
                       part_.blocks_with_term(*terms_, hash));
      auto next = found.begin();
      for (std::uint32_t block = 0; block < blocks.size(); ++block) {
        const bool indexed = next != found.end() && *next == block;
        if (indexed) ++next;
        blocks[block] = blocks[block] && (indexed || may_be_elsewhere(block, characters));
      }
      narrowed = true;
    }
    return narrowed;
  }

 private:
  TermSearch(const PartFile& part, std::shared_ptr<const TermDirectory> terms,
             std::shared_ptr<const CharacterTable> characters)
      : part_(part), terms_(std::move(terms)), characters_(std::move(characters)) {
    for (std::uint32_t column = 0; column < terms_->columns(); ++column) {
      if (!terms_->covers(column)) elsewhere_.push_back(kFieldColumns + column);
    }
  }

  // Whether the text may be in a column that the index doesn't cover.
  [[nodiscard]] bool may_be_elsewhere(std::uint32_t block, CharacterClasses text) const {
    return std::any_of(elsewhere_.begin(), elsewhere_.end(), [&](std::uint32_t column) {
      return characters_->may_hold(block, column, text);
    });
  }

  const PartFile& part_;
  std::shared_ptr<const TermDirectory> terms_;
  std::shared_ptr<const CharacterTable> characters_;
  std::vector<std::uint32_t> elsewhere_;
};

// The index has no key names.
Result<bool> in_key_names(const PartFile& part, const std::string& text) {
  FORTNIGHT_ASSIGN(const auto shapes, part.shapes());
  const Needle needle(text);
  return std::any_of(shapes->shapes.begin(), shapes->shapes.end(), [&](const PartShape& shape) {
    return needle.may_stand_in(shape.shape.skeleton);
  });
}

}  // namespace

bool by_terms(const Predicate& predicate) {
  const bool has_terms =
      predicate.subject == Subject::text || predicate.subject == Subject::pointer;
  if (!has_terms || predicate.negated || !predicate.bounds.empty()) return false;
  const auto known = [&](const TextPattern& pattern) {
    return !terms_of(predicate, pattern).empty();
  };
  // All texts must be found, but only one of a pointer's values.
  const auto& patterns = predicate.patterns;
  return predicate.subject == Subject::text
             ? std::any_of(patterns.begin(), patterns.end(), known)
             : !patterns.empty() && std::all_of(patterns.begin(), patterns.end(), known);
}

Result<std::optional<std::vector<std::uint32_t>>> blocks_with_terms(const PartFile& part,
                                                                    const Predicate& predicate) {
  using Found = std::optional<std::vector<std::uint32_t>>;
  FORTNIGHT_ASSIGN(auto search, TermSearch::start(part));
  if (!search) return Found();
  const bool all = predicate.subject == Subject::text;
  const std::size_t count = part.blocks().size();
  Blocks blocks(count, all);
  bool narrowed = false;
  for (const TextPattern& pattern : predicate.patterns) {
    if (all) {
      FORTNIGHT_ASSIGN(const bool in_keys, in_key_names(part, pattern.pieces[0]));
      if (in_keys) continue;
      FORTNIGHT_ASSIGN(const bool of_one, search->narrow(predicate, pattern, blocks));
      narrowed = narrowed || of_one;
      continue;
    }
    Blocks of_pattern(count, true);
    FORTNIGHT_ASSIGN(const bool of_one, search->narrow(predicate, pattern, of_pattern));
    if (!of_one) return Found();
    narrowed = true;
    for (std::size_t i = 0; i < count; ++i) blocks[i] = blocks[i] || of_pattern[i];
  }
  if (!narrowed) return Found();
  std::vector<std::uint32_t> left;
  for (std::uint32_t block = 0; block < count; ++block) {
    if (blocks[block]) left.push_back(block);
  }
  return Found(std::move(left));
}

}  // namespace fortnight::storage
