#include "tools/generate/prose.h"

#include <array>
#include <cctype>
#include <sstream>

#include "tools/generate/ids.h"

namespace fortnight::generate {
namespace {

// The commonest words come first. They take no endings.
constexpr const char* kCommon =
    "the to and a of your for you in is with our we this on it that be are at from have as or will "
    "now can not all new more get just up out if so my order an was me by use when has but please "
    "email one only any off what there how no do into them than then been some after back which";

constexpr const char* kStems =
    "order ship deliver gift offer discount sale season summer winter spring autumn cotton linen "
    "leather silver gold stone paper glass steel wood garden kitchen table chair lamp shelf carpet "
    "pillow blanket candle bottle coffee tea chocolate honey spice pepper salt sugar flour bread "
    "apple berry lemon orange mint ginger basket parcel packet label colour size weight fit "
    "pattern "
    "stripe check button pocket sleeve collar jacket coat dress skirt shirt trouser sock shoe boot "
    "sandal slipper hat scarf glove belt bag wallet watch ring necklace bracelet mirror brush soap "
    "cream lotion perfume shampoo towel bath skin hair face hand foot body health vitamin protein "
    "train run walk swim climb ride travel camp tent mountain river forest beach island city "
    "village "
    "book print paint draw craft sew knit build repair clean wash dry fold press pack open close "
    "lock turn lift push pull carry hold drop break bend cut join mix pour heat cool freeze melt "
    "price pay refund return exchange credit card invoice receipt account member reward point code "
    "coupon voucher subscribe renew cancel confirm verify update change remove add save share send "
    "reply ask answer help support question problem issue error fail miss delay wait late early "
    "fast "
    "slow easy hard light dark warm cold soft rough smooth bright fresh clean simple classic "
    "modern "
    "natural organic local global special extra large small medium mini double single limited "
    "final "
    "customer friend family child parent guest team partner supplier market shop store brand "
    "product "
    "service quality review rate recommend love like enjoy prefer choose select compare visit "
    "browse "
    "search find show view click tap sign register log download install connect charge power "
    "battery "
    "cable screen phone camera speaker sound music video game toy puzzle bike wheel engine road "
    "park "
    "morning evening night week month year today birthday holiday party wedding event ticket seat";

constexpr std::array<std::string_view, 9> kEndings = {"",    "s",  "ed",   "ing", "er",
                                                      "ers", "ly", "less", "able"};

constexpr const char* kFirstNames =
    "James Mary John Patricia Robert Jennifer Michael Linda David Elizabeth William Barbara "
    "Richard "
    "Susan Joseph Jessica Thomas Sarah Carlos Karen Daniel Lisa Matteo Nancy Anthony Betty Mark "
    "Sandra Paul Ashley Steven Emily Andrew Donna Kenji Michelle Joshua Carol Kevin Amanda Brian "
    "Melissa George Deborah Tim Stephanie Ronald Rebecca Jason Sharon Edward Laura Jeff Cynthia "
    "Ryan "
    "Dorothy Jacob Amy Gary Kathleen Nicolas Angela Eric Shirley Jonas Emma Larry Brenda Justin "
    "Pamela Scott Nicole Brandon Anna Ben Samantha Samuel Katherine Greg Christine Alex Helen "
    "Patrick "
    "Debra Frank Rachel Ray Carolyn Jack Janet Dennis Maria Jerry Olivia Tyler Heather Aaron Zoë "
    "José Diane Adam Julie Nathan Joyce Henry Victoria Zach Ruth Doug Virginia Peter Lauren Kyle "
    "Kelly Noah Christina Ethan Joan Jeremy Evelyn Walter Judith Chloé Andrea Keith Hannah Roger "
    "Megan Terry Cheryl Austin Jacqueline Sean Martha Gerald Teresa Carl Gloria Harold Sara Dylan "
    "Janice Arthur Ann Lawrence Kathryn Jordan Abigail Jesse Sophia Bryan Frances Billy Jean Bruce "
    "Alice Gabriel Judy Joe Isabella Logan Julia Albert Grace Willie Amber Alan Denise Eugene "
    "Danielle "
    "Priya Wei Fatima Omar Aisha Hiroshi Yuki Ling Arjun Mei Ravi Ingrid Søren Lars Björn Astrid";

constexpr const char* kLastNames =
    "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez "
    "Wilson "
    "Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark "
    "Ramirez "
    "Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams "
    "Nelson "
    "Baker Hall Rivera Campbell Mitchell Carter Roberts Gomez Phillips Evans Turner Diaz Parker "
    "Cruz "
    "Edwards Collins Reyes Stewart Morris Morales Murphy Cook Rogers Gutierrez Ortiz Morgan Cooper "
    "Peterson Bailey Reed Kelly Howard Ramos Kim Cox Ward Richardson Watson Brooks Chavez Wood "
    "Bennett "
    "Gray Mendoza Ruiz Hughes Price Alvarez Castillo Sanders Patel Myers Long Ross Foster Jimenez "
    "Powell Jenkins Perry Russell Sullivan Bell Coleman Butler Henderson Barnes Fisher Vasquez "
    "Simmons "
    "Jordan Patterson Alexander Hamilton Graham Reynolds Griffin Wallace West Cole Hayes Bryant "
    "Müller Schmidt Schneider Weber Rossi Bianchi Dubois Laurent Moreau Petit Jansen Visser Nowak "
    "O'Brien O'Neill Yamamoto Tanaka Sato Chen Wang Zhang Liu Singh Kumar Sharma Okafor Mensah "
    "Haddad";

constexpr std::array<std::string_view, 12> kMailDomains = {
    "gmail.com", "yahoo.com", "outlook.com", "icloud.com",     "hotmail.com", "gmail.com",
    "gmx.net",   "proton.me", "web.de",      "btinternet.com", "orange.fr",   "gmail.com"};

constexpr std::array<Place, 24> kPlaces = {{
    {"New York", "New York", "United States", "America/New_York"},
    {"Boston", "Massachusetts", "United States", "America/New_York"},
    {"Atlanta", "Georgia", "United States", "America/New_York"},
    {"Chicago", "Illinois", "United States", "America/Chicago"},
    {"Austin", "Texas", "United States", "America/Chicago"},
    {"Denver", "Colorado", "United States", "America/Denver"},
    {"Los Angeles", "California", "United States", "America/Los_Angeles"},
    {"Seattle", "Washington", "United States", "America/Los_Angeles"},
    {"Toronto", "Ontario", "Canada", "America/Toronto"},
    {"Montréal", "Québec", "Canada", "America/Toronto"},
    {"London", "England", "United Kingdom", "Europe/London"},
    {"Manchester", "England", "United Kingdom", "Europe/London"},
    {"Glasgow", "Scotland", "United Kingdom", "Europe/London"},
    {"Dublin", "Leinster", "Ireland", "Europe/Dublin"},
    {"Paris", "Île-de-France", "France", "Europe/Paris"},
    {"Berlin", "Berlin", "Germany", "Europe/Berlin"},
    {"München", "Bayern", "Germany", "Europe/Berlin"},
    {"Amsterdam", "Noord-Holland", "Netherlands", "Europe/Amsterdam"},
    {"Madrid", "Madrid", "Spain", "Europe/Madrid"},
    {"Milano", "Lombardia", "Italy", "Europe/Rome"},
    {"Sydney", "New South Wales", "Australia", "Australia/Sydney"},
    {"Melbourne", "Victoria", "Australia", "Australia/Melbourne"},
    {"Auckland", "Auckland", "New Zealand", "Pacific/Auckland"},
    {"Tokyo", "Tokyo", "Japan", "Asia/Tokyo"},
}};

std::vector<std::string> split(const char* text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

// "like" and "ing" make "liking".
std::string with_ending(std::string stem, std::string_view ending) {
  const bool drops_e = ending.starts_with('e') || ending == "ing" || ending == "able";
  if (drops_e && stem.ends_with('e')) stem.pop_back();
  return stem.append(ending);
}

std::vector<std::string> make_vocabulary() {
  std::vector<std::string> words = split(kCommon);
  const std::vector<std::string> stems = split(kStems);
  for (const std::string_view ending : kEndings) {
    for (const std::string& stem : stems) words.push_back(with_ending(stem, ending));
  }
  // Words with common endings aren't rarer than rare stems: all but the commonest are shuffled.
  Random random(1);
  const std::size_t fixed = split(kCommon).size();
  for (std::size_t i = words.size() - 1; i > fixed; --i) {
    std::swap(words[i], words[fixed + random.below(i - fixed + 1)]);
  }
  return words;
}

void capitalise(std::string& text, std::size_t at) {
  text[at] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[at])));
}

}  // namespace

