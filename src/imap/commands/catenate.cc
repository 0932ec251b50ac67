#include "imap/commands/catenate.h"

#include <algorithm>
#include <limits>

#include "base/ascii.h"
#include "base/percent.h"
#include "imap/commands/section_octets.h"
#include "imap/protocol/message_url.h"
#include "mail/mailbox_name.h"

namespace roost::imap {

namespace {

constexpr std::uint64_t kPiece = 256 * 1024;
constexpr std::size_t kMaxBadUrl = 1'000;

// A part's octets, held so that they stay until they are copied.
struct Source {
  store::BlobRef blob;
  SectionOctets octets;
};

Result<Source> find_source(Session& session, const MessageUrl& url) {
  store::Store& store = session.server.store;
  const auto name = mail::normalise_mailbox_name(url.mailbox);
  if (!name) return fail(ErrorCode::kNotFound, name.error().detail);
  const auto mailbox = store.find_mailbox(session.account().id, *name);
  if (!mailbox) return fail(mailbox.error());
  if (!mailbox->selectable || (url.uid_validity && *url.uid_validity != mailbox->uid_validity)) {
    return fail(ErrorCode::kNotFound, "No such mailbox, or its UIDVALIDITY is another one");
  }
  const auto digest = store.digest(mailbox->id, url.uid);
  if (!digest) return fail(digest.error());
  auto blob = store.pin_blob_of(mailbox->id, url.uid, digest->blob);
  if (!blob) return fail(std::move(blob.error()));
  auto octets = find_octets(store, *digest, url.section, url.partial);
  if (!octets) return fail(std::move(octets.error()));
  if (!*octets) return fail(ErrorCode::kNotFound, "The message has no such part");
  return Source{*std::move(blob), **std::move(octets)};
}

// kNotFound: it is no URL of a message here.
Result<Source> find_source(Session& session, std::string_view url) {
  const auto message = message_url(url);
  if (!message) return fail(ErrorCode::kNotFound, "Not the URL of a message on this server");
  return find_source(session, *message);
}

Source whole(IncomingMessages::Literal literal) {
  store::NewMessage& text = literal.message;
  return {std::move(text.blob), {.range = {0, text.digest.size}, .fields = {}}};
}

std::uint64_t size_of(const Source& source) {
  return source.octets.fields ? source.octets.fields->size() : source.octets.range.length;
}

Result<void> copy(store::Store& store, const Source& from, store::MessageWriter& to) {
  if (from.octets.fields) return to.append(*from.octets.fields);
  mail::OctetRange rest = from.octets.range;
  while (rest.length > 0) {
    const std::uint64_t length = std::min(rest.length, kPiece);
    const auto piece = read_exactly(store, from.blob.id(), {rest.offset, length});
    if (!piece) return fail(piece.error());
    if (auto appended = to.append(*piece); !appended) return appended;
    rest = {rest.offset + length, rest.length - length};
  }
  return {};
}

// url-resp-text is not empty and holds no "]" and nothing but ASCII; in a URL both can be written
// otherwise. There is no code without a URL, and a long one is not sent back.
std::string badurl_code(std::string_view url) {
  if (url.empty() || url.size() > kMaxBadUrl) return {};
  std::string code = "BADURL ";
  for (const char& c : url) {
    code += is_printable(c) && c != ']' ? std::string(1, c) : percent_encode({&c, 1});
  }
  return code;
}

}  // namespace

std::uint64_t size_limit(const Session& session) {
  const std::uint64_t limit = session.server.options.append_limit;
  return limit > 0 ? limit : std::numeric_limits<std::uint32_t>::max();
}

Result<std::optional<IncomingMessages::Literal>> catenate(
    Session& session, std::span<const std::optional<std::string>> parts,
    std::vector<IncomingMessages::Literal>::iterator& literal, Room& room) {
  store::Store& store = session.server.store;
  store::MessageWriter writer(store);
  for (const std::optional<std::string>& url : parts) {
    auto source = url ? find_source(session, *url) : Result<Source>(whole(std::move(*literal++)));
    if (!source && source.error().code == ErrorCode::kNotFound) {
      session.reply = {Condition::kNo, badurl_code(*url), source.error().detail};
      return std::nullopt;
    }
    if (!source) return fail(std::move(source.error()));
    if (size_of(*source) > size_limit(session) - writer.size()) {
      session.reply = {Condition::kNo, "TOOBIG", "The message is over the size limit"};
      return std::nullopt;
    }
    room.add(size_of(*source));
    if (auto enough = room.check(); !enough) return fail(std::move(enough.error()));
    if (auto copied = copy(store, *source, writer); !copied) return fail(std::move(copied.error()));
  }
  auto finished = writer.finish();
  if (!finished) return fail(std::move(finished.error()));
  return IncomingMessages::Literal{*std::move(finished), writer.has_nul()};
}

}  // namespace roost::imap
