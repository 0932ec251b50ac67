// A net::Connection without a socket, for tests: the test is its client, its loop and its workers,
// so that whatever can happen between two steps of a session can be made to happen there. Only
// *_test.cc and tests/ include it.
//
// It keeps the contract of net/connection.h: what a turn writes goes out at its end, in one write;
// no handler function is called while the baton is away; on_closed comes last.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/connection.h"

namespace roost::imap {

// Owner: the test. Thread: the test's.
class FakeConnection final : public net::Connection {
 public:
  struct Peer {
    std::string address = "127.0.0.1";
    bool loopback = true;
    bool tls = false;
  };

  FakeConnection(net::Loop& loop, std::unique_ptr<net::ConnectionHandler> handler, Peer peer)
      : loop_(loop), handler_(std::move(handler)), peer_(std::move(peer)) {}
  ~FakeConnection() override {
    lose();
    holds_baton_ = false;
    while (step()) {
    }
  }

  // --- the client's side ---
  void feed(std::string_view octets) {
    input_.erase(0, std::exchange(consumed_, 0));
    input_.append(octets);
    has_news_ = true;
  }
  // FIN: the client has sent its last.
  void finish() {
    input_ended_ = true;
    has_news_ = true;
  }
  // The connection is gone, both ways.
  void lose() { end(net::CloseReason::kPeer); }
  // What the client has got since it last looked; and the same, write by write.
  [[nodiscard]] std::string take_output() {
    std::string all;
    for (const std::string& write : std::exchange(writes_, {})) all += write;
    return all;
  }
  [[nodiscard]] std::vector<std::string> take_writes() { return std::exchange(writes_, {}); }
  // A client that does not read, until it does again.
  void stall() { stalled_ = true; }
  void resume() { stalled_ = false; }
  [[nodiscard]] bool closed() const { return state_ == State::kClosed; }
  // Null once it is closed and has been told so.
  [[nodiscard]] net::ConnectionHandler* handler() { return handler_.get(); }

  // --- the loop's and the workers' side ---
  // Does the next thing that is due. False: nothing is.
  bool step() {
    end_turn();
    if (baton_ != Baton::kHere) return !holds_baton_ && run_offloaded();
    if (handler_ == nullptr) return false;
    const bool called = call_handler();
    end_turn();
    return called;
  }
  // What was written since the last turn goes to the client.
  void end_turn() {
    if (stalled_ || queue_.empty()) return;
    writes_.push_back(std::exchange(queue_, {}));
  }
  // While the baton is held, step() neither does a worker's work nor hands the baton back.
  void hold_baton() { holds_baton_ = true; }
  void release_baton() { holds_baton_ = false; }
  // The next half of an offload: the work, or the return to the loop. False: the baton is here.
  bool run_offloaded() {
    switch (baton_) {
      case Baton::kHere:
        return false;
      case Baton::kAway:
        std::exchange(work_, nullptr)();
        baton_ = Baton::kWorkDone;
        return true;
      case Baton::kWorkDone:
        baton_ = Baton::kHere;
        has_news_ = true;
        std::exchange(then_, nullptr)();
        if (state_ == State::kOpen && std::exchange(shut_down_owed_, false)) {
          handler_->on_shutdown(*this);
        }
        end_turn();
        return true;
    }
    return false;
  }

