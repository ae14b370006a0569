// Keys as JSON: as clients see them, and as the state file keeps them.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "e2e/providers/keyserver/key_store.h"

namespace keysteward::keyserver {

// {id, name, scopes, status, created_at, expires_at, last_used_at}; times RFC 3339 or null.
nlohmann::json PublicJson(const ApiKey& key);

// The same and {accepted, refused}: for tests.
nlohmann::json TestJson(const ApiKey& key);

}  // namespace keysteward::keyserver
