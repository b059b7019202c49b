/* SPDX-License-Identifier: MIT */
/*
 * Runs a fuzz target without libFuzzer, on the files of the folders that are named and on inputs
 * that are random and always the same: so that its properties are looked at wherever the tests run.
 * libFuzzer itself goes much further.
 */
#include <dirent.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define N_INPUTS 20000
#define MAX_BYTES 600
#define MAX_FILE_BYTES 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* xorshift64*. */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

static int run_file(const char *folder, const char *name)
{
    static uint8_t bytes[MAX_FILE_BYTES];
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return 0;
    size_t size = fread(bytes, 1, sizeof bytes, file);
    (void)fclose(file);
    (void)LLVMFuzzerTestOneInput(bytes, size);
    return 1;
}

/* How many there were; 0: no such folder. */
static int run_files(const char *folder)
{
    const struct dirent *entry;
    int n = 0;
    DIR *dir = opendir(folder);
    if (dir == NULL)
        return 0;
    while ((entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.')
            n += run_file(folder, entry->d_name);
    (void)closedir(dir);
    return n;
}

int main(int argc, char **argv)
{
    uint64_t state = 1;
    for (int i = 1; i < argc; i++) {
        int n = run_files(argv[i]);
        printf("%d inputs of %s\n", n, argv[i]);
        if (n == 0)
            return 1;
    }
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
