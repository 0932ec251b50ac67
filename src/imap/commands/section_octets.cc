#include "imap/commands/section_octets.h"

#include <algorithm>

#include "mail/message_parser.h"

namespace roost::imap {

namespace {

// The octets of [0, length) that <offset.length> asks for; none beyond the end.
mail::OctetRange clip(const std::optional<FetchAtt::Partial>& partial, mail::OctetRange range) {
  if (!partial) return range;
  const std::uint64_t skip = std::min<std::uint64_t>(partial->offset, range.length);
  return {range.offset + skip, std::min<std::uint64_t>(partial->length, range.length - skip)};
}

bool filters_header(const mail::Section& section) {
  return section.what == mail::Section::What::kHeaderFields ||
         section.what == mail::Section::What::kHeaderFieldsNot;
}

}  // namespace

Result<std::optional<SectionOctets>> find_octets(store::Store& store, const mail::Digest& digest,
                                                 const mail::Section& section,
                                                 const std::optional<FetchAtt::Partial>& partial) {
  std::optional<mail::OctetRange> range = mail::OctetRange{0, digest.size};
  if (section.what != mail::Section::What::kAll || !section.part.empty()) {
    const auto tree = mail::decode_part_tree(digest.structure);
    if (!tree) return fail(tree.error());
    range = mail::find_section(*tree, section);
  }
  if (!range) return std::nullopt;
  if (!filters_header(section)) return SectionOctets{clip(partial, *range), {}};
  range->length = std::min<std::uint64_t>(range->length, mail::MessageParser::kMaxHeader);
  const auto header = read_exactly(store, digest.blob, *range);
  if (!header) return fail(header.error());
  const std::string fields = mail::filter_header(*header, section.fields,
                                                 section.what == mail::Section::What::kHeaderFields
                                                     ? mail::FieldFilter::kOnly
                                                     : mail::FieldFilter::kAllBut);
  const mail::OctetRange wanted = clip(partial, {0, fields.size()});
  return SectionOctets{{}, fields.substr(wanted.offset, wanted.length)};
}

Result<std::string> read_exactly(store::Store& store, mail::BlobId blob, mail::OctetRange range) {
  auto octets = store.read_blob(blob, range.offset, range.length);
  if (octets && octets->size() != range.length) {
    return fail(ErrorCode::kCorruption, "a message is shorter than its digest says");
  }
  return octets;
}

}  // namespace roost::imap
