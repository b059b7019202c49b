/* SPDX-License-Identifier: MIT */
#include "cluster/detector.h"

#include <math.h>

/* Too few to know how regular the peer is. */
#define MIN_SAMPLES 4
/* A peer is never taken for more regular than this part of the mean, nor than so many ms: a pause
 * of the machine must not look like a failure. */
#define MIN_DEVIATION_PART 0.1
#define MIN_DEVIATION_MS 20.0
/* Beyond this, doubles cannot tell. */
#define MAX_PHI 300.0

void rt_detector_hear(struct rt_detector *detector, uint64_t now_ms)
{
    if (detector->heard_ms != 0) {
        uint64_t interval = now_ms - detector->heard_ms;
        detector->intervals_ms[detector->next] =
            interval < UINT32_MAX ? (uint32_t)interval : UINT32_MAX;
        detector->next = (detector->next + 1) % RT_DETECTOR_SAMPLES;
        if (detector->n < RT_DETECTOR_SAMPLES)
            detector->n++;
    }
    detector->heard_ms = now_ms;
}

static double mean_of(const struct rt_detector *detector)
{
    double sum = 0;
    for (uint32_t i = 0; i < detector->n; i++)
        sum += detector->intervals_ms[i];
    return sum / detector->n;
}

static double deviation_of(const struct rt_detector *detector, double mean)
{
    double sum = 0;
    for (uint32_t i = 0; i < detector->n; i++) {
        double off = detector->intervals_ms[i] - mean;
        sum += off * off;
    }
    double least = fmax(mean * MIN_DEVIATION_PART, MIN_DEVIATION_MS);
    return fmax(sqrt(sum / detector->n), least);
}

double rt_detector_phi(const struct rt_detector *detector, uint64_t now_ms)
{
    if (detector->n < MIN_SAMPLES || now_ms <= detector->heard_ms)
        return 0;
    double mean = mean_of(detector);
    double silent = (double)(now_ms - detector->heard_ms);
    double y = (silent - mean) / deviation_of(detector, mean);
    double chance = erfc(y / sqrt(2.0)) / 2; /* that a normal answer comes even later */
    return chance > 0 ? fmin(fmax(-log10(chance), 0), MAX_PHI) : MAX_PHI;
}
