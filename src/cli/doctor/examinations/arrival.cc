// RFC 2177 section 3, RFC 9051 section 5.2. The first probe comes when the connection has been left
// alone for a while: there are servers that put it away.
#include <algorithm>
#include <vector>

#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

namespace {

constexpr client::Duration kPrompt = std::chrono::seconds(2);

// Nothing was told: is it when the client asks?
Finding not_told(Ward& ward, Dialogue& idler, std::uint32_t expected) {
  const std::string words = "nothing is told within " + in_words(ward.plan().push);
  (void)idler.done();
  (void)idler.command("NOOP");
  if (const auto lost = idler.excuse()) return fault(words + ", and then: " + lost->text);
  return fault(words +
               (idler.messages() >= expected ? ", but when IDLE has ended" : ", nor when asked"));
}

}  // namespace

Finding arrival(Ward& ward) {
  const std::string mailbox = ward.mailbox();
  Dialogue& idler = ward.selected(mailbox);
  idler.idle();
  idler.pause(ward.plan().rest);
  std::vector<client::Duration> took;
  while (took.size() < ward.plan().probes) {
    const std::uint32_t expected = idler.messages() + 1;
    ward.append(mailbox);
    const client::Time there = idler.now();
    if (idler.problem() || ward.writer().problem()) return {};
    if (!idler.until_messages(expected, ward.plan().push)) {
      if (idler.problem()) return {};
      return not_told(ward, idler, expected);
    }
    if (idler.messages() != expected) {
      return fault("it says " + std::to_string(idler.messages()) + " EXISTS where there are " +
                   std::to_string(expected));
    }
    took.push_back(idler.last_heard() - there);
  }
  (void)idler.done();
  std::ranges::sort(took);
  const client::Duration median = took[took.size() / 2];
  const client::Duration longest = took.back();
  const std::string words = std::to_string(took.size()) + " of " + std::to_string(took.size()) +
                            " are told, " + in_words(median) + " after they are there, " +
                            in_words(longest) + " at most";
  Finding finding =
      longest > kPrompt ? warn(words + ": it seems to look now and then") : pass(words);
  finding.measures = {{"median_ms", median.count()}, {"longest_ms", longest.count()}};
  return finding;
}

}  // namespace roost::doctor
