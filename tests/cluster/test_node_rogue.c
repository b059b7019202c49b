/* SPDX-License-Identifier: MIT */
/* Peers that know the cookie and mean no good: what they send costs them the session at most. */
#include "base/alloc.h"
#include "rogue.h"
#include "suite.h"

#include <check.h>
#include <string.h>

static struct sample_node alpha;
static struct rogue mallory;

static void setup(void)
{
    sample_node_start(&alpha, "alpha", NULL);
    rogue_dial(&mallory, &alpha, "mallory");
}

static void teardown(void)
{
    rogue_close(&mallory);
    sample_node_stop(&alpha);
}

/* The session is over, others are served. */
static void expect_end(const char *line)
{
    ck_assert(rogue_is_thrown_out(&mallory));
    sample_wait_log(&alpha, line);
    sample_wait_sessions(&alpha, 0);
}

/* ------------------------------------------------------------------ fragments */

/* A last fragment around what ends at `end`, which is `*size` bytes long. */
static uint8_t *wrap(uint8_t *end, size_t *size)
{
    size_t head = rt_fragment_head_size(*size, true);
    uint8_t *start = end - *size - head;
    (void)rt_fragment_put_head(*size, true, start);
    *size += head;
    return start;
}

START_TEST(fragments_in_fragments_end_the_session)
{
    static uint8_t bytes[(size_t)4 << 20];
    uint8_t *start = bytes + sizeof bytes - 1;
    size_t size = 1;
    while (size + 32 < sizeof bytes)
        start = wrap(bytes + sizeof bytes, &size);
    ck_assert(rogue_send(&mallory, start, size));
    expect_end("a fragment made of fragments");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("node_rogue");
    TCase *tcase = suite_case(suite, "rogue", 60);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, fragments_in_fragments_end_the_session);
    return suite_run(suite);
}
