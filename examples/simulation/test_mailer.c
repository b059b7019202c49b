/* SPDX-License-Identifier: MIT */
/*
 * Tests an actor whose pauses add up to a quarter of an hour, in no time: a probe plays the server,
 * another one is the supervisor, and the clock is the simulation's.
 */
#include "mailer.h"

#include <ractor/testing.h>

#include <stdio.h>

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                        \
            return 1;                                                                              \
        }                                                                                          \
    } while (0)

struct scene {
    ractor_sim *sim;
    ractor_probe *server;
    ractor_probe *boss;
    demo_mailer_ref mailer;
};

static ractor_status set_scene(struct scene *scene, uint64_t seed)
{
    ractor_runtime_options quiet = {.log_quiet = 1};
    ractor_sim_options options = {.seed = seed, .runtime = &quiet};
    ractor_status status = ractor_sim_new(&options, &scene->sim);
    if (status == RACTOR_OK)
        status = ractor_probe_new(scene->sim, &demo_server_type, &scene->server);
    if (status == RACTOR_OK)
        status = ractor_probe_new(scene->sim, NULL, &scene->boss);
    if (status != RACTOR_OK)
        return status;
    demo_server_ref server = {ractor_probe_ref(scene->server)};
    ractor_spawn_options spawn_options = {.supervisor = ractor_probe_ref(scene->boss)};
    return demo_mailer_spawn(ractor_sim_runtime(scene->sim), &mailer_class, &spawn_options, &server,
                             &scene->mailer);
}

/* The server is silent; each try comes later than the one before; then the mailer gives up. */
static int test_a_silent_server_is_tried_five_times(struct scene *scene)
{
    ractor_probe_event event;
    CHECK(ractor_probe_expect_event(scene->boss, 0, &event) == RACTOR_OK); /* started */
    CHECK(demo_mailer_send_post(scene->mailer, ractor_string_from("hello")) == RACTOR_OK);
    CHECK(ractor_probe_expect(scene->server, DEMO_SERVER_DELIVER, 0, NULL) == RACTOR_OK);
    for (uint32_t pause_ms = MAILER_PAUSE_MS; pause_ms <= 8 * MAILER_PAUSE_MS; pause_ms *= 2) {
        ractor_port waiting = ractor_port_take(ractor_probe_port(scene->server));
        CHECK(ractor_probe_expect_nothing(scene->server, MAILER_TIMEOUT_MS + pause_ms - 1) ==
              RACTOR_OK);
        CHECK(ractor_probe_expect(scene->server, DEMO_SERVER_DELIVER, 1, NULL) == RACTOR_OK);
        CHECK(ractor_port_is_closed(&waiting));
    }
    CHECK(ractor_probe_expect_event(scene->boss, MAILER_TIMEOUT_MS, &event) == RACTOR_OK);
    CHECK(event.kind == RACTOR_EVENT_ACTOR_FAILED);
    printf("after %llu simulated seconds: %s\n",
           (unsigned long long)(ractor_sim_now_ms(scene->sim) / 1000), event.reason);
    return 0;
}

static int test_an_answer_ends_it(struct scene *scene)
{
    const void *args = NULL;
    bool is_taken = true;
    CHECK(demo_mailer_send_post(scene->mailer, ractor_string_from("hello")) == RACTOR_OK);
    CHECK(ractor_probe_expect(scene->server, DEMO_SERVER_DELIVER, 0, &args) == RACTOR_OK);
    CHECK(((const demo_server_deliver *)args)->text.length == 5);
    demo_server_deliver_port port = {ractor_port_take(ractor_probe_port(scene->server))};
    CHECK(demo_server_deliver_reply(&port, is_taken) == RACTOR_OK);
    CHECK(ractor_sim_run_until_idle(scene->sim, RACTOR_TIMEOUT_NONE) == RACTOR_OK);
    CHECK(ractor_probe_count(scene->server) == 0);
    return 0;
}

static int run(int (*test)(struct scene *scene), uint64_t seed)
{
    struct scene scene = {.sim = NULL};
    int failed = 1;
    if (set_scene(&scene, seed) == RACTOR_OK)
        failed = test(&scene);
    if (failed != 0)
        fprintf(stderr, "with seed %llu\n", (unsigned long long)seed);
    ractor_sim_free(scene.sim);
    return failed;
}

int main(void)
{
    int n_failed = 0;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        n_failed += run(test_an_answer_ends_it, seed);
        if (seed == 1)
            n_failed += run(test_a_silent_server_is_tried_five_times, seed);
    }
    return n_failed != 0;
}
