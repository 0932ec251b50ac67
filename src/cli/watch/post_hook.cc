#include "cli/watch/post_hook.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "base/check.h"
#include "base/version.h"
#include "net/openssl_error.h"
#include "net/owned_tls_context.h"

namespace roost::cli {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Done = std::function<void(Result<void>)>;

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;
constexpr int kMaxInterim = 16;  // responses before the final one

// One request. Owner: the operations that run.
class Post : public std::enable_shared_from_this<Post> {
 public:
  Post(asio::io_context& context, asio::ssl::context& tls, const HookUrl& url, std::string body,
       Done done)
      : resolver_(context), stream_(context, tls), url_(url), done_(std::move(done)) {
    const auto& [host, port] = url.host;
    const bool v6 = host.contains(':');
    const bool usual = port == (url.tls ? kHttpsPort : kHttpPort);
    request_.method(http::verb::post);
    request_.target(url.target);
    request_.set(http::field::host,
                 (v6 ? "[" + host + "]" : host) + (usual ? "" : ":" + std::to_string(port)));
    request_.set(http::field::user_agent, "roost/" + std::string(kVersion));
    request_.set(http::field::content_type, "application/json");
    request_.keep_alive(false);
    request_.body() = std::move(body);
    request_.prepare_payload();
  }

  void start() {
    lowest().expires_after(kHookTimeout);
    resolver_.async_resolve(
        url_.host.name, std::to_string(url_.host.port),
        [self = shared_from_this()](const error_code& error,
                                    const tcp::resolver::results_type& to) {
          if (error) return self->failed(error);
          self->lowest().async_connect(
              to, [self](const error_code& why, const tcp::endpoint&) { self->connected(why); });
        });
  }

 private:
  beast::tcp_stream& lowest() { return stream_.next_layer(); }

  void connected(const error_code& error) {
    if (error) return failed(error);
    if (!url_.tls) return send(lowest());
    error_code ignored;
    (void)asio::ip::make_address(url_.host.name, ignored);
    if (ignored) SSL_set_tlsext_host_name(stream_.native_handle(), url_.host.name.c_str());
    stream_.set_verify_mode(asio::ssl::verify_peer);
    stream_.set_verify_callback(asio::ssl::host_name_verification(url_.host.name));
    stream_.async_handshake(asio::ssl::stream_base::client,
                            [self = shared_from_this()](const error_code& why) {
                              if (why) return self->failed(why);
                              self->send(self->stream_);
                            });
  }

  template <typename Stream>
  void send(Stream& stream) {
    http::async_write(stream, request_,
                      [self = shared_from_this(), &stream](const error_code& error, std::size_t) {
                        if (error) return self->failed(error);
                        self->receive(stream);
                      });
  }
  // The status is enough; whether the rest comes is nobody's affair.
  template <typename Stream>
  void receive(Stream& stream) {
    parser_.emplace();
    parser_->body_limit(boost::none);  // it is not read
    http::async_read_header(
        stream, buffer_, *parser_,
        [self = shared_from_this(), &stream](const error_code& error, std::size_t) {
          if (error) return self->failed(error);
          const unsigned status = self->parser_->get().result_int();
          // Section 15.2: however many come, none is the answer.
          if (status / 100 == 1 && self->interim_++ < kMaxInterim) return self->receive(stream);
          if (status / 100 == 2) return self->done_({});
          self->done_(fail(ErrorCode::kUnavailable,
                           self->name() + ": HTTP status " + std::to_string(status)));
        });
  }

  [[nodiscard]] std::string name() const {  // its path may be a secret
    return (url_.tls ? "https://" : "http://") + url_.host.name;
  }
  void failed(const error_code& error) {
    done_(fail(ErrorCode::kUnavailable, name() + ": " + error.message()));
  }

  tcp::resolver resolver_;
  beast::ssl_stream<beast::tcp_stream> stream_;
  HookUrl url_;
  Done done_;
  http::request<http::string_body> request_;
  std::optional<http::response_parser<http::string_body>> parser_;  // of the response that comes
  int interim_ = 0;                                                 // that have come
  beast::flat_buffer buffer_;
};

class PostHook final : public Action {
 public:
  PostHook(asio::io_context& context, net::OwnedTlsContext tls, HookUrl url)
      : context_(context), tls_(tls.release()), url_(std::move(url)) {}

  void start(const Batch& batch, Done done) override {
    std::make_shared<Post>(context_, tls_, url_, admin::to_text(json_of(batch)), std::move(done))
        ->start();
  }

 private:
  asio::io_context& context_;
  asio::ssl::context tls_;
  HookUrl url_;
};

}  // namespace

Result<HookUrl> hook_url(std::string_view text) {
  const auto invalid = [] {
    return fail(ErrorCode::kInvalid, "a hook is http://HOST[:PORT]/PATH or https://…");
  };
  HookUrl url;
  url.tls = starts_with_ignoring_case(text, "https://");
  if (!url.tls && !starts_with_ignoring_case(text, "http://")) return invalid();
  text.remove_prefix(url.tls ? 8 : 7);
  text = text.substr(0, text.find('#'));
  const std::size_t path = std::min(text.find_first_of("/?"), text.size());
  auto host = url_host(text.substr(0, path), url.tls ? kHttpsPort : kHttpPort);
  if (!host) return invalid();
  url.host = *std::move(host);
  url.target = text.substr(path);
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  const bool good =
      std::ranges::all_of(url.target, [](char c) { return is_printable(c) && c != ' '; });
  if (!good) return invalid();
  return url;
}

Result<std::unique_ptr<Action>> post_hook(asio::io_context& context, HookUrl url,
                                          const std::string& ca_file) {
  net::OwnedTlsContext tls = net::new_tls_context(TLS_client_method());
  ROOST_CHECK(tls != nullptr);
  SSL_CTX_set_default_verify_paths(tls.get());
  if (!ca_file.empty() && SSL_CTX_load_verify_locations(tls.get(), ca_file.c_str(), nullptr) != 1) {
    return fail(ErrorCode::kInvalid, ca_file + ": " + net::take_openssl_error());
  }
  return std::make_unique<PostHook>(context, std::move(tls), std::move(url));
}

}  // namespace roost::cli
