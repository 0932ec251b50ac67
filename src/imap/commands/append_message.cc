#include "imap/commands/append_message.h"

#include <algorithm>

#include "base/local_zone.h"
#include "imap/commands/catenate.h"
#include "store/encode_nuls.h"

namespace roost::imap {

namespace {

constexpr std::size_t kMaxDigests = 64 * 1024 * 1024;  // octets, of one command

void streamed_literal(Parser& parser) {
  if (parser.literal().octets) parser.fail("a message literal");
}

void message_literal(Parser& parser) {
  (void)parser.try_char('~');
  streamed_literal(parser);
}

void cat_part(Parser& parser, AppendMessage& into) {
  if (parser.try_word("URL")) {
    parser.space();
    into.catenate.emplace_back(parser.astring());
  } else if (parser.try_word("TEXT")) {
    parser.space();
    streamed_literal(parser);
    into.catenate.emplace_back();
  } else {
    parser.fail("TEXT or URL");
  }
}

// Messages and parts of messages together.
std::size_t count(const std::vector<AppendMessage>& messages) {
  std::size_t count = 0;
  for (const AppendMessage& message : messages) {
    count += std::max<std::size_t>(message.catenate.size(), 1);
  }
  return count;
}

// A message with NULs as one that can be stored; false: session.reply says why not. Of a CATENATE
// it is the whole: a text is a piece, and what its octets are the others say.
Result<bool> encode_nuls(Session& session, store::NewMessage& message, Room& room) {
  if (auto enough = room.check(); !enough) return fail(std::move(enough.error()));
  const std::uint64_t before = message.digest.size;
  auto encoded = store::encode_nuls(session.server.store, std::move(message));
  if (!encoded) return fail(std::move(encoded.error()));
  if (!*encoded) {
    session.reply = {Condition::kNo, "UNKNOWN-CTE", "A NUL is where no encoding can express it"};
    return false;
  }
  message = **std::move(encoded);
  const std::uint64_t size = message.digest.size;
  if (size > size_limit(session)) {
    return fail(ErrorCode::kTooBig, "The message, encoded for its NULs, is over the size limit");
  }
  room.add(size - std::min(size, before));
  return true;
}

}  // namespace

AppendMessage append_message(Parser& parser) {
  AppendMessage message;
  parser.space();
  if (parser.peek() == '(') {
    message.flags = parser.flag_list();
    parser.space();
  }
  if (parser.peek() == '"') {
    message.date = parser.date_time();
    parser.space();
  }
  if (parser.try_word("CATENATE")) {
    parser.space();
    parser.list([&] { cat_part(parser, message); });
  } else {
    message_literal(parser);
  }
  return message;
}

Result<std::optional<std::vector<store::NewMessage>>> make_messages(
    Session& session, std::vector<AppendMessage> messages, std::uint64_t replaced) {
  if (count(messages) > IncomingMessages::kMax) {
    return fail(ErrorCode::kLimit, "At most 250 messages or parts at once");
  }
  IncomingMessages& incoming = session.incoming;
  incoming.write_out(session.server.store);
  if (incoming.failed) return fail(*std::move(incoming.failed));
  const std::int64_t now = session.server.clock.unix_seconds();
  const mail::InternalDate today{now, local_zone_minutes(now)};
  auto literal = incoming.received.begin();
  Room room(session, replaced);
  std::size_t digests = 0;
  std::vector<store::NewMessage> made;
  for (AppendMessage& message : messages) {
    IncomingMessages::Literal source;
    if (message.catenate.empty()) {
      source = std::move(*literal++);
      room.add(source.message.digest.size);
    } else {
      auto whole = catenate(session, message.catenate, literal, room);
      if (!whole) return fail(std::move(whole.error()));
      if (!*whole) return std::nullopt;
      source = **std::move(whole);
    }
    store::NewMessage& received = source.message;
    if (source.has_nul) {
      const auto encoded = encode_nuls(session, received, room);
      if (!encoded) return fail(encoded.error());
      if (!*encoded) return std::nullopt;
    }
    if (received.digest.size == 0) {
      session.reply = {Condition::kNo, "CANNOT", "A message has at least one octet"};
      return std::nullopt;
    }
    digests += mail::octets_of(received.digest);
    if (digests > kMaxDigests) {
      return fail(ErrorCode::kLimit, "The structure of the messages is too large");
    }
    received.digest.internal_date = message.date.value_or(today);
    received.flags = std::move(message.flags);
    made.push_back(std::move(received));
  }
  if (auto enough = room.check(); !enough) return fail(std::move(enough.error()));
  return made;
}

std::string appenduid_code(const store::Mailbox& mailbox, const store::Committed& committed) {
  return "APPENDUID " + std::to_string(mailbox.uid_validity.value) + " " +
         committed.assigned.to_string();
}

}  // namespace roost::imap
