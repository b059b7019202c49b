/* SPDX-License-Identifier: MIT */
/* A program with an epoll loop and one thread: its own timer and the actors take turns. */
#include "ticker.h"

#include <stdio.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define ROUNDS 4
#define BUDGET 1000 /* turns of actors between two looks at everything else */

static int watch(int epoll, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

/* The host's own work: every 25 milliseconds it asks how many ticks there were. */
static int own_work(int timer, demo_ticker_ref ticker)
{
    uint64_t n_expirations;
    uint64_t n_ticks = 0;
    if (read(timer, &n_expirations, sizeof n_expirations) < 0)
        return -1;
    /* A call on this thread runs the actors until the reply is there. */
    ractor_status status = demo_ticker_call_count(ticker, 1000, &n_ticks);
    printf("%s, %llu ticks\n", ractor_strerror(status), (unsigned long long)n_ticks);
    return status == RACTOR_OK ? 0 : -1;
}

static int loop(int epoll, int timer, ractor_runtime *runtime, demo_ticker_ref ticker)
{
    for (int rounds = 0; rounds < ROUNDS;) {
        struct epoll_event event;
        if (epoll_wait(epoll, &event, 1, -1) != 1)
            continue;
        if (event.data.fd == ractor_runtime_fd(runtime)) {
            if (ractor_runtime_poll(runtime, BUDGET, NULL) != RACTOR_OK)
                return -1;
        } else {
            if (own_work(timer, ticker) != 0)
                return -1;
            rounds++;
        }
    }
    return 0;
}

int main(void)
{
    ractor_runtime *runtime = NULL;
    demo_ticker_ref ticker;
    struct itimerspec every = {.it_interval = {0, 25000000}, .it_value = {0, 25000000}};
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (ticker_start(&runtime, &ticker) != RACTOR_OK)
        return 1;
    int failed = timerfd_settime(timer, 0, &every, NULL) != 0 || watch(epoll, timer) != 0 ||
                 watch(epoll, ractor_runtime_fd(runtime)) != 0 ||
                 loop(epoll, timer, runtime, ticker) != 0;
    ractor_runtime_stop(runtime);
    (void)close(epoll);
    (void)close(timer);
    return failed;
}