  // --- net::Connection ---
  [[nodiscard]] std::string_view input() const override {
    return std::string_view(input_).substr(consumed_, kInputBuffer);
  }
  void consume(std::size_t octets) override {
    consumed_ += octets;
    // What did not fit the buffer is read next.
    if (octets > 0 && input_.size() - consumed_ + octets > kInputBuffer) has_news_ = true;
  }
  [[nodiscard]] bool input_ended() const override {
    return input_ended_ && input_.size() - consumed_ <= kInputBuffer;
  }
  void write(std::string octets) override {
    if (state_ != State::kOpen) return;
    queue_ += octets;
    if (output_full() && !call_drained_at_) call_drained_at_ = kLowWater;
  }
  void write(std::shared_ptr<const std::string> octets) override { write(*octets); }
  [[nodiscard]] std::size_t output_size() const override { return queue_.size(); }
  void call_when_written() override { call_drained_at_ = 0; }
  void offload(net::Workers& /*workers*/, Task work, Task then) override {
    baton_ = Baton::kAway;
    work_ = std::move(work);
    then_ = std::move(then);
  }
  [[nodiscard]] bool offloaded() const override { return baton_ != Baton::kHere; }
  void start_tls(std::shared_ptr<net::TlsContext> /*context*/) override {
    input_.clear();
    consumed_ = 0;
    peer_.tls = true;
    owes_tls_ = true;
  }
  [[nodiscard]] bool is_tls() const override { return peer_.tls; }
  void start_compression() override { compressed_ = true; }
  void end_compression() override { compressed_ = false; }
  [[nodiscard]] bool is_compressed() const override { return compressed_; }
  [[nodiscard]] bool lost() const override {
    return state_ == State::kClosed && reason_ == net::CloseReason::kPeer;
  }
  void close() override {
    if (state_ == State::kOpen) state_ = State::kClosing;
  }
  void shut_down() override {
    if (offloaded()) {
      shut_down_owed_ = true;
    } else if (state_ == State::kOpen) {
      handler_->on_shutdown(*this);
    }
  }
  [[nodiscard]] bool shutting_down() const override { return shut_down_owed_; }
  void abort() override { end(net::CloseReason::kLocal); }
  [[nodiscard]] net::Loop& loop() override { return loop_; }
  [[nodiscard]] const std::string& peer_address() const override { return peer_.address; }
  [[nodiscard]] bool peer_is_loopback() const override { return peer_.loopback; }

 private:
  enum class State : std::uint8_t { kNew, kOpen, kClosing, kClosed };
  enum class Baton : std::uint8_t { kHere, kAway, kWorkDone };

  // The first call that the handler is owed. Requires: the baton is here.
  bool call_handler() {
    const bool open = state_ == State::kOpen;
    if (state_ == State::kNew) {
      state_ = State::kOpen;
      handler_->on_open(*this);
    } else if (state_ == State::kClosing && queue_.empty()) {
      state_ = State::kClosed;
    } else if (state_ == State::kClosed) {
      std::exchange(handler_, nullptr)->on_closed(*this, reason_);
    } else if (open && std::exchange(owes_tls_, false)) {
      handler_->on_tls(*this);
    } else if (open && call_drained_at_ && queue_.size() <= *call_drained_at_) {
      call_drained_at_.reset();
      has_news_ = true;
      handler_->on_drained(*this);
    } else if (open && std::exchange(has_news_, false) && (!input().empty() || input_ended())) {
      handler_->on_input(*this);
    } else {
      return false;
    }
    return true;
  }

  void end(net::CloseReason reason) {
    if (state_ == State::kClosed) return;
    if (state_ == State::kNew) handler_ = nullptr;
    if (state_ == State::kOpen) reason_ = reason;
    state_ = State::kClosed;
    queue_.clear();
  }

  net::Loop& loop_;
  std::unique_ptr<net::ConnectionHandler> handler_;
  Peer peer_;
  State state_ = State::kNew;
  net::CloseReason reason_ = net::CloseReason::kLocal;

  std::string input_;
  std::size_t consumed_ = 0;  // of input_
  bool has_news_ = false;     // input, or its end, that the handler has not seen
  bool input_ended_ = false;

  std::string queue_;                // written, not yet taken by the client
  std::vector<std::string> writes_;  // taken
  bool stalled_ = false;
  std::optional<std::size_t> call_drained_at_;  // on_drained is owed once the output is no longer

  Baton baton_ = Baton::kHere;
  bool holds_baton_ = false;
  Task work_;
  Task then_;

  bool owes_tls_ = false;
  bool compressed_ = false;
  bool shut_down_owed_ = false;
};

}  // namespace roost::imap
