#include "imap/commands/list_response.h"

#include "mail/mailbox_name.h"

namespace roost::imap {

bool is_as_supplied(std::string_view name, std::string_view supplied) {
  if (supplied.ends_with(mail::kHierarchyDelimiter)) supplied.remove_suffix(1);
  return name == supplied;
}

void tell_selected_name(Session& session, const store::Mailbox& mailbox,
                        std::string_view supplied) {
  const std::string_view attribute = mail::attribute_of(mailbox.special_use);
  if (!is_as_supplied(mailbox.name, supplied)) {
    tell_old_name(session, mailbox.name, supplied, attribute);
  } else if (session.enabled().imap4rev2) {
    session.write()
        .raw("* LIST (")
        .raw(attribute)
        .raw(") \"/\" ")
        .mailbox(mailbox.name)
        .raw("\r\n");
  }
}

void tell_old_name(Session& session, std::string_view name, std::string_view old_name,
                   std::string_view attribute) {
  if (!session.enabled().imap4rev2) return;
  ResponseWriter writer = session.write();
  writer.raw("* LIST (").raw(attribute).raw(") \"/\" ").mailbox(name);
  writer.raw(" (\"OLDNAME\" (").mailbox(old_name).raw("))\r\n");
}

}  // namespace roost::imap
