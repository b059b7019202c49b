/* SPDX-License-Identifier: MIT */
#include "cluster/cookies.h"

#include "base/alloc.h"

#include <openssl/crypto.h>

#include <stdio.h>
#include <string.h>

void rt_cookie_wipe(struct rt_cookie *cookie)
{
    if (cookie->bytes != NULL)
        OPENSSL_cleanse(cookie->bytes, cookie->length);
    rt_free(cookie->bytes);
    *cookie = (struct rt_cookie){NULL, 0};
}

static ractor_status copy(const char *text, char *why, struct rt_cookie *cookie)
{
    size_t length = strlen(text);
    if (length == 0 || length > RACTOR_COOKIE_MAX_BYTES) {
        (void)snprintf(why, RT_COOKIE_WHY_BYTES, "a cookie has 1 to %d bytes",
                       RACTOR_COOKIE_MAX_BYTES);
        return RACTOR_EAUTH;
    }
    cookie->bytes = rt_alloc(length);
    if (cookie->bytes == NULL)
        return RACTOR_ENOMEM;
    memcpy(cookie->bytes, text, length);
    cookie->length = length;
    return RACTOR_OK;
}

static ractor_status load(const char *text, const char *file, char *why, struct rt_cookie *cookie)
{
    if (text != NULL && file != NULL) {
        (void)snprintf(why, RT_COOKIE_WHY_BYTES, "a cookie is given, and a file of it");
        return RACTOR_EINVAL;
    }
    if (file != NULL)
        return rt_cookie_read(file, why, cookie);
    return text != NULL ? copy(text, why, cookie) : RACTOR_OK;
}

ractor_status rt_cookie_set_new(const ractor_cookies *from, char why[RT_COOKIE_WHY_BYTES],
                                struct rt_cookie_set **result)
{
    struct rt_cookie_set *set = rt_calloc(1, sizeof *set);
    (void)snprintf(why, RT_COOKIE_WHY_BYTES, "out of memory");
    if (set == NULL)
        return RACTOR_ENOMEM;
    atomic_init(&set->n_holders, 1);
    ractor_status status = load(from->cookie, from->cookie_file, why, &set->cookies[RT_COOKIE_NEW]);
    if (status == RACTOR_OK)
        status = load(from->old_cookie, from->old_cookie_file, why, &set->cookies[RT_COOKIE_OLD]);
    if (status == RACTOR_OK && set->cookies[RT_COOKIE_NEW].bytes == NULL) {
        (void)snprintf(why, RT_COOKIE_WHY_BYTES, "there is no cookie");
        status = RACTOR_EINVAL;
    }
    if (status == RACTOR_OK)
        *result = set;
    else
        rt_cookie_set_drop(set);
    return status;
}

void rt_cookie_set_drop(struct rt_cookie_set *set)
{
    /* release, acquire: pair with each other, so that the last one wipes after all have read. */
    if (set == NULL || atomic_fetch_sub_explicit(&set->n_holders, 1, memory_order_acq_rel) != 1)
        return;
    for (int i = 0; i < RT_COOKIES; i++)
        rt_cookie_wipe(&set->cookies[i]);
    rt_free(set);
}

ractor_status rt_cookies_init(struct rt_cookies *cookies)
{
    cookies->set = NULL;
    return pthread_mutex_init(&cookies->lock, NULL) == 0 ? RACTOR_OK : RACTOR_ENOMEM;
}

void rt_cookies_fini(struct rt_cookies *cookies)
{
    rt_cookie_set_drop(cookies->set);
    cookies->set = NULL;
    (void)pthread_mutex_destroy(&cookies->lock);
}

void rt_cookies_set(struct rt_cookies *cookies, struct rt_cookie_set *set)
{
    (void)pthread_mutex_lock(&cookies->lock);
    struct rt_cookie_set *old = cookies->set;
    cookies->set = set;
    (void)pthread_mutex_unlock(&cookies->lock);
    rt_cookie_set_drop(old);
}

struct rt_cookie_set *rt_cookies_hold(struct rt_cookies *cookies)
{
    (void)pthread_mutex_lock(&cookies->lock);
    struct rt_cookie_set *set = cookies->set;
    /* relaxed: the lock keeps the set from being dropped meanwhile. */
    if (set != NULL)
        (void)atomic_fetch_add_explicit(&set->n_holders, 1, memory_order_relaxed);
    (void)pthread_mutex_unlock(&cookies->lock);
    return set;
}

bool rt_cookies_has_old(struct rt_cookies *cookies)
{
    (void)pthread_mutex_lock(&cookies->lock);
    bool has_old = cookies->set != NULL && cookies->set->cookies[RT_COOKIE_OLD].bytes != NULL;
    (void)pthread_mutex_unlock(&cookies->lock);
    return has_old;
}
