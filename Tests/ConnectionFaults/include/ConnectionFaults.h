// Faults on another process's TCP connections, so that tests need no say over the broker.
#pragma once
#include <sys/types.h>

/// Ends them, as a broken network does: both sides see the end of the connection.
#define CONNECTION_CUT 1
/// Lets nothing in any more: what this side sends arrives, but it never hears of it. New
/// connections are not affected.
#define CONNECTION_STALL 2

/// Does it to all connections of a child of this process. Returns how many there were, or minus an
/// error number where the system does not allow it (Linux 5.6 and later do, some containers do
/// not).
int connection_fault(pid_t process, int fault);
