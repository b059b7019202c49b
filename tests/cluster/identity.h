/* SPDX-License-Identifier: MIT */
/* Who takes part in a handshake that a suite plays by hand. */
#ifndef TESTS_CLUSTER_IDENTITY_H
#define TESTS_CLUSTER_IDENTITY_H

#include "cluster/handshake.h"

#include <check.h>
#include <string.h>

#define COOKIE "cookie"

/* The cookie, and the one before it; NULL: there is none. */
static inline void set_cookies(struct rt_cookies *cookies, const char *cookie, const char *old)
{
    const ractor_cookies from = {.cookie = cookie, .old_cookie = old};
    char why[RT_COOKIE_WHY_BYTES];
    struct rt_cookie_set *set = NULL;
    ck_assert_int_eq(rt_cookie_set_new(&from, why, &set), RACTOR_OK);
    rt_cookies_set(cookies, set);
}

/* A node with COOKIE that knows of these extensions. */
static inline struct rt_identity identity(const char *name, const char *address,
                                          struct rt_cookies *cookies, uint32_t extensions)
{
    struct rt_identity self = {
        .cookies = cookies, .random = {rt_random_system, NULL}, .extensions = extensions};
    ck_assert_int_eq(rt_cookies_init(cookies), RACTOR_OK);
    set_cookies(cookies, COOKIE, NULL);
    strcpy(self.name, name);
    strcpy(self.connection_string, address);
    return self;
}

#endif
