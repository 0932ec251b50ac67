#include "client/state_file.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "base/percent.h"
#include "base/text_file.h"
#include "net/replace_file.h"

namespace roost::client {
namespace {

constexpr std::string_view kFirstLine = "roost-watch 1";
constexpr std::string_view kLastLine = "end";

// The octets up to the separator, or all; text shrinks by what was taken.
std::string_view take_until(std::string_view& text, char separator) {
  const std::size_t end = text.find(separator);
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return taken;
}

template <typename Number>
std::optional<Number> number(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "1:3,5"; "" is the empty set.
std::optional<mail::UidSet> uid_set(std::string_view text) {
  std::vector<mail::UidRange> ranges;
  while (!text.empty()) {
    std::string_view range = take_until(text, ',');
    const auto first = number<std::uint32_t>(take_until(range, ':'));
    const auto last = range.empty() ? first : number<std::uint32_t>(range);
    if (!first || !last || *first == 0 || *last < *first) return std::nullopt;
    ranges.push_back({mail::Uid(*first), mail::Uid(*last)});
  }
  return mail::UidSet::from_ranges(std::move(ranges));
}

class Reader {
 public:
  Result<ToldByMailbox> read(std::string_view text);

 private:
  [[nodiscard]] bool line(std::string_view line);
  [[nodiscard]] bool mailbox(std::string_view rest);

  ToldByMailbox told_;
  Told* current_ = nullptr;
};

Result<ToldByMailbox> Reader::read(std::string_view text) {
  const auto corrupt = [](std::size_t line) {
    return fail(ErrorCode::kCorruption, "line " + std::to_string(line) + " is damaged");
  };
  if (take_until(text, '\n') != kFirstLine) return corrupt(1);
  for (std::size_t count = 2; !text.empty(); ++count) {
    const std::string_view read = take_until(text, '\n');
    if (read == kLastLine && text.empty()) return std::move(told_);
    if (!line(read)) return corrupt(count);
  }
  return fail(ErrorCode::kCorruption, "the end is missing");
}

bool Reader::line(std::string_view line) {
  const std::string_view kind = take_until(line, ' ');
  if (kind == "mailbox") return mailbox(line);
  if (current_ == nullptr) return false;
  if (kind == "flag") {
    const auto name = percent_decode(take_until(line, ' '));
    auto who = uid_set(line);
    if (!name || name->empty() || !who || who->empty()) return false;
    return current_->flags.emplace(*name, std::move(*who)).second;
  }
  if (kind != "uids" || !current_->uids.empty()) return false;
  auto uids = uid_set(line);
  if (!uids) return false;
  current_->uids = std::move(*uids);
  return true;
}

// name SP UIDVALIDITY SP UIDNEXT SP mod-sequence
bool Reader::mailbox(std::string_view rest) {
  const auto name = percent_decode(take_until(rest, ' '));
  const auto uid_validity = number<std::uint32_t>(take_until(rest, ' '));
  const auto uid_next = number<std::uint32_t>(take_until(rest, ' '));
  const auto modseq = number<std::uint64_t>(rest);
  if (!name || name->empty() || !uid_validity || !uid_next || !modseq) return false;
  const auto [it, is_new] =
      told_.emplace(*name, Told{.uid_validity = mail::UidValidity(*uid_validity),
                                .uid_next = mail::Uid(*uid_next),
                                .modseq = mail::ModSeq(*modseq)});
  current_ = &it->second;
  return is_new;
}

}  // namespace

std::string encode_state(const ToldByMailbox& told) {
  std::string text(kFirstLine);
  text += '\n';
  for (const auto& [name, mailbox] : told) {
    if (mailbox.uid_validity.value == 0) continue;  // nothing has been told of it yet
    text += "mailbox " + percent_encode(name) + " " + std::to_string(mailbox.uid_validity.value) +
            " " + std::to_string(mailbox.uid_next.value) + " " +
            std::to_string(mailbox.modseq.value) + "\n";
    text += "uids " + mailbox.uids.to_string() + "\n";
    for (const auto& [flag, who] : mailbox.flags) {
      text += "flag " + percent_encode(flag) + " " + who.to_string() + "\n";
    }
  }
  return text.append(kLastLine).append("\n");
}

Result<ToldByMailbox> decode_state(std::string_view text) { return Reader().read(text); }

Result<ToldByMailbox> load_state(const std::string& path) {
  const auto text = read_text_file(path);
  if (!text && text.error().code == ErrorCode::kNotFound) return ToldByMailbox();
  if (!text) return fail(text.error());
  auto told = decode_state(*text);
  if (!told) return fail(told.error().code, path + ": " + told.error().detail);
  return told;
}

Result<net::Fd> lock_state(const std::string& path) {
  const std::string beside = path + ".lock";
  net::Fd lock(::open(beside.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock.is_open()) return fail(ErrorCode::kUnavailable, beside + ": " + std::strerror(errno));
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) return lock;
  return fail(ErrorCode::kUnavailable, errno == EWOULDBLOCK
                                           ? path + ": is in use by another process"
                                           : beside + ": " + std::strerror(errno));
}

Result<void> save_state(const std::string& path, const ToldByMailbox& told) {
  return net::replace_file(path, encode_state(told), 0600);
}

}  // namespace roost::client
