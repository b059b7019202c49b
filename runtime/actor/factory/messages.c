/* SPDX-License-Identifier: MIT */
#include "actor/factory/messages.h"

#include <ractor/call.h>

#define FLAT(type)                                                                                 \
    {                                                                                              \
        .size = sizeof(type), .align = _Alignof(type)                                              \
    }

static const ractor_codec dispatch_codec = FLAT(struct rt_factory_dispatch);
static const ractor_codec report_codec = FLAT(struct rt_factory_report);
static const ractor_codec clock_codec = FLAT(enum rt_factory_clock);
static const ractor_codec query_codec = FLAT(enum rt_factory_query);
static const ractor_codec u32_codec = FLAT(uint32_t);
static const ractor_codec none_codec = {.size = 0, .align = 1};
static const ractor_codec settings_codec = FLAT(ractor_factory_settings);
const ractor_codec rt_factory_u64_codec = FLAT(uint64_t);

static const ractor_variant variants[RT_FACTORY_TAGS] = {
    [RT_FACTORY_DISPATCH] = {"Dispatch", &dispatch_codec, NULL, 0, 0},
    [RT_FACTORY_REPORT] = {"Report", &report_codec, NULL, 0, 0},
    [RT_FACTORY_TICK] = {"Tick", &clock_codec, NULL, 0, 0},
    [RT_FACTORY_QUERY] = {"Query", &query_codec, &rt_factory_u64_codec, RACTOR_VARIANT_RPC, 0},
    [RT_FACTORY_RESIZE] = {"Resize", &u32_codec, NULL, 0, 0},
    [RT_FACTORY_DRAIN] = {"Drain", &none_codec, NULL, 0, 0},
    [RT_FACTORY_UPDATE] = {"Update", &settings_codec, NULL, 0, 0},
};

static ractor_status dispatch(const void *handlers, ractor_context *ctx, void *state, uint32_t tag,
                              const void *args, ractor_port *port)
{
    uint64_t reply = 0;
    ractor_status status =
        ((const struct rt_factory_handlers *)handlers)->handle(ctx, state, tag, args, &reply);
    if (port != NULL)
        (void)ractor_port_reply(port, &rt_factory_u64_codec, &reply);
    return status;
}

static const char *missing(const void *handlers)
{
    (void)handlers;
    return NULL;
}

const ractor_message_type rt_factory_type = {
    .name = "ractor.Factory",
    .variants = variants,
    .n_variants = RT_FACTORY_TAGS,
    .flags = RACTOR_TYPE_LOCAL,
    .dispatch = dispatch,
    .missing = missing,
};
