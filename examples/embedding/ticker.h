/* SPDX-License-Identifier: MIT */
/* The actor that both hosts run. */
#ifndef TICKER_H
#define TICKER_H

#include "ticker.rc.h"

#include <ractor/ractor.h>

/* Starts a runtime without threads, and in it a ticker that gets a tick every 10 milliseconds. */
ractor_status ticker_start(ractor_runtime **runtime, demo_ticker_ref *ticker);

#endif
