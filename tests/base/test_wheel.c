/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/wheel.h"
#include "suite.h"

#define N_TIMERS 20000

struct timed {
    struct rt_timer timer; /* first */
    uint64_t deadline_ns;
    int n_fired;
};

static struct timed timers[N_TIMERS];

static uint64_t seed = 88172645463325252u;
static uint64_t random_u64(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

START_TEST(timers_of_all_distances_fire_once_and_never_early)
{
    static struct rt_wheel wheel;
    uint64_t now = 5 * RT_NS_PER_MS;
    rt_wheel_init(&wheel, now, RT_WHEEL_SHIFT);
    for (int i = 0; i < N_TIMERS; i++) {
        unsigned magnitude = (unsigned)(random_u64() % 48);
        timers[i].deadline_ns = now + random_u64() % ((UINT64_C(1) << magnitude) + 1);
        timers[i].n_fired = 0;
        rt_wheel_add(&wheel, &timers[i].timer, timers[i].deadline_ns);
    }
    uint64_t n_fired = 0;
    while (n_fired < N_TIMERS) {
        uint64_t next = rt_wheel_next_ns(&wheel);
        ck_assert(next != RT_NEVER);
        ck_assert(next >= now || next + (UINT64_C(1) << 20) >= now);
        now = next > now ? next : now;
        now += random_u64() % 3000000;
        struct rt_timer *timer;
        while ((timer = rt_wheel_expire(&wheel, now)) != NULL) {
            struct timed *fired = (struct timed *)timer;
            ck_assert_int_eq(fired->n_fired, 0);
            ck_assert(fired->deadline_ns <= now);
            fired->n_fired = 1;
            n_fired++;
        }
        for (int i = 0; i < N_TIMERS; i += 997) /* two ticks late at most */
            ck_assert(timers[i].n_fired == 1 || timers[i].deadline_ns + (UINT64_C(2) << 20) > now);
    }
    ck_assert(rt_wheel_next_ns(&wheel) == RT_NEVER);
}
END_TEST

START_TEST(a_removed_timer_does_not_fire)
{
    static struct rt_wheel wheel;
    struct timed a = {.deadline_ns = 0};
    struct timed b = {.deadline_ns = 0};
    rt_wheel_init(&wheel, 0, RT_WHEEL_SHIFT);
    rt_wheel_add(&wheel, &a.timer, 3 * RT_NS_PER_MS);
    rt_wheel_add(&wheel, &b.timer, 3 * RT_NS_PER_MS);
    rt_wheel_remove(&wheel, &a.timer);
    rt_wheel_remove(&wheel, &a.timer);
    ck_assert_ptr_eq(rt_wheel_expire(&wheel, 100 * RT_NS_PER_MS), &b.timer);
    ck_assert_ptr_null(rt_wheel_expire(&wheel, 100 * RT_NS_PER_MS));
}
END_TEST

START_TEST(a_deadline_in_the_past_fires_at_the_next_look)
{
    static struct rt_wheel wheel;
    struct timed a = {.deadline_ns = 0};
    uint64_t now = UINT64_C(1000) * RT_NS_PER_MS;
    rt_wheel_init(&wheel, now, RT_WHEEL_SHIFT);
    rt_wheel_add(&wheel, &a.timer, 1);
    ck_assert_ptr_eq(rt_wheel_expire(&wheel, now + (UINT64_C(1) << 20)), &a.timer);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("timing wheel");
    TCase *all = suite_case(suite, "wheel", 60);
    tcase_add_test(all, timers_of_all_distances_fire_once_and_never_early);
    tcase_add_test(all, a_removed_timer_does_not_fire);
    tcase_add_test(all, a_deadline_in_the_past_fires_at_the_next_look);
    return suite_run(suite);
}
