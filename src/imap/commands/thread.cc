// THREAD (RFC 5256 section 3):
//   thread = "THREAD" SP ("ORDEREDSUBJECT" / "REFERENCES") SP charset 1*(SP search-key)
// UID THREAD. The response (section 4) is written node by node, with a place for each level that is
// open: a thread may be as deep as the mailbox has messages.
#include "imap/commands/answered_search.h"
#include "imap/commands/commands.h"
#include "imap/commands/message_set.h"
#include "imap/commands/search_arguments.h"
#include "imap/commands/threading.h"
#include "mail/threads.h"

namespace roost::imap {

namespace {

// thread-data = "THREAD" [SP 1*thread-list]
class ThreadResponse {
 public:
  explicit ThreadResponse(mail::Threads threads) : threads_(std::move(threads)) {}

  // Appends it to session.out, in pieces: true when all of it is written.
  [[nodiscard]] bool write(Session& session) {
    ResponseWriter writer = session.write();
    if (!begun_) writer.raw(threads_.top.first_child == kNone ? "* THREAD" : "* THREAD ");
    if (!begun_) open_.push_back(threads_.top.first_child);
    begun_ = true;
    session.mid_response = true;
    while (member_ != kNone || !open_.empty()) {
      if (session.output_full()) return false;
      if (member_ != kNone) {
        write_member(writer);
        continue;
      }
      std::uint32_t& next = open_.back();
      if (next == kNone) {
        open_.pop_back();
        if (!open_.empty()) writer.raw(")");
        continue;
      }
      member_ = next;
      next = threads_.nodes[member_].next_sibling;
      writer.raw("(");
    }
    writer.raw("\r\n");
    session.mid_response = false;
    return true;
  }

 private:
  static constexpr std::uint32_t kNone = mail::Threads::kNone;

  // Behind it comes its only child; else the list is closed, or its sub-threads are to come.
  void write_member(ResponseWriter& writer) {
    const mail::Threads::Node& at = threads_.nodes[member_];
    if (at.number != 0) writer.number(at.number);
    member_ = kNone;
    if (at.first_child == kNone) {
      writer.raw(")");
      return;
    }
    if (at.number != 0) writer.raw(" ");
    if (at.first_child == at.last_child) {
      member_ = at.first_child;
    } else {
      open_.push_back(at.first_child);
    }
  }

  mail::Threads threads_;
  std::vector<std::uint32_t> open_;  // of each level, the sibling to come
  std::uint32_t member_ = kNone;     // of the innermost list that is begun: to come
  bool begun_ = false;
};

class Thread final : public Command {
 public:
  Thread(MessageSearch search, mail::ThreadAlgorithm algorithm, Addressed addressed)
      : search_(std::move(search)), threading_(algorithm), addressed_(addressed) {}

  Result<Progress> run(Session& session) override {
    if (!response_) {
      search_.traits().take_effect(session);
      const mail::ViewPtr view = session.selected().view;
      const SearchedMailbox mailbox = selected_mailbox(session, *view);
      ThreadKeys& cache = session.server.thread_keys;
      threading_->begin(cache, mailbox.id);
      const mail::SeqNum first = search_.next();
      const auto take = [&](const FoundMessage& message) {
        return threading_->add(mailbox.store, message, number_of(message));
      };
      const auto done = search_.run(mailbox, take, threading_->known());
      if (!done) return fail(done.error());
      session.in_progress.add(search_.next().value - first.value);
      if (!*done) return Progress::kMore;
      response_.emplace(threading_->finish(cache, mailbox));
      threading_.reset();
    }
    return response_->write(session) ? Progress::kDone : Progress::kMore;
  }

 private:
  [[nodiscard]] std::uint32_t number_of(const FoundMessage& message) const {
    return addressed_ == Addressed::kByUid ? message.entry.uid.value : message.seq.value;
  }

  MessageSearch search_;
  std::optional<Threading> threading_;
  Addressed addressed_;
  std::optional<ThreadResponse> response_;
};

// thread-alg
mail::ThreadAlgorithm thread_alg(Parser& parser) {
  if (parser.try_word("REFERENCES")) return mail::ThreadAlgorithm::kReferences;
  if (!parser.try_word("ORDEREDSUBJECT")) parser.fail("REFERENCES or ORDEREDSUBJECT");
  return mail::ThreadAlgorithm::kOrderedSubject;
}

Parsed parse(Parser& parser, const Session& session, Addressed addressed) {
  parser.space();
  const mail::ThreadAlgorithm algorithm = thread_alg(parser);
  parser.space();
  const std::string charset = sort_charset(parser, session);
  SearchCriteria criteria = search_criteria(parser, session, charset);
  if (criteria.unknown_charset) return refuse_charset(std::nullopt);
  MessageSearch search(std::move(criteria), session.selected().view->keywords(),
                       session.server.clock.unix_seconds(), MessageSearch::Digests::kOfAllFound);
  return std::make_unique<Thread>(std::move(search), algorithm, addressed);
}

}  // namespace

Parsed parse_thread(Parser& parser, const Session& session) {
  return parse(parser, session, Addressed::kByNumber);
}

Parsed parse_uid_thread(Parser& parser, const Session& session) {
  return parse(parser, session, Addressed::kByUid);
}

}  // namespace roost::imap
