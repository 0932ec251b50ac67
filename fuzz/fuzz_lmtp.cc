// lmtp::Session: whatever a client sends. However the same octets are cut into pieces, the replies
// and the stored messages must be the same, each reply must have its form, and what was stored
// must be sound. The first octet says where to cut.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.h"
#include "base/check.h"
#include "base/log.h"
#include "lmtp/session.h"
#include "store/memory/memory_store.h"

namespace {

namespace lmtp = roost::lmtp;
namespace mail = roost::mail;
namespace store = roost::store;

constexpr std::uint64_t kAppendSize = 300;

struct Outcome {
  std::string replies;
  std::vector<std::string> messages;
  bool ended = false;
  bool operator==(const Outcome&) const = default;
};

roost::net::Workers& workers() {
  roost::log::set_level(roost::log::Level::kError);
  static roost::net::Workers workers(2);
  return workers;
}

void collect(store::Store& store, std::vector<std::string>& messages) {
  const auto accounts = store.accounts();
  ROOST_CHECK(accounts);
  for (const store::Account& account : *accounts) {
    const auto inbox = store.find_mailbox(account.id, "INBOX");
    ROOST_CHECK(inbox);
    const auto read = [&](mail::Uid, const mail::Digest& digest) {
      const auto octets = store.read_blob(digest.blob, 0, digest.size + 1);
      ROOST_CHECK(octets && octets->size() == digest.size);
      messages.push_back(account.name + ":" + *octets);
      return true;
    };
    ROOST_CHECK(store.digests(inbox->id, mail::UidSet({mail::Uid(1), mail::Uid(~0U)}), read));
  }
}

// Sends input in pieces of `piece` octets.
Outcome play(std::string_view input, std::size_t piece) {
  const std::unique_ptr<store::Store> store = store::open_memory_store();
  ROOST_CHECK(store->create_account("a", "") && store->create_account("b@c", ""));
  const roost::ManualClock clock(1'700'000'000);
  roost::metrics::Registry registry;
  lmtp::LmtpContext context{.store = *store,
                            .workers = workers(),
                            .clock = clock,
                            .metrics = lmtp::LmtpMetrics(registry),
                            .hostname = "roost",
                            .append_size = kAppendSize,
                            .messages = 0};
  Outcome outcome;
  {
    lmtp::Session session(context, "192.0.2.1");
    while (!input.empty()) {
      session.receive(input.substr(0, piece), outcome.replies);
      input.remove_prefix(std::min(piece, input.size()));
    }
    outcome.ended = session.ended();
  }
  collect(*store, outcome.messages);
  ROOST_CHECK(store->sweep());
  const auto report = store->check();
  ROOST_CHECK(report && report->problems.empty());
  return outcome;
}

// Reply-line of RFC 5321 section 4.2: three digits, SP or "-", printable text, CRLF.
void check_form(std::string_view replies) {
  while (!replies.empty()) {
    const std::size_t end = replies.find("\r\n");
    ROOST_CHECK(end != std::string_view::npos && end + 2 <= lmtp::kMaxReplyLine && end > 4);
    const std::string_view line = replies.substr(0, end);
    ROOST_CHECK(line[0] >= '2' && line[0] <= '5' && roost::is_digit(line[1]) &&
                roost::is_digit(line[2]) && (line[3] == ' ' || line[3] == '-'));
    for (char c : line) ROOST_CHECK(roost::is_printable(c));
    replies.remove_prefix(end + 2);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
  if (size < 1) return 0;
  const std::size_t piece = octets[0] % 64 + 1U;
  const std::string_view input(reinterpret_cast<const char*>(octets) + 1, size - 1);
  const Outcome whole = play(input, input.size());
  check_form(whole.replies);
  ROOST_CHECK(play(input, piece) == whole);
  return 0;
}
