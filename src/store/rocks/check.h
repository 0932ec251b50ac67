// Reads a whole database and says what contradicts what.
#pragma once

#include "base/error.h"
#include "store/rocks/database.h"
#include "store/store.h"

namespace roost::store {

// Sees the database as of now, written changes that are not yet durable included. Errors are those
// of reading; what is read and is wrong is a problem in the report.
[[nodiscard]] Result<CheckReport> check_database(Database& database);

}  // namespace roost::store
