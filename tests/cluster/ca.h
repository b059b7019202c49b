/* SPDX-License-Identifier: MIT */
/* A certificate authority of the test's own, and the files that it signs, in a folder of the test.
 * Everything fails the test that cannot be done. */
#ifndef TESTS_CLUSTER_CA_H
#define TESTS_CLUSTER_CA_H

#include <stdbool.h>

/* The folder, with ca.pem in it; removed by ca_fini. */
void ca_init(void);
void ca_fini(void);

/* The path of a file in the folder; up to eight at a time. */
const char *ca_path(const char *file);

/* What a certificate says. */
struct ca_subject {
    const char *names; /* as in a configuration file: "email:alpha@localhost,DNS:localhost" */
    bool has_expired;
    bool is_by_a_stranger; /* another authority of the same name signs it */
};

/* Writes NAME.pem and NAME.key. */
void ca_sign(const char *name, const struct ca_subject *subject);

#endif
