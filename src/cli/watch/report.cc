#include "cli/watch/report.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "base/utf8.h"
#include "client/envelope.h"
#include "mail/rfc2047.h"
#include "mail/uid_set.h"

namespace roost::cli {

using admin::Json;
using admin::to_text;
using client::Event;
using client::EventKind;

namespace {

// Of a variable of the environment; the system takes 128 KiB.
constexpr std::size_t kMaxVariable = 32 * 1024;

std::string address_of(const client::Address& address) {
  return address.host.empty() ? address.mailbox : address.mailbox + "@" + address.host;
}

// RFC 3339.
std::string timestamp(const mail::InternalDate& date) {
  const std::chrono::sys_seconds shown{
      std::chrono::seconds(date.unix_seconds + std::int64_t{date.zone_minutes} * 60)};
  const int zone = std::abs(int{date.zone_minutes});
  return fmt::format("{:%FT%T}{}{:02}:{:02}", shown, date.zone_minutes < 0 ? '-' : '+', zone / 60,
                     zone % 60);
}

Json addresses(const std::vector<client::Address>& list) {
  Json json = Json::array();
  for (const client::Address& address : list) {
    if (address.host.empty()) continue;  // the beginning or the end of a group
    Json one = {{"address", address_of(address)}};
    if (!address.name.empty()) one["name"] = mail::decode_encoded_words(address.name);
    json.push_back(std::move(one));
  }
  return json;
}

Json json_of(const client::Envelope& envelope) {
  return {{"date", envelope.date},
          {"subject", mail::decode_encoded_words(envelope.subject)},
          {"from", addresses(envelope.from)},
          {"sender", addresses(envelope.sender)},
          {"replyTo", addresses(envelope.reply_to)},
          {"to", addresses(envelope.to)},
          {"cc", addresses(envelope.cc)},
          {"bcc", addresses(envelope.bcc)},
          {"inReplyTo", envelope.in_reply_to},
          {"messageId", envelope.message_id}};
}

std::string in_words(const client::Envelope& envelope) {
  std::string text;
  if (!envelope.from.empty()) {
    const client::Address& from = envelope.from.front();
    const std::string name = mail::decode_encoded_words(from.name);
    text += "  " + (name.empty() ? "" : name + " ") + "<" + address_of(from) + ">";
  }
  return text + "  " + mail::decode_encoded_words(envelope.subject);
}

Json json_of_drop(const Batch& batch) {
  return {{"event", "EventsDropped"}, {"mailbox", batch.mailbox}, {"count", batch.dropped}};
}

}  // namespace

// C0, DEL and C1 (which are C2 80 to C2 9F), and what is no UTF-8 at all.
std::string printable(std::string_view text) {
  const bool utf8 = is_utf8(text);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto octet = static_cast<unsigned char>(text[i]);
    if (octet == 0xC2 && utf8 && static_cast<unsigned char>(text[i + 1]) < 0xA0) {
      out += '?';
      ++i;
    } else {
      const bool shown = octet >= 0x80 ? utf8 : octet >= 0x20 && octet != 0x7F;
      out += shown ? text[i] : '?';
    }
  }
  return out;
}

std::string text_of(const Source& source, const Event& event) {
  std::string text = fmt::format("{}@{}/{} {}", source.user, source.host, event.mailbox,
                                 client::name_of(event.kind));
  if (event.uid.value != 0) text += " " + std::to_string(event.uid.value);
  for (const std::string& flag : event.flags) text += " " + flag;
  if (event.envelope) {
    if (const auto envelope = client::parse_envelope(*event.envelope)) text += in_words(*envelope);
  }
  return printable(text);
}

Json json_of(const Source& source, const Event& event) {
  Json json = {{"event", client::name_of(event.kind)},
               {"user", source.user},
               {"host", source.host},
               {"mailbox", event.mailbox},
               {"uidvalidity", event.uid_validity.value}};
  if (event.uid.value != 0) json["uid"] = event.uid.value;
  const bool of_flags =
      event.kind != EventKind::kMessageExpunge && event.kind != EventKind::kMailboxReset;
  if (of_flags) json["flagNames"] = event.flags;
  if (event.modseq.value != 0) json["modseq"] = event.modseq.value;
  if (event.internal_date) json["internalDate"] = timestamp(*event.internal_date);
  if (event.size) json["messageSize"] = *event.size;
  if (event.envelope) {
    if (const auto envelope = client::parse_envelope(*event.envelope)) {
      json["envelope"] = json_of(*envelope);
    }
  }
  return json;
}

std::string json_lines_of(const Batch& batch) {
  std::string lines;
  for (const Event& event : batch.events) lines += to_text(json_of(batch.source, event)) + "\n";
  if (batch.dropped > 0) lines += to_text(json_of_drop(batch)) + "\n";
  return lines;
}

Json json_of(const Batch& batch) {
  Json events = Json::array();
  for (const Event& event : batch.events) events.push_back(json_of(batch.source, event));
  if (batch.dropped > 0) events.push_back(json_of_drop(batch));
  return {{"user", batch.source.user},
          {"host", batch.source.host},
          {"mailbox", batch.mailbox},
          {"events", std::move(events)}};
}

std::vector<std::string> environment_of(const Batch& batch) {
  mail::UidSet arrived;
  std::string kinds;
  mail::UidValidity uid_validity;
  for (const Event& event : batch.events) {
    // UIDs of before MailboxReset mean nothing any more.
    if (std::exchange(uid_validity, event.uid_validity) != event.uid_validity) arrived = {};
    if (event.kind == EventKind::kMessageNew) arrived.add(event.uid);
    const std::string name(client::name_of(event.kind));
    if ((" " + kinds + " ").contains(" " + name + " ")) continue;
    kinds += (kinds.empty() ? "" : " ") + name;
  }
  std::vector<std::string> variables = {
      "ROOST_USER=" + batch.source.user,
      "ROOST_HOST=" + batch.source.host,
      "ROOST_MAILBOX=" + batch.mailbox,
      "ROOST_UIDVALIDITY=" + std::to_string(uid_validity.value),
      "ROOST_COUNT=" + std::to_string(batch.events.size()),
      "ROOST_EVENTS=" + kinds,
  };
  // Where it does not fit, standard input still has it.
  std::string uids = arrived.to_string();
  variables.push_back("ROOST_NEW=" + (uids.size() > kMaxVariable ? "" : std::move(uids)));
  return variables;
}

}  // namespace roost::cli
