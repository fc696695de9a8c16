// One scratch area a thread: asking the system for fresh pages for each hash would cost a tenth of the hash.
#include "scratch.h"

#include <pthread.h>
#include <stdlib.h>

#define ALIGNMENT_BYTES 64

typedef struct {
    size_t bytes;
    void *memory;
} scratch_area;

static pthread_key_t key;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static int key_failed;

static void release(void *value) {
    scratch_area *area = value;
    free(area->memory);
    free(area);
}

static void make_key(void) {
    key_failed = pthread_key_create(&key, release);
}

void *thread_scratch(size_t bytes) {
    if (pthread_once(&key_once, make_key) != 0 || key_failed) return NULL;
    scratch_area *area = pthread_getspecific(key);
    if (!area) {
        area = calloc(1, sizeof *area);
        if (!area) return NULL;
        if (pthread_setspecific(key, area) != 0) {
            free(area);
            return NULL;
        }
    }
    if (area->bytes < bytes) {
        void *memory = NULL;
        if (posix_memalign(&memory, ALIGNMENT_BYTES, bytes) != 0) return NULL;
        free(area->memory);
        area->memory = memory;
        area->bytes = bytes;
    }
    return area->memory;
}
