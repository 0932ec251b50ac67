// The examinations, each in a file of its name. What they ask, and by which RFC they judge, is in
// the table (examination.cc).
#pragma once

#include "cli/doctor/finding.h"
#include "cli/doctor/ward.h"

namespace roost::doctor {

Finding greeting(Ward& ward);
Finding protection(Ward& ward);
Finding capabilities(Ward& ward);
Finding idle_before_login(Ward& ward);
Finding idle_unselected(Ward& ward);
Finding idle_entry(Ward& ward);
Finding idle_arguments(Ward& ward);
Finding trailing_space(Ward& ward);
Finding done_spelling(Ward& ward);
Finding done_in_pieces(Ward& ward);
Finding done_with_next(Ward& ward);
Finding done_at_once(Ward& ward);
Finding done_outside(Ward& ward);
Finding garbage(Ward& ward);
Finding garbage_long(Ward& ward);
Finding arrival(Ward& ward);
Finding read_only(Ward& ward);
Finding two_idlers(Ward& ward);
Finding gap(Ward& ward);
Finding done_across_push(Ward& ward);
Finding flags(Ward& ward);
Finding expunge(Ward& ward);
Finding expunge_outside(Ward& ward);
Finding modseq(Ward& ward);
Finding vanished(Ward& ward);
Finding renamed(Ward& ward);
Finding deleted(Ward& ward);
Finding notify(Ward& ward);
Finding notify_none(Ward& ward);
Finding notify_unknown(Ward& ward);
Finding connections(Ward& ward);
Finding keep_alive(Ward& ward);
Finding responses(Ward& ward);

}  // namespace roost::doctor
