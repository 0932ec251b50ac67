#include "imap/capability.h"

#include <array>
#include <string_view>

#include "imap/command_table.h"

namespace roost::imap {

namespace {

// An extension that is done by commands of the table, without one of its own.
struct Extension {
  std::string_view capability;
  std::string_view rfc;
};

// clang-format off
constexpr std::array kExtensions = {
    Extension{"LITERAL+", "7888"},
    Extension{"UIDPLUS", "4315"},
    Extension{"ESEARCH", "4731"},
    Extension{"CONDSTORE", "7162"},
    Extension{"QRESYNC", "7162"},
    Extension{"WITHIN", "5032"},
    Extension{"SEARCHRES", "5182"},
    Extension{"PARTIAL", "9394"},
    Extension{"ESORT", "5267"},
    Extension{"CONTEXT=SORT", "5267"},
    Extension{"SEARCH=FUZZY", "6203"},
    Extension{"SORT=DISPLAY", "5957"},
    Extension{"THREAD=ORDEREDSUBJECT", "5256"},
    Extension{"I18NLEVEL=1", "5255"},
    Extension{"CHILDREN", "3348"},
    Extension{"BINARY", "3516"},
    Extension{"OBJECTID", "8474"},
    Extension{"SAVEDATE", "8514"},
    Extension{"PREVIEW", "8970"},
    Extension{"INPROGRESS", "9585"},
    Extension{"SPECIAL-USE", "6154"},
    Extension{"CREATE-SPECIAL-USE", "6154"},
    Extension{"LIST-EXTENDED", "5258"},
    Extension{"LIST-STATUS", "5819"},
    Extension{"STATUS=SIZE", "8438"},
    Extension{"MULTIAPPEND", "3502"},
    Extension{"CATENATE", "4469"},
    Extension{"UTF8=ACCEPT", "9755"},
    Extension{"UIDONLY", "9586"},
};
// clang-format on

// What is there but not always of use.
bool is_offered(std::string_view capability, const Session& session) {
  if (capability == "COMPRESS=DEFLATE") return !session.peer.compressed;
  if (capability == "UNAUTHENTICATE") {
    return session.server.options.unauthenticate && session.state() != State::kNotAuthenticated;
  }
  return true;
}

}  // namespace

std::string capabilities(const Session& session) {
  std::string list = "IMAP4rev1 IMAP4rev2";
  const auto add = [&](std::string_view capability) {
    list += ' ';
    list += capability;
  };
  for (const CommandRow& row : command_table()) {
    if (!row.capability.empty() && is_offered(row.capability, session)) add(row.capability);
  }
  for (const Extension& extension : kExtensions) add(extension.capability);
  if (const auto limit = session.server.options.append_limit; limit > 0) {
    add("APPENDLIMIT=" + std::to_string(limit));
  }
  if (session.state() == State::kNotAuthenticated) {
    add("SASL-IR");
    if (!session.peer.tls && session.server.tls != nullptr) add("STARTTLS");
    if (session.may_send_password()) {
      add("AUTH=PLAIN");
      add("AUTH=LOGIN");
    } else {
      add("LOGINDISABLED");
    }
  }
  return list;
}

}  // namespace roost::imap
