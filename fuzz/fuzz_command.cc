// Parser: every production over whatever a client sends, through CommandReader. What can be written
// again is: the parser must read its own side's writing as the same value.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "imap/commands/append_message.h"
#include "imap/commands/cancelupdate.h"
#include "imap/commands/list_arguments.h"
#include "imap/commands/search_result.h"
#include "imap/protocol/command_reader.h"
#include "imap/protocol/message_url.h"
#include "imap/protocol/parser.h"
#include "imap/protocol/response_writer.h"

namespace {

using roost::imap::CommandReader;
using roost::imap::Frame;
using roost::imap::Parser;
using roost::imap::ResponseWriter;
namespace mail = roost::mail;

class BufferAll : public roost::imap::LiteralPolicy {
 public:
  roost::imap::LiteralAnswer on_literal(const roost::imap::LiteralAnnounced& /*literal*/) override {
    return roost::imap::LiteralAnswer::kBuffer;
  }
};

const mail::MailboxView& view() {
  static const mail::ViewPtr view = [] {
    std::vector<mail::MessageEntry> entries;
    for (std::uint32_t i = 1; i <= 600; ++i) {
      entries.push_back({.uid = mail::Uid(3 * i), .flags = {}, .modseq = mail::ModSeq(1)});
    }
    return mail::MailboxView::build({.uid_validity = mail::UidValidity(1),
                                     .uid_next = mail::Uid(2'000),
                                     .modseq = mail::ModSeq(1),
                                     .keywords = std::make_shared<mail::KeywordTable>()},
                                    entries);
  }();
  return *view;
}

// Reads what write has written, with read; it must be all of it, and equal to value.
template <typename Value, typename Write, typename Read>
void check_written(const Value& value, Write write, Read read) {
  Frame frame;
  ResponseWriter writer(frame.octets);
  write(writer);
  Parser parser(frame);
  const Value again = read(parser);
  parser.end();
  ROOST_CHECK(parser.ok() && again == value);
}

// Runs read on what follows tag, name and SP of frame; true if it reads all of it.
template <typename Read>
bool reads(const Frame& frame, Read read) {
  Parser parser(frame);
  (void)parser.tag();
  parser.space();
  (void)parser.command_name();
  parser.space();
  read(parser);
  parser.end();
  ROOST_CHECK(parser.ok() == parser.error().empty() && parser.at_end());
  return parser.ok();
}

void try_strings(const Frame& frame) {
  std::string value;
  if (reads(frame, [&](Parser& p) { value = p.astring(); })) {
    check_written(
        value, [&](ResponseWriter& w) { w.astring(value); }, [](Parser& p) { return p.astring(); });
    check_written(
        value, [&](ResponseWriter& w) { w.string(value); }, [](Parser& p) { return p.string(); });
  }
  std::optional<std::string> nvalue;
  if (reads(frame, [&](Parser& p) { nvalue = p.nstring(); })) {
    check_written(
        nvalue, [&](ResponseWriter& w) { w.nstring(nvalue); },
        [](Parser& p) { return p.nstring(); });
  }
  (void)reads(frame, [](Parser& p) { (void)p.mailbox(); });
  (void)reads(frame, [](Parser& p) { (void)p.list_mailbox(); });
  (void)reads(frame, [](Parser& p) { (void)p.literal(); });
  (void)reads(frame, [](Parser& p) { p.list([&] { (void)p.atom(); }); });
}

void try_values(const Frame& frame) {
  std::uint64_t number = 0;
  if (reads(frame, [&](Parser& p) { number = p.number64(); })) {
    check_written(
        number, [&](ResponseWriter& w) { w.number(number); },
        [](Parser& p) { return p.number64(); });
  }
  (void)reads(frame, [](Parser& p) { (void)p.nz_number(); });
  (void)reads(frame, [](Parser& p) { (void)p.date(); });
  mail::InternalDate date;
  if (reads(frame, [&](Parser& p) { date = p.date_time(); })) {
    check_written(
        date, [&](ResponseWriter& w) { w.date_time(date); },
        [](Parser& p) { return p.date_time(); });
  }
}

void try_messages(const Frame& frame) {
  roost::imap::SequenceSet set;
  if (reads(frame, [&](Parser& p) { set = p.sequence_set(); })) {
    ROOST_CHECK(set.ranges.size() <= Parser::kMaxRanges);
    (void)set.uids(view());
    (void)set.uids_of_messages(view());
  }
  mail::FlagNames names;
  if (reads(frame, [&](Parser& p) { names = p.flag_list(); })) {
    mail::KeywordTable table;
    for (const std::string& keyword : names.keywords) (void)table.intern(keyword);
    names = table.names_of(table.known(names));
    check_written(
        names,
        [&](ResponseWriter& w) {
          w.flags(table, table.known(names), ResponseWriter::Recent::kYes);
        },
        [](Parser& p) { return p.flag_list(); });
  }
  (void)reads(frame, [](Parser& p) { (void)p.store_flags(); });
  std::vector<roost::imap::FetchAtt> atts;
  if (reads(frame, [&](Parser& p) { atts = p.fetch_atts(); })) {
    ROOST_CHECK(!atts.empty() && atts.size() <= Parser::kMaxFetchAtts);
  }
  (void)reads(frame, [](Parser& p) { (void)p.section(); });
  (void)reads(frame, [](Parser& p) { (void)p.sort_criteria(); });
  (void)reads(frame, [](Parser& p) { (void)p.partial_range(); });
  roost::imap::QResync qresync;
  bool by_number = false;
  if (reads(frame, [&](Parser& p) {
        qresync = p.qresync();
        by_number = p.has_message_numbers();
      })) {
    ROOST_CHECK(by_number != qresync.known_sequence_set.empty());
    ROOST_CHECK(qresync.uid_validity.value > 0 && qresync.modseq.value > 0);
    ROOST_CHECK(qresync.known_sequence_set.count() == qresync.known_uid_set.count());
  }
  // Behind a mailbox, as in SELECT: modifiers begin with their space.
  (void)reads(frame, [](Parser& p) {
    (void)p.mailbox();
    p.modifiers([&](std::string_view name) {
      if (name.size() % 2 != 0) return name.size() < 8;
      p.space();
      (void)p.mod_sequence_value();
      return true;
    });
  });
  for (const std::string_view charset : {"", "UTF-8", "ISO-8859-1", "X-NONE"}) {
    (void)reads(frame, [&](Parser& p) { (void)p.search_program(charset, view()); });
  }
}

void try_commands(const Frame& frame) {
  (void)reads(frame, [](Parser& p) { (void)roost::imap::list_arguments(p); });
  (void)reads(frame, [](Parser& p) {
    const auto options = roost::imap::search_return_opts(p);
    ROOST_CHECK(!p.ok() || !options || options->tells() || options->save);
  });
  // Behind another argument: each begins with its space.
  (void)reads(frame, [](Parser& p) {
    (void)p.mailbox();
    (void)roost::imap::context_tags(p);
  });
  std::string url;
  if (reads(frame, [&](Parser& p) { url = p.astring(); })) (void)roost::imap::message_url(url);
  // All literals have streamed; append_message reads the SP before it itself.
  Frame streamed = frame;
  for (std::size_t at = streamed.octets.find("}\r\n"); at != std::string::npos;
       at = streamed.octets.find("}\r\n", at + 1)) {
    streamed.streamed.push_back(at + 3);
  }
  (void)reads(streamed, [](Parser& p) {
    (void)p.mailbox();
    (void)roost::imap::append_message(p);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
  BufferAll policy;
  CommandReader reader(policy);
  std::string_view input(reinterpret_cast<const char*>(octets), size);
  while (true) {
    switch (reader.read(input)) {
      case CommandReader::Event::kNeedInput:
      case CommandReader::Event::kHopeless:
        return 0;
      case CommandReader::Event::kCommand:
        try_strings(reader.frame());
        try_values(reader.frame());
        try_messages(reader.frame());
        try_commands(reader.frame());
        reader.next();
        break;
      case CommandReader::Event::kRefused:
      case CommandReader::Event::kTooLong:
        reader.next();
        break;
      case CommandReader::Event::kGoAhead:
      case CommandReader::Event::kOctets:
      case CommandReader::Event::kLine:
        break;
    }
  }
}
