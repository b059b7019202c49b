/* SPDX-License-Identifier: MIT */
#include "mailer.h"

struct mailer {
    demo_server_ref server;
    uint32_t n_failures;
};

static ractor_status mailer_start(ractor_context *ctx, void *state, const void *args)
{
    (void)ctx;
    ((struct mailer *)state)->server = *(const demo_server_ref *)args;
    return RACTOR_OK;
}

static ractor_status try_again_later(ractor_context *ctx, struct mailer *mailer,
                                     const demo_mailer_post *post)
{
    uint32_t pause_ms = MAILER_PAUSE_MS << mailer->n_failures;
    if (++mailer->n_failures == MAILER_TRIES)
        return ractor_fail(ctx, "the server does not take it");
    return ractor_send_after(ractor_self(ctx), &demo_mailer_type, DEMO_MAILER_POST, post, pause_ms,
                             NULL);
}

static ractor_status mailer_post(ractor_context *ctx, void *state, const demo_mailer_post *post)
{
    struct mailer *mailer = state;
    bool is_taken = false;
    ractor_status status =
        demo_server_call_deliver(mailer->server, post->text, MAILER_TIMEOUT_MS, &is_taken);
    if (status != RACTOR_OK || !is_taken)
        return try_again_later(ctx, mailer, post);
    mailer->n_failures = 0;
    return RACTOR_OK;
}

const ractor_actor_class mailer_class = {
    DEMO_MAILER_HANDLERS(mailer),
    .state_bytes = sizeof(struct mailer),
    .pre_start = mailer_start,
};
