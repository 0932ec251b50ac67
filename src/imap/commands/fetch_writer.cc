#include "imap/commands/fetch_writer.h"

#include <algorithm>
#include <utility>

#include "imap/commands/section_octets.h"
#include "mail/body_structure.h"

namespace roost::imap {

namespace {

constexpr std::uint64_t kPiece = 64 * 1024;

// "BODY[1.2.HEADER.FIELDS (From To)]<0>", as the client wrote it.
void write_label(ResponseWriter& writer, const FetchAtt& att) {
  switch (att.kind) {
    case FetchAtt::Kind::kRfc822:
      writer.raw("RFC822");
      return;
    case FetchAtt::Kind::kRfc822Header:
      writer.raw("RFC822.HEADER");
      return;
    case FetchAtt::Kind::kRfc822Text:
      writer.raw("RFC822.TEXT");
      return;
    default:
      break;
  }
  using What = mail::Section::What;
  writer.raw("BODY[");
  std::string_view dot;
  for (const std::uint32_t number : att.section.part) {
    writer.raw(dot).number(number);
    dot = ".";
  }
  const auto what = [&](std::string_view name) { writer.raw(dot).raw(name); };
  switch (att.section.what) {
    case What::kAll:
      break;
    case What::kHeader:
      what("HEADER");
      break;
    case What::kHeaderFields:
      what("HEADER.FIELDS");
      break;
    case What::kHeaderFieldsNot:
      what("HEADER.FIELDS.NOT");
      break;
    case What::kText:
      what("TEXT");
      break;
    case What::kMime:
      what("MIME");
      break;
  }
  if (!att.section.fields.empty()) {
    std::string_view separator = " (";
    for (const std::string& field : att.section.fields) {
      writer.raw(separator).astring(field);
      separator = " ";
    }
    writer.raw(")");
  }
  writer.raw("]");
  if (att.partial) writer.raw("<").number(att.partial->offset).raw(">");
}

mail::BodyForm::Global global_for(const Session& session) {
  return session.enabled().imap4rev2 ? mail::BodyForm::Global::kMessage
                                     : mail::BodyForm::Global::kLeaf;
}

}  // namespace

Result<FetchWriter::Written> FetchWriter::write(Session& session, const FetchedMessage& message) {
  const std::size_t start = session.out.size();
  const bool fresh = !std::exchange(session.mid_response, true);
  if (fresh) session.write().raw("* ").number(message.seq.value).raw(" FETCH (");
  auto complete = write_atts(session, message);
  if (complete && !*complete) return Written::kPart;
  if (!complete && !fresh) return fail(std::move(complete.error()));
  session.mid_response = false;
  next_att_ = 0;
  if (complete) return Written::kAll;
  session.out.resize(start);
  literal_.reset();
  if (complete.error().code == ErrorCode::kNotFound) return Written::kGone;
  return fail(std::move(complete.error()));
}

// True: the response is complete; false: the output is full.
Result<bool> FetchWriter::write_atts(Session& session, const FetchedMessage& message) {
  ResponseWriter writer = session.write();
  while (literal_ || next_att_ < atts_.size()) {
    if (session.output_full()) return false;
    if (literal_) {
      if (auto done = write_piece(session); !done) return fail(std::move(done.error()));
      continue;
    }
    if (next_att_ > 0) writer.raw(" ");
    auto done = write_att(session, message, atts_[next_att_]);
    if (!done) return fail(std::move(done.error()));
    ++next_att_;
  }
  if (flags_of_.contains(message.entry.uid)) {
    if (auto done = write_change(session, message); !done) return fail(std::move(done.error()));
  }
  writer.raw(")\r\n");
  return true;
}

// What was not asked for of a change that the command has made.
Result<void> FetchWriter::write_change(Session& session, const FetchedMessage& message) {
  using Kind = FetchAtt::Kind;
  for (const Kind kind : {Kind::kUid, Kind::kFlags, Kind::kModSeq}) {
    if (kind != Kind::kFlags && !session.enabled().condstore) continue;
    if (std::ranges::find(atts_, kind, &FetchAtt::kind) != atts_.end()) continue;
    session.write().raw(" ");
    if (auto done = write_att(session, message, {.kind = kind}); !done) return done;
  }
  return {};
}

Result<void> FetchWriter::write_att(Session& session, const FetchedMessage& message,
                                    const FetchAtt& att) {
  ResponseWriter writer = session.write();
  const SelectedMailbox& selected = session.selected();
  switch (att.kind) {
    case FetchAtt::Kind::kUid:
      writer.raw("UID ").number(message.entry.uid.value);
      return {};
    case FetchAtt::Kind::kFlags:
      writer.raw("FLAGS ").flags(selected.view->keywords(), message.entry.flags,
                                 selected.recent_flag(message.entry.uid));
      return {};
    case FetchAtt::Kind::kModSeq:
      writer.raw("MODSEQ (").number(message.entry.modseq.value).raw(")");
      return {};
    case FetchAtt::Kind::kInternalDate:
      writer.raw("INTERNALDATE ").date_time(message.digest->internal_date);
      return {};
    case FetchAtt::Kind::kRfc822Size:
      writer.raw("RFC822.SIZE ").number(message.digest->size);
      return {};
    case FetchAtt::Kind::kEnvelope:
      writer.raw("ENVELOPE ").raw(message.digest->envelope);
      return {};
    case FetchAtt::Kind::kBody:
      writer.raw("BODY ").raw(mail::body_structure_as(
          message.digest->bodystructure,
          {.extension = mail::BodyForm::Extension::kDropped, .global = global_for(session)}));
      return {};
    case FetchAtt::Kind::kBodyStructure:
      writer.raw("BODYSTRUCTURE ")
          .raw(mail::body_structure_as(message.digest->bodystructure,
                                       {.global = global_for(session)}));
      return {};
    case FetchAtt::Kind::kSection:
    case FetchAtt::Kind::kRfc822:
    case FetchAtt::Kind::kRfc822Header:
    case FetchAtt::Kind::kRfc822Text:
      return write_section(session, message, att);
  }
  return {};
}

Result<void> FetchWriter::write_section(Session& session, const FetchedMessage& message,
                                        const FetchAtt& att) {
  ResponseWriter writer = session.write();
  store::Store& store = session.server.store;
  const mail::Digest& digest = *message.digest;
  const auto found = find_octets(store, digest, att.section, att.partial);
  if (!found) return fail(found.error());
  if (!*found) {
    write_label(writer, att);
    writer.raw(" NIL");
    return {};
  }
  if ((*found)->fields) {
    write_label(writer, att);
    writer.raw(" ").literal_head((*found)->fields->size()).raw(*(*found)->fields);
    return {};
  }
  const mail::OctetRange wanted = (*found)->range;
  std::optional<store::BlobRef> held;
  if (wanted.length > kPiece) {
    auto pinned = store.pin_blob(digest.blob);
    if (!pinned) return fail(std::move(pinned.error()));
    held = *std::move(pinned);
  }
  const std::uint64_t first = std::min(wanted.length, kPiece);
  const auto octets = read_exactly(store, digest.blob, {wanted.offset, first});
  if (!octets) return fail(octets.error());
  write_label(writer, att);
  writer.raw(" ").literal_head(wanted.length).raw(*octets);
  if (first < wanted.length) {
    literal_ = Literal{*std::move(held), wanted.offset + first, wanted.length - first};
  }
  return {};
}

Result<void> FetchWriter::write_piece(Session& session) {
  const std::uint64_t length = std::min(literal_->remaining, kPiece);
  const auto octets =
      read_exactly(session.server.store, literal_->blob.id(), {literal_->offset, length});
  if (!octets) return fail(octets.error());
  session.write().raw(*octets);
  literal_->offset += length;
  literal_->remaining -= length;
  if (literal_->remaining == 0) literal_.reset();
  return {};
}

}  // namespace roost::imap
