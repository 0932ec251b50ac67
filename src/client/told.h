// Told: what has been reported of a mailbox. It is what makes reports come once: a message is new
// if its UID is not in here, expunged if it is here and not in the mailbox, and a flag was set if
// the message is not among those that have it. Mod-sequences only save work.
//
// UIDs are kept as ranges, of the mailbox and of each flag: a mailbox of a million messages that
// are nearly all read is a few ranges.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/ascii.h"
#include "mail/ids.h"
#include "mail/uid_set.h"

namespace roost::client {

struct Told {
  // Names, of all messages and of each; what is beyond is not followed.
  static constexpr std::size_t kMaxFlags = 1'000;
  static constexpr std::size_t kMaxFlagName = 250;      // octets, likewise
  static constexpr std::size_t kMaxRanges = 4'000'000;  // in all: more of them no honest server has

  struct LessIgnoringCase {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const {
      return compare_ignoring_case(a, b) < 0;
    }
  };

  mail::UidValidity uid_validity;  // 0: nothing has been told yet
  mail::Uid uid_next;              // UIDNEXT, as of when all had been told
  mail::ModSeq modseq;             // all up to here has been told; 0: unknown
  // It was not there when the watcher looked: what is in it then is new. Kept in no file.
  bool appeared = false;
  // The details of a new message ended the connection: without them. Kept in no file.
  bool plain = false;
  mail::UidSet uids;
  std::map<std::string, mail::UidSet, LessIgnoringCase> flags;  // who has it; none is empty

  struct FlagChange {
    std::vector<std::string> set;
    std::vector<std::string> cleared;
    bool operator==(const FlagChange&) const = default;
  };
  // The message has exactly these flags. \Recent is none of a message.
  FlagChange change_flags(mail::Uid uid, const std::vector<std::string>& now);
  void add(mail::Uid uid, const std::vector<std::string>& now) {
    uids.add(uid);
    (void)change_flags(uid, now);
  }
  void remove(const mail::UidSet& gone);
  [[nodiscard]] std::size_t ranges() const;
  [[nodiscard]] std::size_t ranges_without(const mail::UidSet& gone) const;  // O(all ranges)
  bool operator==(const Told&) const = default;
};

using ToldByMailbox = std::map<std::string, Told>;  // by name, UTF-8

}  // namespace roost::client