Prose::Prose() : words_(make_vocabulary()), zipf_(static_cast<std::uint32_t>(words_.size()), 1.0) {}

void Prose::append_words(std::string& out, Random& random, int count) const {
  for (int i = 0; i < count; ++i) {
    if (i > 0) out.push_back(' ');
    const std::size_t start = out.size();
    const std::uint32_t luck = random.below(100);
    if (luck < 3) {
      append_decimal(out, 1 + random.skewed(500));
      continue;
    }
    out.append(word(random));
    if (luck == 3 && out.size() - start > 3) std::swap(out[start + 1], out[start + 2]);
  }
}

void Prose::append_sentence(std::string& out, Random& random, int words) const {
  const std::size_t start = out.size();
  append_words(out, random, words);
  capitalise(out, start);
  out.push_back(random.below(8) == 0 ? '!' : '.');
}

void Prose::append_title(std::string& out, Random& random) const {
  const int words = 2 + static_cast<int>(random.below(2));
  for (int i = 0; i < words; ++i) {
    const std::size_t start = out.size();
    out.append(words_[random.below(words_.size())]);
    capitalise(out, start);
    if (i + 1 < words) out.push_back(' ');
  }
  if (random.below(4) == 0) {
    out.push_back(' ');
    append_decimal(out, 10 + random.below(90));
  }
}

std::string_view first_name(Random& random) {
  static const std::vector<std::string> names = split(kFirstNames);
  return names[random.skewed(names.size())];
}

std::string_view last_name(Random& random) {
  static const std::vector<std::string> names = split(kLastNames);
  return names[random.skewed(names.size())];
}

std::string_view mail_domain(Random& random) {
  return kMailDomains[random.skewed(kMailDomains.size())];
}

const Place& place(Random& random) { return kPlaces[random.skewed(kPlaces.size())]; }

}  // namespace fortnight::generate
