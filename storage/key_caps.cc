#include "storage/key_caps.h"

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

bool is_known_method(std::string_view method) {
  return std::binary_search(kKnownMethods.begin(), kKnownMethods.end(), method);
}

}  // namespace fortnight::storage
