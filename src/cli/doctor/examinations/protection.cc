// RFC 8314 section 3, RFC 9325 section 3.1.1.
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

Finding protection(Ward& ward) {
  const std::string& protection = ward.reception().protection;
  if (protection.starts_with("TLSv1.3") || protection.starts_with("TLSv1.2")) {
    return pass(protection);
  }
  if (!protection.empty()) return fault(protection + " is no longer secure");
  return warn("the connection is without TLS");
}

}  // namespace roost::doctor
