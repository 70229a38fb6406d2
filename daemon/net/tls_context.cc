#include "daemon/net/tls_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>
#include <utility>

#include "base/ascii.h"

namespace fortnight::daemon {
namespace {

// Forward secrecy and authenticated encryption only; what TLS 1.3 has is that by itself.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr const char* kGroups = "X25519:P-256:P-384";
// As ALPN names them.
constexpr std::string_view kLines = "fortnight";
constexpr std::string_view kHttp = "http/1.1";

struct NamesDeleter {
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};
using NamesPointer = std::unique_ptr<GENERAL_NAMES, NamesDeleter>;

// What OpenSSL has failed at first, for a message: the errors after it say where.
std::string openssl_reason() {
  const unsigned long error = ERR_peek_error();
  const char* const reason = ERR_reason_error_string(error);
  std::string text = reason == nullptr ? "unknown error" : reason;
  ERR_clear_error();
  return text;
}

Result<void> check_readable(const char* key, const std::string& path) {
  errno = 0;
  std::ifstream file(path);
  file.peek();
  if (file.is_open() && !file.bad() && errno == 0) return {};
  return io_error(std::string(key) + ": " + path +
                  " can't be read: " + std::strerror(errno == 0 ? EIO : errno));
}

Error unusable(const char* key, const std::string& path, const std::string& why) {
  return {ErrorCode::invalid, std::string(key) + ": " + path + " " + why};
}

TimeNs time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return kMaxTime;
  const std::time_t seconds = ::timegm(&parts);
  if (seconds > kMaxTime / kNsPerSecond) return kMaxTime;
  if (seconds < kMinTime / kNsPerSecond) return kMinTime;
  return static_cast<TimeNs>(seconds) * kNsPerSecond;
}

// A passphrase can't be asked for.
int refuse_passphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

int choose_protocol(SSL* session, const unsigned char** chosen, unsigned char* length,
                    const unsigned char* offered, unsigned int size, void*) {
  const auto* const own = static_cast<const std::string_view*>(SSL_get_app_data(session));
  for (unsigned int i = 0; i < size; i += offered[i] + 1U) {
    if (offered[i] != own->size() || i + 1 + own->size() > size) continue;
    if (std::memcmp(offered + i + 1, own->data(), own->size()) != 0) continue;
    *chosen = offered + i + 1;
    *length = offered[i];
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

Result<void> load_pair(SSL_CTX* context, const config::Tls& config) {
  constexpr const char* kCertificate = "tls.certificate";
  constexpr const char* kKey = "tls.key";
  FORTNIGHT_TRY(check_readable(kCertificate, config.certificate));
  FORTNIGHT_TRY(check_readable(kKey, config.key));
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(context, config.certificate.c_str()) != 1) {
    const bool none = ERR_GET_REASON(ERR_peek_error()) == PEM_R_NO_START_LINE;
    return unusable(kCertificate, config.certificate,
                    none ? "has no certificate in PEM form" : "is unusable: " + openssl_reason());
  }
  bool encrypted = false;
  SSL_CTX_set_default_passwd_cb(context, refuse_passphrase);
  SSL_CTX_set_default_passwd_cb_userdata(context, &encrypted);
  const bool loaded =
      SSL_CTX_use_PrivateKey_file(context, config.key.c_str(), SSL_FILETYPE_PEM) == 1;
  SSL_CTX_set_default_passwd_cb_userdata(context, nullptr);
  if (encrypted) return unusable(kKey, config.key, "needs a passphrase: store it without one");
  if (loaded && SSL_CTX_check_private_key(context) == 1) return {};
  // A key of another kind is loaded, and has no certificate.
  if (loaded || ERR_GET_LIB(ERR_peek_error()) == ERR_LIB_X509) {
    return unusable(kKey, config.key, "isn't the key of the certificate in " + config.certificate);
  }
  return unusable(kKey, config.key, "has no private key in PEM form");
}

Result<void> load_authority(SSL_CTX* context, const std::string& path) {
  constexpr const char* kAuthority = "tls.client_ca";
  if (path.empty()) return {};
  FORTNIGHT_TRY(check_readable(kAuthority, path));
  ERR_clear_error();
  STACK_OF(X509_NAME)* const names = SSL_load_client_CA_file(path.c_str());
  if (names == nullptr || SSL_CTX_load_verify_file(context, path.c_str()) != 1) {
    sk_X509_NAME_pop_free(names, X509_NAME_free);
    return unusable(kAuthority, path, "has no certificate in PEM form");
  }
  SSL_CTX_set_client_CA_list(context, names);
  return {};
}

}  // namespace

Result<TlsContext> load_tls(const config::Tls& config) {
  TlsContext loaded;
  loaded.context.reset(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  SSL_CTX* const context = loaded.context.get();
  if (context == nullptr) return Error{ErrorCode::limit, "tls: " + openssl_reason()};
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, kCiphers);
  SSL_CTX_set1_groups_list(context, kGroups);
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // Many short records are read with one system call.
  SSL_CTX_set_read_ahead(context, 1);
  // Sessions are resumed by tickets, whose keys belong to this context: after a renewal everybody
  // shakes hands anew. Nothing is stored here.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  FORTNIGHT_TRY(load_pair(context, config));
  FORTNIGHT_TRY(load_authority(context, config.client_ca));
  loaded.not_after = time_of(X509_get0_notAfter(SSL_CTX_get0_certificate(context)));
  loaded.asks_client = !config.client_ca.empty();
  return loaded;
}

SslPointer make_session(const TlsContext& context, TlsProtocol protocol, ClientCertificate client) {
  SslPointer session(SSL_new(context.context.get()));
  if (session == nullptr) return session;
  const std::string_view& name = protocol == TlsProtocol::http ? kHttp : kLines;
  SSL_set_app_data(session.get(), const_cast<std::string_view*>(&name));
  const bool required = client == ClientCertificate::required;
  const std::string id = std::string(name) + (required ? "!" : "");
  SSL_set_session_id_context(session.get(), reinterpret_cast<const unsigned char*>(id.data()),
                             static_cast<unsigned int>(id.size()));
  if (context.asks_client || required) {
    SSL_set_verify(session.get(),
                   SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
  }
  SSL_set_accept_state(session.get());
  return session;
}

std::optional<PeerCertificate> peer_certificate(const SSL& session) {
  X509* const shown = SSL_get0_peer_certificate(&session);
  if (shown == nullptr || SSL_get_verify_result(&session) != X509_V_OK) return std::nullopt;
  PeerCertificate certificate;
  certificate.not_after = time_of(X509_get0_notAfter(shown));
  const NamesPointer names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(shown, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    int type = 0;
    const void* const value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), i), &type);
    CertificateName name;
    if (type == GEN_DNS) {
      name.kind = CertificateName::Kind::dns;
    } else if (type == GEN_EMAIL) {
      name.kind = CertificateName::Kind::email;
    } else if (type == GEN_URI) {
      name.kind = CertificateName::Kind::uri;
    } else {
      continue;
    }
    const auto* const text = static_cast<const ASN1_STRING*>(value);
    // With its length: a NUL within a name doesn't end it.
    name.text.assign(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                     static_cast<std::size_t>(ASN1_STRING_length(text)));
    if (name.kind == CertificateName::Kind::dns) name.text = lower(name.text);
    certificate.names.push_back(std::move(name));
  }
  return certificate;
}

CertificateName certificate_name(std::string_view text) {
  if (text.find(':') != std::string_view::npos) {
    return {CertificateName::Kind::uri, std::string(text)};
  }
  if (text.find('@') != std::string_view::npos) {
    return {CertificateName::Kind::email, std::string(text)};
  }
  return {CertificateName::Kind::dns, lower(text)};
}

}  // namespace fortnight::daemon
