#include "mail/base_subject.h"

#include "base/ascii.h"
#include "mail/rfc2047.h"

namespace roost::mail {
namespace {

constexpr std::string_view kFwdTrailer = "(fwd)";
constexpr std::string_view kFwdHeader = "[fwd:";

// Step 1: tabs and continuations become spaces, several spaces one. In place.
std::string with_single_spaces(std::string text) {
  std::size_t size = 0;
  for (const char c : text) {
    const bool is_blank_octet = is_space(c);
    if (is_blank_octet && size > 0 && text[size - 1] == ' ') continue;
    text[size++] = is_blank_octet ? ' ' : c;
  }
  text.resize(size);
  return text;
}

void skip_wsp(std::string_view& s) {
  while (s.starts_with(' ')) s.remove_prefix(1);
}

// subj-blob = "[" *BLOBCHAR "]" *WSP
bool take_blob(std::string_view& s) {
  if (!s.starts_with('[')) return false;
  const std::size_t end = s.find_first_of("[]", 1);
  if (end == std::string_view::npos || s[end] == '[') return false;
  s.remove_prefix(end + 1);
  skip_wsp(s);
  return true;
}

// subj-refwd = ("re" / ("fw" ["d"])) *WSP [subj-blob] ":"
bool take_refwd(std::string_view& s) {
  std::string_view rest = s;
  if (starts_with_ignoring_case(rest, "fwd")) {
    rest.remove_prefix(3);
  } else if (starts_with_ignoring_case(rest, "re") || starts_with_ignoring_case(rest, "fw")) {
    rest.remove_prefix(2);
  } else {
    return false;
  }
  skip_wsp(rest);
  (void)take_blob(rest);
  if (!rest.starts_with(':')) return false;
  s = rest.substr(1);
  return true;
}

class Reduction {
 public:
  explicit Reduction(std::string_view subject) : s_(subject) {}

  void run() {
    do {
      remove_trailers();
      remove_prefixes();
    } while (unwrap_forward());
  }

  [[nodiscard]] std::string_view text() const { return s_; }
  [[nodiscard]] bool is_reply_or_forward() const { return is_reply_or_forward_; }

 private:
  // Step 2.
  void remove_trailers() {
    while (true) {
      if (s_.ends_with(' ')) {
        s_.remove_suffix(1);
      } else if (s_.size() >= kFwdTrailer.size() &&
                 equal_ignoring_case(s_.substr(s_.size() - kFwdTrailer.size()), kFwdTrailer)) {
        s_.remove_suffix(kFwdTrailer.size());
        is_reply_or_forward_ = true;
      } else {
        return;
      }
    }
  }

  // Steps 3 to 5. A run of blobs belongs to the subj-refwd behind it (step 3); without one each of
  // them goes by itself (step 4), but for a last one that would leave nothing. So each run is
  // looked at once, however many blobs there are.
  void remove_prefixes() {
    while (true) {
      skip_wsp(s_);
      std::string_view rest = s_;
      std::string_view last_blob = s_;
      for (std::string_view before = rest; take_blob(rest); before = rest) last_blob = before;
      if (!take_refwd(rest)) {
        s_ = rest.empty() ? last_blob : rest;
        return;
      }
      s_ = rest;
      is_reply_or_forward_ = true;
    }
  }

  // Step 6.
  bool unwrap_forward() {
    if (!starts_with_ignoring_case(s_, kFwdHeader) || !s_.ends_with(']')) return false;
    s_.remove_prefix(kFwdHeader.size());
    s_.remove_suffix(1);
    is_reply_or_forward_ = true;
    return true;
  }

  std::string_view s_;
  bool is_reply_or_forward_ = false;
};

}  // namespace

BaseSubject base_subject(std::string_view subject) {
  std::string clean = with_single_spaces(decode_encoded_words(subject));
  Reduction reduction(clean);
  reduction.run();
  const std::string_view text = reduction.text();
  const auto start = static_cast<std::size_t>(text.data() - clean.data());
  clean.resize(start + text.size());
  clean.erase(0, start);
  return {std::move(clean), reduction.is_reply_or_forward()};
}

}  // namespace roost::mail
