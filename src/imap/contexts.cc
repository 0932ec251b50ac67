#include "imap/contexts.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <numeric>
#include <span>
#include <utility>

#include "base/log.h"
#include "imap/session.h"

namespace roost::imap {

namespace {

using Clock = std::chrono::steady_clock;

// The numbers of these messages, range by range. Requires: the view has all of them.
mail::UidSet numbers_of(const mail::UidSet& uids, const mail::MailboxView& view) {
  mail::UidSet numbers;
  for (const mail::UidRange& range : uids.ranges()) {
    const mail::SeqNum first = view.lower_bound(range.first);
    const std::uint32_t last = first.value + range.last.value - range.first.value;
    numbers.add(mail::UidRange{mail::Uid(first.value), mail::Uid(last)});
  }
  return numbers;
}

}  // namespace

Context::Context(Origin origin, MessageSearch search, const mail::MailboxView& searched,
                 mail::UidSet found, std::optional<mail::SortedList> sorted)
    : origin_(std::move(origin)),
      search_(std::move(search)),
      found_(std::move(found)),
      sorted_(std::move(sorted)),
      judged_(searched.modseq()),
      next_(first_to_judge(searched)) {}

std::size_t Context::octets() const {
  return sizeof *this + 2 * origin_.tag.size() + search_.octets() +
         found_.ranges().size() * sizeof(mail::UidRange) + (sorted_ ? sorted_->octets() : 0);
}

void Context::tell_expunged(const mail::UidSet& expunged, const mail::MailboxView& client,
                            std::string& out) {
  tell(mail::intersection(found_, expunged), {}, client, out);
}

Result<void> Context::tell_changed(const SearchedMailbox& mailbox, const mail::MailboxView& client,
                                   std::int64_t now, std::string& out) {
  const mail::MailboxView& view = mailbox.view;
  if (judging_ <= judged_) judging_ = view.modseq();
  const mail::SeqNum first = view.lower_bound(next_);
  search_.look_again(first, judged_, view.keywords(), now);
  // Another relevancy may be another place.
  const bool moves = sorted_ && sorted_->is_by_relevancy();
  mail::UidSet stay;
  mail::UidSet added;
  const auto on_found = [&](const FoundMessage& message) {
    const mail::Uid uid = message.entry.uid;
    if (!moves && found_.contains(uid)) {
      stay.add(uid);
      return Result<void>();
    }
    added.add(uid);
    if (sorted_) sorted_->add(uid, *message.digest, message.relevancy);
    return Result<void>();
  };
  const mail::UidSet none;
  const auto done = search_.run(mailbox, on_found, moves ? none : found_);
  if (!done) return fail(done.error());

  mail::UidSet removed;
  for (mail::SeqNum seq = view.next_changed(first, judged_); seq < search_.next();
       seq = view.next_changed(seq.next(), judged_)) {
    const mail::Uid uid = view.at(seq).uid;
    if (found_.contains(uid) && !stay.contains(uid)) removed.add(uid);
  }
  tell(removed, added, client, out);
  if (*done) judged_ = judging_;
  next_ = *done ? first_to_judge(view) : view.at(search_.next()).uid;
  return {};
}

void Context::tell(const mail::UidSet& removed, const mail::UidSet& added,
                   const mail::MailboxView& client, std::string& out) {
  if (removed.empty() && added.empty()) return;
  ResponseWriter writer(out);
  writer.raw(origin_.response);
  if (sorted_) {
    write_placed("REMOVEFROM", sorted_->remove(removed), client, writer);
    write_placed("ADDTO", sorted_->put_in_place(), client, writer);
  } else {
    write_anywhere("REMOVEFROM", removed, client, writer);
    write_anywhere("ADDTO", added, client, writer);
  }
  writer.raw("\r\n");
  found_ = mail::united(mail::difference(found_, removed), added);
}

// ret-data-addto, ret-data-removefrom; where the client keeps the order of the mailbox itself
// (sections 4.3.3 and 4.3.4).
void Context::write_anywhere(std::string_view name, const mail::UidSet& uids,
                             const mail::MailboxView& client, ResponseWriter& writer) const {
  if (uids.empty()) return;
  writer.raw(" ").raw(name).raw(" (0 ");
  writer.raw((is_by_number() ? numbers_of(uids, client) : uids).to_string()).raw(")");
}

void Context::write_placed(std::string_view name, const std::vector<mail::PlacedUids>& placed,
                           const mail::MailboxView& client, ResponseWriter& writer) const {
  if (placed.empty()) return;
  writer.raw(" ").raw(name).raw(" (");
  std::string_view separator;
  for (const mail::PlacedUids& run : placed) {
    writer.raw(separator).number(run.position).raw(" ");
    separator = " ";
    std::vector<std::uint32_t> numbers;
    numbers.reserve(run.uids.size());
    for (const mail::Uid uid : run.uids) {
      numbers.push_back(is_by_number() ? client.find(uid)->value : uid.value);
    }
    std::span<const std::uint32_t> rest(numbers);
    while (!rest.empty()) {
      rest = rest.subspan(writer.range(rest));
      if (!rest.empty()) writer.raw(",");
    }
  }
  writer.raw(")");
}

// --- all of them ---

bool Contexts::has(std::string_view tag) const {
  return std::ranges::find(contexts_, tag, &Context::tag) != contexts_.end();
}

bool Contexts::is_behind(mail::ModSeq modseq) const {
  return std::ranges::any_of(contexts_,
                             [&](const Context& context) { return context.is_behind(modseq); });
}

std::size_t Contexts::octets() const {
  return std::transform_reduce(contexts_.begin(), contexts_.end(), std::size_t{0}, std::plus(),
                               [](const Context& context) { return context.octets(); });
}

void Contexts::add(Context context) {
  if (full() || octets() + context.octets() > kMaxOctets) return;
  contexts_.push_back(std::move(context));
}

bool Contexts::cancel(std::string_view tag) {
  return std::erase_if(contexts_, [&](const Context& context) { return context.tag() == tag; }) > 0;
}

void Contexts::end_by_number(ResponseWriter writer) {
  std::erase_if(contexts_, [&](const Context& context) {
    if (context.is_by_number()) {
      tell_no_update(context.tag(), "Message numbers are not told with UIDONLY", writer);
    }
    return context.is_by_number();
  });
}

void Contexts::tell_expunged(const std::vector<mail::Uid>& expunged,
                             const mail::MailboxView& client, std::string& out) {
  if (expunged.empty()) return;
  mail::UidSet uids;
  for (const mail::Uid uid : expunged) uids.add(uid);
  for (Context& context : contexts_) context.tell_expunged(uids, client, out);
}

Result<void> Contexts::tell_changed(const SearchedMailbox& mailbox, const mail::MailboxView& client,
                                    std::int64_t now, std::string& out) {
  // Then the next context waits: a tagged response does, too, or DONE.
  const auto deadline = Clock::now() + Session::kRunTime;
  auto context = contexts_.begin();
  while (context != contexts_.end() && out.size() < Session::kOutputHighWater &&
         Clock::now() < deadline) {
    Result<void> told;
    if (context->is_behind(mailbox.view.modseq())) {
      told = context->tell_changed(mailbox, client, now, out);
    }
    if (!told && told.error().code == ErrorCode::kNotFound) return told;
    if (told && octets() <= kMaxOctets) {
      ++context;
      continue;
    }
    if (!told) log::error("cannot judge a message for a context: {}", told.error().detail);
    tell_no_update(context->tag(), told ? "Too much in it by now" : "A message cannot be read",
                   ResponseWriter(out));
    context = contexts_.erase(context);
  }
  // Those whose turn did not come are the first next time.
  std::ranges::rotate(contexts_, context);
  return {};
}

void tell_no_update(std::string_view tag, std::string_view why, ResponseWriter writer) {
  writer.untagged(Condition::kNo, "NOUPDATE \"" + std::string(tag) + "\"", why);
}

}  // namespace roost::imap
