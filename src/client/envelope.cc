#include "client/envelope.h"

#include <charconv>
#include <utility>

#include "base/ascii.h"

namespace roost::client {

namespace {

// Errors are sticky.
class Reader {
 public:
  explicit Reader(std::string_view rest) : rest_(rest) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  bool try_char(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char c) { ok_ = try_char(c) && ok_; }
  bool try_nil() {
    if (!starts_with_ignoring_case(rest_, "NIL")) return false;
    rest_.remove_prefix(3);
    return true;
  }
  std::string nstring() {
    if (try_nil()) return {};
    return rest_.starts_with('{') ? literal() : quoted();
  }
  // Servers write spaces between addresses, which the grammar has not, and "()" for NIL.
  std::vector<Address> addresses() {
    std::vector<Address> list;
    if (try_nil()) return list;
    expect('(');
    while (ok_ && !try_char(')')) {
      list.push_back(address());
      try_char(' ');
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
  std::string quoted() {
    std::string text;
    expect('"');
    while (ok_ && !try_char('"')) {
      try_char('\\');
      ok_ = !rest_.empty();
      if (ok_) text += rest_.front();
      if (ok_) rest_.remove_prefix(1);
    }
    return text;
  }
  std::string literal() {
    std::size_t octets = 0;
    const std::size_t end = rest_.find("}\r\n");
    if (end == std::string_view::npos) return failed();
    const char* const last = rest_.data() + end;
    const auto [stop, error] = std::from_chars(rest_.data() + 1, last, octets);
    rest_.remove_prefix(end + 3);
    if (error != std::errc() || stop != last || octets > rest_.size()) return failed();
    std::string text(rest_.substr(0, octets));
    rest_.remove_prefix(octets);
    return text;
  }
  std::string failed() {
    ok_ = false;
    return {};
  }

  std::string_view rest_;
  bool ok_ = true;
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
  if (!reader.ok() || !reader.at_end()) return std::nullopt;
  return envelope;
}

}  // namespace roost::client
