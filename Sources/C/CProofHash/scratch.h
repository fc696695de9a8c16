// Memory that scrypt fills and reads back: 128 KiB a lane.
#pragma once
#include <stddef.h>

// At least `bytes` of memory aligned to a cache line, owned by the calling thread and freed when that thread ends.
// NULL when there is none to be had.
void *thread_scratch(size_t bytes);
