/* SPDX-License-Identifier: MIT */
/* The codec's load on nanopb: `nanopb-bench cast1 N` prints ns per message, there and back. */
#include "cast1.pb.h"

#include <pb_decode.h>
#include <pb_encode.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Of this thread's own time, as the other programs of this load take it. */
static double now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static bool round_trip(const bench_Cast1 *value)
{
    static bench_Cast1 again;
    uint8_t wire[64];
    pb_ostream_t out = pb_ostream_from_buffer(wire, sizeof wire);
    if (!pb_encode(&out, bench_Cast1_fields, value))
        return false;
    __asm__ volatile("" ::: "memory");
    pb_istream_t in = pb_istream_from_buffer(wire, out.bytes_written);
    const bool is_good = pb_decode(&in, bench_Cast1_fields, &again);
    __asm__ volatile("" ::: "memory");
    return is_good;
}

int main(int argc, char **argv)
{
    const bench_Cast1 value = {"a string of 16 b", 42};
    const long count = argc == 3 && strcmp(argv[1], "cast1") == 0 ? strtol(argv[2], NULL, 10) : 0;
    bool is_good = count > 0;
    const double begin = now_ns();
    for (long i = 0; i < count && is_good; i++)
        is_good = round_trip(&value);
    if (!is_good)
        return EXIT_FAILURE;
    (void)printf("%.4f\n", (now_ns() - begin) / (double)count);
    return EXIT_SUCCESS;
}
