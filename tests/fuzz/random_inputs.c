/* SPDX-License-Identifier: MIT */
/*
 * Runs a fuzz target without libFuzzer, on inputs that are random and always the same: so that its
 * properties are looked at wherever the tests run. libFuzzer itself goes much further.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define N_INPUTS 20000
#define MAX_BYTES 600

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* xorshift64*. */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

int main(void)
{
    uint64_t state = 1;
    for (int i = 0; i < N_INPUTS; i++) {
        size_t size = (size_t)(next_random(&state) >> 33) % (MAX_BYTES + 1);
        uint8_t *data = malloc(size + 1);
        if (data == NULL)
            return 1;
        for (size_t j = 0; j < size; j++)
            data[j] = (uint8_t)(next_random(&state) >> 56);
        (void)LLVMFuzzerTestOneInput(data, size);
        free(data);
    }
    printf("%d inputs\n", N_INPUTS);
    return 0;
}
