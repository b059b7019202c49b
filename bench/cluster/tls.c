/* SPDX-License-Identifier: MIT */
#include "tls.h"

#include <stdio.h>
#include <stdlib.h>

const ractor_tls_options *bench_tls(void)
{
    static char ca[256], cert[256], key[256];
    static const ractor_tls_options tls = {.cert_file = cert, .key_file = key, .ca_file = ca};
    const char *folder = getenv("BENCH_TLS");
    if (folder == NULL)
        return NULL;
    (void)snprintf(ca, sizeof ca, "%s/ca.pem", folder);
    (void)snprintf(cert, sizeof cert, "%s/node.pem", folder);
    (void)snprintf(key, sizeof key, "%s/node.key", folder);
    return &tls;
}
