/* SPDX-License-Identifier: MIT */
/* One actor in one process: a cast, then a call that sees what the cast did. */
#include "greeter.rc.h"

#include <ractor/ractor.h>

#include <stdio.h>

struct greeter {
    uint64_t n_greeted;
};

static ractor_status greeter_greet(ractor_context *ctx, void *state, const demo_greeter_greet *msg)
{
    struct greeter *greeter = state;
    (void)ctx;
    greeter->n_greeted++;
    printf("%.*s, %.*s\n", RACTOR_STR_ARG(msg->greeting.word), RACTOR_STR_ARG(msg->greeting.name));
    return RACTOR_OK;
}

static ractor_status greeter_count(ractor_context *ctx, void *state, demo_greeter_count_port *port)
{
    const struct greeter *greeter = state;
    (void)ctx;
    return demo_greeter_count_reply(port, greeter->n_greeted);
}

static const ractor_actor_class greeter_class = {
    DEMO_GREETER_HANDLERS(greeter),
    .state_bytes = sizeof(struct greeter),
};

static ractor_status greet(ractor_runtime *runtime)
{
    const demo_words_greeting hello = {RACTOR_STR("Hello"), RACTOR_STR("world")};
    demo_greeter_ref greeter;
    uint64_t count = 0;
    ractor_status status = demo_greeter_spawn(runtime, &greeter_class, NULL, NULL, &greeter);
    if (status == RACTOR_OK)
        status = demo_greeter_send_greet(greeter, &hello);
    if (status == RACTOR_OK)
        status = demo_greeter_call_count(greeter, 1000, &count);
    if (status == RACTOR_OK)
        printf("%llu greeted\n", (unsigned long long)count);
    return status;
}

int main(void)
{
    ractor_runtime *runtime = NULL;
    ractor_status status = ractor_runtime_start(NULL, &runtime);
    if (status == RACTOR_OK) {
        status = greet(runtime);
        ractor_runtime_stop(runtime);
    }
    if (status != RACTOR_OK)
        fprintf(stderr, "greeter: %s\n", ractor_strerror(status));
    return status == RACTOR_OK ? 0 : 1;
}
