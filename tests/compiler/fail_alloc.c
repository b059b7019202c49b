/* SPDX-License-Identifier: MIT */
/*
 * Preloaded into a program, it refuses memory from the n-th request on, n being what
 * FAIL_ALLOC says; 0 or nothing: never. At its end the program's requests go to FAIL_ALLOC_COUNT.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* glibc's own names for what is replaced here. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *block, size_t size);

static _Atomic unsigned long n_requests;
static unsigned long first_refused;
static int is_ready; /* what runs before main gets its memory */

static void __attribute__((constructor)) begin(void)
{
    const char *text = getenv("FAIL_ALLOC");
    first_refused = text != NULL ? strtoul(text, NULL, 10) : 0;
    is_ready = 1;
}

static void __attribute__((destructor)) end(void)
{
    const char *path = getenv("FAIL_ALLOC_COUNT");
    char text[32];
    is_ready = 0;
    int fd = path != NULL ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
    if (fd < 0)
        return;
    int length = snprintf(text, sizeof text, "%lu", n_requests);
    if (write(fd, text, (size_t)length) != length)
        _exit(99);
    (void)close(fd);
}

static int is_refused(void)
{
    if (!is_ready)
        return 0;
    n_requests++;
    if (first_refused == 0 || n_requests < first_refused)
        return 0;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size)
{
    return is_refused() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return is_refused() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    return is_refused() ? NULL : __libc_realloc(block, size);
}
