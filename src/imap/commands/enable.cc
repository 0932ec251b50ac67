// ENABLE (RFC 5161 section 3.1):  enable = "ENABLE" 1*(SP capability)
// Names of what is unknown, or needs no enabling, are ignored (section 3.1). ENABLED lists what
// this very command has enabled.
#include <algorithm>
#include <array>
#include <string_view>

#include "base/ascii.h"
#include "imap/commands/commands.h"
#include "imap/enabled.h"
#include "imap/protocol/quirks.h"

namespace roost::imap {

namespace {

struct Extension {
  std::string_view capability;
  void (*enable)(Enabled& enabled);
};

constexpr std::array kExtensions = {
    Extension{"CONDSTORE", [](Enabled& enabled) { enabled.condstore = true; }},
    Extension{"QRESYNC", [](Enabled& enabled) { enabled.condstore = enabled.qresync = true; }},
    Extension{"IMAP4rev2", [](Enabled& enabled) { enabled.imap4rev2 = true; }},
    Extension{"UTF8=ACCEPT", [](Enabled& enabled) { enabled.utf8_accept = true; }},
    Extension{"UIDONLY", [](Enabled& enabled) { enabled.uidonly = true; }},
};

class Enable final : public Command {
 public:
  void name(std::string_view capability) {
    for (std::size_t i = 0; i < kExtensions.size(); ++i) {
      named_[i] = named_[i] || equal_ignoring_case(kExtensions[i].capability, capability);
    }
  }

  Result<Progress> run(Session& session) override {
    const Enabled before = session.enabled();
    Enabled after = before;
    session.write().raw("* ENABLED");
    for (std::size_t i = 0; i < kExtensions.size(); ++i) {
      if (!named_[i]) continue;
      Enabled with = before;
      kExtensions[i].enable(with);
      if (with != before) session.write().raw(" ").raw(kExtensions[i].capability);
      kExtensions[i].enable(after);
    }
    session.write().raw("\r\n");
    if (after.uidonly && !before.uidonly && session.state() == State::kSelected) {
      session.selected().end_contexts_by_number(session.write());
    }
    if (after.condstore) session.enable_condstore();
    session.enabled() = after;
    return Progress::kDone;
  }

 private:
  std::array<bool, kExtensions.size()> named_{};
};

}  // namespace

Parsed parse_enable(Parser& parser, const Session& /*session*/) {
  auto enable = std::make_unique<Enable>();
  do {
    parser.space();
    enable->name(parser.atom());
  } while (parser.ok() && !quirks::may_end(parser.rest()));
  return enable;
}

}  // namespace roost::imap
