#include "imap/commands/search_result.h"

#include <algorithm>

#include "mail/uid_set.h"

namespace roost::imap {

namespace {

void search_return_opt(Parser& parser, SearchReturn& options) {
  if (parser.try_word("MIN")) {
    options.min = true;
  } else if (parser.try_word("MAX")) {
    options.max = true;
  } else if (!options.all && !options.partial && parser.try_word("ALL")) {
    options.all = true;  // one ALL or PARTIAL at most (RFC 9394 section 3.1)
  } else if (parser.try_word("COUNT")) {
    options.count = true;
  } else if (parser.try_word("SAVE")) {
    options.save = true;
  } else if (parser.try_word("RELEVANCY")) {
    options.relevancy = true;
  } else if (parser.try_word("UPDATE")) {
    options.update = true;
  } else if (parser.try_word("CONTEXT")) {
    // A hint that the program will come again: nothing is made ready for it.
  } else if (!options.all && !options.partial && parser.try_word("PARTIAL")) {
    parser.space();
    options.partial = parser.partial_range();
  } else {
    parser.fail("MIN, MAX, COUNT, SAVE, RELEVANCY, CONTEXT, UPDATE or one of ALL and PARTIAL");
  }
}

}  // namespace

std::optional<SearchReturn> search_return_opts(Parser& parser) {
  if (!parser.try_word("RETURN")) return std::nullopt;
  parser.space();
  parser.expect('(');
  SearchReturn options;
  if (parser.peek() != ')') {
    do {
      search_return_opt(parser, options);
    } while (parser.try_char(' '));
  }
  parser.expect(')');
  // None that says what is told (RFC 9051 section 6.4.4). With SAVE nothing is.
  if (!options.tells() && !options.save) options.all = true;
  return options;
}

void SearchResult::add(const FoundMessage& message) {
  numbers_.push_back(addressed_ == Addressed::kByUid ? message.entry.uid.value : message.seq.value);
  if (options_ && options_->relevancy) {
    scores_.push_back(static_cast<std::uint8_t>(message.relevancy));
  }
  if (tells_modseq_) modseqs_.push_back(message.entry.modseq);
}

void SearchResult::put_in_order(const std::vector<std::uint32_t>& places) {
  const auto put = [&](auto& values) {
    auto in_order = values;
    for (std::size_t i = 0; i < values.size(); ++i) in_order[i] = values[places[i]];
    values = std::move(in_order);
  };
  put(numbers_);
  put(scores_);
  put(modseqs_);
}

std::unexpected<Error> SearchResult::failed(Session& session, Error error) const {
  if (options_ && options_->save) session.selected().save_result({});
  return fail(std::move(error));
}

bool SearchResult::write(Session& session) {
  if (!begun_) begin(session);
  begun_ = true;
  if (!session.mid_response) return true;
  const bool done =
      options_ ? write_ranges(session) && write_scores(session) : write_numbers(session);
  if (!done) return false;
  write_modseq(session.write());
  session.write().raw("\r\n");
  session.mid_response = false;
  return true;
}

// RFC 7162 section 3.1.5, RFC 4731 section 3.2.
void SearchResult::write_modseq(ResponseWriter writer) const {
  if (modseqs_.empty()) return;
  const std::uint64_t modseq = modseq_of_returned().value;
  if (options_) {
    writer.raw(" MODSEQ ").number(modseq);
  } else {
    writer.raw(" (MODSEQ ").number(modseq).raw(")");
  }
}

// The highest; of MIN and MAX, where nothing else is returned.
mail::ModSeq SearchResult::modseq_of_returned() const {
  const bool ends_only = options_ && (options_->min || options_->max) && !options_->all &&
                         !options_->count && !options_->partial;
  if (!ends_only) return std::ranges::max(modseqs_);
  mail::ModSeq highest;
  if (options_->min) highest = modseqs_.front();
  if (options_->max) highest = std::max(highest, modseqs_.back());
  return highest;
}

// All that is before the numbers of messages; nothing at all where only SAVE was asked for.
void SearchResult::begin(Session& session) {
  ResponseWriter writer = session.write();
  if (!options_) {
    writer.raw("* ").raw(response_);
    end_ = numbers_.size();
    session.mid_response = true;
    return;
  }
  const SearchReturn& options = *options_;
  if (options.save) session.selected().save_result(saved(*session.selected().view));
  if (!options.tells()) return;
  if (mailbox_ != nullptr && numbers_.empty()) return;

  begin_esearch(session, writer);
  if (options.min && !numbers_.empty()) writer.raw(" MIN ").number(numbers_.front());
  if (options.max && !numbers_.empty()) writer.raw(" MAX ").number(numbers_.back());
  if (options.count) writer.raw(" COUNT ").number(numbers_.size());
  scored_end_ = scores_.size();
  if (options.all && !numbers_.empty()) {
    writer.raw(" ALL ");
    end_ = numbers_.size();
  }
  if (options.partial) {
    const auto places = options.partial->of(numbers_.size());
    const std::string_view sign = options.partial->from_end ? "-" : "";
    writer.raw(" PARTIAL (").raw(sign).number(options.partial->first);
    writer.raw(":").raw(sign).number(options.partial->last);
    writer.raw(places.begin == places.end ? " NIL" : " ");
    written_ = scored_ = places.begin;
    end_ = places.end;
    if (options.relevancy) scored_end_ = places.end;
  }
  session.mid_response = true;
}

void SearchResult::begin_esearch(const Session& session, ResponseWriter writer) const {
  writer.raw("* ESEARCH (TAG ").string(session.tag);
  if (mailbox_ != nullptr) {
    writer.raw(" MAILBOX ").mailbox(mailbox_->name);
    writer.raw(" UIDVALIDITY ").number(mailbox_->uid_validity.value);
  }
  writer.raw(")");
  if (addressed_ == Addressed::kByUid) writer.raw(" UID");
}

bool SearchResult::write_numbers(Session& session) {
  ResponseWriter writer = session.write();
  while (written_ < end_) {
    if (session.output_full()) return false;
    writer.raw(" ").number(numbers_[written_++]);
  }
  return true;
}

bool SearchResult::write_ranges(Session& session) {
  ResponseWriter writer = session.write();
  while (written_ < end_) {
    if (session.output_full()) return false;
    written_ += writer.range(std::span(numbers_).subspan(written_, end_ - written_));
    if (written_ < end_) writer.raw(",");
  }
  return true;
}

// RELEVANCY (RFC 6203 section 4): of each message that is named, else of all that were found.
bool SearchResult::write_scores(Session& session) {
  ResponseWriter writer = session.write();
  if (!set_ended_) {
    set_ended_ = true;
    if (options_->partial) writer.raw(")");
    if (options_->relevancy) writer.raw(" RELEVANCY (");
  }
  if (!options_->relevancy) return true;
  for (; scored_ < scored_end_; ++scored_) {
    if (session.output_full()) return false;
    writer.number(scores_[scored_]).raw(scored_ + 1 < scored_end_ ? " " : "");
  }
  writer.raw(")");
  return true;
}

mail::Uid SearchResult::uid_at(std::size_t place, const mail::MailboxView& view) const {
  return addressed_ == Addressed::kByUid ? mail::Uid(numbers_[place])
                                         : view.at(mail::SeqNum(numbers_[place])).uid;
}

std::vector<mail::Uid> SearchResult::uids(const mail::MailboxView& view) const {
  std::vector<mail::Uid> uids;
  uids.reserve(numbers_.size());
  for (std::size_t i = 0; i < numbers_.size(); ++i) uids.push_back(uid_at(i, view));
  return uids;
}

// RFC 5182 section 2.4, RFC 9394 section 3.2.
mail::UidSet SearchResult::saved(const mail::MailboxView& view) const {
  const SearchReturn& options = *options_;
  std::vector<mail::UidRange> uids;
  const auto save = [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const mail::Uid uid = uid_at(i, view);
      uids.push_back({uid, uid});
    }
  };
  const std::size_t size = numbers_.size();
  if (options.all || options.count || (!options.min && !options.max && !options.partial)) {
    save(0, size);
  } else if (size > 0) {
    if (options.min) save(0, 1);
    if (options.max) save(size - 1, size);
    if (options.partial) {
      const auto places = options.partial->of(size);
      save(places.begin, places.end);
    }
  }
  return mail::UidSet::from_ranges(std::move(uids));
}

}  // namespace roost::imap
