/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* dladdr, the registers in ucontext_t */
#include "base/stack.h"

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>
#include <unwind.h>

/* Where the signal came; 0: not known on this processor, the handler's own frames stay. */
#if defined(__x86_64__)
static uintptr_t interrupted_at(const ucontext_t *context)
{
    return (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
}
#elif defined(__aarch64__)
static uintptr_t interrupted_at(const ucontext_t *context)
{
    return (uintptr_t)context->uc_mcontext.pc;
}
#else
static uintptr_t interrupted_at(const ucontext_t *context)
{
    (void)context;
    return 0;
}
#endif

struct walk {
    void **frames;
    size_t n_frames;
    size_t max_frames;
    uintptr_t start; /* frames before this one are the handler's; 0: none are */
};

static _Unwind_Reason_Code visit(struct _Unwind_Context *frame, void *argument)
{
    struct walk *walk = argument;
    uintptr_t address = (uintptr_t)_Unwind_GetIP(frame);
    if (address == 0 || walk->n_frames == walk->max_frames)
        return _URC_END_OF_STACK;
    if (walk->start != 0 && address != walk->start)
        return _URC_NO_REASON;
    walk->start = 0;
    memcpy(&walk->frames[walk->n_frames++], &address, sizeof address);
    return _URC_NO_REASON;
}

void rt_stack_prepare(void)
{
    void *frame;
    struct walk walk = {.frames = &frame, .max_frames = 1};
    (void)_Unwind_Backtrace(visit, &walk);
}

size_t rt_stack_capture(const void *context, void **frames, size_t max_frames)
{
    struct walk walk = {
        .frames = frames, .max_frames = max_frames, .start = interrupted_at(context)};
    (void)_Unwind_Backtrace(visit, &walk);
    return walk.n_frames;
}

void rt_stack_describe(const void *address, char *text, size_t text_bytes)
{
    Dl_info info;
    uintptr_t at = (uintptr_t)address;
    if (dladdr(address, &info) == 0 || info.dli_fname == NULL) {
        (void)snprintf(text, text_bytes, "0x%zx", (size_t)at);
        return;
    }
    const char *slash = strrchr(info.dli_fname, '/');
    const char *object = slash != NULL ? slash + 1 : info.dli_fname;
    size_t in_object = at - (uintptr_t)info.dli_fbase;
    if (info.dli_sname != NULL)
        (void)snprintf(text, text_bytes, "%s+0x%zx (%s+0x%zx)", info.dli_sname,
                       (size_t)(at - (uintptr_t)info.dli_saddr), object, in_object);
    else
        (void)snprintf(text, text_bytes, "%s+0x%zx", object, in_object);
}
