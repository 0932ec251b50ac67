#include "imap/commands/fetch_writer.h"

#include <algorithm>
#include <utility>

#include "imap/commands/section_octets.h"
#include "imap/updates.h"
#include "mail/body_structure.h"
#include "mail/object_id.h"
#include "mail/preview.h"

namespace roost::imap {

namespace {

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
    case FetchAtt::Kind::kBinary:
      writer.raw("BINARY[");
      break;
    case FetchAtt::Kind::kBinarySize:
      writer.raw("BINARY.SIZE[");
      break;
    default:
      writer.raw("BODY[");
      break;
  }
  using What = mail::Section::What;
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

// What a literal cannot hold (RFC 9051 section 4.3) is another octet, so that what comes by LMTP is
// sent in its length (docs/decisions/0011). BINARY sends it as it is.
std::string without_nuls(std::string octets) {
  if (octets.contains('\0')) std::ranges::replace(octets, '\0', '\x80');
  return octets;
}

mail::BodyForm body_form(const Session& session, mail::BodyForm::Extension extension) {
  using mail::BodyForm;
  if (!session.enabled().imap4rev2)
    return {.extension = extension, .global = BodyForm::Global::kLeaf};
  return {.extension = extension, .parameters = BodyForm::Parameters::kDecoded};
}

}  // namespace

Result<FetchWriter::Written> FetchWriter::write(Session& session, const FetchedMessage& message) {
  const std::size_t start = session.out.size();
  if (!session.mid_response) {
    auto can = can_decode(message);
    if (!can) return fail(std::move(can.error()));
    if (!*can) {
      if (flags_of_.contains(message.entry.uid)) {
        const SelectedMailbox& selected = session.selected();
        write_flags(session.write(), message.seq, message.entry, selected.view->keywords(),
                    selected.recent, session.enabled());
      }
      forget_message();
      return Written::kUnknownEncoding;
    }
  }
  const bool fresh = !std::exchange(session.mid_response, true);
  if (fresh) begin_fetch(session.write(), message.seq, message.entry.uid, session.enabled());
  auto complete = write_atts(session, message);
  if (complete && !*complete) return Written::kPart;
  if (!complete && !fresh) return fail(std::move(complete.error()));
  session.mid_response = false;
  forget_message();
  if (complete) return Written::kAll;
  session.out.resize(start);
  if (complete.error().code == ErrorCode::kNotFound) return Written::kGone;
  return fail(std::move(complete.error()));
}

void FetchWriter::forget_message() {
  parts_.reset();
  next_att_ = 0;
  literal_.reset();
  binary_.reset();
}

Result<bool> FetchWriter::can_decode(const FetchedMessage& message) {
  for (const FetchAtt& att : atts_) {
    if (att.kind != FetchAtt::Kind::kBinary && att.kind != FetchAtt::Kind::kBinarySize) continue;
    if (att.section.part.empty()) continue;
    if (!parts_) {
      auto parts = mail::decode_part_tree(message.digest->structure);
      if (!parts) return fail(std::move(parts.error()));
      parts_ = *std::move(parts);
    }
    const mail::PartNode* part = mail::find_part(*parts_, att.section.part);
    if (part != nullptr && !BinarySection::can_decode(*part)) return false;
  }
  return true;
}

// True: the response is complete; false: the output is full, or that took long enough.
Result<bool> FetchWriter::write_atts(Session& session, const FetchedMessage& message) {
  ResponseWriter writer = session.write();
  while (literal_ || binary_ || next_att_ < atts_.size()) {
    if (session.output_full()) return false;
    if (binary_) {
      if (auto done = go_on_with_binary(session); !done) return fail(std::move(done.error()));
      if (run_is_over()) return false;
      continue;
    }
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
    if (kind == Kind::kUid && session.enabled().uidonly) continue;
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
          message.digest->bodystructure, body_form(session, mail::BodyForm::Extension::kDropped)));
      return {};
    case FetchAtt::Kind::kBodyStructure:
      writer.raw("BODYSTRUCTURE ")
          .raw(mail::body_structure_as(message.digest->bodystructure,
                                       body_form(session, mail::BodyForm::Extension::kKept)));
      return {};
    case FetchAtt::Kind::kSection:
    case FetchAtt::Kind::kRfc822:
    case FetchAtt::Kind::kRfc822Header:
    case FetchAtt::Kind::kRfc822Text:
      return write_section(session, message, att);
    case FetchAtt::Kind::kBinary:
    case FetchAtt::Kind::kBinarySize:
      return begin_binary(session, message, att);
    case FetchAtt::Kind::kEmailId:
      writer.raw("EMAILID (").raw(mail::email_id(message.digest->blob)).raw(")");
      return {};
    case FetchAtt::Kind::kThreadId:
      writer.raw("THREADID (").raw(mail::thread_id(message.digest->saved.thread)).raw(")");
      return {};
    case FetchAtt::Kind::kSaveDate:
      writer.raw("SAVEDATE ").date_time(message.digest->saved.date);
      return {};
    case FetchAtt::Kind::kPreview:
      return write_preview(session, message, att);
  }
  return {};
}

