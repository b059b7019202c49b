/* SPDX-License-Identifier: MIT */
/* What suites over many seeds share: SIM_SEED=n runs one seed, SIM_SEEDS=n so many, and whatever
 * fails names its seed. */
#ifndef TESTS_SIM_SEED_H
#define TESTS_SIM_SEED_H

#include <check.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Of the run that is under way. */
static unsigned long long seed;

#define LAW(condition) ck_assert_msg(condition, "SIM_SEED=%llu: %s", seed, #condition)

/* Async-signal-safe: a crash or a hang names its seed, too. */
static inline void name_seed(int number)
{
    char text[] = "SIM_SEED=00000000000000000000\n";
    unsigned long long rest = seed;
    for (size_t i = sizeof text - 3; text[i] != '='; i--, rest /= 10)
        text[i] = (char)('0' + rest % 10);
    (void)!write(STDERR_FILENO, text, sizeof text - 1);
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

static inline unsigned long long from_environment(const char *name, unsigned long long otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

/* Runs part `index` of `n_parts` of the seeds; every hundredth is run twice and must give the same
 * hash. `run` gives the hash of a seed's run. */
static inline void run_seeds(unsigned long long index, unsigned long long n_parts,
                             unsigned long long n_seeds, double limit_s,
                             unsigned long long (*run)(unsigned long long which))
{
    unsigned long long only = from_environment("SIM_SEED", 0);
    (void)signal(SIGSEGV, name_seed);
    (void)signal(SIGABRT, name_seed);
    (void)signal(SIGALRM, name_seed);
    (void)alarm((unsigned)limit_s);
    for (unsigned long long i = index; only == 0 && i < n_seeds; i += n_parts) {
        unsigned long long hash = run(i + 1);
        if (i / n_parts % 100 == 0)
            LAW(hash == run(i + 1));
    }
    if (only != 0 && index == 0)
        (void)printf("%llu: hash %llx\n", only, run(only));
}

#endif
