/* SPDX-License-Identifier: MIT */
/*
 * A timer is a type-stable record with a message ready to go. Its state is guarded by the timers'
 * lock: in the wheel, firing (out of the wheel, its consequences happening), or free (id 0).
 */
#include "actor/time.h"

#include "actor/call.h"
#include "actor/cell.h"
#include "actor/deadletter.h"
#include "actor/message.h"
#include "actor/runtime.h"
#include "actor/span.h"
#include "actor/trace.h"
#include "base/clock.h"

#include <ractor/actor.h>
#include <ractor/time.h>

#include <stddef.h>

enum alarm_kind { ALARM_SEND, ALARM_INTERVAL, ALARM_EXIT, ALARM_KILL };

struct alarm {
    struct rt_record record; /* the table's */
    uint64_t id;             /* timers' lock; 0: free */
    struct rt_deadline deadline;
    enum alarm_kind kind;
    bool is_canceled; /* timers' lock; while firing */
    ractor_ref to;
    const ractor_message_type *type;
    struct ractor_message *message; /* held; what is sent, or copied at each period */
    uint64_t period_ns;
    uint64_t due_ns;
};

bool rt_alarms_init(ractor_runtime *runtime)
{
    return rt_table_init(&runtime->alarms, sizeof(struct alarm));
}

static void give_back(struct alarm *alarm, ractor_runtime *runtime)
{
    if (alarm->message != NULL)
        rt_message_release(rt_pool_here(), alarm->message);
    alarm->message = NULL;
    rt_table_give(&runtime->alarms, NULL, alarm);
}

void rt_alarms_fini(ractor_runtime *runtime)
{
    struct alarm *alarm;
    for (uint32_t i = 0; (alarm = rt_table_at(&runtime->alarms, i)) != NULL; i++)
        if (alarm->id != 0 && alarm->message != NULL)
            rt_message_release(NULL, alarm->message);
    rt_table_fini(&runtime->alarms);
}

static struct alarm *alarm_of(struct rt_deadline *deadline)
{
    return (void *)((char *)deadline - offsetof(struct alarm, deadline));
}

/* Under the lock. A timer that is in the wheel is always wanted: canceling takes it out. */
static bool claim(struct rt_deadline *deadline)
{
    (void)deadline;
    return true;
}

static ractor_status send_copy(struct alarm *alarm)
{
    return ractor_send(alarm->to, alarm->type, alarm->message->tag, alarm->message->payload);
}

/* Sends what was copied when the timer was made; a remote actor gets it encoded. */
static void send_once(struct alarm *alarm)
{
    if (ractor_is_remote(alarm->to)) {
        (void)send_copy(alarm);
        return;
    }
    if (rt_check_target(alarm->to, alarm->type) != RACTOR_OK)
        return;
    struct ractor_message *message = alarm->message;
    alarm->message = NULL;
    rt_deliver(alarm->to, message);
}

/* A bounded actor has no room for it, and there is no sender to be told. */
static void lose_tick(struct alarm *alarm)
{
    alarm->message->pid = alarm->to.pid;
    rt_count_send(alarm->to.cell->runtime);
    rt_note_drop(alarm->to.cell, alarm->message, RACTOR_DEAD_FULL);
}

static void act(struct alarm *alarm)
{
    switch (alarm->kind) {
    case ALARM_SEND:
        send_once(alarm);
        break;
    case ALARM_INTERVAL:
        if (send_copy(alarm) == RACTOR_EAGAIN && !ractor_is_remote(alarm->to))
            lose_tick(alarm);
        break;
    case ALARM_EXIT:
        ractor_stop(alarm->to, NULL);
        break;
    case ALARM_KILL:
        ractor_kill(alarm->to);
        break;
    }
}

/* The next moment of a period, later than now. */
static uint64_t next_due(const struct alarm *alarm)
{
    uint64_t next = alarm->due_ns + alarm->period_ns;
    uint64_t now = rt_now_ns(&alarm->to.cell->runtime->clock);
    if (next <= now)
        next += (now - next) / alarm->period_ns * alarm->period_ns + alarm->period_ns;
    return next;
}

static void fire(struct rt_deadline *deadline)
{
    struct alarm *alarm = alarm_of(deadline);
    ractor_runtime *runtime = alarm->to.cell->runtime;
    struct rt_timers *timers = &runtime->timers;
    act(alarm);
    bool is_repeated = alarm->kind == ALARM_INTERVAL && rt_ref_is_alive(alarm->to);
    (void)pthread_mutex_lock(&timers->lock);
    is_repeated = is_repeated && !alarm->is_canceled;
    if (is_repeated) {
        alarm->due_ns = next_due(alarm);
        rt_timers_add_locked(timers, &alarm->deadline, alarm->due_ns);
    } else {
        alarm->id = 0;
    }
    (void)pthread_mutex_unlock(&timers->lock);
    if (!is_repeated)
        give_back(alarm, runtime);
}

