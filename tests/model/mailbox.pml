/* SPDX-License-Identifier: MIT */
/*
 * One cell, as runtime/actor/{mailbox.h,cell.c,life.c,spawn.c} use it: senders, signals, two
 * workers, and a spawner that takes the cell again when its first actor has ended.
 *
 * The cell's atomics are variables here, and each step of a process touches at most one of them, as
 * one instruction does there. Memory is sequentially consistent: the model checks the protocol, not
 * the orders of its atomics. A message is in the queue from the exchange on, but the consumer sees
 * it only when its producer has linked it (`is_linked`). Node memory and the anchor are left out.
 *
 * What is checked, in all interleavings:
 *   - nobody touches what belongs to the owner but the one holder of the cell;
 *   - a message is handled by the actor that it is meant for, once, after that actor's start; it is
 *     thrown away only when that actor has ended;
 *   - an actor ends only when it was told to;
 *   - when nothing can move any more, every message has been read, every kill, stop and drain that
 *     was accepted has ended its actor, every event has been seen by its living actor, and the cell
 *     is idle: no wake-up is lost;
 *   - no process waits for ever elsewhere than at an `end` label.
 *
 * Each of these switches plants a defect that the check must find:
 *   PAUSE_KEEPS_TURN    a worker that wakes the actor it has just made idle goes on with its turn
 *   PAUSE_LOOKS_ONCE    signals are not looked at again after the mailbox became idle
 *   SIGNALS_ANYBODY     a signal is not bound to the generation of its pid
 *   SPAWNER_TAKES_BUSY  the spawner takes a free cell without waiting for its mailbox to be idle
 */
#define FIRST 1  /* pids; 0 is none */
#define SECOND 2

#define KILL 1
#define STOP 2
#define EVENTS 4
#define DRAIN 8

#define N_MESSAGES 3

/* Who holds the cell. Processes are 1 and up. */
#define NOBODY 0
#define QUEUE 99

/* any thread */
bool is_idle;
byte actor = FIRST;
byte generation = FIRST; /* with `signals` one word */
byte signals;
byte events; /* who the event in the list is for; 0: none */
bool is_free; /* in the table */
bool is_queued;

/* the mailbox: places in the order of the exchanges */
byte to[N_MESSAGES];
bool is_linked[N_MESSAGES];
byte n_pushed;

/* owner */
byte n_popped;
bool has_started;

/* what really is, for the assertions */
byte holder = QUEUE;
bool has_ended[3];
bool must_end[3];
bool must_see_event[3];
byte n_read;

#define is_holder(me) (holder == (me))

inline schedule(me)
{
    atomic {
        assert(is_holder(me) && !is_queued);
        is_queued = true;
        holder = QUEUE;
    }
}

/* rt_mailbox_wake: a compare-and-swap that succeeds, or a load that sees the bit clear. */
inline wake(me, has_won)
{
    atomic {
        has_won = is_idle;
        if
        :: is_idle ->
            assert(holder == NOBODY);
            is_idle = false;
            holder = me;
        :: else
        fi
    }
}

/* rt_deliver: the exchange, the link, and the schedule if it is due. */
inline deliver(me, whom)
{
    atomic {
        place = n_pushed;
        to[place] = whom;
        n_pushed++;
        has_won = is_idle;
        if
        :: is_idle ->
            assert(holder == NOBODY);
            is_idle = false;
            holder = me;
        :: else
        fi
    }
    is_linked[place] = true;
    if
    :: has_won -> schedule(me)
    :: else
    fi
}

/* ------------------------------------------------------------------ other threads */

/* A sender that holds references to both, and sends to whichever lives. */
proctype sender(byte me; byte whom)
{
    byte place;
    bool has_won;
end_none_to_send_to:
    (actor == whom || has_ended[whom]);
    if
    :: actor == whom -> deliver(me, whom) /* the actor may end in between */
    :: else
    fi
}

/* rt_cell_signal_and_wake */
proctype signaller(byte me; byte whom; byte bits)
{
    byte seen_generation;
    byte seen;
    bool has_won;
end_none_to_signal:
    (actor == whom || has_ended[whom]);
    atomic {
        if
        :: bits == EVENTS && actor == whom -> events = whom /* rt_event_send */
        :: bits == EVENTS && actor != whom -> goto done
        :: else
        fi
    }
again:
    atomic {
        seen_generation = generation;
        seen = signals;
#ifndef SIGNALS_ANYBODY
        if
        :: seen_generation != whom -> goto done
        :: else
        fi;
#endif
    }
    if
    :: actor != whom -> goto done
    :: else
    fi;
    atomic {
        if
#ifdef SIGNALS_ANYBODY
        :: true ->
#else
        :: generation != seen_generation || signals != seen -> goto again
        :: else ->
#endif
            signals = signals | bits;
            if
            :: bits == EVENTS -> must_see_event[whom] = true
            :: else -> must_end[whom] = true
            fi
        fi
    }
    wake(me, has_won);
    if
    :: has_won -> schedule(me)
    :: else
    fi;
done:
}

