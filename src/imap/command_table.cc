#include "imap/command_table.h"

#include <array>

#include "base/ascii.h"
#include "imap/commands/commands.h"

namespace roost::imap {

namespace {

// clang-format off
using enum Runs;
using enum Updates;
using enum Addressed;
using enum Changes;
using std::nullopt;
constexpr std::uint32_t kSmall = 4 * 1024;    // before login
constexpr std::uint32_t kNormal = 64 * 1024;

// What is told before the tagged response: nothing while a command speaks of no mailbox or closes it,
// no EXPUNGE while it speaks of messages by number.
constexpr std::array kTable = {
    //         name            valid in              runs     updates         literals message capability    RFC        parse
    CommandRow{"CAPABILITY",   In::kAny,              kLoop,   kAll,           kSmall,  false, "",           "3501 6.1.1",  parse_capability},
    CommandRow{"NOOP",         In::kAny,              kLoop,   kAll,           kSmall,  false, "",           "3501 6.1.2",  parse_noop},
    CommandRow{"LOGOUT",       In::kAny,              kLoop,   kNone,          kSmall,  false, "",           "3501 6.1.3",  parse_logout},
    CommandRow{"ID",           In::kAny,              kLoop,   kAll,           kSmall,  false, "ID",         "2971 3.1",    parse_id},
    CommandRow{"STARTTLS",     In::kNotAuthenticated, kLoop,   kNone,          kSmall,  false, "",           "3501 6.2.1",  parse_starttls},
    CommandRow{"AUTHENTICATE", In::kNotAuthenticated, kWorker, kNone,          kSmall,  false, "",           "3501 6.2.2",  parse_authenticate},
    CommandRow{"LOGIN",        In::kNotAuthenticated, kWorker, kNone,          kSmall,  false, "",           "3501 6.2.3",  parse_login},
    CommandRow{"ENABLE",       In::kAuthenticated,    kLoop,   kAll,           kNormal, false, "ENABLE",     "5161 3.1",    parse_enable},
    CommandRow{"SELECT",       In::kAuthenticated,    kWorker, kNone,          kNormal, false, "",           "3501 6.3.1",  parse_select},
    CommandRow{"EXAMINE",      In::kAuthenticated,    kWorker, kNone,          kNormal, false, "",           "3501 6.3.2",  parse_examine},
    CommandRow{"CREATE",       In::kAuthenticated,    kWorker, kAll,           kNormal, false, "",           "3501 6.3.3",  parse_create, nullopt, kOthers},
    CommandRow{"DELETE",       In::kAuthenticated,    kWorker, kAll,           kNormal, false, "",           "3501 6.3.4",  parse_delete, nullopt, kOthers},
    CommandRow{"RENAME",       In::kAuthenticated,    kWorker, kAll,           kNormal, false, "",           "3501 6.3.5",  parse_rename, nullopt, kOthers},
    CommandRow{"SUBSCRIBE",    In::kAuthenticated,    kWorker, kAll,           kNormal, false, "",           "3501 6.3.6",  parse_subscribe, nullopt, kOthers},
    CommandRow{"UNSUBSCRIBE",  In::kAuthenticated,    kWorker, kAll,           kNormal, false, "",           "3501 6.3.7",  parse_unsubscribe, nullopt, kOthers},
    CommandRow{"LIST",         In::kAuthenticated,    kWorker, kAll,           kNormal, false, "",           "3501 6.3.8",  parse_list},
    CommandRow{"LSUB",         In::kAuthenticated,    kWorker, kAll,           kNormal, false, "",           "3501 6.3.9",  parse_lsub},
    CommandRow{"NAMESPACE",    In::kAuthenticated,    kLoop,   kAll,           kNormal, false, "NAMESPACE",  "2342 5",      parse_namespace},
    CommandRow{"STATUS",       In::kAuthenticated,    kWorker, kAll,           kNormal, false, "",           "3501 6.3.10", parse_status},
    CommandRow{"ESEARCH",      In::kAuthenticated,    kWorker, kAll,           kNormal, false, "MULTISEARCH", "7377 2",     parse_esearch},
    CommandRow{"APPEND",       In::kAuthenticated,    kWorker, kAll,           kNormal, true,  "",           "3501 6.3.11", parse_append, nullopt, kOthers},
    CommandRow{"IDLE",         In::kAuthenticated,    kLoop,   kAll,           kNormal, false, "IDLE",       "2177 3",      parse_idle},
    CommandRow{"COMPRESS",     In::kAuthenticated,    kLoop,   kAll,           kNormal, false, "COMPRESS=DEFLATE", "4978 3", parse_compress},
    CommandRow{"UNAUTHENTICATE", In::kAuthenticated,  kLoop,   kNone,          kNormal, false, "UNAUTHENTICATE", "8437 3",  parse_unauthenticate},
    CommandRow{"CHECK",        In::kSelected,         kLoop,   kAll,           kNormal, false, "",           "3501 6.4.1",  parse_noop},
    CommandRow{"CLOSE",        In::kSelected,         kWorker, kNone,          kNormal, false, "",           "3501 6.4.2",  parse_close},
    CommandRow{"UNSELECT",     In::kSelected,         kLoop,   kNone,          kNormal, false, "UNSELECT",   "3691 2",      parse_unselect},
    CommandRow{"EXPUNGE",      In::kSelected,         kWorker, kAll,           kNormal, false, "",           "3501 6.4.3",  parse_expunge},
    CommandRow{"UID EXPUNGE",  In::kSelected,         kWorker, kAll,           kNormal, false, "",           "4315 2.1",    parse_uid_expunge, kByUid},
    CommandRow{"SEARCH",       In::kSelected,         kWorker, kAllButExpunge, kNormal, false, "",           "3501 6.4.4",  parse_search, kByNumber},
    CommandRow{"UID SEARCH",   In::kSelected,         kWorker, kAll,           kNormal, false, "",           "3501 6.4.8",  parse_uid_search, kByUid},
    CommandRow{"SORT",         In::kSelected,         kWorker, kAllButExpunge, kNormal, false, "SORT",       "5256 3",      parse_sort, kByNumber},
    CommandRow{"UID SORT",     In::kSelected,         kWorker, kAll,           kNormal, false, "",           "5256 3",      parse_uid_sort, kByUid},
    CommandRow{"THREAD",       In::kSelected,         kWorker, kAllButExpunge, kNormal, false, "THREAD=REFERENCES", "5256 3", parse_thread, kByNumber},
    CommandRow{"UID THREAD",   In::kSelected,         kWorker, kAll,           kNormal, false, "",           "5256 3",      parse_uid_thread, kByUid},
    CommandRow{"FETCH",        In::kSelected,         kWorker, kAllButExpunge, kNormal, false, "",           "3501 6.4.5",  parse_fetch, kByNumber},
    CommandRow{"UID FETCH",    In::kSelected,         kWorker, kAll,           kNormal, false, "",           "3501 6.4.8",  parse_uid_fetch, kByUid},
    CommandRow{"STORE",        In::kSelected,         kWorker, kAllButExpunge, kNormal, false, "",           "3501 6.4.6",  parse_store, kByNumber},
    CommandRow{"UID STORE",    In::kSelected,         kWorker, kAll,           kNormal, false, "",           "3501 6.4.8",  parse_uid_store, kByUid},
    CommandRow{"COPY",         In::kSelected,         kWorker, kAll,           kNormal, false, "",           "3501 6.4.7",  parse_copy, kByNumber, kOthers},
    CommandRow{"UID COPY",     In::kSelected,         kWorker, kAll,           kNormal, false, "",           "3501 6.4.8",  parse_uid_copy, kByUid, kOthers},
    CommandRow{"MOVE",         In::kSelected,         kWorker, kAll,           kNormal, false, "MOVE",       "6851 3.1",    parse_move, kByNumber, kOthers},
    CommandRow{"UID MOVE",     In::kSelected,         kWorker, kAll,           kNormal, false, "",           "6851 3.2",    parse_uid_move, kByUid, kOthers},
    CommandRow{"REPLACE",      In::kSelected,         kWorker, kAll,           kNormal, true,  "REPLACE",    "8508 3.2",    parse_replace, kByNumber, kOthers},
    CommandRow{"UID REPLACE",  In::kSelected,         kWorker, kAll,           kNormal, true,  "",           "8508 3.3",    parse_uid_replace, kByUid, kOthers},
    CommandRow{"CANCELUPDATE", In::kSelected,         kLoop,   kAll,           kNormal, false, "CONTEXT=SEARCH", "5267 4.3.5", parse_cancelupdate},
    CommandRow{"UIDBATCHES",   In::kSelected,         kWorker, kAll,           kNormal, false, "UIDBATCHES", "10022 3.1",   parse_uidbatches},
};
// clang-format on

}  // namespace

std::span<const CommandRow> command_table() { return kTable; }

const CommandRow* find_command(std::string_view name) {
  for (const CommandRow& row : kTable) {
    if (equal_ignoring_case(row.name, name)) return &row;
  }
  return nullptr;
}

bool allowed_in(In in, State state) {
  switch (in) {
    case In::kAny:
      return state != State::kLogout;
    case In::kNotAuthenticated:
      return state == State::kNotAuthenticated;
    case In::kAuthenticated:
      return state == State::kAuthenticated || state == State::kSelected;
    case In::kSelected:
      return state == State::kSelected;
  }
  return false;
}

}  // namespace roost::imap
