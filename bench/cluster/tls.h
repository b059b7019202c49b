/* SPDX-License-Identifier: MIT */
/* Encryption for the loads between nodes. */
#ifndef BENCH_CLUSTER_TLS_H
#define BENCH_CLUSTER_TLS_H

#include <ractor/tls.h>

/* With the files ca.pem, node.pem and node.key of the folder BENCH_TLS, the same for all nodes;
 * NULL when there is no such variable: sessions are plain. */
const ractor_tls_options *bench_tls(void);

#endif
