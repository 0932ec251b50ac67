#include "imap/protocol/response_parser.h"

#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "imap/protocol/parser.h"
#include "mail/wire_walk.h"

namespace roost::imap {
namespace {

namespace re = response;

// The terminals are Parser's, and so are its sticky errors.
class ResponseParser : private Parser {
 public:
  explicit ResponseParser(const Frame& frame)
      : Parser(frame, std::numeric_limits<std::size_t>::max()) {}

  Response read() {
    Response read = response();
    if (ok()) return read;
    return re::Malformed{error(), to_upper(name_)};
  }

 private:
  Response response();
  Response response_data();
  Response message_data();
  re::Status resp_cond_state(std::string_view tag, Condition condition);
  re::Code resp_text_code();
  re::Vanished expunged_resp();
  re::Fetch msg_att(mail::SeqNum seq);
  void msg_att_item(re::Fetch& into);
  re::List mailbox_list();
  re::MailboxStatus status();
  re::Search search();
  re::ESearch esearch_response();
  void search_return_data(re::ESearch& into);

  std::vector<std::string> capability_data();
  std::vector<std::string> flag_names();
  std::string mailbox_name();
  std::string_view value();  // a string, an atom, or a list with all that is in it
  std::string_view name();   // of a msg-att, with its section
  std::string_view word();   // up to a space or parenthesis
  std::string_view text() { return take(rest().size()); }
  void blanks() { (void)take_while(is_blank); }
  // A list whose items may be none and may be set apart by more than one space.
  template <typename Item>
  void tolerant_list(Item&& item);

