// The token in an Authorization header, in the forms that senders can be configured to.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fortnight::daemon {

// "Bearer TOKEN"; "Basic" with the token as the password; "ApiKey" with the token behind any ID.
// Nothing if the header has none of these forms.
std::optional<std::string> token_in(std::string_view authorization);

}  // namespace fortnight::daemon
