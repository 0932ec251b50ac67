// Patterns: the mailboxes that a user has named by patterns, as LIST has them (RFC 9051 section
// 6.3.9): "*" is anything, "%" anything within a level, and what stands between levels is what the
// server says. Mailboxes come and go, so it is asked again, round by round. Responses in, commands
// out.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "client/command.h"
#include "imap/protocol/response.h"
#include "mail/mailbox_name.h"

namespace roost::client {

[[nodiscard]] inline bool is_pattern(std::string_view mailbox) {
  return mailbox.find_first_of("*%") != std::string_view::npos;
}

// Owner: a Watcher.
class Patterns {
 public:
  static constexpr std::size_t kMaxMailboxes = 1'000;  // what is beyond is not watched
  static constexpr std::size_t kMaxName = 1'000;       // octets, likewise

  explicit Patterns(std::vector<std::string> patterns) : patterns_(std::move(patterns)) {}

  [[nodiscard]] bool empty() const { return patterns_.empty(); }
  // A round is due, instead of any that runs.
  void ask();
  [[nodiscard]] bool asking() const { return next_ < patterns_.size(); }
  // The LIST of the round that is next. Requires: asking(), and the one before has been completed.
  [[nodiscard]] Command next(mail::NameEncoding names) const;
  void listed(const imap::response::List& list, mail::NameEncoding names);
  // There is no such mailbox, or none that can be selected (RFC 9051 section 7.3.1, RFC 5465
  // section 5.9).
  [[nodiscard]] static bool is_away(const imap::response::List& list);
  // The LIST has been answered; true: that was the round, found() is what there is.
  [[nodiscard]] bool completed() { return ++next_ == patterns_.size(); }
  [[nodiscard]] const std::set<std::string>& found() const { return found_; }
  [[nodiscard]] bool too_many() const { return too_many_; }
  // One of the names could not be read.
  void doubt() { in_doubt_ = true; }
  [[nodiscard]] bool in_doubt() const { return in_doubt_; }

 private:
  std::vector<std::string> patterns_;  // UTF-8
  std::size_t next_ = 0;
  std::set<std::string> found_;  // UTF-8
  bool too_many_ = false;
  bool in_doubt_ = false;
};

}  // namespace roost::client
