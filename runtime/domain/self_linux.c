/* SPDX-License-Identifier: MIT */
#include "domain/self.h"

#include "domain/protocol.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

bool rt_self_settle(long parent, uint64_t memory_bytes)
{
    const struct rlimit limit = {.rlim_cur = memory_bytes, .rlim_max = memory_bytes};
    if (fcntl(RT_DOMAIN_SOCKET_FD, F_SETFD, FD_CLOEXEC) != 0 ||
        fcntl(RT_DOMAIN_CRASH_FD, F_SETFD, FD_CLOEXEC) != 0)
        return false;
    /* Asked for first, looked at then: a parent that ends in between is found out either way. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || (long)getppid() != parent)
        return false;
    return memory_bytes == 0 || setrlimit(RLIMIT_DATA, &limit) == 0;
}

/* /proc/self/statm: seven numbers of pages, of which the sixth is data and stack. */
uint64_t rt_self_data_bytes(void)
{
    char text[128];
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t length = read(fd, text, sizeof text);
    (void)close(fd);
    uint64_t pages = 0;
    unsigned n_blanks = 0;
    for (ssize_t i = 0; i < length && n_blanks < 6; i++) {
        if (text[i] == ' ')
            n_blanks++;
        else if (n_blanks == 5 && text[i] >= '0' && text[i] <= '9')
            pages = pages * 10 + (uint64_t)(text[i] - '0');
    }
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

void rt_self_kill(void)
{
    (void)kill(getpid(), SIGKILL);
}
