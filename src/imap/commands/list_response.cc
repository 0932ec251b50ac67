#include "imap/commands/list_response.h"

#include "mail/mailbox_name.h"

namespace roost::imap {

namespace {

std::string_view attribute_of(ListItem::Kind kind) {
  switch (kind) {
    case ListItem::Kind::kMailbox:
      return "";
    case ListItem::Kind::kNoselect:
      return "\\Noselect";
    case ListItem::Kind::kNonExistent:
      return "\\NonExistent";
  }
  return "";
}

std::string_view attribute_of(ListItem::Children children) {
  switch (children) {
    case ListItem::Children::kNotTold:
      return "";
    case ListItem::Children::kHas:
      return "\\HasChildren";
    case ListItem::Children::kHasNo:
      return "\\HasNoChildren";
  }
  return "";
}

}  // namespace

void write_list(ResponseWriter writer, const ListItem& item) {
  writer.raw("* LIST (");
  std::string_view separator;
  const auto write_attribute = [&](std::string_view attribute) {
    if (attribute.empty()) return;
    writer.raw(separator).raw(attribute);
    separator = " ";
  };
  write_attribute(attribute_of(item.kind));
  write_attribute(attribute_of(item.children));
  if (item.subscribed) write_attribute("\\Subscribed");
  write_attribute(mail::attribute_of(item.special_use));
  writer.raw(") \"/\" ").mailbox(item.name);
  if (!item.old_name.empty()) {
    writer.raw(" (\"OLDNAME\" (").mailbox(item.old_name).raw("))");
  }
  if (!item.child_info.empty()) writer.raw(" (\"CHILDINFO\" (").raw(item.child_info).raw("))");
  writer.raw("\r\n");
}

bool is_as_supplied(std::string_view name, std::string_view supplied) {
  if (supplied.ends_with(mail::kHierarchyDelimiter)) supplied.remove_suffix(1);
  return name == supplied;
}

void tell_selected_name(Session& session, const store::Mailbox& mailbox,
                        std::string_view supplied) {
  if (!session.enabled().imap4rev2) return;
  ListItem item{.name = mailbox.name, .special_use = mailbox.special_use};
  if (!is_as_supplied(mailbox.name, supplied)) item.old_name = supplied;
  write_list(session.write(), item);
}

void tell_old_name(Session& session, std::string_view name, std::string_view old_name,
                   ListItem::Kind kind) {
  if (!session.enabled().imap4rev2) return;
  write_list(session.write(), {.name = name, .kind = kind, .old_name = old_name});
}

}  // namespace roost::imap
