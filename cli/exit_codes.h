// Exit status of every command; docs/cli.md lists them.
//
//   return credential_is_ready ? kExitOk : kExitNo;
#pragma once

namespace keysteward::cli {

inline constexpr int kExitOk = 0;     // done, or the answer is yes
inline constexpr int kExitNo = 1;     // the answer is no: not ready, not found, broken, failed
inline constexpr int kExitUsage = 2;  // wrong flags, or input that cannot be read
inline constexpr int kExitFault = 3;  // no answer: API server unreachable or refusing, or our fault
inline constexpr int kExitOpen = 4;   // left open: time is over, key not pinned, warnings only

}  // namespace keysteward::cli
