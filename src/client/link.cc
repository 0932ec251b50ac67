#include "client/link.h"

#include <algorithm>
#include <utility>

#include "net/tcp_options.h"

namespace roost::client {

using boost::system::error_code;
using net::Progress;
using net::Readiness;
using net::StreamEnd;

Link::Link(boost::asio::io_context& context, Watcher::Settings settings, Shared shared,
           std::function<void()> happened)
    : resolver_(context),
      socket_(context),
      timer_(context.get_executor(), [this] { due(); }),
      host_(settings.login.host),
      port_(std::to_string(settings.login.port)),
      security_(settings.login.security),
      settings_(std::move(settings)),
      shared_(shared),
      happened_(std::move(happened)) {}

// --- to a connection ---

void Link::start() {
  timer_.set(BootClock::now() + kResolve);
  resolver_.async_resolve(host_, port_,
                          [self = shared_from_this()](const error_code& error,
                                                      const Tcp::resolver::results_type& found) {
                            if (self->ended_) return;
                            if (error) {
                              return self->end(Problem{ProblemKind::kUnreachable,
                                                       self->host_ + ": " + error.message()});
                            }
                            self->resolved(found);
                          });
}

void Link::resolved(const Tcp::resolver::results_type& found) {
  for (const auto& entry : found) endpoints_.push_back(entry.endpoint());
  endpoints_ = shared_.addresses.in_order(std::move(endpoints_));
  std::ranges::reverse(endpoints_);
  connect_next();
}

void Link::connect_next() {
  if (endpoints_.empty()) {
    return end(Problem{ProblemKind::kUnreachable, host_ + ": " + connect_error_});
  }
  const Tcp::endpoint endpoint = endpoints_.back();
  endpoints_.pop_back();
  error_code ignored;
  socket_.close(ignored);
  timer_.set(BootClock::now() + kConnect);
  socket_.async_connect(endpoint, [self = shared_from_this(), endpoint](const error_code& error) {
    if (self->ended_) return;
    if (!error) return self->connected(endpoint);
    self->connect_error_ =
        error == boost::asio::error::operation_aborted ? "no answer in time" : error.message();
    self->connect_next();
  });
}

void Link::connected(const Tcp::endpoint& endpoint) {
  shared_.addresses.connected(endpoint);
  error_code error;
  socket_.non_blocking(true, error);
  net::set_tcp_options(socket_.native_handle());
  stream_.emplace(socket_.native_handle());
  if (security_ == Login::Security::kTls) {
    begin_tls();
  } else {
    watcher_.emplace(std::move(settings_), shared_.told, shared_.keep_alive, BootClock::now());
  }
  work();
}

void Link::begin_tls() {
  net::OwnedSsl ssl = shared_.tls.new_ssl(host_);
  ssl_ = ssl.get();
  stream_->prepare(std::move(ssl));
  stream_->secure();
  handshaking_ = true;
  timer_.set(BootClock::now() + kHandshake);
}

void Link::handshake() {
  const Progress progress = stream_->handshake();
  if (progress.end != StreamEnd::kNone) return end(handshake_problem(ssl_, host_));
  if (progress.wait_for != Readiness::kNone) return wait_for(progress.wait_for);
  handshaking_ = false;
  if (watcher_) {
    watcher_->secured(BootClock::now());
  } else {
    watcher_.emplace(std::move(settings_), shared_.told, shared_.keep_alive, BootClock::now());
  }
  work();
}

// --- at work ---

// Both directions as far as they go; then whatever readiness they want is waited for. Who is told
// of something meanwhile may ask for more, and has it done after that: buffer_ is in use.
void Link::work() {
  if (working_) return work_later();
  working_ = true;
  for (int reads = 0; !ended_; ++reads) {
    if (handshaking_) {
      working_ = false;
      return handshake();
    }
    if (reads == kReadsAtOnce) {
      work_later();
      break;
    }
    const bool sent = send();
    if (ended_) break;
    // OpenSSL must be given the rest of a record before it reads (net/stream.h).
    const bool received = !stream_->record_half_sent() && receive();
    if (ended_ || handshaking_) continue;
    if (!sent && !received) {
      settle();
      break;
    }
  }
  working_ = false;
}

// A server that speaks faster than we listen is no reason to listen to nobody else, nor to let what
// is due wait: who never lets the socket run dry would be waited for for ever.
void Link::work_later() {
  if (std::exchange(works_later_, true)) return;
  boost::asio::post(socket_.get_executor(), [self = shared_from_this()] {
    self->works_later_ = false;
    if (self->ended_) return;
    if (self->handshaking_) return self->work();
    if (BootClock::now() >= self->watcher_->deadline()) return self->due();
    self->go_on();
  });
}

// True: something was sent, there may be more.
bool Link::send() {
  if (Secret out = watcher_->take_output(); !out.empty()) {
    const auto shared = std::make_shared<const Secret>(std::move(out));
    output_.append(std::shared_ptr<const std::string>(shared, &shared->string()));
  }
  if (!output_.empty()) {
    const Progress progress = stream_->send(output_, buffer_);
    output_.consume(progress.octets);
    if (progress.end != StreamEnd::kNone) stream_ended(progress.end);
    if (progress.wait_for != Readiness::kNone) wait_for(progress.wait_for);
    if (!output_.empty()) return progress.octets > 0;
  }
  if (ended_) return false;
  if (watcher_->wish() == Watcher::Wish::kHandshake) begin_tls();
  return false;
}

bool Link::receive() {
  if (handshaking_) return false;
  const Progress progress = stream_->receive(buffer_);
  if (progress.octets > 0) {
    std::string_view octets(buffer_.data(), progress.octets);
    while (!octets.empty() && !ended_) {
      const std::size_t piece = watcher_->compressed() ? kCompressedPiece : octets.size();
      watcher_->receive(octets.substr(0, piece), BootClock::now());
      octets.remove_prefix(std::min(piece, octets.size()));
      happened_();
      if (!ended_ && watcher_->wish() == Watcher::Wish::kClose) end(watcher_->problem());
    }
    return true;
  }
  if (progress.end != StreamEnd::kNone) {
    stream_ended(progress.end);
  } else {
    wait_for(progress.wait_for);
  }
  return false;
}

void Link::settle() { timer_.set(watcher_->deadline()); }

void Link::stream_ended(StreamEnd how) {
  std::string_view why;
  if (how == StreamEnd::kReset) why = "the connection was reset";
  if (how == StreamEnd::kTimedOut) why = "the server does not acknowledge what it is sent";
  if (how == StreamEnd::kTls || how == StreamEnd::kDeflate) why = "the TLS connection is broken";
  watcher_->lost(why, BootClock::now());
  end(watcher_->problem());
}

void Link::wait_for(Readiness readiness) {
  const bool readable = readiness == Readiness::kReadable;
  bool& waits = readable ? waits_readable_ : waits_writable_;
  if (readiness == Readiness::kNone || waits) return;
  waits = true;
  socket_.async_wait(readable ? Tcp::socket::wait_read : Tcp::socket::wait_write,
                     [self = shared_from_this(), &waits](const error_code&) {
                       waits = false;
                       if (!self->ended_) self->work();
                     });
}

void Link::due() {
  const auto self = shared_from_this();
  if (!watcher_ || handshaking_) {
    if (!stream_ && socket_.is_open() && !endpoints_.empty()) {
      error_code ignored;
      socket_.cancel(ignored);  // the next address
      return;
    }
    return end(Problem{ProblemKind::kUnreachable, host_ + ": no answer in time"});
  }
  watcher_->tick(BootClock::now());
  go_on();
}

// After something that was not heard from the server.
void Link::go_on() {
  happened_();
  if (ended_) return;
  if (watcher_->wish() == Watcher::Wish::kClose) return end(watcher_->problem());
  work();
}

void Link::probe() {
  if (ended_ || !watcher_ || handshaking_) return;
  watcher_->probe(BootClock::now());
  if (watcher_->wish() == Watcher::Wish::kClose) return end(watcher_->problem());
  work();
}

void Link::add(const std::string& mailbox) {
  if (!watcher_) return settings_.mailboxes.push_back(mailbox);
  watcher_->add(mailbox, BootClock::now());
  work_later();
}

std::optional<std::string> Link::give_away() {
  if (!watcher_) return std::nullopt;
  auto mailbox = watcher_->give_away(BootClock::now());
  if (mailbox) work_later();
  return mailbox;
}

void Link::set_in_turn(bool in_turn) {
  if (watcher_) return watcher_->set_in_turn(in_turn);
  settings_.in_turn = in_turn;
  if (in_turn) settings_.elsewhere.clear();
}

void Link::stop() {
  if (ended_) return;
  if (!watcher_ || handshaking_) return end(std::nullopt);
  watcher_->stop(BootClock::now());
  work();
}

void Link::close() {
  happened_ = [] {};
  end(std::nullopt);
}

void Link::end(std::optional<Problem> problem) {
  if (ended_) return;
  ended_ = true;
  problem_ = std::move(problem);
  error_code ignored;
  resolver_.cancel();
  timer_.cancel();
  if (stream_) (void)stream_->finish();
  socket_.close(ignored);
  // Not from within: who is told may want to let go of this.
  boost::asio::post(socket_.get_executor(), [self = shared_from_this()] { self->happened_(); });
}

}  // namespace roost::client
