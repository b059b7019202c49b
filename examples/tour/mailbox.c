/* SPDX-License-Identifier: MIT */
/*
 * Bounded mailboxes, dead letters, and actors that are spawned without waiting for their start. The
 * schema says that three messages may wait for a clerk; the options say what happens to a fourth.
 * The runtime is a polled one, so that nobody handles anything while we send.
 */
#include "tour.h"

#include <inttypes.h>
#include <stdio.h>

#define PAGES 5

/* On the thread on which the letter died: here, that of who sends to a full mailbox. */
static void show(void *user, const ractor_dead_letter *letter)
{
    char text[160];
    (void)ractor_dead_letter_format(letter, text, sizeof text);
    (void)printf("  dead letter: %s\n", text);
    ++*(int *)user;
}

/* How many of the pages a new clerk has filed. */
static uint32_t send_pages(ractor_runtime *runtime, ractor_mailbox_policy policy, const char *name)
{
    tour_clerk_ref clerk;
    uint32_t n_filed = 0;
    ractor_spawn_options options = {.mailbox = {.policy = policy}};
    (void)printf("%s:\n", name);
    expect(tour_clerk_spawn_instant(runtime, &clerk_class, &options, NULL, 0, &clerk), RACTOR_OK,
           "spawn");
    for (uint32_t page = 1; page <= PAGES; page++) {
        ractor_status status = tour_clerk_send_file(clerk, page);
        if (status != RACTOR_OK)
            (void)printf("  page %" PRIu32 ": %s\n", page, ractor_strerror(status));
    }
    expect(ractor_runtime_poll(runtime, 0, NULL), RACTOR_OK, "poll");
    expect(tour_clerk_call_filed(clerk, 1000, &n_filed), RACTOR_OK, "call");
    (void)printf("  filed: %" PRIu32 "\n", n_filed);
    return n_filed;
}

/* The reference is good before the start, which fails: the page is a dead letter. */
static void send_to_one_without_a_pen(ractor_runtime *runtime)
{
    static const uint32_t no_pens = 0;
    tour_clerk_ref clerk;
    (void)printf("a clerk without a pen:\n");
    expect(tour_clerk_spawn_instant(runtime, &clerk_class, NULL, &no_pens, sizeof no_pens, &clerk),
           RACTOR_OK, "spawn");
    expect(tour_clerk_send_file(clerk, 1), RACTOR_OK, "send");
    expect(ractor_runtime_poll(runtime, 0, NULL), RACTOR_OK, "poll");
}

int main(void)
{
    ractor_runtime *runtime = NULL;
    ractor_runtime_options options = {.polled = 1, .log_quiet = 1};
    int n_letters = 0;
    ractor_dead_letter_options listening = {.on_letter = show, .user = &n_letters};
    expect(ractor_runtime_start(&options, &runtime), RACTOR_OK, "start");
    expect(ractor_dead_letters_subscribe(runtime, &listening), RACTOR_OK, "subscribe");
    uint32_t n_filed = send_pages(runtime, RACTOR_MAILBOX_REJECT, "reject") +
                       send_pages(runtime, RACTOR_MAILBOX_BLOCK, "block") +
                       send_pages(runtime, RACTOR_MAILBOX_DROP_OLDEST, "drop oldest") +
                       send_pages(runtime, RACTOR_MAILBOX_DROP_NEWEST, "drop newest");
    send_to_one_without_a_pen(runtime);
    ractor_runtime_stop(runtime);
    return n_filed == 3 + PAGES + 3 + 3 && n_letters == 2 + 2 + 1 ? 0 : 1;
}
