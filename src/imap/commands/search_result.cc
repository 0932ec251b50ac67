#include "imap/commands/search_result.h"

#include "mail/uid_set.h"

namespace roost::imap {

SearchReturn search_return(Parser& parser) {
  SearchReturn options;
  parser.expect('(');
  bool any = false;
  while (parser.ok() && parser.peek() != ')') {
    if (any) parser.space();
    any = true;
    if (parser.try_word("MIN")) {
      options.min = true;
    } else if (parser.try_word("MAX")) {
      options.max = true;
    } else if (parser.try_word("ALL")) {
      options.all = true;
    } else if (parser.try_word("COUNT")) {
      options.count = true;
    } else {
      parser.fail("MIN, MAX, ALL or COUNT");
    }
  }
  parser.expect(')');
  if (!any) options.all = true;
  return options;
}

bool SearchResult::write(Session& session) {
  if (options_) {
    write_extended(session);
    return true;
  }
  ResponseWriter writer = session.write();
  if (!begun_) writer.raw("* SEARCH");
  begun_ = true;
  while (written_ < numbers_.size()) {
    if (session.output_full()) return false;
    writer.raw(" ").number(numbers_[written_++]);
  }
  writer.raw("\r\n");
  return true;
}

void SearchResult::write_extended(Session& session) const {
  ResponseWriter writer = session.write();
  writer.raw("* ESEARCH (TAG ").string(session.tag).raw(")");
  if (addressed_ == Addressed::kByUid) writer.raw(" UID");
  if (options_->min && !numbers_.empty()) writer.raw(" MIN ").number(numbers_.front());
  if (options_->max && !numbers_.empty()) writer.raw(" MAX ").number(numbers_.back());
  if (options_->count) writer.raw(" COUNT ").number(numbers_.size());
  if (options_->all && !numbers_.empty()) {
    mail::UidSet set;  // a sequence-set, of message numbers or UIDs
    for (const std::uint32_t number : numbers_) set.add(mail::Uid(number));
    writer.raw(" ALL ").raw(set.to_string());
  }
  writer.raw("\r\n");
}

}  // namespace roost::imap
