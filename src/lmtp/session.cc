// The state machine of an LMTP session. `execute` holds the table of commands; what has a grammar
// is parsed in arguments.cc, what touches the store is in destination.cc, incoming_message.cc and
// delivery.cc.
#include "lmtp/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "base/log.h"
#include "lmtp/delivery.h"
#include "lmtp/reply_from_error.h"
#include "lmtp/trace.h"

namespace roost::lmtp {

Session::Session(LmtpContext& context, std::string peer_address)
    : context_(context), peer_address_(std::move(peer_address)) {}

std::string Session::greeting() const {
  return fmt::format("220 {} LMTP Roost ready\r\n", context_.hostname);
}

void Session::receive(std::string_view octets, std::string& replies) {
  while (!octets.empty() && !ended_) {
    switch (mode_) {
      case Mode::kCommands:
        receive_command(octets, replies);
        break;
      case Mode::kText:
        receive_text(octets, replies);
        break;
      case Mode::kChunk:
        receive_chunk(octets, replies);
        break;
    }
  }
}

void Session::receive_command(std::string_view& octets, std::string& replies) {
  const std::optional<LineReader::Line> line = lines_.next(octets);
  if (!line) return;
  if (line->kind == LineReader::Line::Kind::kTooLong) {
    refuse({500, "5.5.2", "Line is too long"}, replies);
  } else if (std::ranges::any_of(line->text, is_control)) {
    refuse({500, "5.5.2", "Control character in a command; lines end with CRLF"}, replies);
  } else {
    execute(line->text, replies);
  }
}

void Session::execute(std::string_view line, std::string& replies) {
  struct Row {
    std::string_view verb;
    void (Session::*run)(std::string_view, std::string&);
    enum class Arguments : std::uint8_t { kNone, kSome } arguments;
  };
  using enum Row::Arguments;
  static constexpr Row kCommands[] = {
      {"MAIL", &Session::mail, kSome}, {"RCPT", &Session::rcpt, kSome},
      {"DATA", &Session::data, kNone}, {"BDAT", &Session::bdat, kSome},
      {"RSET", &Session::rset, kNone}, {"LHLO", &Session::lhlo, kSome},
      {"QUIT", &Session::quit, kNone}, {"NOOP", &Session::noop, kSome},
      {"VRFY", &Session::vrfy, kSome}, {"EXPN", &Session::expn, kSome},
      {"HELP", &Session::help, kSome}, {"HELO", &Session::helo, kSome},
      {"EHLO", &Session::helo, kSome},
  };

  line = trim(line);
  const std::string_view verb = line.substr(0, line.find(' '));
  const std::string_view arguments = trim(line.substr(verb.size()));
  for (const Row& row : kCommands) {
    if (!equal_ignoring_case(verb, row.verb)) continue;
    if (row.arguments == kNone && !arguments.empty()) {
      return refuse({501, "5.5.4", "Command takes no arguments"}, replies);
    }
    return (this->*row.run)(arguments, replies);
  }
  refuse({500, "5.5.2", "Command unknown"}, replies);
  // Whoever begins like this speaks another protocol: a browser made to POST a message here, say.
  if (client_.empty()) ended_ = true;
}

// --- commands ---

// RFC 2033 section 4.1; as EHLO, it clears the transaction (RFC 5321 section 4.1.4).
void Session::lhlo(std::string_view arguments, std::string& replies) {
  auto client = parse_lhlo(arguments);
  if (!client) return refuse(client.error(), replies);
  client_ = *std::move(client);
  transaction_.reset();
  replies += fmt::format(
      "250-{}\r\n250-PIPELINING\r\n250-SIZE {}\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n"
      "250-ENHANCEDSTATUSCODES\r\n250 CHUNKING\r\n",
      context_.hostname, context_.append_size);
}

void Session::helo(std::string_view /*arguments*/, std::string& replies) {
  refuse({500, "5.5.1", "This is LMTP: say LHLO"}, replies);
}

void Session::mail(std::string_view arguments, std::string& replies) {
  if (client_.empty()) return refuse({503, "5.5.1", "Say LHLO first"}, replies);
  if (transaction_) return refuse({503, "5.5.1", "Sender is given already"}, replies);
  auto parsed = parse_mail(arguments);
  if (!parsed) return refuse(parsed.error(), replies);
  if (context_.append_size != 0 && parsed->size > context_.append_size) {
    const Error too_big{ErrorCode::kTooBig, "declared size is over append_size"};
    return append_reply(reply_from_error(too_big), replies);
  }
  transaction_.emplace().mail = *std::move(parsed);
  append_reply({250, "2.1.0", "Sender OK"}, replies);
}

void Session::rcpt(std::string_view arguments, std::string& replies) {
  if (auto reply = out_of_sequence()) return refuse(*reply, replies);
  auto path = parse_rcpt(arguments, transaction_->mail.addresses);
  if (!path) return refuse(path.error(), replies);
  if (transaction_->recipients.size() >= kMaxRecipients) {
    return append_reply({452, "4.5.3", "Too many recipients"}, replies);
  }
  const auto destination = find_destination(context_.store, *path);
  if (!destination) {
    if (destination.error().code != ErrorCode::kNotFound) {
      log::warning("lmtp: cannot look up <{}>: {}", path->text, destination.error().detail);
    }
    return append_reply(reply_from_error(destination.error()), replies);
  }
  transaction_->recipients.push_back({*std::move(path), *destination});
  append_reply({250, "2.1.5", "Recipient OK"}, replies);
}

void Session::data(std::string_view /*arguments*/, std::string& replies) {
  if (auto reply = out_of_sequence()) return refuse(*reply, replies);
  // RFC 2033 section 4.2. No error of the client's: with pipelining it could not know.
  if (transaction_->recipients.empty()) {
    return append_reply({503, "5.5.1", "No valid recipients"}, replies);
  }
  transaction_->content_begun = true;
  open_message();
  dots_ = DotDecoder();
  mode_ = Mode::kText;
  append_reply({354, "", "Send the message, end with CRLF.CRLF"}, replies);
}

// RFC 3030 section 2: whatever is wrong, the octets follow and must be taken. If it cannot be told
// how many, the session ends, lest a message be read as commands.
void Session::bdat(std::string_view arguments, std::string& replies) {
  const auto parsed = parse_bdat(arguments);
  if (!parsed) {
    ended_ = true;
    return append_reply(parsed.error(), replies);
  }
  chunk_ = {
      .left = parsed->size, .size = parsed->size, .place = parsed->place, .refusal = std::nullopt};
  mode_ = Mode::kChunk;
  if (!transaction_) {
    chunk_.refusal = out_of_sequence();
  } else if (transaction_->recipients.empty()) {
    chunk_.refusal = Reply{503, "5.5.1", "No valid recipients"};
  } else if (!transaction_->message) {
    open_message();
  }
  if (transaction_) transaction_->content_begun = true;
  if (chunk_.left == 0) end_chunk(replies);
}

void Session::rset(std::string_view /*arguments*/, std::string& replies) {
  transaction_.reset();
  append_reply({250, "2.0.0", "OK"}, replies);
}

void Session::noop(std::string_view /*arguments*/, std::string& replies) {
  append_reply({250, "2.0.0", "OK"}, replies);
}

void Session::vrfy(std::string_view /*arguments*/, std::string& replies) {
  append_reply({252, "2.5.0", "Try RCPT to find out"}, replies);
}

void Session::expn(std::string_view /*arguments*/, std::string& replies) {
  append_reply({502, "5.5.1", "No mailing lists here"}, replies);
}

void Session::help(std::string_view /*arguments*/, std::string& replies) {
  append_reply({214, "2.0.0", "LHLO MAIL RCPT DATA BDAT RSET NOOP VRFY QUIT: RFC 2033"}, replies);
}

void Session::quit(std::string_view /*arguments*/, std::string& replies) {
  ended_ = true;
  append_reply({221, "2.0.0", context_.hostname + " closing connection"}, replies);
}

// --- the message ---

std::optional<Reply> Session::out_of_sequence() const {
  if (client_.empty()) return Reply{503, "5.5.1", "Say LHLO first"};
  if (!transaction_) return Reply{503, "5.5.1", "Say MAIL first"};
  if (transaction_->content_begun) return Reply{503, "5.5.1", "Message has begun: BDAT or RSET"};
  return std::nullopt;
}

void Session::open_message() {
  const std::int64_t now = context_.clock.unix_seconds();
  const mail::InternalDate date{.unix_seconds = now, .zone_minutes = context_.zone_minutes(now)};
  const std::uint64_t number = ++context_.messages;
  transaction_->message.emplace(
      context_.store,
      IncomingMessage::Options{.id = fmt::format("{:x}-{:x}", date.unix_seconds, number),
                               .date = date,
                               .limit = context_.append_size});

  const auto& [mail, recipients, begun, message] = *transaction_;
  const bool utf8 = mail.addresses == MailArguments::Addresses::kUtf8;
  transaction_->message->prepend(trace_fields(
      {.reverse_path = mail.reverse_path,
       .only_recipient = recipients.size() == 1 ? &recipients.front().forward_path : nullptr,
       .client = client_,
       .peer_address = peer_address_,
       .hostname = context_.hostname,
       .protocol = utf8 ? "UTF8LMTP" : "LMTP",
       .id = message->id(),
       .date = date}));
}

void Session::receive_text(std::string_view& octets, std::string& replies) {
  text_.clear();
  dots_.decode(octets, text_);
  transaction_->message->append(text_);
  if (!dots_.ended()) return;
  mode_ = Mode::kCommands;
  end_message(replies);
}

void Session::receive_chunk(std::string_view& octets, std::string& replies) {
  const std::size_t taken =
      static_cast<std::size_t>(std::min<std::uint64_t>(octets.size(), chunk_.left));
  if (!chunk_.refusal) transaction_->message->append(octets.substr(0, taken));
  octets.remove_prefix(taken);
  chunk_.left -= taken;
  if (chunk_.left == 0) end_chunk(replies);
}

void Session::end_chunk(std::string& replies) {
  mode_ = Mode::kCommands;
  const bool last = chunk_.place == ChunkArguments::Place::kLast;
  if (chunk_.refusal && !transaction_) return refuse(*chunk_.refusal, replies);
  // RFC 2033 section 4.3: as many replies as recipients, so none where there is none.
  if (last) return end_message(replies);
  if (chunk_.refusal) return append_reply(*chunk_.refusal, replies);
  if (const auto& failure = transaction_->message->failure()) {
    return append_reply(reply_from_error(*failure), replies);
  }
  append_reply({250, "2.0.0", fmt::format("{} octets received", chunk_.size)}, replies);
}

void Session::end_message(std::string& replies) {
  Transaction transaction = *std::exchange(transaction_, std::nullopt);
  if (transaction.recipients.empty()) return;
  errors_ = 0;
  const Result<store::NewMessage> message = transaction.message->finish();
  const Delivery delivery{.id = transaction.message->id(),
                          .reverse_path = transaction.mail.reverse_path,
                          .recipients = transaction.recipients};
  for (const Reply& reply : message ? deliver(context_, delivery, *message)
                                    : fail_all(context_, delivery, message.error())) {
    append_reply(reply, replies);
  }
}

void Session::refuse(const Reply& reply, std::string& replies) {
  append_reply(reply, replies);
  if (++errors_ < kMaxErrors || ended_) return;
  append_reply({421, "4.7.0", "Too many errors"}, replies);
  ended_ = true;
}

}  // namespace roost::lmtp
