/* SPDX-License-Identifier: MIT */
/*
 * A node's cookies: the one that it proves to know, and the old one that it takes as well while a
 * cluster changes over. A set of both never changes: a handshake holds the set that was there when
 * it began, and a set that nobody holds any more is wiped. Any thread.
 */
#ifndef RACTOR_CLUSTER_COOKIES_H
#define RACTOR_CLUSTER_COOKIES_H

#include <ractor/cookie.h>
#include <ractor/status.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum rt_cookie_kind { RT_COOKIE_NEW, RT_COOKIE_OLD, RT_COOKIES };

struct rt_cookie {
    uint8_t *bytes; /* NULL: there is none */
    size_t length;  /* 1 to RACTOR_COOKIE_MAX_BYTES */
};

struct rt_cookie_set {
    _Atomic uint32_t n_holders;
    struct rt_cookie cookies[RT_COOKIES];
};

struct rt_cookies {
    pthread_mutex_t lock;
    /* under lock */
    struct rt_cookie_set *set; /* NULL: none yet */
};

#define RT_COOKIE_WHY_BYTES 320

/* Copies or reads what `from` names. RACTOR_EINVAL: it names none, or two for one; RACTOR_EAUTH: a
 * file that cannot be used, or a cookie that is empty or too long, see `why`; RACTOR_ENOMEM.
 * Gives: rt_cookie_set_drop. */
ractor_status rt_cookie_set_new(const ractor_cookies *from, char why[RT_COOKIE_WHY_BYTES],
                                struct rt_cookie_set **set);
/* NULL is ignored. */
void rt_cookie_set_drop(struct rt_cookie_set *set);

/* RACTOR_ENOMEM. */
ractor_status rt_cookies_init(struct rt_cookies *cookies);
void rt_cookies_fini(struct rt_cookies *cookies);

/* Puts a set in the place of what is there; takes it. */
void rt_cookies_set(struct rt_cookies *cookies, struct rt_cookie_set *set);
/* Shares: rt_cookie_set_drop. NULL: none yet. */
struct rt_cookie_set *rt_cookies_hold(struct rt_cookies *cookies);
bool rt_cookies_has_old(struct rt_cookies *cookies);

/* ---- cookie_file.c ---- */

/* Reads a cookie from a file that nobody else may look into. RACTOR_EAUTH: see `why`;
 * RACTOR_ENOMEM. Gives: rt_cookie_wipe. */
ractor_status rt_cookie_read(const char *path, char why[RT_COOKIE_WHY_BYTES],
                             struct rt_cookie *cookie);
void rt_cookie_wipe(struct rt_cookie *cookie);

#endif
