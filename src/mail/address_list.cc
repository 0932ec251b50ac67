#include "mail/address_list.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "mail/lexical.h"

namespace roost::mail {
namespace {

// Words up to a delimiter, put together: a phrase, or a local part, "@" and a domain.
struct Words {
  std::string text;                    // one space where blanks or comments stood
  std::size_t at = std::string::npos;  // the last "@" of text that was not quoted
  std::string comment;                 // the last one

  [[nodiscard]] bool has_at() const { return at != std::string::npos; }
};

constexpr std::string_view kDelimiters = "<>,;:";

// Takes one atom, quoted string or domain literal off the front and appends it.
void take_word(std::string_view& s, Words& words) {
  if (s.front() == '"') {
    words.text += take_quoted(s);
    return;
  }
  // The colons of [IPv6:…] are no delimiters.
  const bool after_at = words.has_at() && words.at + 1 == words.text.size();
  if (after_at && s.front() == '[') {
    const std::size_t end = std::min(s.find(']'), s.size() - 1) + 1;
    words.text += s.substr(0, end);
    s.remove_prefix(end);
    return;
  }
  if (s.front() == '@') {
    words.at = words.text.size();
    words.text += '@';
    s.remove_prefix(1);
    return;
  }
  std::size_t end = s.front() == '\\' || s.front() == ')' ? 1 : 0;
  while (end < s.size() && !is_space(s[end]) && !kDelimiters.contains(s[end]) &&
         std::string_view("\"()@\\").find(s[end]) == std::string_view::npos) {
    ++end;
  }
  words.text += s.substr(0, end);
  s.remove_prefix(end);
}

// Ensures: s is empty or begins with one of kDelimiters.
Words take_words(std::string_view& s) {
  Words words;
  for (;;) {
    const std::size_t before = s.size();
    skip_cfws(s, &words.comment);
    if (s.empty() || kDelimiters.contains(s.front())) return words;
    const bool blank = s.size() != before && !words.text.empty() && words.text.back() != '@';
    if (blank) words.text += ' ';
    take_word(s, words);
  }
}

// Blanks may stand around the dots of the obsolete forms ("john . doe").
std::string without_blanks_at_dots(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const bool at_dot = s[i] == ' ' && ((i + 1 < s.size() && s[i + 1] == '.') ||
                                        (!out.empty() && out.back() == '.'));
    if (!at_dot) out.push_back(s[i]);
  }
  return out;
}

// The addr-spec that words hold; without "@" all of them are the local part.
void set_addr_spec(Address& address, const Words& words) {
  const std::string_view text = words.text;
  address.mailbox = without_blanks_at_dots(trim(text.substr(0, std::min(words.at, text.size()))));
  address.host = words.has_at() ? without_blanks_at_dots(trim(text.substr(words.at + 1))) : "";
}

class AddressListReader {
 public:
  explicit AddressListReader(std::string_view s) : rest_(s) {}

  std::vector<Address> read() && {
    while (!rest_.empty()) {
      const Words words = take_words(rest_);
      const char delimiter = rest_.empty() ? ',' : rest_.front();
      if (!rest_.empty()) rest_.remove_prefix(1);
      if (delimiter == '<') {
        angle_address(words);
      } else if (delimiter == ':' && !in_group_ && !words.has_at()) {
        out_.push_back({.name = {}, .route = {}, .mailbox = words.text, .host = {}});
        in_group_ = true;
      } else {
        bare_address(words);
        if (delimiter == ';') end_group();
      }
    }
    end_group();
    return std::move(out_);
  }

 private:
  void bare_address(const Words& words) {
    if (words.text.empty()) return;
    Address address;
    if (!words.comment.empty()) address.name = words.comment;
    set_addr_spec(address, words);
    out_.push_back(std::move(address));
  }

  // After "<". The phrase before it may hold an "@": mailers forget to quote it.
  void angle_address(const Words& phrase) {
    Address address;
    Words spec = take_words(rest_);
    std::string route;
    while (!rest_.empty() && (rest_.front() == ':' || rest_.front() == ',')) {
      // "@a,@b:" before the address, or a stray delimiter within it.
      if (spec.text.starts_with('@')) route += (route.empty() ? "" : ",") + spec.text;
      rest_.remove_prefix(1);
      spec = take_words(rest_);
    }
    if (!route.empty()) address.route = std::move(route);
    set_addr_spec(address, spec);
    skip_to_next(address, phrase);
    out_.push_back(std::move(address));
  }

  // What stands between ">" and the next delimiter is at most a comment with the name.
  void skip_to_next(Address& address, const Words& phrase) {
    if (rest_.starts_with('>')) rest_.remove_prefix(1);
    const Words tail = take_words(rest_);
    if (!phrase.text.empty()) {
      address.name = phrase.text;
    } else if (!tail.comment.empty()) {
      address.name = tail.comment;
    }
  }

  void end_group() {
    if (in_group_) out_.emplace_back();
    in_group_ = false;
  }

  std::string_view rest_;
  std::vector<Address> out_;
  bool in_group_ = false;
};

}  // namespace

std::vector<Address> parse_address_list(std::string_view field_body) {
  return AddressListReader(field_body).read();
}

}  // namespace roost::mail
