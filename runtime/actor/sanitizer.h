/* SPDX-License-Identifier: MIT */
/* What the sanitizers want to be told of stack switches; nothing in other builds. */
#ifndef RACTOR_ACTOR_SANITIZER_H
#define RACTOR_ACTOR_SANITIZER_H

#include <pthread.h>
#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RT_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define RT_TSAN 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define RT_ASAN 1
#endif
#ifdef __SANITIZE_THREAD__
#define RT_TSAN 1
#endif

#ifdef RT_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
static inline void rt_san_leave(void **save, const void *to_low, size_t to_bytes)
{
    __sanitizer_start_switch_fiber(save, to_low, to_bytes);
}
static inline void rt_san_arrive(void *saved)
{
    __sanitizer_finish_switch_fiber(saved, NULL, NULL);
}
static inline void rt_san_forget_stack(void *low, size_t bytes)
{
    __asan_unpoison_memory_region(low, bytes);
}
/* Declared here, since the header that has it wants _GNU_SOURCE. */
int pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes);
static inline void rt_san_this_stack(void **low, size_t *bytes)
{
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0)
        return;
    (void)pthread_attr_getstack(&attributes, low, bytes);
    (void)pthread_attr_destroy(&attributes);
}
#else
static inline void rt_san_forget_stack(void *low, size_t bytes)
{
    (void)low;
    (void)bytes;
}
static inline void rt_san_this_stack(void **low, size_t *bytes)
{
    (void)low;
    (void)bytes;
}
static inline void rt_san_leave(void **save, const void *to_low, size_t to_bytes)
{
    (void)save;
    (void)to_low;
    (void)to_bytes;
}
static inline void rt_san_arrive(void *saved)
{
    (void)saved;
}
#endif

#ifdef RT_TSAN
#include <sanitizer/tsan_interface.h>
static inline void *rt_san_new_fiber(void)
{
    return __tsan_create_fiber(0);
}
static inline void rt_san_free_fiber(void *fiber)
{
    __tsan_destroy_fiber(fiber);
}
static inline void *rt_san_this_fiber(void)
{
    return __tsan_get_current_fiber();
}
static inline void rt_san_switch(void *fiber)
{
    __tsan_switch_to_fiber(fiber, 0);
}
#else
static inline void *rt_san_new_fiber(void)
{
    return NULL;
}
static inline void rt_san_free_fiber(void *fiber)
{
    (void)fiber;
}
static inline void *rt_san_this_fiber(void)
{
    return NULL;
}
static inline void rt_san_switch(void *fiber)
{
    (void)fiber;
}
#endif

#endif
