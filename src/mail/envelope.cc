#include "mail/envelope.h"

#include <vector>

#include "base/ascii.h"
#include "mail/address_list.h"
#include "mail/header_fields.h"
#include "mail/wire_string.h"
#include "mail/wire_walk.h"

namespace roost::mail {
namespace {

using Addresses = std::vector<Address>;

struct EnvelopeFields {
  std::optional<std::string> date;
  std::optional<std::string> subject;
  std::optional<Addresses> from;
  std::optional<Addresses> sender;
  std::optional<Addresses> reply_to;
  Addresses to;
  Addresses cc;
  Addresses bcc;
  std::optional<std::string> in_reply_to;
  std::optional<std::string> message_id;
};

void set_first(std::optional<std::string>& value, std::string_view body) {
  if (!value) value = unfold(body);
}

void set_first(std::optional<Addresses>& value, std::string_view body) {
  if (!value) value = parse_address_list(unfold(body));
}

void join(Addresses& value, std::string_view body) {
  for (Address& address : parse_address_list(unfold(body))) value.push_back(std::move(address));
}

EnvelopeFields read_fields(std::string_view header) {
  EnvelopeFields out;
  HeaderFields in(header);
  while (const auto field = in.next()) {
    const auto is = [&](std::string_view name) { return equal_ignoring_case(field->name, name); };
    if (is("Date")) set_first(out.date, field->body);
    if (is("Subject")) set_first(out.subject, field->body);
    if (is("From")) set_first(out.from, field->body);
    if (is("Sender")) set_first(out.sender, field->body);
    if (is("Reply-To")) set_first(out.reply_to, field->body);
    if (is("To")) join(out.to, field->body);
    if (is("Cc")) join(out.cc, field->body);
    if (is("Bcc")) join(out.bcc, field->body);
    if (is("In-Reply-To")) set_first(out.in_reply_to, field->body);
    if (is("Message-ID")) set_first(out.message_id, field->body);
  }
  return out;
}

void append_addresses(std::string& out, const Addresses& addresses) {
  if (addresses.empty()) {
    out += " NIL";
    return;
  }
  out += " (";
  for (const Address& address : addresses) {
    out += '(';
    append_nstring(out, address.name);
    out += ' ';
    append_nstring(out, address.route);
    out += ' ';
    append_nstring(out, address.mailbox);
    out += ' ';
    append_nstring(out, address.host);
    out += ')';
  }
  out += ')';
}

}  // namespace

void append_envelope(std::string& out, std::string_view header) {
  const EnvelopeFields fields = read_fields(header);
  const Addresses from = fields.from.value_or(Addresses{});
  const auto or_from = [&](const std::optional<Addresses>& value) -> const Addresses& {
    return value && !value->empty() ? *value : from;
  };
  out += '(';
  append_nstring(out, fields.date);
  out += ' ';
  append_nstring(out, fields.subject);
  append_addresses(out, from);
  append_addresses(out, or_from(fields.sender));
  append_addresses(out, or_from(fields.reply_to));
  append_addresses(out, fields.to);
  append_addresses(out, fields.cc);
  append_addresses(out, fields.bcc);
  out += ' ';
  append_nstring(out, fields.in_reply_to);
  out += ' ';
  append_nstring(out, fields.message_id);
  out += ')';
}

namespace {

// Before the field of that place, if the envelope has it.
std::optional<WireWalk> walk_to(std::string_view envelope, std::size_t place) {
  WireWalk walk(envelope);
  if (!walk.take('(')) return std::nullopt;
  for (; place > 0; --place) {
    walk.value();
    if (!walk.take(' ')) return std::nullopt;
  }
  return walk;
}

}  // namespace

std::optional<std::string> date_of_envelope(std::string_view envelope) {
  auto walk = walk_to(envelope, 0);
  return walk ? walk->nstring() : std::nullopt;
}

std::optional<std::string> subject_of_envelope(std::string_view envelope) {
  auto walk = walk_to(envelope, 1);
  return walk ? walk->nstring() : std::nullopt;
}

std::optional<EnvelopeAddress> first_address_of_envelope(std::string_view envelope,
                                                         EnvelopeField field) {
  auto walk = walk_to(envelope, static_cast<std::size_t>(field));
  if (!walk || !walk->take('(') || !walk->take('(')) return std::nullopt;
  EnvelopeAddress address;
  address.name = walk->nstring();
  walk->take(' ');
  walk->value();  // the route
  walk->take(' ');
  address.mailbox = walk->nstring();
  walk->take(' ');
  address.host = walk->nstring();
  if (!walk->ok()) return std::nullopt;
  return address;
}

}  // namespace roost::mail
