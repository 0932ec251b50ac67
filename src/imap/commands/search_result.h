// What a searching command has found, and its response: SEARCH or SORT (RFC 3501 section 7.2.5, RFC
// 5256 section 4), or ESEARCH (RFC 4731 section 3.1, 4466 section 2.6.2) where the client asked for
// it with RETURN. In the order they are put in: of a SORT that is the one asked for (RFC 5267
// section 3). A program with MODSEQ is told the highest mod-sequence, too (RFC 7162 sections 3.1.6
// and 3.1.9, RFC 4731 section 3.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "imap/commands/message_set.h"
#include "imap/message_search.h"
#include "imap/protocol/parser.h"
#include "imap/session.h"
#include "mail/ids.h"
#include "mail/sort.h"

namespace roost::imap {

// RETURN options. CONTEXT (RFC 5267 section 4.2) changes nothing.
struct SearchReturn {
  bool min = false;
  bool max = false;
  bool all = false;
  bool count = false;
  bool save = false;                    // RFC 5182
  std::optional<PartialRange> partial;  // RFC 9394, instead of all
  bool relevancy = false;               // RFC 6203
  bool update = false;                  // RFC 5267 section 4.3

  // Something that ESEARCH tells.
  [[nodiscard]] bool tells() const { return min || max || all || count || partial || relevancy; }
};

// ["RETURN" SP "(" [option *(SP option)] ")"]
[[nodiscard]] std::optional<SearchReturn> search_return_opts(Parser& parser);

// What a client wants to be told of a search.
struct SearchAnswer {
  std::string_view response;  // "SEARCH" or "SORT", where nothing else was asked for
  Addressed addressed = Addressed::kByUid;
  std::optional<SearchReturn> options = std::nullopt;
  std::vector<mail::SortCriterion> order = {};  // none: that of the mailbox
  // Named in the response, which there is none of without a message (RFC 7377 section 2.1). The
  // caller's.
  const store::Mailbox* mailbox = nullptr;
};

// Lifetime: of one command, or of one mailbox's part of it.
class SearchResult {
 public:
  SearchResult(const SearchAnswer& answer, SearchTraits traits)
      : response_(answer.response),
        addressed_(answer.addressed),
        options_(answer.options),
        tells_modseq_(traits.asks_modseq),
        mailbox_(answer.mailbox) {}

  [[nodiscard]] Addressed addressed() const { return addressed_; }
  [[nodiscard]] bool asks_update() const { return options_ && options_->update; }
  void add(const FoundMessage& message);
  // In the order they have now, of the view that was searched.
  [[nodiscard]] std::vector<mail::Uid> uids(const mail::MailboxView& view) const;
  // By the places in which the messages were added.
  void put_in_order(const std::vector<std::uint32_t>& places);

  // Saves it if that was asked for, and appends the response to session.out, in pieces: true when
  // all of it is written.
  [[nodiscard]] bool write(Session& session);
  // "* ESEARCH (TAG …) UID", with which each ESEARCH response to the command begins.
  void begin_esearch(const Session& session, ResponseWriter writer) const;
  // Instead of write: the search failed. A result that was to be saved is empty (RFC 5182 section
  // 2.1).
  [[nodiscard]] std::unexpected<Error> failed(Session& session, Error error) const;

 private:
  void begin(Session& session);
  [[nodiscard]] bool write_numbers(Session& session);
  [[nodiscard]] bool write_ranges(Session& session);
  [[nodiscard]] bool write_scores(Session& session);
  void write_modseq(ResponseWriter writer) const;
  [[nodiscard]] mail::ModSeq modseq_of_returned() const;
  [[nodiscard]] mail::Uid uid_at(std::size_t place, const mail::MailboxView& view) const;
  [[nodiscard]] mail::UidSet saved(const mail::MailboxView& view) const;

  std::string_view response_;
  Addressed addressed_;
  std::optional<SearchReturn> options_;
  bool tells_modseq_;
  const store::Mailbox* mailbox_;
  std::vector<std::uint32_t> numbers_;
  std::vector<std::uint8_t> scores_;   // where they are asked for
  std::vector<mail::ModSeq> modseqs_;  // likewise
  bool begun_ = false;
  std::size_t written_ = 0;  // of numbers_: to be written next
  std::size_t end_ = 0;      // of those that are to be written
  bool set_ended_ = false;
  std::size_t scored_ = 0;      // of scores_: to be written next
  std::size_t scored_end_ = 0;  // of those that are to be written
};

}  // namespace roost::imap
