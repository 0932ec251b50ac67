// The embedded backend against the reference: the same calls on both must give the same answers.
//
// The input is a list of operations of a few octets each. Ids differ between backends, so mailboxes
// and blobs are named by the order in which they were made.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/check.h"
#include "mail/part_tree.h"
#include "store/memory/memory_store.h"
#include "store/rocks/rocks_store.h"

namespace {

using namespace roost;
using store::Batch;
using store::FlagUpdate;
using store::Store;

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : at_(data), end_(data + size) {}
  [[nodiscard]] bool empty() const { return at_ == end_; }
  std::uint32_t number(std::uint32_t below) { return empty() ? 0 : *at_++ % below; }

 private:
  const std::uint8_t* at_;
  const std::uint8_t* end_;
};

constexpr const char* kNames[] = {"INBOX", "a", "a/b", "a/b/c", "d", "INBOX/e"};
constexpr std::uint32_t kNameCount = 6;

mail::UidSet uids(Input& input) {
  mail::UidSet set;
  for (std::uint32_t ranges = input.number(3); ranges > 0; --ranges) {
    const std::uint32_t first = 1 + input.number(20);
    set.add(mail::UidRange{mail::Uid(first), mail::Uid(first + input.number(5))});
  }
  return set;
}

mail::FlagNames flags(Input& input) {
  mail::FlagNames names{static_cast<std::uint8_t>(input.number(32)), {}};
  for (std::uint32_t keywords = input.number(3); keywords > 0; --keywords) {
    names.keywords.push_back("k" + std::to_string(input.number(70)));
  }
  return names;
}

// What is comparable of a mailbox: everything but ids and UIDVALIDITY.
std::string describe(Store& store, mail::MailboxId id) {
  const auto status = store.status(id);
  if (!status) return "none";
  std::string text;
  for (const std::uint64_t number :
       {std::uint64_t{status->uid_next.value}, status->highest_modseq.value,
        std::uint64_t{status->messages}, std::uint64_t{status->unseen},
        std::uint64_t{status->recent}, std::uint64_t{status->deleted}, status->size}) {
    text += std::to_string(number) + " ";
  }
  const auto view = store.view(id);
  ROOST_CHECK(view.has_value());
  (*view)->for_each([&](mail::SeqNum, const mail::MessageEntry& entry) {
    text += std::to_string(entry.uid.value) + "@" + std::to_string(entry.modseq.value) + "(";
    (*view)->keywords().append_names(entry.flags, text);
    text += ") ";
    return true;
  });
  const mail::UidSet all(mail::UidRange{mail::Uid(1), mail::Uid(~0U)});
  const auto read = store.digests(id, all, [&](mail::Uid uid, const mail::Digest& digest) {
    const auto octets = store.read_blob(digest.blob, 0, digest.size + 1);
    ROOST_CHECK(octets.has_value());
    text += std::to_string(uid.value) + ":" + std::to_string(octets->size()) + octets->substr(0, 9);
    return true;
  });
  ROOST_CHECK(read.has_value());
  for (std::uint64_t since = 0; since < 40; since += 3) {
    const auto expunged = store.expunged_since(id, mail::ModSeq(since));
    text += " " + (expunged ? expunged->to_string() : "-");
  }
  return text;
}

// One backend, driven by the same input as the other.
class Side {
 public:
  explicit Side(Store& store) : store_(store) {
    const auto made = store_.create_account("fuzz", "hash");
    ROOST_CHECK(made.has_value());
    account_ = *made;
  }
  ~Side() { (void)store_.remove_account(account_); }

  // The answer in words, without ids.
  std::string operate(Input& input) {
    const std::uint32_t operation = input.number(16);
    const char* const name = kNames[input.number(kNameCount)];
    switch (operation) {
      case 0:
        return answer(
            store_.create_mailbox(account_, name, static_cast<mail::SpecialUse>(input.number(8))));
      case 1:
        return answer(store_.delete_mailbox(account_, name));
      case 2:
        return answer(store_.rename_mailbox(account_, name, kNames[input.number(kNameCount)]));
      case 3:
        return answer(store_.set_subscribed(
            account_, name,
            input.number(2) != 0 ? Store::Subscribed::kYes : Store::Subscribed::kNo));
      case 4:
        return answer(store_.sweep());
      case 5: {
        const auto mailbox = store_.find_mailbox(account_, name);
        if (!mailbox) return answer(mailbox);
        (void)store_.status(mailbox->id);  // into memory, for the claim
        const auto range = store_.claim_recent(mailbox->id);
        return std::to_string(range.first.value) + "-" + std::to_string(range.last.value);
      }
      default:
        return commit(input, name);
    }
  }

