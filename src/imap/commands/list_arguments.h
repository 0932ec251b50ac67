// The arguments of LIST (RFC 5258 section 6, with the options of RFC 5819 and RFC 6154):
//   list = "LIST" [SP list-select-opts] SP mailbox SP mbox-or-pat [SP list-return-opts]
// An option this server does not know is an error; one that comes twice counts once. RECURSIVEMATCH
// is an error without another option that selects, which SPECIAL-USE is, too.
#pragma once

#include <string>
#include <vector>

#include "imap/commands/status_items.h"
#include "imap/protocol/parser.h"

namespace roost::imap {

struct ListArguments {
  bool extended = false;  // by any of the three signs of section 1
  std::string reference;
  std::vector<std::string> patterns;
  struct Select {
    bool subscribed = false;
    bool special_use = false;
    bool recursive_match = false;
  } select;
  // CHILDREN and SPECIAL-USE are read and forgotten: LIST always answers with them.
  struct Return {
    bool subscribed = false;
    std::vector<StatusAtt> status;  // empty: STATUS was not asked for
  } returned;
};

[[nodiscard]] ListArguments list_arguments(Parser& parser);

}  // namespace roost::imap
