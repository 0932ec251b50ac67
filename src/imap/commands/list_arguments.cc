#include "imap/commands/list_arguments.h"

#include "imap/protocol/quirks.h"

namespace roost::imap {

namespace {

// "(" [item *(SP item)] ")"
template <typename Item>
void options(Parser& parser, Item&& item) {
  parser.expect('(');
  if (parser.try_char(')')) return;
  do {
    item();
  } while (parser.try_char(' '));
  parser.expect(')');
}

// REMOTE is taken and changes nothing: there are no remote mailboxes.
void list_select_opts(Parser& parser, ListArguments::Select& into) {
  options(parser, [&] {
    if (parser.try_word("SUBSCRIBED")) {
      into.subscribed = true;
    } else if (parser.try_word("SPECIAL-USE")) {
      into.special_use = true;
    } else if (parser.try_word("RECURSIVEMATCH")) {
      into.recursive_match = true;
    } else if (!parser.try_word("REMOTE")) {
      parser.fail("a selection option");
    }
  });
  if (into.recursive_match && !into.subscribed && !into.special_use) {
    parser.fail("SUBSCRIBED or SPECIAL-USE beside RECURSIVEMATCH");
  }
}

void patterns(Parser& parser, std::vector<std::string>& into) {
  if (parser.peek() == '(') {
    parser.list([&] { into.push_back(parser.list_mailbox()); });
  } else {
    into.push_back(parser.list_mailbox());
  }
}

void list_return_opts(Parser& parser, ListArguments::Return& into) {
  if (!parser.try_word("RETURN")) parser.fail("RETURN");
  parser.space();
  options(parser, [&] {
    if (parser.try_word("SUBSCRIBED")) {
      into.subscribed = true;
    } else if (parser.try_word("STATUS")) {
      parser.space();
      into.status = status_atts(parser);
    } else if (!parser.try_word("CHILDREN") && !parser.try_word("SPECIAL-USE")) {
      parser.fail("a return option");
    }
  });
}

}  // namespace

ListArguments list_arguments(Parser& parser) {
  ListArguments arguments;
  if (parser.peek() == '(') {
    arguments.extended = true;
    list_select_opts(parser, arguments.select);
    parser.space();
  }
  arguments.reference = parser.mailbox();
  parser.space();
  arguments.extended = arguments.extended || parser.peek() == '(';
  patterns(parser, arguments.patterns);
  if (!quirks::may_end(parser.rest()) && parser.try_char(' ')) {
    arguments.extended = true;
    list_return_opts(parser, arguments.returned);
  }
  return parser.ok() ? arguments : ListArguments();
}

}  // namespace roost::imap
