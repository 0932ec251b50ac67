// What a connection does in its turn. What a reader would get wrong: nothing here acts at once.
// write(), close() and a readiness event only leave a note and touch(); settle() then does, in one
// fixed order, whatever the notes permit. So there is one place where handlers are called from,
// where output is sent, and where the object is destroyed.
#include "net/socket_connection.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "net/tls_context.h"

namespace roost::net {

namespace {

// Then the other connections of the loop have their turn.
constexpr int kReadsPerTurn = 4;

static_assert(LoopConnections::kScratch == Connection::kInputBuffer);

}  // namespace

SocketConnection::SocketConnection(Loop& loop, Fd socket, Peer peer,
                                   const ConnectionOptions& options,
                                   std::unique_ptr<ConnectionHandler> handler)
    : loop_(loop),
      socket_(std::move(socket)),
      stream_(socket_.get()),
      handler_(std::move(handler)),
      deadline_([](void* self) { static_cast<SocketConnection*>(self)->time_out(); }, this),
      peer_address_(std::move(peer.address)),
      options_(options),
      peer_is_loopback_(peer.is_loopback) {}

void SocketConnection::start(Loop& loop, Fd socket, Peer peer, const ConnectionOptions& options,
                             const std::shared_ptr<TlsContext>& tls,
                             std::unique_ptr<ConnectionHandler> handler) {
  auto* connection =
      new SocketConnection(loop, std::move(socket), std::move(peer), options, std::move(handler));
  if (!loop.connections().add(*connection, connection->socket_.get())) connection->abort();
  connection->touch();
  if (connection->state_ == State::kClosed) return;
  if (tls) {
    connection->stream_.prepare(OwnedSsl(tls->new_ssl()));
  } else {
    connection->opened_ = true;
    connection->input_needs_ = Readiness::kReadable;
    connection->handler_->on_open(*connection);
  }
}

void SocketConnection::touch() {
  if (!settling_) loop_.connections().touch(*this);
}

// ---- settle ----

void SocketConnection::settle() {
  settling_ = true;
  handshake();
  receive();
  flush();
  call_drained();
  begin_tls();
  finish_output();
  discard();
  release();
  settling_ = false;
  if (state_ == State::kClosed && !handler_) {
    loop_.connections().remove(*this);
    delete this;
    return;
  }
  stow();
  if (state_ == State::kHandshake && input_needs_ == Readiness::kNone) {
    using Handshake = LoopConnections::Handshake;
    loop_.connections().wait_for_handshake_turn(
        *this, deadline_.armed() ? Handshake::kUnderWay : Handshake::kNew);
  } else if ((wants_input() && input_needs_ == Readiness::kNone) || owes_drained() ||
             owes_batch()) {
    touch();
  }
}

bool SocketConnection::wants_input() const {
  switch (state_) {
    case State::kHandshake:
    case State::kLingering:
      return true;
    case State::kOpen:
      return !offloaded_ && !stream_.prepared() && !input_ended_ &&
             input_.size() < (compression_ ? 1 : kInputBuffer) && !output_full() &&
             !stream_.record_half_sent();
    case State::kClosing:
    case State::kClosed:
      return false;
  }
  return false;
}

bool SocketConnection::owes_drained() const {
  return call_drained_at_ != kNever && speaking() && output_size() <= call_drained_at_;
}

// One turn deflates one batch, and none before the last is sent.
bool SocketConnection::owes_batch() const { return output_.empty() && output_size() > 0; }

void SocketConnection::begin_tls() {
  if (!stream_.prepared() || state_ != State::kOpen || offloaded_ || !output_.empty()) return;
  stream_.secure();
  state_ = State::kHandshake;
  input_ = {};
  input_needs_ = output_needs_ = Readiness::kNone;
}

void SocketConnection::handshake() {
  if (state_ != State::kHandshake || input_needs_ != Readiness::kNone) return;
  if (!loop_.connections().in_handshake_turn()) return;
  // From the first step on: until then the peer waited for us.
  if (!deadline_.armed()) loop_.deadlines().arm(deadline_, options_.stall_timeout);
  const Progress progress = stream_.handshake();
  input_needs_ = progress.wait_for;
  if (progress.end != StreamEnd::kNone) return lose(progress.end);
  if (progress.wait_for != Readiness::kNone) return;
  state_ = State::kOpen;
  deadline_.cancel();
  if (std::exchange(opened_, true)) {
    handler_->on_tls(*this);
  } else {
    handler_->on_open(*this);
  }
}

void SocketConnection::receive() {
  for (int reads = 0; reads < kReadsPerTurn; ++reads) {
    if (state_ != State::kOpen || !wants_input() || input_needs_ != Readiness::kNone) return;
    auto& scratch = loop_.connections().input_scratch();
    std::ranges::copy(input_, scratch.begin());
    const Progress progress = read(std::span(scratch).subspan(input_.size()));
    input_needs_ = progress.wait_for;
    if (progress.octets > 0) {
      if (peer_ended_) input_needs_ = Readiness::kNone;
      input_ = {scratch.data(), input_.size() + progress.octets};
      held_.reset();
    } else if (progress.end == StreamEnd::kEnded) {
      input_ended_ = true;
    } else {
      return lose(progress.end);
    }
    handler_->on_input(*this);
    stow();
  }
}

// What is left to be inflated is no reason to wait for the socket.
Progress SocketConnection::read(std::span<char> room) {
  if (!compression_) return stream_.receive(room);
  LoopConnections& loop = loop_.connections();
  Progress received;
  if (compression_->needs_octets()) {
    received = stream_.receive(loop.output_scratch());
    if (received.octets == 0) return received;
  }
  Progress progress =
      compression_->inflate({loop.output_scratch().data(), received.octets}, room, loop.zlib());
  if (progress.octets > 0 && compression_->needs_octets()) progress.wait_for = received.wait_for;
  if (compression_->over()) compression_.reset();
  return progress;
}

void SocketConnection::flush() {
  if (state_ != State::kOpen && state_ != State::kClosing) return;
  if (compression_ && output_.empty()) {
    compression_->deflate(loop_.connections().zlib(), output_);
    wrote();  // what cannot be deflated has grown
  }
  bool progressed = false;
  while (!output_.empty() && output_needs_ == Readiness::kNone) {
    const Progress progress = stream_.send(output_, loop_.connections().output_scratch());
    output_needs_ = progress.wait_for;
    if (progress.end != StreamEnd::kNone) return lose(progress.end);
    output_.consume(progress.octets);
    progressed |= progress.octets > 0;
  }
  if (state_ != State::kOpen) return;
  if (output_size() == 0) {
    deadline_.cancel();
  } else if (progressed || !deadline_.armed()) {
    loop_.deadlines().arm(deadline_, options_.stall_timeout);
  }
}

void SocketConnection::call_drained() {
  if (!owes_drained()) return;
  call_drained_at_ = kNever;
  handler_->on_drained(*this);
  call_input_if_left();
  flush();
}

void SocketConnection::finish_output() {
  if (state_ != State::kClosing || output_size() > 0 || output_needs_ != Readiness::kNone) return;
  output_needs_ = stream_.finish().wait_for;
  if (output_needs_ != Readiness::kNone) return;
  // The end of what the peer deflated is not that of what it sends.
  if (input_ended_ && !compression_) return lose(CloseReason::kLocal, Reset::kNo);
  state_ = State::kLingering;
  input_needs_ = Readiness::kNone;
  loop_.deadlines().arm(deadline_, options_.linger_timeout);
}

void SocketConnection::discard() {
  for (int reads = 0; reads < kReadsPerTurn; ++reads) {
    if (state_ != State::kLingering || input_needs_ != Readiness::kNone) return;
    const Progress progress = stream_.discard(loop_.connections().input_scratch());
    input_needs_ = peer_ended_ && progress.octets > 0 ? Readiness::kNone : progress.wait_for;
    lose(progress.end);
  }
}

// Moves what the handler left from the scratch to memory of the connection's own.
void SocketConnection::stow() {
  if (compression_) compression_->stow(loop_.connections().zlib());
  if (state_ != State::kOpen) input_ = {};
  if (input_.empty()) {
    held_.reset();
  } else if (!held_) {
    held_ = std::make_unique_for_overwrite<char[]>(input_.size());
    std::ranges::copy(input_, held_.get());
    input_ = {held_.get(), input_.size()};
  }
}

void SocketConnection::release() {
  if ((state_ != State::kClosed && state_ != State::kLingering) || offloaded_ || !handler_) return;
  const std::unique_ptr<ConnectionHandler> handler = std::move(handler_);
  if (opened_) handler->on_closed(*this, reason_);
}

// ---- readiness ----

// An error makes everything possible: the call that is tried then says what it was.
void SocketConnection::ready(Events events) {
  peer_ended_ |= events.ended;
  for (Readiness* needs : {&input_needs_, &output_needs_}) {
    if ((*needs == Readiness::kReadable && events.readable) ||
        (*needs == Readiness::kWritable && events.writable)) {
      *needs = Readiness::kNone;
      touch();
    }
  }
}

// ---- what handlers and others call ----

void SocketConnection::consume(std::size_t octets) {
  ROOST_CHECK(octets <= input_.size());
  input_.remove_prefix(octets);
  touch();
}

void SocketConnection::write(std::string octets) {
  if (!takes_output()) return;
  written().append(std::move(octets));
  wrote();
}

void SocketConnection::write(std::shared_ptr<const std::string> octets) {
  if (!takes_output()) return;
  written().append(std::move(octets));
  wrote();
}

OutputQueue& SocketConnection::written() {
  return is_compressed() ? compression_->written() : output_;
}

bool SocketConnection::takes_output() const {
  return state_ == State::kOpen || state_ == State::kHandshake;
}

void SocketConnection::call_when_written() {
  call_drained_at_ = 0;
  touch();
}

void SocketConnection::wrote() {
  if (output_full() && call_drained_at_ == kNever) call_drained_at_ = kLowWater;
  touch();
}

void SocketConnection::offload(Workers& workers, Task work, Task then) {
  ROOST_CHECK(!offloaded_);
  offloaded_ = true;
  workers.post([this, work = std::move(work), then = std::move(then)]() mutable {
    work();
    work = nullptr;
    loop_.post([this, then = std::move(then)]() mutable { returned(std::move(then)); });
  });
}

void SocketConnection::returned(Task then) {
  offloaded_ = false;
  touch();
  then();
  if (speaking() && shut_down_owed_) {
    shut_down_owed_ = false;
    handler_->on_shutdown(*this);
  }
  if (!offloaded_) loop_.connections().returned(*this);
  call_input_if_left();
}

void SocketConnection::call_input_if_left() {
  if (speaking() && (!input_.empty() || input_ended_)) handler_->on_input(*this);
}

void SocketConnection::start_tls(std::shared_ptr<TlsContext> context) {
  if (state_ != State::kOpen) return;
  stream_.prepare(OwnedSsl(context->new_ssl()));
  input_ = {};
  compression_.reset();
  touch();
}

// Compression that was ended may still have octets to pass on.
void SocketConnection::start_compression() {
  if (state_ != State::kOpen) return;
  std::string deflated(input_);
  if (compression_) deflated += compression_->left();
  input_ = {};
  compression_ = std::make_unique<Compression>(std::move(deflated));
  input_needs_ = Readiness::kNone;
  touch();
}

void SocketConnection::end_compression() {
  if (!is_compressed()) return;
  compression_->end(loop_.connections().zlib(), output_);
  wrote();
}

void SocketConnection::rest() {
  if (compression_) compression_->rest();
}

void SocketConnection::shut_down() {
  if (std::exchange(shut_down_, true)) return;
  if (state_ == State::kHandshake || (state_ == State::kOpen && !opened_)) return abort();
  if (offloaded_) {
    shut_down_owed_ = true;
  } else if (state_ == State::kOpen) {
    handler_->on_shutdown(*this);
  }
}

void SocketConnection::close() {
  if (state_ == State::kHandshake || (state_ == State::kOpen && !opened_)) return abort();
  if (state_ != State::kOpen) return;
  state_ = State::kClosing;
  if (stream_.prepared()) stream_.prepare(nullptr);
  loop_.deadlines().arm(deadline_, options_.close_timeout);
  touch();
}

// While the baton is away nothing waits on the socket: the kernel is asked.
bool SocketConnection::lost() const {
  if (state_ == State::kClosed) return true;
  pollfd socket{.fd = stream_.socket(), .events = 0, .revents = 0};
  return ::poll(&socket, 1, 0) > 0 && (socket.revents & (POLLERR | POLLHUP)) != 0;
}

void SocketConnection::abort() { lose(CloseReason::kLocal, Reset::kYes); }

// ---- the end ----

void SocketConnection::time_out() {
  lose(CloseReason::kTimeout, state_ == State::kLingering ? Reset::kNo : Reset::kYes);
}

void SocketConnection::lose(StreamEnd end) {
  switch (end) {
    case StreamEnd::kNone:
      return;
    case StreamEnd::kEnded:
    case StreamEnd::kReset:
      return lose(CloseReason::kPeer, Reset::kNo);
    case StreamEnd::kTimedOut:
      return lose(CloseReason::kTimeout, Reset::kNo);
    case StreamEnd::kTls:
      return lose(CloseReason::kTls, Reset::kNo);
    case StreamEnd::kDeflate:
      return lose(CloseReason::kDeflate, Reset::kNo);
  }
}

// Closes the socket. After close() the reason stays kLocal, whatever the end was like.
void SocketConnection::lose(CloseReason reason, Reset reset) {
  if (state_ == State::kClosed) return;
  if (state_ == State::kOpen || state_ == State::kHandshake) reason_ = reason;
  state_ = State::kClosed;
  output_.clear();
  compression_.reset();
  if (stream_.prepared()) stream_.prepare(nullptr);
  deadline_.cancel();
  if (reset == Reset::kYes) {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  socket_ = Fd();
  touch();
}

static_assert(sizeof(SocketConnection) <= 248, "an idle connection is to cost next to nothing");

}  // namespace roost::net
