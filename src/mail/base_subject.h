// The base subject, by which SORT sorts and THREAD gathers (RFC 5256 section 2.1, with the ABNF of
// section 5). Servers and clients must find exactly the same, so there is nothing clever here.
#pragma once

#include <string>
#include <string_view>

namespace roost::mail {

struct BaseSubject {
  std::string text;  // UTF-8, its case as it came
  // Something was removed that says so: subj-refwd, a "(fwd)" subj-trailer, "[fwd:" and "]"
  // (section 3, REFERENCES).
  bool is_reply_or_forward = false;
};

// subject: unfolded, its encoded words not decoded.
[[nodiscard]] BaseSubject base_subject(std::string_view subject);

}  // namespace roost::mail
