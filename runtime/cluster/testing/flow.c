/* SPDX-License-Identifier: MIT */
#include "cluster/testing/flow.h"

#include "base/alloc.h"
#include "base/clock.h"

#include <string.h>

#define WINDOW_BYTES ((size_t)64 << 10)
#define MILLION 1000000

struct rt_piece {
    struct rt_piece *next;
    uint64_t due_ns;
    size_t size; /* 0: the end of the stream */
    uint8_t bytes[];
};

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool strikes(const struct rt_flow_world *world, uint32_t chance)
{
    return chance != 0 && ractor_sim_random(world->sim, MILLION) < chance;
}

/* At most so much at once. */
static size_t cut(const struct rt_flow_world *world, size_t size)
{
    uint32_t limit = world->faults->max_piece_bytes;
    return limit != 0 ? smaller(size, 1 + ractor_sim_random(world->sim, limit)) : size;
}

static uint64_t due_of(struct rt_flow *flow, const struct rt_flow_world *world)
{
    uint64_t delay_us = world->faults->min_delay_us;
    if (world->faults->max_delay_us > delay_us)
        delay_us += ractor_sim_random(world->sim, world->faults->max_delay_us - delay_us + 1);
    uint64_t due_ns = world->now_ns + delay_us * 1000;
    if (due_ns > flow->last_due_ns)
        flow->last_due_ns = due_ns;
    return flow->last_due_ns;
}

static ractor_status append(struct rt_flow *flow, const struct rt_flow_world *world,
                            const void *bytes, size_t size)
{
    struct rt_piece *piece = rt_alloc(sizeof *piece + size);
    if (piece == NULL)
        return RACTOR_ENOMEM;
    *piece = (struct rt_piece){.due_ns = due_of(flow, world), .size = size};
    if (size != 0)
        memcpy(piece->bytes, bytes, size);
    if (size != 0 && strikes(world, world->faults->corrupt_chance))
        piece->bytes[ractor_sim_random(world->sim, size)] ^=
            (uint8_t)(1u << ractor_sim_random(world->sim, 8));
    if (flow->first == NULL)
        flow->first = piece;
    else
        flow->last->next = piece;
    flow->last = piece;
    return RACTOR_OK;
}

ractor_status rt_flow_write(struct rt_flow *flow, const struct rt_flow_world *world,
                            const void *bytes, size_t size, size_t *length)
{
    size_t window = world->faults->window_bytes != 0 ? world->faults->window_bytes : WINDOW_BYTES;
    size_t used = flow->n_under_way + rt_buffer_length(&flow->arrived);
    if (used >= window)
        return RACTOR_EAGAIN;
    size_t taken = cut(world, smaller(size, window - used));
    if (strikes(world, world->faults->reset_chance))
        return RACTOR_ENODE;
    if (strikes(world, world->faults->lose_chance))
        flow->is_lost = true;
    if (!flow->is_lost) {
        ractor_status status = append(flow, world, bytes, taken);
        if (status != RACTOR_OK)
            return status;
    }
    flow->n_under_way += taken;
    *length = taken;
    return RACTOR_OK;
}

ractor_status rt_flow_end(struct rt_flow *flow, const struct rt_flow_world *world)
{
    return flow->is_lost ? RACTOR_OK : append(flow, world, NULL, 0);
}

ractor_status rt_flow_read(struct rt_flow *flow, const struct rt_flow_world *world, void *bytes,
                           size_t capacity, size_t *length)
{
    size_t there = rt_buffer_length(&flow->arrived);
    if (flow->stalled_ns > world->now_ns)
        return RACTOR_EAGAIN;
    if (there == 0 && !flow->has_end)
        return RACTOR_EAGAIN;
    *length = cut(world, smaller(capacity, there));
    if (*length == 0 || there == 0) {
        *length = 0;
        return RACTOR_OK;
    }
    memcpy(bytes, flow->arrived.data + flow->arrived.start, *length);
    rt_buffer_consume(&flow->arrived, *length);
    if (strikes(world, world->faults->stall_chance)) {
        uint32_t stall_ms = world->faults->stall_ms != 0 ? world->faults->stall_ms : 1;
        flow->stalled_ns =
            world->now_ns + (1 + ractor_sim_random(world->sim, stall_ms)) * RT_NS_PER_MS;
    }
    return RACTOR_OK;
}

uint64_t rt_flow_next_ns(const struct rt_flow *flow)
{
    uint64_t next_ns = flow->first != NULL ? flow->first->due_ns : RT_NEVER;
    if (flow->stalled_ns != 0 && flow->stalled_ns < next_ns)
        next_ns = flow->stalled_ns;
    return next_ns;
}

static ractor_status arrive(struct rt_flow *flow, struct rt_piece *piece)
{
    uint8_t *at;
    if (piece->size == 0) {
        flow->has_end = true;
        return RACTOR_OK;
    }
    ractor_status status = rt_buffer_reserve(&flow->arrived, piece->size, &at);
    if (status != RACTOR_OK)
        return status;
    memcpy(at, piece->bytes, piece->size);
    rt_buffer_commit(&flow->arrived, piece->size);
    flow->n_under_way -= piece->size;
    return RACTOR_OK;
}

bool rt_flow_step(struct rt_flow *flow, uint64_t now_ns, ractor_status *status)
{
    struct rt_piece *piece = flow->first;
    *status = RACTOR_OK;
    if (flow->stalled_ns != 0 && flow->stalled_ns <= now_ns) {
        flow->stalled_ns = 0;
        return true;
    }
    if (piece == NULL || piece->due_ns > now_ns)
        return false;
    *status = arrive(flow, piece);
    flow->first = piece->next;
    rt_free(piece);
    return true;
}

void rt_flow_fini(struct rt_flow *flow)
{
    struct rt_piece *piece;
    while ((piece = flow->first) != NULL) {
        flow->first = piece->next;
        rt_free(piece);
    }
    rt_buffer_fini(&flow->arrived);
}