  std::string describe_all() {
    std::string text;
    const auto mailboxes = store_.mailboxes(account_);
    ROOST_CHECK(mailboxes.has_value());
    for (const store::Mailbox& mailbox : *mailboxes) {
      text += mailbox.name + (mailbox.selectable ? " " : "! ") +
              std::to_string(static_cast<int>(mailbox.special_use)) + " " +
              describe(store_, mailbox.id) + "\n";
    }
    const auto subscriptions = store_.subscriptions(account_);
    ROOST_CHECK(subscriptions.has_value());
    for (const std::string& name : *subscriptions) text += name + ",";
    return text;
  }

 private:
  template <typename T>
  static std::string answer(const Result<T>& result) {
    return result ? "ok" : std::string(to_string(result.error().code));
  }

  std::string commit(Input& input, const char* name) {
    const auto mailbox = store_.find_mailbox(account_, name);
    Batch batch{.mailbox = mailbox ? mailbox->id : mail::MailboxId(),
                .flags = {},
                .expunge = {},
                .messages = {}};
    for (std::uint32_t updates = input.number(3); updates > 0; --updates) {
      FlagUpdate update{uids(input), static_cast<FlagUpdate::Op>(input.number(3)), {}};
      update.flags = flags(input);
      batch.flags.push_back(std::move(update));
    }
    batch.expunge = uids(input);
    batch.which = input.number(2) != 0 ? Batch::Expunge::kAll : Batch::Expunge::kOnlyDeleted;
    for (std::uint32_t messages = input.number(4); messages > 0; --messages) {
      batch.messages.push_back(message(input));
    }
    const auto committed = store_.commit(batch);
    if (!committed) return answer(committed);
    return std::to_string(committed->modseq.value) + " " + committed->assigned.to_string() + " " +
           committed->expunged.to_string();
  }

  // New, or a copy of the first message there is.
  store::NewMessage message(Input& input) {
    store::NewMessage made;
    const std::uint32_t kind = input.number(8);
    if (kind >= 6) {
      const auto inbox = store_.find_mailbox(account_, "INBOX");
      ROOST_CHECK(inbox.has_value());
      const mail::UidSet all(mail::UidRange{mail::Uid(1), mail::Uid(~0U)});
      (void)store_.digests(inbox->id, all, [&](mail::Uid, const mail::Digest& digest) {
        auto pinned = store_.pin_blob(digest.blob);
        ROOST_CHECK(pinned.has_value());
        made = {*std::move(pinned), digest, {}};
        return false;
      });
      if (made.blob.id() != mail::BlobId()) return made;
    }
    const std::size_t size = kind == 5 ? 300'000 : input.number(200);
    const std::string octets(size, static_cast<char>('a' + input.number(26)));
    const auto writer = store_.new_blob();
    ROOST_CHECK(writer->append(octets).has_value());
    auto blob = writer->finish();
    ROOST_CHECK(blob.has_value());
    made.blob = *std::move(blob);
    made.digest.blob = made.blob.id();
    made.digest.size = octets.size();
    made.digest.structure = mail::encode_part_tree({});
    made.flags = flags(input);
    return made;
  }

  Store& store_;
  mail::AccountId account_;
};

// One of each for the whole run: an input has an account of its own.
struct Backends {
  std::string directory = (std::filesystem::temp_directory_path() / "roost-fuzz-XXXXXX").string();
  std::unique_ptr<Store> memory = store::open_memory_store();
  std::unique_ptr<Store> rocks;

  Backends() {
    ROOST_CHECK(::mkdtemp(directory.data()) != nullptr);
    auto opened = store::open_rocks_store({.directory = directory,
                                           .sync = store::RocksOptions::Sync::kOff,
                                           .sweep_interval = std::chrono::seconds(0)});
    ROOST_CHECK(opened.has_value());
    rocks = *std::move(opened);
  }
  ~Backends() {
    rocks.reset();
    std::filesystem::remove_all(directory);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Backends backends;
  {
    Side memory(*backends.memory);
    Side rocks(*backends.rocks);
    Input memory_input(data, size), rocks_input(data, size);
    for (int operations = 0; operations < 100 && !memory_input.empty(); ++operations) {
      ROOST_CHECK(memory.operate(memory_input) == rocks.operate(rocks_input));
    }
    ROOST_CHECK(memory.describe_all() == rocks.describe_all());
    const auto report = backends.rocks->check();
    ROOST_CHECK(report.has_value() && report->problems.empty());
  }
  ROOST_CHECK(backends.memory->sweep().has_value() && backends.rocks->sweep().has_value());
  const auto report = backends.rocks->check();
  ROOST_CHECK(report.has_value() && report->problems.empty() && report->blobs == 0);
  return 0;
}
