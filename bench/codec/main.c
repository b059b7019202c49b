/* SPDX-License-Identifier: MIT */
/*
 * Encodes and decodes messages with generated code: bench_codec LOAD N prints one figure.
 *
 *     cast1     a string of 16 bytes and a u64, to bytes and back; ns per message
 *     bytes     64 KiB of bytes, to bytes and back; share of the speed of as many memcpys
 *     numbers   the same with a vec<u64> of 64 KiB, whose byte order is turned
 *
 * No allocation is measured: what is written goes to one buffer, what is read to another.
 */
#include "seed.rc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LARGE ((size_t)64 << 10)

static unsigned char wire[LARGE + 64];
static _Alignas(16) unsigned char block[LARGE + 256];
static _Alignas(16) unsigned char source[LARGE];

/* Of this thread's own time: other work on the machine has its share of the cores, not of these. */
static double now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* What is behind it must be in memory, as a socket would see it. */
static void settle(void)
{
    __asm__ volatile("" ::: "memory");
}

/* There and back; the bytes that travelled, 0 on failure. */
static size_t round_trip(const ractor_codec *codec, const void *value)
{
    ractor_budget budget = RACTOR_BUDGET_DEFAULT;
    size_t length = 0;
    size_t tail_bytes = 0;
    if (codec->wire_size(value, &length) != RACTOR_OK || length > sizeof wire)
        return 0;
    (void)codec->write(value, wire);
    settle();
    if (codec->measure(wire, length, &budget, &tail_bytes) != RACTOR_OK)
        return 0;
    ractor_tail tail = {block + ((codec->size + 15u) & ~15u)};
    codec->read(wire, length, block, &tail);
    settle();
    return length;
}

/* Nanoseconds per round trip; negative on failure. */
static double measure(const ractor_codec *codec, const void *value, long count)
{
    bool is_good = true;
    const double begin = now_ns();
    for (long i = 0; i < count; i++)
        is_good = round_trip(codec, value) != 0 && is_good;
    return is_good ? (now_ns() - begin) / (double)count : -1;
}

/* Nanoseconds of two copies of what is large. */
static double measure_copies(long count)
{
    const double begin = now_ns();
    for (long i = 0; i < count; i++) {
        memcpy(wire, source, LARGE);
        settle();
        memcpy(block, wire, LARGE);
        settle();
    }
    return (now_ns() - begin) / (double)count;
}

/* The share of memcpy's speed, in slices in turn, so that both see the same machine. */
static double share(const ractor_codec *codec, const void *value, long count)
{
    double ours = 0;
    double copies = 0;
    for (int i = 0; i < 10; i++) {
        const double slice = measure(codec, value, count / 10 + 1);
        if (slice < 0)
            return -1;
        ours += slice;
        copies += measure_copies(count / 10 + 1);
    }
    return copies / ours;
}

static double run(const char *load, long count)
{
    static const bench_codec_seed_cast1 cast = {{"a string of 16 b", 16}, 42};
    static const bench_codec_seed_bytes bytes = {{source, LARGE}};
    static const bench_codec_seed_numbers numbers = {
        {(const uint64_t *)(const void *)source, LARGE / sizeof(uint64_t)}};
    const ractor_variant *variants = bench_codec_seed_type.variants;
    if (strcmp(load, "cast1") == 0)
        return measure(variants[BENCH_CODEC_SEED_CAST1].args, &cast, count);
    if (strcmp(load, "bytes") == 0)
        return share(variants[BENCH_CODEC_SEED_BYTES].args, &bytes, count);
    if (strcmp(load, "numbers") == 0)
        return share(variants[BENCH_CODEC_SEED_NUMBERS].args, &numbers, count);
    return -1;
}

int main(int argc, char **argv)
{
    const long count = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
    const double figure = count > 0 ? run(argv[1], count) : -1;
    if (figure < 0) {
        (void)fprintf(stderr, "usage: %s cast1|bytes|numbers N\n", argv[0]);
        return EXIT_FAILURE;
    }
    (void)printf("%.4f\n", figure);
    return EXIT_SUCCESS;
}
