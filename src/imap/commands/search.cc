// SEARCH (RFC 3501 section 6.4.4, ESEARCH RFC 4731 section 3.1):
//   search = "SEARCH" [SP "RETURN" SP "(" [option *(SP option)] ")"] [SP "CHARSET" SP astring]
//            1*(SP search-key);  options MIN, MAX, ALL, COUNT
// UID SEARCH (section 6.4.8). Runs in slices, so that a client that goes away ends it.
#include "mail/search.h"

#include "imap/commands/commands.h"
#include "imap/commands/message_set.h"
#include "imap/commands/search_result.h"

namespace roost::imap {

namespace {

constexpr std::uint32_t kSlice = 20'000;         // messages looked at in one go by flags and UID
constexpr std::uint64_t kSliceOctets = 8 << 20;  // octets read in one go

// One message as the matcher asks for it.
class Subject final : public mail::SearchSubject {
 public:
  Subject(Session& session, const mail::MessageEntry& entry) : session_(session), entry_(entry) {}

  const mail::MessageEntry& entry() override { return entry_; }
  bool recent() override { return session_.selected().recent.contains(entry_.uid); }
  Result<const mail::Digest*> digest() override {
    if (digest_) return &*digest_;
    auto digest = session_.server.store.digest(session_.selected().mailbox.id, entry_.uid);
    if (!digest) return fail(std::move(digest.error()));
    digest_ = *std::move(digest);
    return &*digest_;
  }
  Result<std::string_view> message() override {
    if (message_) return std::string_view(*message_);
    const auto known = digest();
    if (!known) return fail(known.error());
    auto octets = session_.server.store.read_blob((*known)->blob, 0, (*known)->size);
    if (!octets) return fail(std::move(octets.error()));
    message_ = *std::move(octets);
    return std::string_view(*message_);
  }

  [[nodiscard]] std::uint64_t octets_read() const { return message_ ? message_->size() : 0; }

 private:
  Session& session_;
  const mail::MessageEntry& entry_;
  std::optional<mail::Digest> digest_;
  std::optional<std::string> message_;
};

class Search final : public Command {
 public:
  Search(mail::SearchKey program, const Session& session, Addressed addressed,
         std::optional<SearchReturn> options)
      : matcher_(std::move(program), session.selected().view->keywords(),
                 session.server.clock.unix_seconds()),
        addressed_(addressed),
        result_(addressed, options) {}

  Result<Progress> run(Session& session) override {
    const mail::ViewPtr view = session.selected().view;
    if (next_.value <= view->size()) {
      auto done = look(session, *view);
      if (!done) return fail(std::move(done.error()));
      if (next_.value <= view->size()) return Progress::kMore;
    }
    return result_.write(session) ? Progress::kDone : Progress::kMore;
  }

 private:
  // Looks at the next messages, until the slice is full.
  Result<void> look(Session& session, const mail::MailboxView& view) {
    std::optional<Error> failed;
    std::uint64_t octets = 0;
    const mail::SeqNum last(std::min(view.size(), next_.value + kSlice - 1));
    view.for_each(next_, last, [&](mail::SeqNum seq, const mail::MessageEntry& entry) {
      next_ = seq.next();
      if (!entry.known()) return true;
      Subject subject(session, entry);
      auto matches = matcher_.match(subject);
      // A message that was expunged meanwhile, and not yet told of, matches nothing, here and
      // above.
      if (!matches && matches.error().code != ErrorCode::kNotFound) {
        failed = std::move(matches.error());
        return false;
      }
      if (matches && *matches) {
        result_.add(addressed_ == Addressed::kByUid ? entry.uid.value : seq.value);
      }
      octets += subject.octets_read();
      return octets < kSliceOctets;
    });
    if (failed) return fail(*std::move(failed));
    return {};
  }

  mail::SearchMatcher matcher_;
  Addressed addressed_;
  SearchResult result_;
  mail::SeqNum next_{1};  // to be looked at
};

Parsed parse(Parser& parser, const Session& session, Addressed addressed) {
  parser.space();
  std::optional<SearchReturn> options;
  if (parser.try_word("RETURN")) {
    parser.space();
    options = search_return(parser);
    parser.space();
  }
  std::string charset = "US-ASCII";
  if (parser.try_word("CHARSET")) {
    parser.space();
    charset = parser.astring();
    parser.space();
  }
  mail::SearchKey program = parser.search_program(charset, *session.selected().view);
  return std::make_unique<Search>(std::move(program), session, addressed, options);
}

}  // namespace

Parsed parse_search(Parser& parser, const Session& session) {
  return parse(parser, session, Addressed::kByNumber);
}

Parsed parse_uid_search(Parser& parser, const Session& session) {
  return parse(parser, session, Addressed::kByUid);
}

}  // namespace roost::imap