  std::string_view name_;  // of an untagged response, once it has been read
};

template <typename Item>
void ResponseParser::tolerant_list(Item&& item) {
  expect('(');
  for (blanks(); ok() && !try_char(')'); blanks()) item();
}

Response ResponseParser::response() {
  if (try_char('+')) {
    (void)try_char(' ');
    return re::Continuation{std::string(text())};
  }
  if (try_char('*')) {
    blanks();
    return is_digit(peek()) ? message_data() : response_data();
  }
  const std::string_view tag = this->tag();
  space();
  const auto condition = condition_from_name(word());
  if (!condition || *condition == Condition::kBye || *condition == Condition::kPreauth) {
    fail("OK, NO or BAD");
    return {};
  }
  return resp_cond_state(tag, *condition);
}

Response ResponseParser::response_data() {
  const std::string_view name = name_ = word();
  if (const auto condition = condition_from_name(name)) return resp_cond_state({}, *condition);
  const auto is = [name](std::string_view known) { return equal_ignoring_case(name, known); };
  if (is("CAPABILITY")) return re::Capability{capability_data()};
  if (is("ENABLED")) return re::Enabled{capability_data()};
  blanks();
  if (is("FLAGS")) return re::Flags{flag_names()};
  if (is("VANISHED")) return expunged_resp();
  if (is("LIST") || is("LSUB")) return mailbox_list();
  if (is("STATUS")) return status();
  if (is("SEARCH") || is("SORT")) return search();
  if (is("ESEARCH")) return esearch_response();
  return re::Unknown{to_upper(name)};
}

// number SP ("EXISTS" / "RECENT" / "EXPUNGE" / "FETCH" SP msg-att)
Response ResponseParser::message_data() {
  const std::uint32_t number = this->number();
  space();
  const std::string_view name = name_ = word();
  const auto is = [name](std::string_view known) { return equal_ignoring_case(name, known); };
  if (is("EXISTS")) return re::Exists{number};
  if (is("RECENT")) return re::Recent{number};
  const bool expunge = is("EXPUNGE");
  if (!expunge && !is("FETCH")) return re::Unknown{to_upper(name)};
  if (number == 0) fail("the number of a message");
  if (expunge) return re::Expunge{mail::SeqNum(number)};
  blanks();
  return msg_att(mail::SeqNum(number));
}

re::Status ResponseParser::resp_cond_state(std::string_view tag, Condition condition) {
  re::Status status{.tag = std::string(tag), .condition = condition};
  (void)try_char(' ');
  if (peek() == '[') {
    status.code = resp_text_code();
    (void)try_char(' ');
  }
  status.text = text();
  return status;
}

// A "[" that no "]" follows begins the text: no code, and nothing to complain of.
re::Code ResponseParser::resp_text_code() {
  const std::size_t end = rest().find(']');
  if (end == std::string_view::npos) return {};
  const std::string_view inside = trim(take(end + 1).substr(1, end - 1));
  const std::size_t blank = inside.find(' ');
  re::Code code{.name = to_upper(inside.substr(0, blank))};
  if (blank == std::string_view::npos) return code;
  code.arguments = trim(inside.substr(blank));
  const Frame arguments{.octets = " " + code.arguments};
  ResponseParser inner(arguments);
  if (code.name == "CAPABILITY") {
    code.capabilities = inner.capability_data();
    if (!inner.ok()) fail("fewer capabilities");
  } else if (inner.space(); is_digit(inner.peek())) {
    const std::uint64_t number = inner.number64();
    if (inner.ok() && inner.at_end()) code.number = number;
  }
  return code;
}

std::vector<std::string> ResponseParser::capability_data() {
  std::vector<std::string> names;
  for (blanks(); ok() && !at_end(); blanks()) {
    if (names.size() == kMaxCapabilities) fail("fewer capabilities");
    names.push_back(to_upper(word()));
  }
  return names;
}

std::vector<std::string> ResponseParser::flag_names() {
  std::vector<std::string> names;
  tolerant_list([&] { names.emplace_back(word()); });
  return names;
}

re::Vanished ResponseParser::expunged_resp() {
  re::Vanished vanished;
  if (try_char('(')) {
    if (!try_word("EARLIER")) fail("EARLIER");
    expect(')');
    space();
    vanished.earlier = true;
  }
  if (!is_digit(peek())) fail("UIDs");
  vanished.uids = known_uids();
  return vanished;
}

re::Fetch ResponseParser::msg_att(mail::SeqNum seq) {
  re::Fetch fetch{.seq = seq};
  tolerant_list([&] { msg_att_item(fetch); });
  return fetch;
}

void ResponseParser::msg_att_item(re::Fetch& into) {
  const std::string_view name = this->name();
  blanks();
  const auto is = [name](std::string_view known) { return equal_ignoring_case(name, known); };
  if (is("UID")) {
    into.uid = mail::Uid(nz_number());
  } else if (is("FLAGS")) {
    into.flags = flag_names();
  } else if (is("MODSEQ")) {
    expect('(');
    into.modseq = mail::ModSeq(number64());
    expect(')');
  } else if (is("RFC822.SIZE")) {
    into.size = number64();
  } else if (is("INTERNALDATE")) {
    // Some servers have messages from no day there is.
    const Frame date{.octets = std::string(value())};
    ResponseParser inner(date);
    const mail::InternalDate read = inner.date_time();
    if (inner.ok() && inner.at_end()) into.internal_date = read;
  } else if (is("ENVELOPE") && peek() == '(') {
    into.envelope = value();
  } else {
    (void)value();
  }
}

// mailbox-list; what is extended of it (RFC 5258) stays unread.
re::List ResponseParser::mailbox_list() {
  re::List list{.attributes = flag_names()};
  blanks();
  if (!try_word("NIL")) {
    const std::string delimiter = string();
    if (delimiter.size() > 1) fail("one delimiter");
    if (!delimiter.empty()) list.delimiter = delimiter.front();
  }
  blanks();
  list.mailbox = mailbox_name();
  return list;
}

re::MailboxStatus ResponseParser::status() {
  re::MailboxStatus status{.mailbox = mailbox_name()};
  blanks();
  tolerant_list([&] {
    const std::string_view name = word();
    blanks();
    const auto is = [name](std::string_view known) { return equal_ignoring_case(name, known); };
    if (is("MESSAGES")) {
      status.messages = number();
    } else if (is("UIDNEXT")) {
      status.uid_next = mail::Uid(number());
    } else if (is("UIDVALIDITY")) {
      status.uid_validity = mail::UidValidity(number());
    } else if (is("UNSEEN")) {
      status.unseen = number();
    } else if (is("HIGHESTMODSEQ")) {
      status.highest_modseq = mail::ModSeq(number64());
    } else {
      (void)value();
    }
  });
  return status;
}

// "SEARCH" *(SP nz-number) [SP "(MODSEQ" SP mod-sequence-value ")"]
re::Search ResponseParser::search() {
  re::Search search;
  for (blanks(); ok() && is_digit(peek()); blanks()) search.numbers.push_back(number());
  if (try_char('(')) {
    if (!try_word("MODSEQ")) fail("MODSEQ");
    space();
    search.modseq = mail::ModSeq(number64());
    expect(')');
  }
  end();
  return search;
}

re::ESearch ResponseParser::esearch_response() {
  re::ESearch found;
  if (try_char('(')) {
    if (!try_word("TAG")) fail("TAG");
    space();
    found.tag = astring();
    expect(')');
    blanks();
  }
  found.uid = try_word("UID");
  for (blanks(); ok() && !at_end(); blanks()) search_return_data(found);
  return found;
}

void ResponseParser::search_return_data(re::ESearch& into) {
  const std::string_view name = word();
  space();
  const auto is = [name](std::string_view known) { return equal_ignoring_case(name, known); };
  if (is("ALL")) {
    into.all = known_uids();
  } else if (is("MIN")) {
    into.min = number();
  } else if (is("MAX")) {
    into.max = number();
  } else if (is("COUNT")) {
    into.count = number();
  } else if (is("MODSEQ")) {
    into.modseq = mail::ModSeq(number64());
  } else {
    (void)value();
  }
}

std::string ResponseParser::mailbox_name() {
  if (peek() == '"' || peek() == '{') return string();
  return std::string(word());
}

std::string_view ResponseParser::value() {
  (void)try_char('~');  // literal8
  mail::WireWalk walk(rest());
  const std::string_view read = walk.value();
  if (!walk.ok()) {
    fail("a value");
    return {};
  }
  return take(read.size());
}

// Sections hold spaces and parentheses: BODY[HEADER.FIELDS (SUBJECT)]<0>.
std::string_view ResponseParser::name() {
  int depth = 0;
  const std::string_view read = take_while([&depth](char c) {
    if (c == '[') ++depth;
    if (c == ']') --depth;
    return depth > 0 || (c != ' ' && c != '(' && c != ')');
  });
  if (read.empty()) fail("a name");
  return read;
}

std::string_view ResponseParser::word() {
  const std::string_view read =
      take_while([](char c) { return !is_space(c) && c != '(' && c != ')'; });
  if (read.empty()) fail("a word");
  return read;
}

}  // namespace

Response parse_response(const Frame& frame) { return ResponseParser(frame).read(); }

}  // namespace roost::imap
