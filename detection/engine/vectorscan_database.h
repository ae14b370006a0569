// The automaton over all rules' patterns: compiled, serialised at build time, loaded at start.
//
// Compiling takes about a second, loading about a millisecond, so the built-in rules are compiled
// by detection/compiler and embedded; only other rule sets are compiled at run time.
//
//   KS_ASSIGN_OR_RETURN(Database database, LoadDatabase(EmbeddedDatabase()));
#pragma once

#include <memory>
#include <span>
#include <string>

#include "common/result.h"
#include "detection/engine/prefilter.h"
#include "detection/rules/rule.h"

struct hs_database;

namespace keysteward::detection {

struct DatabaseDeleter {
  void operator()(hs_database* database) const;
};
using Database = std::unique_ptr<hs_database, DatabaseDeleter>;

// Which rules of a set a database is made of, of those that an automaton looks for.
enum class Share : uint8_t { kAll, kScoped };

// Whether a database would hold any; one without cannot be made.
bool HasPatterns(const RuleSet& rules, Share share);

// A match carries the rule's index in `rules`. Errors: kInvalidArgument naming the rule.
Result<Database> CompileDatabase(const RuleSet& rules, Share share = Share::kAll);
Result<std::string> SerializeDatabase(const Database& database);
// kUnavailable when the bytes are of another version or for another kind of machine.
Result<Database> LoadDatabase(std::span<const char> bytes);

// Of EmbeddedRules(), made at build time.
std::span<const char> EmbeddedDatabase();

}  // namespace keysteward::detection
