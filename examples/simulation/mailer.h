/* SPDX-License-Identifier: MIT */
/* The actor under test: it tries to deliver each letter, again and again with growing pauses. */
#ifndef MAILER_H
#define MAILER_H

#include "mailer.rc.h"

#include <ractor/ractor.h>

/* How long it waits for the server, and before it tries again: twice as long each time. */
#define MAILER_TIMEOUT_MS 5000
#define MAILER_PAUSE_MS 60000
#define MAILER_TRIES 5

/* Spawned with a pointer to the server's `demo_server_ref`. */
extern const ractor_actor_class mailer_class;

#endif
