/* SPDX-License-Identifier: MIT */
/* A program with an allocator of its own: here malloc's, with a count. */
#include "tour.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static _Atomic uint64_t n_taken;
static _Atomic uint64_t n_given;

static void *take(void *user, size_t size, size_t align)
{
    (void)user;
    (void)atomic_fetch_add(&n_taken, 1);
    return aligned_alloc(align, (size + align - 1) & ~(align - 1));
}

static void *resize(void *user, void *block, size_t size)
{
    (void)user;
    return realloc(block, size);
}

static void give(void *user, void *block)
{
    (void)user;
    (void)atomic_fetch_add(&n_given, 1);
    free(block);
}

int main(void)
{
    static const ractor_memory memory = {.alloc = take, .resize = resize, .free = give};
    tour_adder_ref adder;
    uint64_t sum = 0;
    expect(ractor_memory_set(&memory), RACTOR_OK, "set the allocator");
    ractor_runtime *runtime = start();
    expect(tour_adder_spawn(runtime, &adder_class, NULL, NULL, &adder), RACTOR_OK, "spawn");
    expect(tour_adder_send_add(adder, 42), RACTOR_OK, "send");
    expect(tour_adder_call_sum(adder, RACTOR_TIMEOUT_NONE, &sum), RACTOR_OK, "call");
    ractor_runtime_stop(runtime);
    (void)printf("%" PRIu64 " blocks were taken, %" PRIu64 " given back\n", n_taken, n_given);
    expect(ractor_memory_set(&memory), RACTOR_EEXIST, "set it again");
    return n_taken != 0 && n_taken == n_given ? 0 : 1;
}
