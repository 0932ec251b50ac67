// The first line is what to look for, the rest is the message. Whatever the two are, searching ends
// with an answer, what is found in the body is found in the text, and what is found is found
// fuzzily.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "mail/base_subject.h"
#include "mail/fold.h"
#include "mail/message_parser.h"
#include "mail/rfc2047.h"
#include "mail/search.h"
#include "mail/sent_date.h"

namespace {

using namespace roost::mail;

class Subject : public SearchSubject {
 public:
  explicit Subject(std::string_view message) : message_(message) {
    MessageParser parser;
    parser.feed(message);
    digest_ = parser.finish();
  }
  const MessageEntry& entry() override { return entry_; }
  bool recent() override { return false; }
  roost::Result<const Digest*> digest() override { return &digest_; }
  roost::Result<std::string_view> message() override { return message_; }

 private:
  std::string_view message_;
  Digest digest_;
  MessageEntry entry_;
};

bool matches(SearchKey::Kind kind, std::string_view field, std::string_view text,
             Subject& subject) {
  SearchKey key;
  key.kind = kind;
  key.field = field;
  key.text = text;
  SearchKey fuzzy = key;
  make_fuzzy(fuzzy);
  const auto answer = SearchMatcher(std::move(key), KeywordTable{}, 0).match(subject);
  const auto close = SearchMatcher(std::move(fuzzy), KeywordTable{}, 0).closeness(subject);
  ROOST_CHECK(answer.has_value() && close.has_value() && *close >= 0 && *close <= kExactly);
  ROOST_CHECK(!*answer || *close > 0);
  return *answer;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  const std::size_t line = std::min(input.find('\n'), input.size());
  const std::string_view needle = input.substr(0, line);
  const std::string_view message = input.substr(std::min(line + 1, input.size()));

  Subject subject(message);
  const bool in_body = matches(SearchKey::Kind::kBody, {}, needle, subject);
  const bool in_text = matches(SearchKey::Kind::kText, {}, needle, subject);
  ROOST_CHECK(!in_body || in_text);
  (void)matches(SearchKey::Kind::kHeader, "Subject", needle, subject);
  (void)matches(SearchKey::Kind::kHeader, "From", needle, subject);

  const std::string folded = fold(message);
  ROOST_CHECK(contains(folded, folded));
  (void)decode_encoded_words(message);
  ROOST_CHECK(base_subject(message).text.size() <= decode_encoded_words(message).size());
  (void)parse_sent_date(needle);
  (void)to_utf8(message, needle);
  return 0;
}
