// SocketConnection: the Connection on a TCP or Unix socket. All its work is done in settle(), once
// a turn of the loop; events and calls only note what has become possible and touch it.
//
// Owner: itself. It is destroyed in settle() once it is closed and its handler is back and
// released. Thread: its loop's.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "net/compression.h"
#include "net/connection.h"
#include "net/deadline.h"
#include "net/fd.h"
#include "net/loop_connections.h"
#include "net/output_queue.h"
#include "net/stream.h"

namespace roost::net {

class SocketConnection final : public Connection,
                               public ConnectionHook<AllTag>,
                               public ConnectionHook<TouchedTag> {
 public:
  // On the loop. tls may be null; with it the handler's on_open waits for the handshake.
  static void start(Loop& loop, Fd socket, Peer peer, const ConnectionOptions& options,
                    const std::shared_ptr<TlsContext>& tls,
                    std::unique_ptr<ConnectionHandler> handler);

  [[nodiscard]] std::string_view input() const override { return input_; }
  void consume(std::size_t octets) override;
  [[nodiscard]] bool input_ended() const override { return input_ended_; }

  void write(std::string octets) override;
  void write(std::shared_ptr<const std::string> octets) override;
  [[nodiscard]] std::size_t output_size() const override {
    return output_.size() + (compression_ ? compression_->written_size() : 0);
  }
  void call_when_written() override;

  void offload(Workers& workers, Task work, Task then) override;
  [[nodiscard]] bool offloaded() const override { return offloaded_; }

  void start_tls(std::shared_ptr<TlsContext> context) override;
  [[nodiscard]] bool is_tls() const override {
    return stream_.secured() && state_ != State::kHandshake;
  }

  void start_compression() override;
  void end_compression() override;
  [[nodiscard]] bool is_compressed() const override {
    return compression_ && compression_->deflates();
  }
  void rest() override;

  void close() override;
  void shut_down() override;
  [[nodiscard]] bool shutting_down() const override { return shut_down_owed_; }
  [[nodiscard]] bool lost() const override;
  void abort() override;

  [[nodiscard]] Loop& loop() override { return loop_; }
  [[nodiscard]] const std::string& peer_address() const override { return peer_address_; }
  [[nodiscard]] bool peer_is_loopback() const override { return peer_is_loopback_; }

  // For SocketEvents: what has become possible.
  struct Events {
    bool readable;
    bool writable;
    bool ended;  // the peer has sent its last, or is gone
  };
  void ready(Events events);
  // For LoopConnections.
  void settle();
  [[nodiscard]] ConnectionHandler* handler() { return handler_.get(); }

 private:
  enum class State : std::uint8_t {
    kHandshake,
    kOpen,
    kClosing,    // close() was called: output goes out
    kLingering,  // FIN is sent: input is dropped until the peer's FIN or a time-out
    kClosed,     // the socket is closed
  };
  enum class Reset : std::uint8_t { kNo, kYes };

  SocketConnection(Loop& loop, Fd socket, Peer peer, const ConnectionOptions& options,
                   std::unique_ptr<ConnectionHandler> handler);
  ~SocketConnection() override = default;

  void touch();
  [[nodiscard]] bool speaking() const { return state_ == State::kOpen && !offloaded_; }
  [[nodiscard]] bool wants_input() const;
  [[nodiscard]] bool takes_output() const;
  [[nodiscard]] bool owes_drained() const;
  [[nodiscard]] OutputQueue& written();
  void wrote();
  [[nodiscard]] Progress read(std::span<char> room);
  [[nodiscard]] bool owes_batch() const;

  // The steps of settle(). Each does nothing unless it is its turn.
  void begin_tls();
  void handshake();
  void receive();
  void flush();
  void call_drained();
  void finish_output();
  void discard();
  void stow();
  void release();

  void returned(Task then);
  void call_input_if_left();
  void lose(CloseReason reason, Reset reset);
  void lose(StreamEnd end);
  void time_out();

  Loop& loop_;
  Fd socket_;
  Stream stream_;
  std::unique_ptr<ConnectionHandler> handler_;
  // What was read and not consumed. It lies in held_, or during a handler's call in the loop's
  // scratch if held_ is null.
  std::string_view input_;
  std::unique_ptr<char[]> held_;
  OutputQueue output_;
  std::unique_ptr<Compression> compression_;  // null for most
  Deadline deadline_;                         // what it bounds depends on the state
  const std::string peer_address_;
  const ConnectionOptions options_;

  static constexpr std::uint32_t kNever = ~0U;
  std::uint32_t call_drained_at_ = kNever;  // on_drained is owed once the output is no longer

  const bool peer_is_loopback_;
  State state_ = State::kOpen;
  CloseReason reason_ = CloseReason::kLocal;
  Readiness input_needs_ = Readiness::kNone;   // before receive, discard or handshake goes on
  Readiness output_needs_ = Readiness::kNone;  // before flush or finish_output goes on
  bool peer_ended_ = false;                    // there is an end to be received, or an error
  bool opened_ = false;                        // on_open was called
  bool input_ended_ = false;
  bool offloaded_ = false;
  bool settling_ = false;
  bool shut_down_ = false;
  bool shut_down_owed_ = false;
};

}  // namespace roost::net
