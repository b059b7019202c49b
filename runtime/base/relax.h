/* SPDX-License-Identifier: MIT */
/* What a loop that waits for another core does meanwhile. Any thread. */
#ifndef RACTOR_BASE_RELAX_H
#define RACTOR_BASE_RELAX_H

#if defined(__x86_64__)
static inline void rt_relax(void)
{
    __builtin_ia32_pause();
}
#elif defined(__aarch64__)
static inline void rt_relax(void)
{
    __asm__ volatile("yield");
}
#else
static inline void rt_relax(void)
{
}
#endif

#endif
