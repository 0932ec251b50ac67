// SEARCH (RFC 3501 section 6.4.4, RFC 5032 WITHIN, RFC 6203 FUZZY, RFC 8474 section 6, RFC 8514
// section 4.3): the program a client sends, as a tree, and whether a message satisfies it. Text is
// compared as Unicode: header fields decoded by RFC 2047, bodies by their transfer encoding and
// charset, both folded by case; substring match. ASCII text takes a path that never leaves octets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "mail/digest.h"
#include "mail/flags.h"
#include "mail/ids.h"
#include "mail/mailbox_view.h"
#include "mail/search_text.h"
#include "mail/uid_set.h"

namespace roost::mail {

struct SearchKey {
  enum class Kind : std::uint8_t {
    kAll,
    kAnd,
    kOr,
    kNot,
    kFlag,
    kKeyword,
    kRecent,  // UNSEEN is NOT of kFlag \Seen, NEW is AND of kRecent and that, OLD is NOT kRecent
    kBefore,
    kOn,
    kSince,  // internal date, as days in the message's own zone
    kSentBefore,
    kSentOn,
    kSentSince,  // Date: header, without regard to time and zone
    kYounger,
    kOlder,  // RFC 5032: number is seconds
    kSavedBefore,
    kSavedOn,
    kSavedSince,  // RFC 8514: save date, as kBefore …
    kEmailId,
    kThreadId,  // RFC 8474: text is the object id
    kLarger,
    kSmaller,  // number is octets
    kHeader,   // field: text (empty text: the field exists). BCC CC FROM SUBJECT TO are headers
    kBody,
    kText,
    kModSeq,  // RFC 7162 section 3.1.5: number is the mod-sequence
    kUidSet,  // sequence sets become UID sets when the program is bound to a view
  };
  Kind kind = Kind::kAll;
  SystemFlag flag = SystemFlag::kSeen;
  std::uint64_t number = 0;  // seconds, octets, or a mod-sequence
  std::int64_t day = 0;      // days since 1970-01-01, of the date keys
  std::string field;         // of kHeader
  std::string text;          // UTF-8; of kHeader, kBody, kText, kKeyword, kEmailId, kThreadId
  UidSet uids;               // of kUidSet
  bool fuzzy = false;        // of the keys with a text; the others are exact whatever it says
  std::vector<SearchKey> children;
};

// Whether the program has a MODSEQ key: then its result tells the highest mod-sequence found.
[[nodiscard]] bool asks_modseq(const SearchKey& program);
// Whether it has a key that may answer otherwise of a message later on: of its flags, or its age.
[[nodiscard]] bool asks_what_changes(const SearchKey& program);
// A message with a lower mod-sequence does not satisfy the program. ModSeq(0): any may.
[[nodiscard]] ModSeq lowest_modseq(const SearchKey& program);

// What the matcher asks of a message, costlier from top to bottom; each is asked at most once.
class SearchSubject {
 public:
  virtual ~SearchSubject() = default;
  [[nodiscard]] virtual const MessageEntry& entry() = 0;
  [[nodiscard]] virtual bool recent() = 0;
  [[nodiscard]] virtual Result<const Digest*> digest() = 0;
  // The whole message. The matcher decodes part by part.
  [[nodiscard]] virtual Result<std::string_view> message() = 0;
};

// A search program made ready: texts folded once, keywords looked up in the mailbox's table, cheap
// keys first. match may run on any thread.
class SearchMatcher {
 public:
  // now: Unix seconds, for YOUNGER and OLDER.
  SearchMatcher(SearchKey program, const KeywordTable& keywords, std::int64_t now);
  ~SearchMatcher();
  SearchMatcher(SearchMatcher&&) noexcept;
  SearchMatcher& operator=(SearchMatcher&&) noexcept;

  [[nodiscard]] Result<bool> match(SearchSubject& subject) const;
  // 0 where it does not match. Of several keys the least close counts, of OR the closest.
  [[nodiscard]] Result<Closeness> closeness(SearchSubject& subject) const;
  // What the entry says alone, for whoever has many to look at: kOpen where it takes the digest or
  // the message.
  enum class Verdict : std::uint8_t { kNo, kYes, kOpen };
  [[nodiscard]] Verdict match_entry(SearchSubject& subject) const;
  // For a search that goes on later: the keywords that the mailbox has by now, and the time.
  void refresh(const KeywordTable& keywords, std::int64_t now);

 private:
  class Program;
  std::unique_ptr<Program> program_;
};

// What the program and a matcher made of it hold in memory, roughly.
[[nodiscard]] std::size_t octets_of(const SearchKey& program);
// Whether some key of it may match fuzzily.
[[nodiscard]] bool is_fuzzy(const SearchKey& program);
// FUZZY of a key: all that is in it.
void make_fuzzy(SearchKey& program);

// text from charset (any ICU knows, any case) to UTF-8. kInvalid for an unknown charset
// ([BADCHARSET]).
[[nodiscard]] Result<std::string> to_utf8(std::string_view text, std::string_view charset);

}  // namespace roost::mail
