// Counts the allocations of the calling thread, for tests.
#pragma once
#include <stdint.h>

/// Counts from zero on, on this thread.
void allocation_counter_start(void);

/// Ends counting; returns how many blocks were allocated or enlarged since the start.
uint64_t allocation_counter_stop(void);
