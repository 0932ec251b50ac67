#include "client/envelope.h"

#include "mail/wire_walk.h"

namespace roost::client {

namespace {

// Errors are sticky.
class Reader {
 public:
  explicit Reader(std::string_view text) : walk_(text) {}

  [[nodiscard]] bool done() const { return walk_.ok() && walk_.at_end(); }
  void expect(char c) {
    if (!walk_.take(c)) walk_.fail();
  }
  std::string nstring() { return walk_.nstring().value_or(""); }
  // Servers write spaces between addresses, which the grammar has not, and "()" for NIL.
  std::vector<Address> addresses() {
    std::vector<Address> list;
    if (!walk_.take('(')) {
      if (walk_.nstring()) walk_.fail();
      return list;
    }
    while (walk_.ok() && !walk_.take(')')) {
      list.push_back(address());
      walk_.take(' ');
    }
    return list;
  }

 private:
  Address address() {
    Address address;
    expect('(');
    address.name = nstring();
    expect(' ');
    nstring();  // addr-adl, of source routes
    expect(' ');
    address.mailbox = nstring();
    expect(' ');
    address.host = nstring();
    expect(')');
    return address;
  }

  mail::WireWalk walk_;
};

}  // namespace

std::optional<Envelope> parse_envelope(std::string_view text) {
  Reader reader(text);
  Envelope envelope;
  const auto string = [&reader](std::string& into) {
    reader.expect(' ');
    into = reader.nstring();
  };
  reader.expect('(');
  envelope.date = reader.nstring();
  string(envelope.subject);
  for (auto* const list : {&envelope.from, &envelope.sender, &envelope.reply_to, &envelope.to,
                           &envelope.cc, &envelope.bcc}) {
    reader.expect(' ');
    *list = reader.addresses();
  }
  string(envelope.in_reply_to);
  string(envelope.message_id);
  reader.expect(')');
  if (!reader.done()) return std::nullopt;
  return envelope;
}

}  // namespace roost::client
