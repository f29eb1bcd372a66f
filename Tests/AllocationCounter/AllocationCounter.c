// The executable's own malloc family wins over the C library's, to which it forwards.
#include "AllocationCounter.h"

#include <errno.h>
#include <stddef.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static __thread int is_counting __attribute__((tls_model("initial-exec")));
static __thread uint64_t allocations __attribute__((tls_model("initial-exec")));

void allocation_counter_start(void) {
    allocations = 0;
    is_counting = 1;
}

uint64_t allocation_counter_stop(void) {
    is_counting = 0;
    return allocations;
}

void *malloc(size_t size) {
    allocations += (uint64_t)is_counting;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    allocations += (uint64_t)is_counting;
    return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size) {
    allocations += (uint64_t)is_counting;
    return __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    allocations += (uint64_t)is_counting;
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    allocations += (uint64_t)is_counting;
    *block = __libc_memalign(alignment, size);
    return *block ? 0 : ENOMEM;
}
