// The parse functions of all commands; each is defined in the file of its command's name, which
// holds the command whole. The command table refers to them.
#pragma once

#include <memory>

#include "imap/command.h"
#include "imap/protocol/parser.h"
#include "imap/session.h"

namespace roost::imap {

using Parsed = std::unique_ptr<Command>;

// RFC 3501 section 6.1, any state
Parsed parse_capability(Parser& parser, const Session& session);
Parsed parse_noop(Parser& parser, const Session& session);
Parsed parse_logout(Parser& parser, const Session& session);
Parsed parse_id(Parser& parser, const Session& session);  // RFC 2971

// Section 6.2, not authenticated
Parsed parse_starttls(Parser& parser, const Session& session);
Parsed parse_authenticate(Parser& parser, const Session& session);
Parsed parse_login(Parser& parser, const Session& session);

// Section 6.3, authenticated
Parsed parse_enable(Parser& parser, const Session& session);  // RFC 5161
Parsed parse_select(Parser& parser, const Session& session);
Parsed parse_examine(Parser& parser, const Session& session);
Parsed parse_create(Parser& parser, const Session& session);
Parsed parse_delete(Parser& parser, const Session& session);
Parsed parse_rename(Parser& parser, const Session& session);
Parsed parse_subscribe(Parser& parser, const Session& session);
Parsed parse_unsubscribe(Parser& parser, const Session& session);
Parsed parse_list(Parser& parser, const Session& session);
Parsed parse_lsub(Parser& parser, const Session& session);
Parsed parse_namespace(Parser& parser, const Session& session);  // RFC 2342
Parsed parse_status(Parser& parser, const Session& session);
Parsed parse_esearch(Parser& parser, const Session& session);  // RFC 7377
Parsed parse_append(Parser& parser, const Session& session);
Parsed parse_idle(Parser& parser, const Session& session);            // RFC 2177
Parsed parse_compress(Parser& parser, const Session& session);        // RFC 4978
Parsed parse_unauthenticate(Parser& parser, const Session& session);  // RFC 8437

// Section 6.4, selected
Parsed parse_close(Parser& parser, const Session& session);
Parsed parse_unselect(Parser& parser, const Session& session);  // RFC 3691
Parsed parse_expunge(Parser& parser, const Session& session);
Parsed parse_uid_expunge(Parser& parser, const Session& session);  // RFC 4315
Parsed parse_search(Parser& parser, const Session& session);
Parsed parse_uid_search(Parser& parser, const Session& session);
Parsed parse_sort(Parser& parser, const Session& session);  // RFC 5256
Parsed parse_uid_sort(Parser& parser, const Session& session);
Parsed parse_thread(Parser& parser, const Session& session);  // RFC 5256
Parsed parse_uid_thread(Parser& parser, const Session& session);
Parsed parse_fetch(Parser& parser, const Session& session);
Parsed parse_uid_fetch(Parser& parser, const Session& session);
Parsed parse_store(Parser& parser, const Session& session);
Parsed parse_uid_store(Parser& parser, const Session& session);
Parsed parse_copy(Parser& parser, const Session& session);
Parsed parse_uid_copy(Parser& parser, const Session& session);
Parsed parse_move(Parser& parser, const Session& session);  // RFC 6851
Parsed parse_uid_move(Parser& parser, const Session& session);
Parsed parse_replace(Parser& parser, const Session& session);  // RFC 8508
Parsed parse_uid_replace(Parser& parser, const Session& session);
Parsed parse_cancelupdate(Parser& parser, const Session& session);  // RFC 5267
Parsed parse_uidbatches(Parser& parser, const Session& session);    // RFC 10022

}  // namespace roost::imap
