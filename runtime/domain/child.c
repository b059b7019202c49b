/* SPDX-License-Identifier: MIT */
#include "domain/child.h"

#include "actor/runtime.h"
#include "base/alloc.h"
#include "domain/intake.h"
#include "domain/self.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* What main() returns when the child could not begin; the parent tells it as an exit code. */
#define EXIT_NOT_READY 70

struct settings {
    unsigned version;
    long parent;
    unsigned long long memory_bytes;
    unsigned n_workers;
};

/* ------------------------------------------------------------------ saying */

/* A parent that does not listen any more is found out by the reading side. */
static void send_all(struct iovec *parts, size_t n_parts)
{
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = n_parts};
    while (message.msg_iovlen != 0) {
        ssize_t n = sendmsg(RT_DOMAIN_SOCKET_FD, &message, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return;
        size_t sent = (size_t)n;
        while (message.msg_iovlen != 0 && sent >= message.msg_iov->iov_len) {
            sent -= message.msg_iov->iov_len;
            message.msg_iov++;
            message.msg_iovlen--;
        }
        if (message.msg_iovlen != 0) {
            message.msg_iov->iov_base = (char *)message.msg_iov->iov_base + sent;
            message.msg_iov->iov_len -= sent;
        }
    }
}

void rt_child_say(struct rt_child *child, struct rt_frame frame, ractor_bytes payload)
{
    frame.length = (uint32_t)payload.length;
    struct iovec parts[] = {
        {.iov_base = &frame, .iov_len = sizeof frame},
        {.iov_base = (void *)(uintptr_t)payload.data, .iov_len = payload.length}};
    (void)pthread_mutex_lock(&child->out_lock);
    send_all(parts, payload.length != 0 ? 2 : 1);
    (void)pthread_mutex_unlock(&child->out_lock);
}

/* ------------------------------------------------------------------ the life of a child */

/* Until the parent closes its end. */
static void obey_all(struct rt_child *child)
{
    struct rt_intake intake = {NULL, 0, 0, 0};
    ractor_status status = RACTOR_OK;
    while (status == RACTOR_OK && rt_intake_fill(&intake, RT_DOMAIN_SOCKET_FD) == RACTOR_OK) {
        struct rt_frame frame;
        ractor_bytes payload;
        while ((status = rt_intake_next(&intake, &frame, &payload)) == RACTOR_OK) {
            if (!rt_child_obey(child, &frame, payload))
                break;
        }
        if (status == RACTOR_EAGAIN)
            status = RACTOR_OK;
        else if (status == RACTOR_OK)
            status = RACTOR_EPROTO;
    }
    rt_intake_fini(&intake);
}

static bool make_classes(struct rt_child *child)
{
    size_t n = child->table->n_entries;
    child->classes = rt_calloc(n != 0 ? n : 1, sizeof *child->classes);
    for (size_t i = 0; child->classes != NULL && i < n; i++)
        rt_child_class_init(&child->classes[i], child->table->entries[i].actor_class,
                            &child->crash);
    return child->classes != NULL;
}

static bool start_runtime(struct rt_child *child, unsigned n_workers)
{
    const ractor_runtime_options options = {.n_workers = n_workers};
    if (ractor_runtime_start(&options, &child->runtime) != RACTOR_OK)
        return false;
    child->runtime->child = child;
    return ractor_spawn(child->runtime, &rt_warden_class, NULL, child, &child->warden) == RACTOR_OK;
}

static void free_seats(struct rt_child *child)
{
    for (uint32_t i = 0; i < child->n_seats; i++)
        ractor_message_drop(child->seats[i].args);
    rt_free(child->seats);
}

static int live(struct rt_child *child, const struct settings *settings)
{
    static const ractor_bytes nothing;
    const struct rt_frame ready = {.kind = RT_FRAME_READY, .a = RT_DOMAIN_VERSION};
    bool is_ready = make_classes(child) && start_runtime(child, settings->n_workers);
    if (is_ready) {
        rt_child_say(child, ready, nothing);
        obey_all(child);
    }
    rt_outward_end(child);
    ractor_runtime_stop(child->runtime);
    rt_free(child->calls.calls);
    free_seats(child);
    rt_free(child->classes);
    return is_ready ? EXIT_SUCCESS : EXIT_NOT_READY;
}

static int run(const ractor_domain_table *table, const struct settings *settings)
{
    struct rt_child child = {.table = table};
    int code = EXIT_NOT_READY;
    if (!rt_self_settle(settings->parent, settings->memory_bytes))
        return code;
    if (pthread_mutex_init(&child.out_lock, NULL) != 0)
        return code;
    if (pthread_mutex_init(&child.lock, NULL) == 0) {
        if (rt_crash_init(&child.crash)) {
            code = live(&child, settings);
            rt_crash_fini(&child.crash);
        }
        (void)pthread_mutex_destroy(&child.lock);
    }
    (void)pthread_mutex_destroy(&child.out_lock);
    return code;
}

bool ractor_domain_main(const ractor_domain_table *table, int *exit_code)
{
    struct settings settings;
    const char *text = getenv(RT_DOMAIN_VARIABLE);
    if (text == NULL)
        return false;
    int n = sscanf(text, RT_DOMAIN_FORMAT, &settings.version, &settings.parent,
                   &settings.memory_bytes, &settings.n_workers);
    (void)unsetenv(RT_DOMAIN_VARIABLE); /* not for programs that this one starts */
    *exit_code = EXIT_NOT_READY;
    if (n == 4 && settings.version == RT_DOMAIN_VERSION && table != NULL)
        *exit_code = run(table, &settings);
    return true;
}
