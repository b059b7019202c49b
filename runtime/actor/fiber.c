/* SPDX-License-Identifier: MIT */
#include "actor/fiber.h"

#include "actor/sanitizer.h"
#include "base/alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void rt_fiber_init_thread(struct rt_fiber *fiber)
{
    memset(fiber, 0, sizeof *fiber);
    fiber->sanitizer_fiber = rt_san_this_fiber();
    rt_san_this_stack(&fiber->stack_low, &fiber->stack_bytes);
}

/* The lowest page stays without access. Pages are only taken as the stack grows into them. */
static int map_stack(struct rt_fiber *fiber, size_t stack_bytes)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    stack_bytes = (stack_bytes + page - 1) & ~(page - 1);
    size_t bytes = stack_bytes + page;
    void *mapping = mmap(NULL, bytes, PROT_NONE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (mapping == MAP_FAILED)
        return 0;
    fiber->stack_low = (char *)mapping + page;
    if (mprotect(fiber->stack_low, stack_bytes, PROT_READ | PROT_WRITE) != 0) {
        (void)munmap(mapping, bytes);
        return 0;
    }
    fiber->mapping = mapping;
    fiber->mapping_bytes = bytes;
    fiber->stack_bytes = stack_bytes;
    return 1;
}

struct rt_fiber *rt_fiber_new(size_t stack_bytes, void (*entry)(void *argument), void *argument)
{
    struct rt_fiber *fiber = rt_calloc(1, sizeof *fiber);
    if (fiber == NULL)
        return NULL;
    if (!map_stack(fiber, stack_bytes)) {
        rt_free(fiber);
        return NULL;
    }
    fiber->entry = entry;
    fiber->argument = argument;
    fiber->sanitizer_fiber = rt_san_new_fiber();
    fiber->stack_pointer = rt_fiber_prepare((char *)fiber->stack_low + fiber->stack_bytes, fiber);
    return fiber;
}

void rt_fiber_free(struct rt_fiber *fiber)
{
    if (fiber == NULL)
        return;
    rt_san_free_fiber(fiber->sanitizer_fiber);
    rt_san_forget_stack(fiber->stack_low, fiber->stack_bytes);
    (void)munmap(fiber->mapping, fiber->mapping_bytes);
    rt_free(fiber);
}

void rt_fiber_switch(struct rt_fiber *from, struct rt_fiber *to)
{
    rt_san_leave(&from->sanitizer_stack, to->stack_low, to->stack_bytes);
    rt_san_switch(to->sanitizer_fiber);
    rt_fiber_swap(&from->stack_pointer, to->stack_pointer);
    rt_san_arrive(from->sanitizer_stack);
}

void rt_fiber_start(struct rt_fiber *fiber)
{
    rt_san_arrive(fiber->sanitizer_stack);
    fiber->entry(fiber->argument);
    abort(); /* an entry that returns has no stack to return to */
}