// Made at delivery; of a message that is older than previews here, when it is asked for.
Result<void> FetchWriter::write_preview(Session& session, const FetchedMessage& message,
                                        const FetchAtt& att) {
  const mail::Digest& digest = *message.digest;
  std::optional<std::string> preview = digest.preview;
  if (!preview && !att.lazy) {
    const auto tree = mail::decode_part_tree(digest.structure);
    if (!tree) return fail(tree.error());
    preview.emplace();
    for (const mail::PartNode* part : mail::preview_parts(*tree)) {
      const std::uint64_t length =
          std::min<std::uint64_t>(part->body.length, mail::preview_octets(part->type));
      const auto body =
          read_exactly(session.server.store, digest.blob, {part->body.offset, length});
      if (!body) return fail(body.error());
      preview = mail::make_preview(*body, part->type, part->charset, part->encoding);
      if (!preview->empty()) break;
    }
  }
  session.write().raw("PREVIEW ").nstring(preview);
  return {};
}

// A part that does not exist is NIL, as BODY[…] of it is, and so has no octets. A part that holds
// others, and the message, are sent as they are: what has an encoding is in them.
Result<void> FetchWriter::begin_binary(Session& session, const FetchedMessage& message,
                                       const FetchAtt& att) {
  const mail::Digest& digest = *message.digest;
  ResponseWriter writer = session.write();
  if (att.kind == FetchAtt::Kind::kBinarySize && att.section.part.empty()) {
    write_label(writer, att);
    writer.raw(" ").number(digest.size);
    return {};
  }
  const mail::OctetRange wanted = att.partial
                                      ? mail::OctetRange{att.partial->offset, att.partial->length}
                                      : BinarySection::kAll;
  auto blob = session.server.store.pin_blob_of(session.selected().mailbox.id, message.entry.uid,
                                               digest.blob);
  if (!blob) return fail(std::move(blob.error()));
  if (att.section.part.empty()) {
    binary_ = std::make_unique<Binary>(
        BinarySection(*std::move(blob), mail::OctetRange{0, digest.size}, wanted), &att);
    return {};
  }
  if (const mail::PartNode* part = mail::find_part(*parts_, att.section.part)) {
    binary_ = std::make_unique<Binary>(BinarySection(*std::move(blob), *part, wanted), &att);
    return {};
  }
  write_label(writer, att);
  writer.raw(att.kind == FetchAtt::Kind::kBinarySize ? " 0" : " NIL");
  return {};
}

Result<void> FetchWriter::go_on_with_binary(Session& session) {
  BinarySection& section = binary_->section;
  store::Store& store = session.server.store;
  if (binary_->measured) {
    const auto sent = section.send(store, session.out);
    if (!sent) return fail(sent.error());
    if (*sent) binary_.reset();
    return {};
  }
  const auto measured = section.measure(store);
  if (!measured) return fail(measured.error());
  if (!*measured) return {};
  binary_->measured = true;
  ResponseWriter writer = session.write();
  write_label(writer, *binary_->att);
  if (binary_->att->kind == FetchAtt::Kind::kBinarySize) {
    writer.raw(" ").number(section.size());
    binary_.reset();
  } else {
    writer.raw(section.has_nul() ? " ~" : " ").literal_head(section.size());
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
    const std::string fields = without_nuls(*(*found)->fields);
    write_label(writer, att);
    writer.raw(" ").literal_head(fields.size()).raw(fields);
    return {};
  }
  const mail::OctetRange wanted = (*found)->range;
  std::optional<store::BlobRef> held;
  if (wanted.length > kSectionPiece) {
    auto pinned = store.pin_blob_of(session.selected().mailbox.id, message.entry.uid, digest.blob);
    if (!pinned) return fail(std::move(pinned.error()));
    held = *std::move(pinned);
  }
  const std::uint64_t first = std::min(wanted.length, kSectionPiece);
  auto octets = read_exactly(store, digest.blob, {wanted.offset, first});
  if (!octets) return fail(std::move(octets.error()));
  write_label(writer, att);
  writer.raw(" ").literal_head(wanted.length).raw(without_nuls(*std::move(octets)));
  if (first < wanted.length) {
    literal_ = Literal{*std::move(held), wanted.offset + first, wanted.length - first};
  }
  return {};
}

Result<void> FetchWriter::write_piece(Session& session) {
  const std::uint64_t length = std::min(literal_->remaining, kSectionPiece);
  auto octets = read_exactly(session.server.store, literal_->blob.id(), {literal_->offset, length});
  if (!octets) return fail(std::move(octets.error()));
  session.write().raw(without_nuls(*std::move(octets)));
  literal_->offset += length;
  literal_->remaining -= length;
  if (literal_->remaining == 0) literal_.reset();
  return {};
}

}  // namespace roost::imap
