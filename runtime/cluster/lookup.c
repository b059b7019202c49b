/* SPDX-License-Identifier: MIT */
#include "cluster/lookup.h"

#include "base/alloc.h"

#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define FILE_LIMIT_BYTES ((size_t)1 << 20)

ractor_status rt_lookup_add(struct rt_lookup *lookup, const char *host, size_t length,
                            uint16_t port)
{
    if (length == 0 || length >= RT_DIAL_HOST_BYTES || port == 0)
        return RACTOR_EINVAL;
    if (lookup->n_found == RT_LOOKUP_MAX)
        return RACTOR_ELIMIT;
    if (lookup->n_found == lookup->capacity) {
        size_t capacity = lookup->capacity != 0 ? lookup->capacity * 2 : 8;
        struct rt_dial_target *found = rt_realloc(lookup->found, capacity * sizeof *found);
        if (found == NULL)
            return RACTOR_ENOMEM;
        lookup->found = found;
        lookup->capacity = capacity;
    }
    struct rt_dial_target *target = &lookup->found[lookup->n_found++];
    memset(target, 0, sizeof *target);
    memcpy(target->host, host, length);
    target->port = port;
    return RACTOR_OK;
}

/* ------------------------------------------------------------------ lists */

static ractor_status add_entry(struct rt_lookup *lookup, const char *text, size_t length)
{
    char entry[RT_DIAL_HOST_BYTES + 16];
    struct rt_dial_target target;
    if (length >= sizeof entry)
        return RACTOR_EINVAL;
    memcpy(entry, text, length);
    entry[length] = '\0';
    if (rt_dial_parse(entry, &target))
        return rt_lookup_add(lookup, target.host, strlen(target.host), target.port);
    /* A colon that is not in brackets leads to a port. */
    if (memchr(entry, ':', length) != NULL)
        return RACTOR_EINVAL;
    return rt_lookup_add(lookup, entry, length, lookup->port);
}

ractor_status rt_lookup_parse(struct rt_lookup *lookup, const char *text)
{
    ractor_status status = RACTOR_OK;
    while (*text != '\0' && status == RACTOR_OK) {
        if (*text == '#') {
            text += strcspn(text, "\n");
            continue;
        }
        size_t length = strcspn(text, " \t\r\n,#");
        if (length != 0)
            status = add_entry(lookup, text, length);
        text += length;
        text += strspn(text, " \t\r\n,");
    }
    return status;
}

static ractor_status read_file(struct rt_lookup *lookup)
{
    FILE *file = fopen(lookup->source, "re");
    if (file == NULL)
        return RACTOR_EIO;
    char *text = rt_alloc(FILE_LIMIT_BYTES + 1);
    size_t length = text != NULL ? fread(text, 1, FILE_LIMIT_BYTES + 1, file) : 0;
    ractor_status status = text == NULL                ? RACTOR_ENOMEM
                           : ferror(file)              ? RACTOR_EIO
                           : length > FILE_LIMIT_BYTES ? RACTOR_ELIMIT
                                                       : RACTOR_OK;
    (void)fclose(file);
    if (status == RACTOR_OK) {
        text[length] = '\0';
        status = rt_lookup_parse(lookup, text);
    }
    rt_free(text);
    return status;
}

/* ------------------------------------------------------------------ addresses of a name */

static ractor_status ask_dns(struct rt_lookup *lookup)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *addresses = NULL;
    char host[NI_MAXHOST];
    ractor_status status = RACTOR_OK;
    if (getaddrinfo(lookup->source, NULL, &hints, &addresses) != 0)
        return RACTOR_EADDR;
    for (struct addrinfo *a = addresses; a != NULL && status == RACTOR_OK; a = a->ai_next) {
        if (getnameinfo(a->ai_addr, a->ai_addrlen, host, sizeof host, NULL, 0, NI_NUMERICHOST) == 0)
            status = rt_lookup_add(lookup, host, strlen(host), lookup->port);
    }
    freeaddrinfo(addresses);
    return status;
}

/* ------------------------------------------------------------------ the errand */

static void run(struct rt_errand *errand)
{
    struct rt_lookup *lookup = (struct rt_lookup *)(void *)errand;
    switch (lookup->kind) {
    case RACTOR_DISCOVER_LIST:
        lookup->status = rt_lookup_parse(lookup, lookup->source);
        break;
    case RACTOR_DISCOVER_FILE:
        lookup->status = read_file(lookup);
        break;
    case RACTOR_DISCOVER_DNS:
        lookup->status = ask_dns(lookup);
        break;
    case RACTOR_DISCOVER_SRV:
        lookup->status = rt_lookup_srv(lookup);
        break;
    }
}

static void free_errand(struct rt_errand *errand)
{
    rt_lookup_free((struct rt_lookup *)(void *)errand);
}

struct rt_lookup *rt_lookup_new(ractor_discovery_kind kind, const char *source, uint16_t port)
{
    size_t length = strlen(source);
    struct rt_lookup *lookup = rt_calloc(1, sizeof *lookup + length + 1);
    if (lookup == NULL)
        return NULL;
    lookup->errand.run = run;
    lookup->errand.free = free_errand;
    lookup->kind = kind;
    lookup->port = port;
    memcpy(lookup->source, source, length + 1);
    return lookup;
}

void rt_lookup_free(struct rt_lookup *lookup)
{
    if (lookup != NULL)
        rt_free(lookup->found);
    rt_free(lookup);
}
