#include "storage/rollup/caps.h"

#include <algorithm>
#include <array>

namespace fortnight::storage {
namespace {

// Ascending.
constexpr std::array<std::string_view, 41> kKnownMethods = {"ACL",
                                                            "BASELINE-CONTROL",
                                                            "BIND",
                                                            "CHECKIN",
                                                            "CHECKOUT",
                                                            "CONNECT",
                                                            "COPY",
                                                            "DELETE",
                                                            "GET",
                                                            "HEAD",
                                                            "LABEL",
                                                            "LINK",
                                                            "LOCK",
                                                            "MERGE",
                                                            "MKACTIVITY",
                                                            "MKCALENDAR",
                                                            "MKCOL",
                                                            "MKREDIRECTREF",
                                                            "MKWORKSPACE",
                                                            "MOVE",
                                                            "OPTIONS",
                                                            "ORDERPATCH",
                                                            "PATCH",
                                                            "POST",
                                                            "PRI",
                                                            "PROPFIND",
                                                            "PROPPATCH",
                                                            "PURGE",
                                                            "PUT",
                                                            "QUERY",
                                                            "REBIND",
                                                            "REPORT",
                                                            "SEARCH",
                                                            "TRACE",
                                                            "UNBIND",
                                                            "UNCHECKOUT",
                                                            "UNLINK",
                                                            "UNLOCK",
                                                            "UPDATE",
                                                            "UPDATEREDIRECTREF",
                                                            "VERSION-CONTROL"};
static_assert(std::is_sorted(kKnownMethods.begin(), kKnownMethods.end()));

}  // namespace

KeyCaps fresh_caps(const KeyCaps& caps) {
  return {std::max(caps.accounts, kFreshAccounts), std::max(caps.endpoints, kFreshValues),
          std::max(caps.revisions, kFreshValues), std::max(caps.methods, kFreshValues), kNoCap};
}

KeyCaps without_unmatched_cap(KeyCaps caps) {
  caps.unmatched_endpoints = kNoCap;
  return caps;
}

bool is_known_method(std::string_view method) {
  return std::binary_search(kKnownMethods.begin(), kKnownMethods.end(), method);
}

}  // namespace fortnight::storage
