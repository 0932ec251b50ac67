#include "tests/push/difference.h"

#include <algorithm>

#include "mail/envelope.h"

namespace roost::push_model {

namespace {

ModelClient::FlagSet flags_of(const mail::MailboxView& view, const mail::MessageEntry& entry) {
  std::string names;
  view.keywords().append_names(entry.flags, names);
  ModelClient::FlagSet flags;
  for (std::size_t at = 0; at < names.size();) {
    const std::size_t end = std::min(names.find(' ', at), names.size());
    flags.insert(names.substr(at, end - at));
    at = end + 1;
  }
  return flags;
}

std::string list(const ModelClient::FlagSet& flags) {
  std::string all;
  for (const std::string& flag : flags) all += " " + flag;
  return "(" + all + " )";
}

ModelContext::Subjects subjects_of(const mail::MailboxView& view, store::Store& store,
                                   mail::MailboxId mailbox) {
  ModelContext::Subjects subjects;
  const mail::UidSet all(mail::UidRange{mail::Uid(1), std::max(mail::Uid(1), view.last_uid())});
  const auto read = store.digests(mailbox, all, [&](mail::Uid uid, const mail::Digest& digest) {
    subjects[uid.value] = mail::subject_of_envelope(digest.envelope).value_or("");
    return true;
  });
  return read ? subjects : ModelContext::Subjects();
}

}  // namespace

std::string difference(const ModelClient& client, store::Store& store, mail::MailboxId mailbox) {
  const mail::ViewPtr newest = *store.view(mailbox);
  const mail::MailboxView& view = *newest;
  if (client.messages().size() != view.size()) {
    return "told of " + std::to_string(client.messages().size()) + " messages, there are " +
           std::to_string(view.size());
  }
  std::string found;
  view.for_each([&](mail::SeqNum seq, const mail::MessageEntry& entry) {
    const ModelClient::Message& told = client.messages()[seq.value - 1];
    const std::string message = "message " + std::to_string(seq.value);
    if (told.uid && *told.uid != entry.uid.value) {
      found = message + " was told as UID " + std::to_string(*told.uid) + ", it is " +
              std::to_string(entry.uid.value);
    } else if (const auto flags = flags_of(view, entry); told.flags && *told.flags != flags) {
      found = message + " was told as " + list(*told.flags) + ", it is " + list(flags);
    } else if (told.modseq && *told.modseq != entry.modseq.value) {
      found = message + " was told with MODSEQ " + std::to_string(*told.modseq) + ", it is " +
              std::to_string(entry.modseq.value);
    }
    return found.empty();
  });
  for (const auto& [uid, told] : client.cache()) {
    if (!found.empty()) break;
    const std::string message = "UID " + std::to_string(uid);
    const auto seq = view.find(mail::Uid(uid));
    if (!seq) {
      found = message + " is gone, and was not told to be";
    } else if (const auto now = flags_of(view, view.at(*seq)); told.flags && *told.flags != now) {
      found = message + " is remembered as " + list(*told.flags) + ", it is " + list(now);
    } else if (const auto modseq = view.at(*seq).modseq.value;
               told.modseq && *told.modseq != modseq) {
      found = message + " is remembered with MODSEQ " + std::to_string(*told.modseq) + ", it is " +
              std::to_string(modseq);
    }
  }
  if (found.empty() && client.context()) {
    found = client.context()->difference(view, subjects_of(view, store, mailbox));
  }
  return found;
}

std::string tail(const ModelClient& client) {
  constexpr std::size_t kShown = 3000;
  const std::string& all = client.transcript();
  return all.size() > kShown ? all.substr(all.size() - kShown) : all;
}

}  // namespace roost::push_model
