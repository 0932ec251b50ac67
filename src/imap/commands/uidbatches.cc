// UIDBATCHES (RFC 10022 section 3.1):
//   message-batches = "UIDBATCHES" SP nz-number [SP nz-number ":" nz-number]
// UID ranges, from the highest down, of so many messages each. They leave no gap, so whatever
// arrives later is above all of them.
//
// A batch costs a look at one message. So clients that ask again too soon are not counted.
#include <algorithm>
#include <limits>
#include <optional>

#include "imap/commands/commands.h"
#include "imap/protocol/quirks.h"

namespace roost::imap {

namespace {

constexpr std::uint32_t kMinSize = 500;
constexpr std::uint64_t kMaxMessages = 100'000;  // of the batches that are named (section 3.1.5)
constexpr std::uint64_t kMaxBatches = 5'000;     // in one response

class UidBatches final : public Command {
 public:
  // Both inclusive, from 1.
  struct Wanted {
    std::uint32_t first;
    std::uint32_t last;
  };

  UidBatches(std::uint32_t size, std::optional<Wanted> wanted) : size_(size), wanted_(wanted) {}

  Result<Progress> run(Session& session) override {
    const mail::MailboxView& view = *session.selected().view;
    const std::uint64_t there = (std::uint64_t{view.size()} + size_ - 1) / size_;
    const std::uint64_t first = wanted_ ? wanted_->first : 1;
    const std::uint64_t last = std::min<std::uint64_t>(wanted_ ? wanted_->last : there, there);
    if (wanted_ && wanted_->last < wanted_->first) {
      session.reply = {Condition::kBad, "CLIENTBUG", "Invalid batch range"};
    } else if (size_ < kMinSize) {
      session.reply = {Condition::kNo, "TOOFEW", "Minimum batch size is 500"};
    } else if (wanted_ && (wanted_->last - first + 1) * size_ > kMaxMessages) {
      session.reply = {Condition::kNo, "TOOMANY", "At most 100000 messages in a batch range"};
    } else if (last >= first + kMaxBatches) {
      session.reply = {Condition::kNo, "TOOMANY", "Too many batches at once"};
    } else {
      respond(session, first, last, there);
    }
    return Progress::kDone;
  }

 private:
  void respond(Session& session, std::uint64_t first, std::uint64_t last,
               std::uint64_t there) const {
    const mail::MailboxView& view = *session.selected().view;
    // Of the last message above the batch; behind all of them, the UID that comes next.
    const auto above = [&](std::uint64_t batch) {
      const std::uint64_t messages = (batch - 1) * size_;
      if (messages == 0) return view.uid_next().value;
      return view.at(mail::SeqNum(static_cast<std::uint32_t>(view.size() - messages + 1)))
          .uid.value;
    };
    ResponseWriter writer = session.write();
    writer.raw("* UIDBATCHES (TAG ").string(session.tag).raw(")");
    for (std::uint64_t batch = first; batch <= last; ++batch) {
      writer.raw(batch == first ? " " : ",").number(above(batch) - 1).raw(":");
      writer.number(batch == there ? 1 : above(batch + 1));
    }
    writer.raw("\r\n");
  }

  std::uint32_t size_;
  std::optional<Wanted> wanted_;
};

}  // namespace

Parsed parse_uidbatches(Parser& parser, const Session& /*session*/) {
  parser.space();
  const std::uint32_t size = parser.nz_number();
  std::optional<UidBatches::Wanted> wanted;
  if (!quirks::may_end(parser.rest()) && parser.try_char(' ')) {
    wanted = {parser.nz_number(), 0};
    parser.expect(':');
    wanted->last = parser.nz_number();
  }
  return std::make_unique<UidBatches>(size, wanted);
}

}  // namespace roost::imap