/* rt_cell_take and ractor_spawn: the next actor in the same cell. */
proctype spawner(byte me)
{
    bool has_won;
end_no_cell:
    do
    :: atomic { is_free -> is_free = false }
#ifdef SPAWNER_TAKES_BUSY
       is_idle = false;
       holder = me;
       break;
#endif
       wake(me, has_won);
       if
       :: has_won -> break
       :: else -> is_free = true /* refused: a late message is about to be thrown away */
       fi;
       (!has_won && is_idle || !is_free) /* another cell meanwhile; looks again when it may have this */
    od;
    assert(is_holder(me) && actor == 0);
    has_started = false;
    atomic {
        generation = SECOND;
        signals = 0;
    }
    actor = SECOND;
    assert(is_holder(me)); /* pre_start */
    schedule(me)
}

/* ------------------------------------------------------------------ workers */

inline throw_away(place)
{
    assert(has_ended[to[place]]);
    n_read++;
}

/* rt_actor_finish and rt_cell_give */
inline finish()
{
    assert(is_holder(me) && must_end[turn]);
    atomic {
        actor = 0;
        has_ended[turn] = true;
    }
    events = 0;
    do
    :: n_popped < n_pushed && is_linked[n_popped] ->
        atomic {
            assert(is_holder(me));
            throw_away(n_popped);
            n_popped++;
        }
    :: atomic {
           n_popped == n_pushed ->
           assert(is_holder(me));
           is_idle = true;
           holder = NOBODY;
       }
       break
    od;
    is_free = true
}

proctype worker(byte me)
{
    byte turn; /* the pid whose turn it is; 0: the cell is free */
    bool has_won;
end_parked:
    atomic {
        is_queued ->
        is_queued = false;
        assert(holder == QUEUE);
        holder = me;
        turn = actor; /* moved by owners only */
    }
    atomic {
        if
        :: turn != 0 && !has_started && (signals & KILL) -> goto over
        :: turn != 0 && !has_started && !(signals & KILL) -> has_started = true
        :: else
        fi
    }

more:
    atomic {
        assert(is_holder(me));
        if
        :: turn != 0 && (signals & (KILL | STOP)) -> goto over
        :: turn != 0 && (signals & EVENTS) && !(signals & (KILL | STOP)) ->
            signals = signals & ~EVENTS
        :: else -> goto read
        fi
    }
    atomic {
        if
        :: events == turn -> must_see_event[turn] = false
        :: else
        fi;
        events = 0;
        goto more;
    }
read:
    atomic {
        if
        :: n_popped < n_pushed && is_linked[n_popped] ->
            assert(is_holder(me));
            if
            :: to[n_popped] == turn ->
                assert(actor == turn && has_started);
                n_read++;
            :: else -> throw_away(n_popped)
            fi;
            n_popped++;
            if
            :: goto more
            :: goto used_up
            fi
        :: else
        fi
    }

    /* try_pause */
    atomic {
        if
        :: turn != 0 && (signals & DRAIN) -> skip
        :: else -> goto pause
        fi
    }
    atomic {
        if
        :: n_popped == n_pushed -> goto over
        :: else
        fi
    }
pause:
    atomic {
        if
        :: n_popped == n_pushed ->
            is_idle = true;
            holder = NOBODY;
        :: else -> goto more
        fi
    }
#ifdef PAUSE_LOOKS_ONCE
    goto end_parked;
#endif
    atomic {
        if
        :: turn != 0 && generation == turn && signals != 0
        :: else -> goto end_parked
        fi
    }
    wake(me, has_won);
    atomic {
        if
        :: has_won -> has_won = false
        :: else -> goto end_parked
        fi
    }
#ifdef PAUSE_KEEPS_TURN
    goto more;
#endif
used_up:
    schedule(me);
    goto end_parked;

over:
    finish();
    goto end_parked
}

/* ------------------------------------------------------------------ the end */

/* Runs when nothing else can. */
proctype judge()
{
    timeout ->
        assert(is_idle && holder == NOBODY && !is_queued);
        assert(n_popped == n_pushed && n_read == n_pushed);
        assert(is_free == (actor == 0));
        assert(!must_end[FIRST] || has_ended[FIRST]);
        assert(!must_end[SECOND] || has_ended[SECOND]);
        assert(!must_see_event[FIRST] || has_ended[FIRST]);
        assert(!must_see_event[SECOND] || has_ended[SECOND]);
}

init
{
    byte end_of_first;
    byte whom;
    byte signal;
    is_queued = true; /* the first actor has just been spawned */
    if
    :: end_of_first = STOP
    :: end_of_first = DRAIN
    fi;
    if
    :: whom = FIRST; signal = KILL
    :: whom = FIRST; signal = EVENTS
    :: whom = SECOND; signal = EVENTS
    fi;
    atomic {
        run worker(1);
        run worker(2);
        run sender(3, FIRST);
        run sender(4, SECOND);
        run signaller(5, FIRST, end_of_first);
        run signaller(6, whom, signal);
        run spawner(7);
        run judge();
    }
}