static const struct rt_deadline_ops alarm_ops = {claim, fire};

/* Takes the message, which may be NULL, also when it fails. */
static ractor_status start(enum alarm_kind kind, ractor_ref to, struct ractor_message *message,
                           const ractor_message_type *type, uint32_t delay_ms, ractor_timer *timer)
{
    ractor_runtime *runtime = to.cell->runtime;
    struct alarm *alarm = rt_table_take(&runtime->alarms, NULL);
    if (alarm == NULL) {
        if (message != NULL)
            rt_message_release(rt_pool_here(), message);
        return RACTOR_ENOMEM;
    }
    alarm->kind = kind;
    alarm->to = to;
    alarm->type = type;
    alarm->message = message;
    alarm->is_canceled = false;
    alarm->deadline.ops = &alarm_ops;
    alarm->period_ns = delay_ms * RT_NS_PER_MS;
    alarm->due_ns = rt_now_ns(&runtime->clock) + alarm->period_ns;
    uint64_t id = alarm->record.next_id;
    (void)pthread_mutex_lock(&runtime->timers.lock);
    alarm->id = id;
    rt_timers_add_locked(&runtime->timers, &alarm->deadline, alarm->due_ns);
    (void)pthread_mutex_unlock(&runtime->timers.lock);
    if (timer != NULL)
        timer->id = id;
    return RACTOR_OK;
}

/* What comes again and again is part of no trace. */
static ractor_status copy(enum alarm_kind kind, ractor_ref to, const ractor_variant *variant,
                          const void *args, struct ractor_message **message)
{
    if (kind == ALARM_SEND)
        return rt_message_copy_sent(to.cell->runtime, variant->args, args, message);
    return rt_message_copy(rt_pool_here(), variant->args, args, message);
}

static ractor_status start_send(enum alarm_kind kind, ractor_ref to,
                                const ractor_message_type *type, uint32_t tag, const void *args,
                                uint32_t delay_ms, ractor_timer *timer)
{
    struct ractor_message *message = NULL;
    ractor_status status = rt_check_variant(type, tag, args, false);
    if (status == RACTOR_OK)
        rt_as_whole(to, &type, &tag);
    if (status == RACTOR_OK && !ractor_is_remote(to))
        status = rt_check_target(to, type);
    if (status == RACTOR_OK)
        status = copy(kind, to, &type->variants[tag], args, &message);
    if (status != RACTOR_OK)
        return status;
    message->tag = tag;
    return start(kind, to, message, type, delay_ms, timer);
}

ractor_status ractor_send_after(ractor_ref to, const ractor_message_type *type, uint32_t tag,
                                const void *args, uint32_t delay_ms, ractor_timer *timer)
{
    return start_send(ALARM_SEND, to, type, tag, args, delay_ms, timer);
}

ractor_status ractor_send_interval(ractor_ref to, const ractor_message_type *type, uint32_t tag,
                                   const void *args, uint32_t period_ms, ractor_timer *timer)
{
    if (period_ms == 0)
        return RACTOR_EINVAL;
    return start_send(ALARM_INTERVAL, to, type, tag, args, period_ms, timer);
}

ractor_status ractor_exit_after(ractor_ref actor, uint32_t delay_ms, ractor_timer *timer)
{
    if (!rt_ref_is_alive(actor))
        return RACTOR_ENOENT;
    return start(ALARM_EXIT, actor, NULL, NULL, delay_ms, timer);
}

ractor_status ractor_kill_after(ractor_ref actor, uint32_t delay_ms, ractor_timer *timer)
{
    if (!rt_ref_is_alive(actor))
        return RACTOR_ENOENT;
    return start(ALARM_KILL, actor, NULL, NULL, delay_ms, timer);
}

bool ractor_timer_cancel(ractor_runtime *runtime, ractor_timer timer)
{
    struct alarm *alarm = rt_table_find(&runtime->alarms, timer.id);
    if (alarm == NULL)
        return false;
    bool is_mine = false;
    bool was_waiting = false;
    (void)pthread_mutex_lock(&runtime->timers.lock);
    if (alarm->id == timer.id && !alarm->is_canceled) {
        was_waiting = alarm->deadline.timer.back != NULL;
        is_mine = was_waiting || alarm->kind == ALARM_INTERVAL;
        alarm->is_canceled = is_mine;
        if (was_waiting) {
            rt_wheel_remove(&runtime->timers.wheel, &alarm->deadline.timer);
            alarm->id = 0;
        }
    }
    (void)pthread_mutex_unlock(&runtime->timers.lock);
    if (was_waiting)
        give_back(alarm, runtime);
    return is_mine;
}
