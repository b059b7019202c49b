/* SPDX-License-Identifier: MIT */
#include "domain/death.h"

#include <ractor/export.h>

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>

#define MIB ((uint64_t)1 << 20)

/* `strsignal()` is not for threads, and says no names. */
static const struct {
    int number;
    const char *name, *text;
} signals[] = {
    {SIGSEGV, "SIGSEGV", "segmentation fault"},
    {SIGBUS, "SIGBUS", "bus error"},
    {SIGFPE, "SIGFPE", "arithmetic error"},
    {SIGILL, "SIGILL", "illegal instruction"},
    {SIGABRT, "SIGABRT", "abort"},
    {SIGKILL, "SIGKILL", "killed"},
    {SIGTERM, "SIGTERM", "terminated"},
    {SIGINT, "SIGINT", "interrupt"},
    {SIGQUIT, "SIGQUIT", "quit"},
    {SIGHUP, "SIGHUP", "hangup"},
    {SIGTRAP, "SIGTRAP", "trap"},
    {SIGSYS, "SIGSYS", "bad system call"},
    {SIGXCPU, "SIGXCPU", "processor time limit"},
    {SIGXFSZ, "SIGXFSZ", "file size limit"},
    {SIGPIPE, "SIGPIPE", "broken pipe"},
};

struct line {
    char *text;
    size_t size, length;
};

static void add(struct line *line, const char *format, ...) RACTOR_PRINTF(2, 3);

static void add(struct line *line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line->text + line->length, line->size - line->length, format, args);
    va_end(args);
    if (n > 0)
        line->length += (size_t)n;
    if (line->length >= line->size)
        line->length = line->size - 1;
}

static void add_signal(struct line *line, int number)
{
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        if (signals[i].number == number) {
            add(line, "died of signal %d (%s, %s)", number, signals[i].name, signals[i].text);
            return;
        }
    }
    add(line, "died of signal %d", number);
}

static bool is_fault(int number)
{
    return number == SIGSEGV || number == SIGBUS || number == SIGFPE || number == SIGILL;
}

/* What it has died of, if this side has not ended it. */
static void add_cause(struct line *line, const struct rt_death *death)
{
    if (death->kind == RT_DEATH_EXIT)
        add(line, "exited with code %d", death->code);
    else if (death->kind == RT_DEATH_SIGNAL)
        add_signal(line, death->code);
    else
        add(line, "ended; how is not known, another part of the program has waited for it");
    if (death->has_report && is_fault(death->report.signal))
        add(line, " at address 0x%llx", (unsigned long long)death->report.address);
    if (death->memory_bytes == 0)
        return;
    add(line, ", memory limit %llu MiB", (unsigned long long)(death->memory_bytes / MIB));
    if (death->has_report)
        add(line, " (%llu in use)", (unsigned long long)(death->report.data_bytes / MIB));
}

void rt_death_describe(const struct rt_death *death, const char *doing, bool is_culprit, char *text,
                       size_t size)
{
    struct line line = {.text = text, .size = size};
    text[0] = '\0';
    if (death->pid != 0)
        add(&line, "process %ld ", death->pid);
    if (death->verdict.status != RACTOR_OK)
        add(&line, "%s", death->verdict.text);
    else
        add_cause(&line, death);
    if (doing != NULL && death->verdict.status == RACTOR_OK)
        add(&line, is_culprit ? " in %s" : " during %s", doing);
}
