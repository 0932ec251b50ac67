// A blocking TCP or TLS connection to a server on loopback that is read by lines: large reads,
// memchr for the line end, literals skipped without a copy. The client must not be what a benchmark
// measures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

struct ssl_st;

namespace roost::bench {

enum class Security { kPlain, kTls };

/// Owner and thread: one client. Dies on any failure, as a benchmark whose connection breaks has no
/// result.
class Stream {
 public:
  /// TLS takes any certificate and never resumes a session.
  Stream(uint16_t port, Security security);
  ~Stream();
  Stream(Stream&& other) noexcept;
  Stream& operator=(Stream&&) = delete;

  void write(std::string_view octets);

  /// The next line, without CRLF. Valid until the next call of anything here.
  [[nodiscard]] std::string_view read_line();
  /// True if a whole line is at hand without reading from the socket.
  [[nodiscard]] bool has_line() const;
  /// Reads what the socket holds now, for use after epoll said so.
  void fill();
  void skip(size_t octets);

  [[nodiscard]] int descriptor() const { return fd_; }
  /// Octets received so far.
  [[nodiscard]] uint64_t received() const { return received_; }

 private:
  [[nodiscard]] size_t receive(char* to, size_t space);

  static constexpr size_t kBufferSize = 4 << 20;  // a line may name 100,000 messages

  int fd_ = -1;
  ssl_st* tls_ = nullptr;
  std::unique_ptr<char[]> buffer_;  // pages that are never written to are never there
  size_t begin_ = 0;
  size_t end_ = 0;
  uint64_t received_ = 0;
};

}  // namespace roost::bench
