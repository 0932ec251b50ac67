// ID (RFC 2971 section 3.1):  id = "ID" SP id-params-list
//   id-params-list = "(" #(string SP nstring) ")" / nil
// At most 30 fields, names of at most 30 octets, values of at most 1024 (section 3.3).
#include "base/version.h"
#include "imap/commands/commands.h"

namespace roost::imap {

namespace {

constexpr std::size_t kMaxFields = 30;
constexpr std::size_t kMaxName = 30;
constexpr std::size_t kMaxValue = 1024;

class Id final : public Command {
 public:
  Result<Progress> run(Session& session) override {
    session.write().raw("* ID (\"name\" \"Roost\" \"version\" ").string(kVersion).raw(")\r\n");
    return Progress::kDone;
  }
};

}  // namespace

Parsed parse_id(Parser& parser, const Session& /*session*/) {
  parser.space();
  if (parser.try_word("NIL")) return std::make_unique<Id>();
  parser.expect('(');
  for (std::size_t fields = 0; parser.ok() && parser.peek() != ')'; ++fields) {
    if (fields > 0) parser.space();
    const std::string name = parser.string();
    parser.space();
    const std::optional<std::string> value = parser.nstring();
    if (fields == kMaxFields || name.size() > kMaxName || value.value_or("").size() > kMaxValue) {
      parser.fail("at most 30 fields of 30 and 1024 octets");
    }
  }
  parser.expect(')');
  return std::make_unique<Id>();
}

}  // namespace roost::imap
