/* SPDX-License-Identifier: MIT */
/*
 * How likely a peer is to have failed, after Hayashibara et al., "The phi accrual failure detector"
 * (2004): phi is -log10 of the chance that a peer which answers as it has so far would be silent
 * for as long as it is. At 1 one alarm in ten is false, at 8 one in a hundred million. Not
 * thread-safe.
 */
#ifndef RACTOR_CLUSTER_DETECTOR_H
#define RACTOR_CLUSTER_DETECTOR_H

#include <stdint.h>

#define RT_DETECTOR_SAMPLES 64

struct rt_detector {
    uint64_t heard_ms; /* the last answer; 0: none yet */
    uint32_t intervals_ms[RT_DETECTOR_SAMPLES];
    uint32_t n, next;
};

/* The peer has answered. */
void rt_detector_hear(struct rt_detector *detector, uint64_t now_ms);

/* At least 0; 0 as long as there is too little to judge by. */
double rt_detector_phi(const struct rt_detector *detector, uint64_t now_ms);

#endif
