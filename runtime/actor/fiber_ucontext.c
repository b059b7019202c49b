/* SPDX-License-Identifier: MIT */
/* Stack switch for all other processors, over ucontext: right everywhere, slower (two system calls
 * a switch). The context is kept on the stack that it describes. */
#include "actor/fiber.h"

#include <stdint.h>
#include <stdlib.h>
#include <ucontext.h>

void rt_fiber_swap(void **save, void *load)
{
    ucontext_t here;
    *save = &here;
    if (swapcontext(&here, load) != 0)
        abort();
}

/* makecontext passes ints: a pointer travels in two halves. */
static void start(unsigned high, unsigned low)
{
    uintptr_t address = ((uintptr_t)high << 16 << 16) | low;
    rt_fiber_start((struct rt_fiber *)address);
}

void *rt_fiber_prepare(void *top, struct rt_fiber *fiber)
{
    uintptr_t address = (uintptr_t)fiber;
    uintptr_t place = ((uintptr_t)top - sizeof(ucontext_t)) & ~(uintptr_t)63;
    ucontext_t *context = (ucontext_t *)place;
    if (getcontext(context) != 0)
        abort();
    context->uc_stack.ss_sp = fiber->stack_low;
    context->uc_stack.ss_size = (size_t)((char *)context - (char *)fiber->stack_low) - 128;
    context->uc_link = NULL;
    makecontext(context, (void (*)(void))start, 2, (unsigned)(address >> 16 >> 16),
                (unsigned)address);
    return context;
}
