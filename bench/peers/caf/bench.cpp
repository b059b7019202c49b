// SPDX-License-Identifier: MIT
// The loads of the benchmark on CAF: `caf-bench LOAD N` prints one figure, or "none" for a load that
// it does not have.
#include <caf/all.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <string>
#include <vector>

namespace {

constexpr uint64_t chunk = 1000;
constexpr size_t ring_size = 503;

struct latch {
    std::atomic<uint64_t> left{0};
    std::mutex lock;
    std::condition_variable is_over;

    void down() {
        if (left.fetch_sub(1) != 1)
            return;
        std::lock_guard<std::mutex> guard(lock);
        is_over.notify_one();
    }
    void wait() {
        std::unique_lock<std::mutex> guard(lock);
        is_over.wait(guard, [this] { return left.load() == 0; });
    }
} the_end;

struct player_state {
    caf::actor next;
};

caf::behavior player(caf::stateful_actor<player_state>* self) {
    return {
        [=](const caf::actor& next, uint64_t n) {
            self->state.next = next;
            if (n != 0)
                self->send(next, n);
        },
        [=](uint64_t n) {
            if (n != 0)
                self->send(self->state.next, n - 1);
            else
                the_end.down();
        },
    };
}

struct producer_state {
    uint64_t left = 0;
};

caf::behavior producer(caf::stateful_actor<producer_state>* self, caf::actor sink, uint64_t n) {
    self->state.left = n;
    return {
        [=](caf::ok_atom) {
            uint64_t& left = self->state.left;
            for (uint64_t i = 0; i < chunk && left != 0; i++, left--)
                self->send(sink, i);
            if (left != 0)
                self->send(self, caf::ok_atom::value);
        },
    };
}

caf::behavior consumer(caf::event_based_actor*) {
    return {[](uint64_t) { the_end.down(); }};
}

caf::behavior mortal(caf::event_based_actor* self) {
    return {[=](uint64_t) {
        self->quit();
        the_end.down();
    }};
}

caf::behavior spawner(caf::event_based_actor* self) {
    return {[=](uint64_t n) {
        for (uint64_t i = 0; i < n; i++)
            self->send(self->spawn(mortal), uint64_t{0});
    }};
}

double now() {
    using namespace std::chrono;
    return duration<double>(steady_clock::now().time_since_epoch()).count();
}

double resident_bytes() {
    std::ifstream file("/proc/self/statm");
    double size = 0, pages = 0;
    file >> size >> pages;
    return pages * 4096;
}

double pass_around(caf::actor_system& system, size_t n_players, uint64_t n_steps) {
    std::vector<caf::actor> players;
    for (size_t i = 0; i < n_players; i++)
        players.push_back(system.spawn(player));
    for (size_t i = 1; i < n_players; i++)
        caf::anon_send(players[i], players[(i + 1) % n_players], uint64_t{0});
    the_end.left = 1;
    double start = now();
    caf::anon_send(players[0], players[1], n_steps);
    the_end.wait();
    return now() - start;
}

double produce(caf::actor_system& system, uint64_t n_producers, uint64_t n) {
    auto sink = system.spawn(consumer);
    the_end.left = n / n_producers * n_producers;
    double start = now();
    for (uint64_t i = 0; i < n_producers; i++)
        caf::anon_send(system.spawn(producer, sink, n / n_producers), caf::ok_atom::value);
    the_end.wait();
    return static_cast<double>(n) / (now() - start);
}

double spawn_stop(caf::actor_system& system, uint64_t n) {
    the_end.left = n;
    double start = now();
    caf::anon_send(system.spawn(spawner), n);
    the_end.wait();
    return static_cast<double>(n) / (now() - start);
}

double memory(caf::actor_system& system, uint64_t n) {
    std::vector<caf::actor> all;
    all.reserve(n);
    double before = resident_bytes();
    for (uint64_t i = 0; i < n; i++)
        all.push_back(system.spawn(consumer));
    return (resident_bytes() - before) / static_cast<double>(n);
}

double measure(caf::actor_system& system, const std::string& load, uint64_t n) {
    if (load == "ping-pong")
        return static_cast<double>(n) / pass_around(system, 2, 2 * n);
    if (load == "ring")
        return static_cast<double>(n) / pass_around(system, ring_size, n);
    if (load == "one-to-one")
        return produce(system, 1, n);
    if (load == "four-to-one")
        return produce(system, 4, n);
    if (load == "spawn-stop")
        return spawn_stop(system, n);
    if (load == "memory")
        return memory(system, n);
    return -1;
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 3)
        return 2;
    caf::actor_system_config config;
    caf::actor_system system{config};
    double figure = measure(system, argv[1], std::strtoull(argv[2], nullptr, 10));
    if (figure < 0)
        std::puts("none");
    else
        std::printf("%f\n", figure);
    std::fflush(stdout);
    std::_Exit(0);
}
