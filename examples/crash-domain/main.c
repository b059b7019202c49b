/* SPDX-License-Identifier: MIT */
/*
 * A server that lets a library read pictures. The library crashes, exits and loops, each time in a
 * process of its own: the caller is told at once, the supervisor hears why and starts another
 * decoder, and this process goes on.
 */
#include "decoder.rc.h"
#include "vendor.h"

#include <ractor/ractor.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- the actor: nothing in it says where it runs */

static ractor_status decoder_measure(ractor_context *ctx, void *state,
                                     const pictures_decoder_measure *msg,
                                     pictures_decoder_measure_port *port)
{
    (void)ctx;
    (void)state;
    uint64_t n_pixels = vendor_measure(msg->picture.data, msg->picture.length);
    return pictures_decoder_measure_reply(port, n_pixels);
}

static const ractor_actor_class decoder_class = {PICTURES_DECODER_HANDLERS(decoder)};

static const ractor_domain_entry entries[] = {{.name = "decoder", .actor_class = &decoder_class}};
static const ractor_domain_table table = {entries, 1};

/* ---- its supervisor */

struct boss {
    const ractor_actor_class *decoder; /* what it starts */
};

static ractor_status hire(ractor_context *ctx, const struct boss *boss)
{
    pictures_decoder_ref decoder;
    const ractor_spawn_options options = {.name = "decoder", .supervisor = ractor_self(ctx)};
    return pictures_decoder_spawn(ractor_context_runtime(ctx), boss->decoder, &options, NULL,
                                  &decoder);
}

static ractor_status boss_start(ractor_context *ctx, void *state, const void *args)
{
    struct boss *boss = state;
    *boss = *(const struct boss *)args;
    return hire(ctx, boss);
}

static ractor_status boss_event(ractor_context *ctx, void *state,
                                const ractor_supervision_event *event)
{
    if (event->kind != RACTOR_EVENT_ACTOR_FAILED)
        return RACTOR_OK;
    (void)printf("  the supervisor: %.*s\n%.*s", RACTOR_STR_ARG(event->reason),
                 RACTOR_STR_ARG(event->details));
    return hire(ctx, state);
}

static const ractor_actor_class boss_class = {
    .name = "boss",
    .state_bytes = sizeof(struct boss),
    .pre_start = boss_start,
    .handle_supervisor_event = boss_event,
};

/* ---- the server */

static void expect(ractor_status status, ractor_status expected, const char *what)
{
    if (status == expected)
        return;
    (void)fprintf(stderr, "%s: %s\n", what, ractor_strerror(status));
    exit(1);
}

/* The decoder of this moment; between two of them there is none. */
static pictures_decoder_ref find_decoder(ractor_runtime *runtime, ractor_ref before)
{
    pictures_decoder_ref found = {before};
    while (pictures_decoder_find(runtime, "decoder", &found) != RACTOR_OK ||
           ractor_ref_equal(found.any, before))
        continue;
    return found;
}

/* Measures one picture; if that is the decoder's end, waits until there is another one. */
static ractor_status measure(ractor_runtime *runtime, pictures_decoder_ref *decoder,
                             const char *picture)
{
    uint64_t n_pixels = 0;
    ractor_bytes bytes = {(const uint8_t *)picture, strlen(picture)};
    ractor_status status =
        pictures_decoder_call_measure(*decoder, bytes, RACTOR_TIMEOUT_NONE, &n_pixels);
    if (status == RACTOR_OK)
        (void)printf("\"%s\" has %" PRIu64 " pixels\n", picture, n_pixels);
    else
        (void)printf("\"%s\" cannot be read: %s\n", picture, ractor_strerror(status));
    if (status != RACTOR_OK)
        *decoder = find_decoder(runtime, decoder->any);
    return status;
}

static void serve(ractor_runtime *runtime)
{
    static const struct {
        const char *picture;
        ractor_status expected;
    } cases[] = {
        {"a34", RACTOR_OK},    /* well-behaved */
        {"p34", RACTOR_ENODE}, /* a segmentation fault */
        {"a56", RACTOR_OK},    /* by another decoder */
        {"x", RACTOR_ENODE},   /* an exit */
        {"s34", RACTOR_ENODE}, /* a loop */
        {"a78", RACTOR_OK},
    };
    const ractor_ref nobody = {NULL, 0};
    pictures_decoder_ref decoder = find_decoder(runtime, nobody);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect(measure(runtime, &decoder, cases[i].picture), cases[i].expected, cases[i].picture);
}

int main(void)
{
    int code;
    if (ractor_domain_main(&table, &code))
        return code;

    ractor_runtime *runtime = NULL;
    const ractor_runtime_options quiet = {.log_level = RACTOR_LOG_ERROR};
    expect(ractor_runtime_start(&quiet, &runtime), RACTOR_OK, "start");
    ractor_domain *domain = NULL;
    const ractor_domain_options options = {
        .table = &table,
        .process_per_actor = 1,
        .handler_limit_ms = 3000,
    };
    expect(ractor_domain_open(runtime, &options, &domain), RACTOR_OK, "open");
    struct boss args = {NULL};
    expect(ractor_domain_class(domain, &decoder_class, &args.decoder), RACTOR_OK, "class");

    ractor_ref boss;
    expect(ractor_spawn(runtime, &boss_class, NULL, &args, &boss), RACTOR_OK, "spawn");
    serve(runtime);

    expect(ractor_stop_and_wait(boss, NULL, RACTOR_TIMEOUT_NONE), RACTOR_OK, "stop");
    ractor_domain_close(domain);
    ractor_runtime_stop(runtime);
    return 0;
}
