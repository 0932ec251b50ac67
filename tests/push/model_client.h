// A client that does what a random source tells it to, and keeps the list of messages that the
// server's responses describe, and nothing else: what the list lacks at rest, the server has not
// told. What the protocol forbids is reported in errors().
//
// With QRESYNC it also keeps, by UID and from one SELECT of a mailbox to the next, what it knows of
// each message, and asks only for what has changed since the HIGHESTMODSEQ it has worked out as
// RFC 7162 section 6 says. With UIDONLY all that it knows of messages is by UID, and the list only
// says how many there are. It may have a search that it is kept up to date about (RFC 5267).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/push/model_context.h"

namespace roost::push_model {

using Random = std::mt19937_64;

[[nodiscard]] inline std::size_t below(Random& random, std::size_t bound) {
  return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random);
}

inline constexpr std::string_view kAccount = "alice";
inline constexpr std::string_view kPassword = "secret";
inline constexpr std::string_view kMailboxes[] = {"INBOX", "work"};

class ModelClient {
 public:
  using FlagSet = std::set<std::string, std::less<>>;  // without \Recent
  struct Message {
    std::optional<std::uint32_t> uid;  // as far as it has been told
    std::optional<FlagSet> flags;
    std::optional<std::uint64_t> modseq;
  };
  enum class Dialect : std::uint8_t {
    kPlain,
    kCondstore,
    kQresync,
    kUidOnly,
    kUidOnlyCondstore,
    kUidOnlyQresync
  };
  static constexpr std::size_t kDialects = 6;
  using Cache = std::map<std::uint32_t, Message>;  // by UID

  explicit ModelClient(Dialect dialect) : dialect_(dialect) {}

  // --- what it does ---
  // Neither a command nor IDLE is under way: choose() may be called.
  [[nodiscard]] bool free() const { return phase_ == Phase::kFree; }
  [[nodiscard]] bool idling() const { return phase_ == Phase::kIdling; }
  // Begins something at random; from IDLE, that is DONE.
  void choose(Random& random);
  // Requires: free() or idling().
  void begin_noop();
  void begin_fetch_all();
  void begin_done();

  // --- the connection ---
  [[nodiscard]] const std::string& to_send() const { return to_send_; }
  void sent(std::size_t octets) { to_send_.erase(0, octets); }
  void hear(std::string_view octets);

  // --- what it knows ---
  [[nodiscard]] bool selected() const { return selected_; }
  [[nodiscard]] std::string_view mailbox() const { return mailbox_; }
  [[nodiscard]] const std::vector<Message>& messages() const { return messages_; }
  // Of the selected mailbox; empty without QRESYNC and UIDONLY.
  [[nodiscard]] const Cache& cache() const { return mailbox_cache().messages; }
  [[nodiscard]] const std::optional<ModelContext>& context() const { return context_; }
  [[nodiscard]] const std::vector<std::string>& errors() const { return errors_; }
  [[nodiscard]] const std::string& transcript() const { return transcript_; }

 private:
  [[nodiscard]] bool uidonly() const { return dialect_ >= Dialect::kUidOnly; }
  [[nodiscard]] bool qresync() const {
    return dialect_ == Dialect::kQresync || dialect_ == Dialect::kUidOnlyQresync;
  }
  [[nodiscard]] bool condstore() const {
    return qresync() || dialect_ == Dialect::kCondstore || dialect_ == Dialect::kUidOnlyCondstore;
  }

  enum class Phase : std::uint8_t { kGreeting, kFree, kCommand, kIdleSent, kIdling, kDoneSent };

  void begin(const std::string& command);
  void choose_in_mailbox(Random& random);
  [[nodiscard]] std::string name_of_one(Random& random) const;
  void select(Random& random);
  void store(Random& random);
  void append(Random& random);
  void keep_up(Random& random);
  void hear_line(const std::string& line);
  void hear_message(std::uint32_t number, std::string_view what, const std::string& line);
  void hear_code(std::string_view line);
  void hear_esearch(const std::string& line);
  void hear_vanished(std::string_view what, const std::string& line);
  void vanish(std::uint32_t uid, const std::string& line);
  void work_out_highest_modseq();
  void learn(Message& message, std::string_view line);
  void remember(const Message& message);
  void error(std::string_view what, const std::string& line);

  struct MailboxCache {
    std::uint64_t uid_validity = 0;
    std::uint64_t highest_modseq = 0;
    Cache messages;
  };
  [[nodiscard]] const MailboxCache& mailbox_cache() const { return caches_[mailbox_]; }
  [[nodiscard]] MailboxCache& mailbox_cache() { return caches_[mailbox_]; }

  Dialect dialect_;
  Phase phase_ = Phase::kGreeting;
  bool logged_in_ = false;
  bool enabled_ = false;
  bool selected_ = false;
  bool read_only_ = false;
  std::string mailbox_;
  std::vector<Message> messages_;
  std::optional<ModelContext> context_;
  mutable std::map<std::string, MailboxCache> caches_;
  // Since the last tagged response.
  std::optional<std::uint64_t> highest_modseq_code_;
  std::uint64_t highest_modseq_item_ = 0;

  std::uint32_t commands_ = 0;
  std::string tag_;
  std::string command_;
  bool numbers_stand_ = false;  // the command speaks of messages by number
  std::string to_send_;
  std::string heard_;
  std::vector<std::string> errors_;
  std::string transcript_;
};

}  // namespace roost::push_model
