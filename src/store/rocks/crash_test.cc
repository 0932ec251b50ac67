// kill -9 at some point of some work: all that was acknowledged is there, nothing contradicts
// itself, and no UID is used again.
//
// The victim is this program, executed anew with the directory in its environment: a fork of a
// process with threads could not work. It says what was acknowledged on a pipe.
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <cstdlib>
#include <map>
#include <set>
#include <thread>

#include "store/conformance/store_fixture.h"

namespace roost::store {
namespace {

using mail::Uid;

constexpr const char* kDirectoryVariable = "ROOST_CRASH_TEST_DIRECTORY";
constexpr int kPipe = 3;
constexpr int kThreads = 4;

// The octets of a message, from the number that is reported for it. Every tenth is of several
// chunks.
std::string octets_of(std::uint32_t number) {
  std::string octets = "message " + std::to_string(number) + " ";
  octets.resize(number % 10 == 0 ? 600'000 : 100 + number % 900,
                static_cast<char>('a' + number % 26));
  return octets;
}

RocksOptions options(const std::filesystem::path& directory) {
  return {.directory = directory, .sweep_interval = std::chrono::seconds(0)};
}

// One line, in one write: lines of several threads do not mix.
void report(char what, std::uint32_t uid, std::uint32_t number) {
  const std::string line = what + std::to_string(uid) + " " + std::to_string(number) + "\n";
  if (::write(kPipe, line.data(), line.size()) < 0) std::_Exit(1);
}

// Reported: "+uid number" once a message is there, "-uid 0" before it is expunged, "=uid 0" after.
void work(Store& store, mail::MailboxId inbox, mail::AccountId account, std::uint32_t thread) {
  std::vector<std::uint32_t> mine;
  const std::string name = "scratch" + std::to_string(thread);
  for (std::uint32_t i = 0;; ++i) {
    const std::uint32_t number = i * kThreads + thread;
    const Committed committed = append(store, inbox, octets_of(number));
    mine.push_back(committed.assigned.ranges()[0].first.value);
    report('+', mine.back(), number);
    if (i % 4 == 3) {
      const std::uint32_t victim = mine[i % mine.size()];
      std::erase(mine, victim);
      report('-', victim, 0);
      expunge(store, inbox, uids({victim}));
      report('=', victim, 0);
    }
    if (i % 5 == 4) {
      update_flags(store, inbox, uids({mine[0]}), FlagUpdate::Op::kReplace,
                   {static_cast<std::uint8_t>(i % 32), {}});
    }
    if (i % 8 == 7) {
      const mail::MailboxId scratch = must(store.create_mailbox(account, name, {})).id;
      append(store, scratch, octets_of(number));
      must(store.delete_mailbox(account, name));
      must(store.sweep());
    }
  }
}

TEST(CrashVictim, Works) {
  const char* const directory = std::getenv(kDirectoryVariable);
  if (directory == nullptr) GTEST_SKIP() << "runs only when CrashTest executes it";
  const auto store = must(open_rocks_store(options(directory)));
  const mail::AccountId account = must(store->find_account("alice")).id;
  const mail::MailboxId inbox = must(store->find_mailbox(account, "INBOX")).id;
  std::vector<std::jthread> threads;
  for (std::uint32_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] { work(*store, inbox, account, t); });
  }
}

// Executes the victim and kills it once it has reported so many lines; gives all it reported.
std::string run_victim(const std::filesystem::path& directory, std::size_t lines) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const std::string variable = std::string(kDirectoryVariable) + "=" + directory.string();
  const char* const arguments[] = {"store_test", "--gtest_filter=CrashVictim.Works",
                                   "--gtest_brief=1", nullptr};
  const char* const environment[] = {variable.c_str(), nullptr};
  const pid_t victim = ::fork();
  if (victim == 0) {
    ::dup2(ends[1], kPipe);
    ::execve("/proc/self/exe", const_cast<char* const*>(arguments),
             const_cast<char* const*>(environment));
    std::_Exit(1);
  }
  ::close(ends[1]);
  std::string reported;
  char buffer[4096];
  std::size_t seen = 0;
  for (;;) {
    const ssize_t count = ::read(ends[0], buffer, sizeof buffer);
    if (count <= 0) break;
    reported.append(buffer, static_cast<std::size_t>(count));
    const std::size_t before = seen;
    seen = static_cast<std::size_t>(std::ranges::count(reported, '\n'));
    if (before < lines && seen >= lines) ::kill(victim, SIGKILL);
  }
  ::close(ends[0]);
  int status = 0;
  EXPECT_EQ(::waitpid(victim, &status, 0), victim);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the victim ended by itself";
  return reported;
}

// What the reports say must be, may be, and must not be there.
struct Expected {
  std::map<std::uint32_t, std::uint32_t> present;  // UID to number
  std::set<std::uint32_t> absent;
  std::uint32_t last_uid = 0;

  void read(const std::string& reported) {
    for (std::size_t at = 0; at < reported.size();) {
      const std::size_t end = reported.find('\n', at);
      std::uint32_t uid = 0, number = 0;
      const char* const stop = reported.data() + end;
      const auto parsed = std::from_chars(reported.data() + at + 1, stop, uid);
      std::from_chars(parsed.ptr + 1, stop, number);
      if (reported[at] == '+') present[uid] = number;
      if (reported[at] == '-') present.erase(uid);
      if (reported[at] == '=') absent.insert(uid);
      last_uid = std::max(last_uid, uid);
      at = end + 1;
    }
  }
};

TEST(CrashTest, LosesNothingAcknowledged) {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "store";
  {
    const auto store = must(open_rocks_store(options(path)));
    must(store->create_account("alice", "hash"));
  }
  Expected expected;
  for (const std::size_t lines : {1u, 7u, 40u, 41u, 97u, 150u, 3u, 60u, 222u, 111u}) {
    SCOPED_TRACE(lines);
    expected.read(run_victim(path, lines));

    const auto store = must(open_rocks_store(options(path)));
    EXPECT_THAT(must(store->check()).problems, testing::IsEmpty());
    const mail::AccountId account = must(store->find_account("alice")).id;
    const mail::MailboxId inbox = must(store->find_mailbox(account, "INBOX")).id;
    for (const auto& [uid, number] : expected.present) {
      const mail::Digest digest = must(store->digest(inbox, Uid(uid)));
      EXPECT_TRUE(must(store->read_blob(digest.blob, 0, digest.size + 1)) == octets_of(number));
    }
    const mail::ViewPtr view = must(store->view(inbox));
    for (const std::uint32_t uid : expected.absent) EXPECT_FALSE(view->find(Uid(uid))) << uid;
    EXPECT_GT(must(store->status(inbox)).uid_next.value, expected.last_uid);

    must(store->sweep());
    const CheckReport swept = must(store->check());
    EXPECT_THAT(swept.problems, testing::IsEmpty());
    // The scratch mailboxes that were not yet deleted go, so that the victim can make them anew.
    for (const Mailbox& mailbox : must(store->mailboxes(account))) {
      if (mailbox.name != "INBOX") must(store->delete_mailbox(account, mailbox.name));
    }
    must(store->sweep());
    EXPECT_EQ(must(store->check()).blobs, must(store->status(inbox)).messages);
  }
}

}  // namespace
}  // namespace roost::store
