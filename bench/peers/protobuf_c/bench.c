/* SPDX-License-Identifier: MIT */
/* The codec's load on protobuf-c: `protobuf-c-bench cast1 N` prints ns per message, there and back.
 */
#include "cast1.pb-c.h"

#include <stdbool.h>
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

static bool round_trip(const Bench__Cast1 *value)
{
    uint8_t wire[64];
    if (bench__cast1__get_packed_size(value) > sizeof wire)
        return false;
    const size_t length = bench__cast1__pack(value, wire);
    __asm__ volatile("" ::: "memory");
    Bench__Cast1 *again = bench__cast1__unpack(NULL, length, wire);
    __asm__ volatile("" ::: "memory");
    const bool is_good = again != NULL && again->number == value->number;
    bench__cast1__free_unpacked(again, NULL);
    return is_good;
}

int main(int argc, char **argv)
{
    static char text[] = "a string of 16 b";
    Bench__Cast1 value = BENCH__CAST1__INIT;
    value.text = text;
    value.number = 42;
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
