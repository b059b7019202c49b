/* SPDX-License-Identifier: MIT */
/*
 * A secret in a file is one only if nobody else can read the file, so its mode is checked on the
 * descriptor that is read. Symbolic links are followed: secrets are mounted by them.
 */
#include "cluster/cookies.h"

#include "base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is wrong with the file; NULL: nothing. */
static const char *find_fault(int fd)
{
    struct stat about;
    if (fstat(fd, &about) < 0)
        return strerror(errno);
    if (!S_ISREG(about.st_mode))
        return "it is not a regular file";
    if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return "its mode lets others than its owner in (chmod 600)";
    if (about.st_uid != geteuid() && about.st_uid != 0)
        return "it belongs to another user";
    return NULL;
}

/* Reads to the end, or to one byte more than a cookie and a line's end may have. */
static const char *read_all(int fd, uint8_t *bytes, size_t capacity, size_t *length)
{
    while (*length < capacity) {
        ssize_t n = read(fd, bytes + *length, capacity - *length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return strerror(errno);
        if (n == 0)
            break;
        *length += (size_t)n;
    }
    return NULL;
}

/* One line's end is an editor's, not the cookie's. */
static size_t strip(const uint8_t *bytes, size_t length)
{
    if (length == 0 || bytes[length - 1] != '\n')
        return length;
    length--;
    return length != 0 && bytes[length - 1] == '\r' ? length - 1 : length;
}

static const char *check(const uint8_t *bytes, size_t length)
{
    if (length == 0)
        return "it is empty";
    if (length > RACTOR_COOKIE_MAX_BYTES)
        return "it is too long for a cookie";
    if (memchr(bytes, '\0', length) != NULL)
        return "it has a NUL byte";
    return NULL;
}

static const char *read_cookie(int fd, uint8_t *bytes, size_t capacity, size_t *length)
{
    const char *fault = find_fault(fd);
    if (fault == NULL)
        fault = read_all(fd, bytes, capacity, length);
    if (fault != NULL)
        return fault;
    *length = strip(bytes, *length);
    return check(bytes, *length);
}

ractor_status rt_cookie_read(const char *path, char why[RT_COOKIE_WHY_BYTES],
                             struct rt_cookie *cookie)
{
    const size_t capacity = RACTOR_COOKIE_MAX_BYTES + 3;
    size_t length = 0;
    uint8_t *bytes = rt_alloc(capacity);
    if (bytes == NULL)
        return RACTOR_ENOMEM;
    /* O_NONBLOCK: a pipe must not hold the program up before it is found not to be a file. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    const char *fault = fd < 0 ? strerror(errno) : read_cookie(fd, bytes, capacity, &length);
    if (fd >= 0)
        (void)close(fd);
    if (fault == NULL) {
        *cookie = (struct rt_cookie){bytes, length};
        return RACTOR_OK;
    }
    (void)snprintf(why, RT_COOKIE_WHY_BYTES, "the cookie's file %s: %s", path, fault);
    OPENSSL_cleanse(bytes, capacity);
    rt_free(bytes);
    return RACTOR_EAUTH;
}
