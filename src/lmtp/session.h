// Session: the LMTP server (RFC 2033) without a socket: octets in, replies out.
//
// LMTP is SMTP with LHLO, and with one difference that shapes everything here: after the message
// there is a reply for each recipient that RCPT accepted, so that each delivery succeeds or fails
// by itself and the server needs no queue. Spoken to trusted relays only: no AUTH, no TLS.
//
// Pipelining (RFC 2920) needs no code: whatever has arrived is worked off in order, and the replies
// leave together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lmtp/arguments.h"
#include "lmtp/context.h"
#include "lmtp/destination.h"
#include "lmtp/dot_decoder.h"
#include "lmtp/incoming_message.h"
#include "lmtp/line_reader.h"
#include "lmtp/reply.h"

namespace roost::lmtp {

// From MAIL to the end of its message, RSET or LHLO.
struct Transaction {
  MailArguments mail;
  std::vector<Recipient> recipients;
  bool content_begun = false;  // by DATA or BDAT: no RCPT and no DATA from here on
  std::optional<IncomingMessage> message;
};

// Owner: the handler. Thread: whoever holds the baton; receive calls the store, and blocks.
// Memory: bounded, whatever arrives: one line, kMaxRecipients addresses, one piece of text.
class Session {
 public:
  static constexpr std::size_t kMaxRecipients = 1000;  // accepted in one transaction
  static constexpr int kMaxErrors = 20;  // wrong commands since the last message; then we hang up

  // peer_address: net::Connection::peer_address().
  Session(LmtpContext& context, std::string peer_address);

  [[nodiscard]] std::string greeting() const;
  // Works off all of octets; appends the replies.
  void receive(std::string_view octets, std::string& replies);
  // After QUIT or too many errors: send the replies, then close.
  [[nodiscard]] bool ended() const { return ended_; }
  // A message is arriving: to destroy the session now gives up a blob, and may block.
  [[nodiscard]] bool message_open() const { return transaction_ && transaction_->message; }

 private:
  struct Chunk {
    std::uint64_t left = 0;
    std::uint64_t size = 0;
    ChunkArguments::Place place = ChunkArguments::Place::kMore;
    std::optional<Reply> refusal;  // the octets are thrown away
  };
  enum class Mode : std::uint8_t { kCommands, kText, kChunk };

  void receive_command(std::string_view& octets, std::string& replies);
  void receive_text(std::string_view& octets, std::string& replies);
  void receive_chunk(std::string_view& octets, std::string& replies);

  void execute(std::string_view line, std::string& replies);
  void lhlo(std::string_view arguments, std::string& replies);
  void helo(std::string_view arguments, std::string& replies);
  void mail(std::string_view arguments, std::string& replies);
  void rcpt(std::string_view arguments, std::string& replies);
  void data(std::string_view arguments, std::string& replies);
  void bdat(std::string_view arguments, std::string& replies);
  void rset(std::string_view arguments, std::string& replies);
  void noop(std::string_view arguments, std::string& replies);
  void vrfy(std::string_view arguments, std::string& replies);
  void expn(std::string_view arguments, std::string& replies);
  void help(std::string_view arguments, std::string& replies);
  void quit(std::string_view arguments, std::string& replies);

  // Why RCPT, DATA or BDAT cannot come now.
  [[nodiscard]] std::optional<Reply> out_of_sequence() const;
  void open_message();
  void end_chunk(std::string& replies);
  // One reply for each recipient; the transaction is over.
  void end_message(std::string& replies);
  // Replies, and counts it as an error of the client.
  void refuse(const Reply& reply, std::string& replies);

  LmtpContext& context_;
  const std::string peer_address_;
  std::string client_;  // LHLO's argument; empty before it
  std::optional<Transaction> transaction_;
  Mode mode_ = Mode::kCommands;
  LineReader lines_;  // of kCommands
  DotDecoder dots_;   // of kText
  std::string text_;  // of kText: the piece at hand
  Chunk chunk_;       // of kChunk
  int errors_ = 0;
  bool ended_ = false;
};

}  // namespace roost::lmtp
