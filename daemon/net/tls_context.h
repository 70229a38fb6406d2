// The certificate of the daemon and what clients must offer, as OpenSSL takes it.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "config/config.h"
#include "daemon/net/tls_stream.h"

namespace fortnight::daemon {

// What a port's protocol is: a session of one can't be resumed on the other, and a client that
// names another protocol (ALPN) is refused. So nobody can make a browser talk to a line port.
enum class TlsProtocol : std::uint8_t { lines, http };

// A loaded certificate with its key. Immutable; sessions keep it for as long as they last.
struct TlsContext {
  std::shared_ptr<SSL_CTX> context;
  TimeNs not_after = 0;      // kMaxTime: later than a TimeNs can be
  bool asks_client = false;  // there is an authority of clients
};

// Loads the files. ErrorCode::io: one can't be read; ErrorCode::invalid: one has no certificate or
// key, or they don't fit. `config` must name a certificate.
Result<TlsContext> load_tls(const config::Tls& config);

// Who must show a certificate.
enum class ClientCertificate : std::uint8_t { optional, required };

// A session of the server's side; null if there is no memory. A client's certificate is asked for
// if the context has an authority of clients. `required`: the handshake fails without one.
SslPointer make_session(const TlsContext& context, TlsProtocol protocol, ClientCertificate client);

// The certificate that the peer of a completed handshake has shown, verified; nothing if none.
std::optional<PeerCertificate> peer_certificate(const SSL& session);

// A text of the configuration as a name: a URI has a colon, an e-mail address an at sign, and
// everything else is a DNS name.
CertificateName certificate_name(std::string_view text);

}  // namespace fortnight::daemon
