#include "tools/generate/attributes.h"

#include <array>

#include "tools/generate/ids.h"

namespace fortnight::generate {
namespace {

// A name as part of an e-mail address: its ASCII letters, in lower case.
void append_mailbox(std::string& out, std::string_view name) {
  for (const char c : name) {
    const char lower = static_cast<char>(c | 0x20);
    if (lower >= 'a' && lower <= 'z') out.push_back(lower);
  }
}

// What the attributes of one resource are made from.
struct Writer {
  std::string& out;
  const Prose& prose;
  const Account& account;
  const Entity& entity;
  Detail detail;
  Micros now;
  Random& random;
  Random own;  // derived from the entity's seed

  void key(std::string_view name) {
    if (out.back() != '{') out.push_back(',');
    out.append("\"").append(name).append("\":");
  }
  void text(std::string_view name, std::string_view value) {
    key(name);
    out.append("\"").append(value).append("\"");
  }
  void number(std::string_view name, std::int64_t value) {
    key(name);
    append_decimal(out, value);
  }
  void literal(std::string_view name, std::string_view value) { key(name), out.append(value); }
  void time(std::string_view name, Micros value, int digits = 0) {
    key(name);
    out.push_back('"');
    append_rfc3339(out, value, digits);
    out.push_back('"');
  }
  // The string that `fill` appends.
  template <typename Fill>
  void built(std::string_view name, Fill&& fill) {
    key(name);
    out.push_back('"');
    fill();
    out.push_back('"');
  }
  void price(std::string_view name, Random& source) {
    constexpr std::array<std::string_view, 6> kCents = {".00", ".99", ".95", ".50", ".90", ".49"};
    key(name);
    append_decimal(out, 3 + source.skewed(300));
    if (source.below(5) > 0) {
      out.append(kCents[source.below(kCents.size())]);
    } else {
      out.push_back('.');
      append_padded(out, source.below(100), 2);
    }
  }
  void title(std::string_view name) {
    built(name, [&] { prose.append_title(out, own); });
  }
  void sentence(std::string_view name, Random& source, int words) {
    built(name, [&] { prose.append_sentence(out, source, words); });
  }
  void changed() { time("updated", now - random.skewed(30LL * 86'400) * kSecond); }
  void email(std::string_view first, std::string_view last) {
    built("email", [&] {
      append_mailbox(out, first);
      if (own.below(2) == 0) out.push_back('.');
      append_mailbox(out, last);
      if (own.below(2) == 0) append_decimal(out, own.below(1000));
      out.append("@").append(mail_domain(own));
    });
  }
  void phone() {
    built("phone_number", [&] {
      out.append(own.below(3) > 0 ? "+1" : "+44");
      append_decimal(out, 200 + own.below(790));
      append_digits(out, own, 7);
    });
  }
  void image_url(std::string_view name) {
    built(name, [&] {
      out.append("https://cdn.").append(account.shop).append("/img/");
      append_hex(out, own, 12);
      out.append(".jpg");
    });
  }
};

void location(Writer& w) {
  const Place& where = place(w.own);
  w.literal("location", "{");
  w.text("city", where.city);
  w.text("region", where.region);
  w.text("country", where.country);
  w.built("zip", [&] { append_digits(w.out, w.own, 5); });
  w.text("timezone", where.time_zone);
  w.out.push_back('}');
}

void profile(Writer& w) {
  const std::string_view first = first_name(w.own);
  const std::string_view last = last_name(w.own);
  w.email(first, last);
  if (w.own.below(3) > 0) w.phone();
  w.text("first_name", first);
  w.text("last_name", last);
  if (w.detail == Detail::brief) return w.changed();
  w.text("locale", w.own.below(4) > 0 ? "en-US" : "en-GB");
  location(w);
  if (w.detail == Detail::full) {
    w.time("created", w.entity.created);
    w.changed();
  }
  w.literal("properties", "{");
  w.built("external_id", [&] { append_digits(w.out, w.own, 9); });
  w.number("orders", w.random.skewed(40));
  w.price("lifetime_value", w.random);
  w.literal("accepts_marketing", w.own.below(3) > 0 ? "true" : "false");
  w.out.push_back('}');
}

void event(Writer& w) {
  constexpr std::array<std::string_view, 6> kNames = {"Viewed Product", "Active on Site",
                                                      "Added to Cart",  "Started Checkout",
                                                      "Placed Order",   "Left Review"};
  Entity item;
  World::draw_entity(w.account, Kind::item, w.now, w.random, item);
  Random product(item.seed);
  w.text("event_name", kNames[w.random.skewed(kNames.size())]);
  w.time("time", w.now - w.random.skewed(90) * kSecond);
  w.price("value", product);
  if (w.detail == Detail::brief) return;
  w.literal("properties", "{");
  w.text("item_id", item.id);
  w.built("item_name", [&] { w.prose.append_title(w.out, product); });
  w.number("quantity", 1 + w.random.skewed(6));
  w.built("session", [&] { append_base62(w.out, w.random, 10); });
  w.built("page_url", [&] {
    w.out.append("https://www.").append(w.account.shop).append("/products/");
    w.out.append(item.id, item.id.size() - 8);
  });
  if (w.random.below(8) == 0) w.sentence("note", w.random, 9);
  w.out.push_back('}');
}

void item(Writer& w) {
  w.title("title");
  w.price("price", w.own);
  if (w.detail == Detail::brief) return w.changed();
  w.sentence("description", w.own, 12);
  w.built("url", [&] {
    w.out.append("https://www.").append(w.account.shop).append("/products/");
    w.out.append(w.entity.id, w.entity.id.size() - 8);
  });
  w.image_url("image_full_url");
  w.literal("published", w.own.below(12) > 0 ? "true" : "false");
  if (w.detail == Detail::full) {
    w.time("created", w.entity.created);
    w.changed();
  }
}

void variant(Writer& w) {
  constexpr std::array<std::string_view, 6> kSizes = {"M", "L", "S", "XL", "XS", "XXL"};
  w.title("title");
  w.text("size", kSizes[w.own.below(kSizes.size())]);
  w.price("price", w.own);
  w.number("inventory_quantity", w.random.skewed(900));
  w.number("inventory_policy", w.own.below(3));
  if (w.detail == Detail::full) w.changed();
}

void order(Writer& w) {
  constexpr std::array<std::string_view, 4> kStates = {"paid", "fulfilled", "pending", "refunded"};
  w.number("number", 1000 + w.own.below(90'000));
  const std::string_view first = first_name(w.own);
  w.email(first, last_name(w.own));
  w.text("state", kStates[w.random.skewed(kStates.size())]);
  w.text("currency", w.own.below(3) > 0 ? "USD" : "GBP");
  w.literal("line_items", "[");
  const std::uint32_t lines = 1 + w.own.skewed(4);
  Entity product;
  for (std::uint32_t i = 0; i < lines; ++i) {
    World::draw_entity(w.account, Kind::variant, w.now, w.own, product);
    Random own(product.seed);
    w.out.append(i > 0 ? ",{" : "{");
    w.text("sku", product.id);
    w.number("quantity", 1 + w.own.skewed(4));
    w.price("price", own);
    w.out.push_back('}');
  }
  w.out.push_back(']');
  if (w.detail != Detail::brief) location(w);
  if (w.own.below(5) == 0) w.sentence("note", w.own, 8);
}

void campaign(Writer& w) {
  constexpr std::array<std::string_view, 4> kStates = {"Sent", "Draft", "Scheduled", "Sending"};
  w.title("name");
  w.text("status", kStates[w.own.skewed(kStates.size())]);
  w.time("send_time", w.entity.created + 7 * kDay);
  if (w.detail == Detail::brief) return w.changed();
  w.sentence("subject", w.own, 6);
  w.sentence("preview_text", w.own, 9);
  w.built("from_email", [&] { w.out.append("hello@").append(w.account.shop); });
  w.literal("send_options", R"({"use_smart_sending":true,"ignore_unsubscribes":false})");
  if (w.detail == Detail::full) w.changed();
}

void template_(Writer& w) {
  w.title("name");
  w.text("editor_type", w.own.below(2) > 0 ? "CODE" : "SYSTEM_DRAGGABLE");
  if (w.detail == Detail::brief) return w.changed();
  w.built("html", [&] {
    w.out.append(R"(<html><body><h1 style=\"color:#)");
    append_hex(w.out, w.own, 6);
    w.out.append(R"(\">)");
    w.prose.append_title(w.out, w.own);
    w.out.append(R"(<\/h1>\n<p>)");
    w.prose.append_sentence(w.out, w.own, 22);
    w.out.append(R"(<\/p><a href=\"https:\/\/www.)").append(w.account.shop);
    w.out.append(R"(\">)");
    w.prose.append_words(w.out, w.own, 2);
    w.out.append(R"(<\/a><\/body><\/html>)");
  });
  w.changed();
}

void review(Writer& w) {
  w.number("rating", 5 - w.own.skewed(5));
  w.text("author", first_name(w.own));
  w.title("title");
  w.sentence("content", w.own, 16);
  w.literal("verified", w.own.below(3) > 0 ? "true" : "false");
  w.time("created", w.entity.created);
}

void coupon(Writer& w) {
  w.built("unique_code", [&] { append_upper36(w.out, w.own, 10); });
  w.text("status", w.random.below(4) > 0 ? "UNASSIGNED" : "ASSIGNED_TO_PROFILE");
  w.time("expires_at", w.entity.created + 90 * kDay);
}

void image(Writer& w) {
  w.title("name");
  w.image_url("image_url");
  w.text("format", "jpeg");
  w.number("size", w.own.between(9'000, 4'000'000));
  w.literal("hidden", "false");
}

void webhook(Writer& w) {
  w.title("name");
  w.built("endpoint_url", [&] {
    w.out.append("https://hooks.").append(w.account.shop).append("/in/");
    append_hex(w.out, w.own, 16);
  });
  w.literal("enabled", "true");
  w.literal("topics", R"(["email.opened","email.clicked","profile.updated"])");
}

// Lists, segments, flows, categories, tags, metrics, forms: a name and its dates.
void named(Writer& w) {
  w.title("name");
  if (w.entity.kind == Kind::tag) return;
  if (w.entity.kind == Kind::flow) w.text("status", w.own.below(3) > 0 ? "live" : "draft");
  if (w.entity.kind == Kind::segment) {
    w.literal("definition",
              R"({"condition":"profile-property","operator":"greater-than","value":)");
    append_decimal(w.out, w.own.below(500));
    w.out.push_back('}');
  }
  if (w.entity.kind == Kind::metric) {
    w.literal("integration", R"({"object":"integration","name":"API","category":"API"})");
  }
  if (w.detail == Detail::partial) return;
  w.time("created", w.entity.created);
  w.changed();
  if (w.entity.kind == Kind::list) w.number("profile_count", w.random.skewed(90'000));
}

}  // namespace

void append_attributes(std::string& out, const Prose& prose, const Account& account,
                       const Entity& entity, Detail detail, Micros now, Random& random) {
  Writer writer{out, prose, account, entity, detail, now, random, Random(entity.seed ^ 1)};
  switch (entity.kind) {
    case Kind::profile:
      return profile(writer);
    case Kind::event:
      return event(writer);
    case Kind::item:
      return item(writer);
    case Kind::variant:
      return variant(writer);
    case Kind::order:
      return order(writer);
    case Kind::campaign:
    case Kind::message:
      return campaign(writer);
    case Kind::template_:
      return template_(writer);
    case Kind::review:
      return review(writer);
    case Kind::coupon:
      return coupon(writer);
    case Kind::image:
      return image(writer);
    case Kind::webhook:
      return webhook(writer);
    default:
      return named(writer);
  }
}

}  // namespace fortnight::generate
