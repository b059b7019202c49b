/* SPDX-License-Identifier: MIT */
/*
 * One slot, as runtime/actor/slot.c uses it: a hook (or, with ON_THREAD, a plain thread) that makes
 * two calls one after the other through the same slot; for each a replier that may answer as late
 * as it likes or never; the waiter's deadline; and a killer.
 *
 * What is checked, in all interleavings:
 *   - each call ends exactly once, with an outcome of its own: a late answer to the first call
 *     never ends the second;
 *   - nothing writes to the caller's memory when the call is over for the caller;
 *   - a waiter is woken once per wait, and never waits for ever: its deadline or a kill ends it.
 *
 * Each of these switches plants a defect that the check must find:
 *   CLAIM_ANY_USE       a claim only looks whether the slot is open, not for which use
 *   KILL_LOOKS_FIRST    the killer reads the wait before it sets its signal
 *   FINISH_BEFORE_CLAIM a replier writes its answer before it has won the claim
 */
#define N_CALLS 2
#define OPEN(use) (use)
#define CLAIMED 100

#define PENDING 0
#define PARKED 1
#define DONE 2

#define NOTHING 0
#define REPLY 1
#define TIMEOUT 2
#define CANCELED 3

/* the slot */
byte id = CLAIMED;
byte phase;
byte status;
bool is_woken; /* the parker, or the worker's list of ended waits */

/* the actor's cell */
byte waiting;
bool is_killed;

/* the wheel of the waiter's worker */
byte deadline_of; /* the use that it is for; 0: none */

/* what really is, for the assertions */
byte current; /* the call that the caller is in; 0: none */
byte outcomes[N_CALLS + 1];
bool is_sent[N_CALLS + 1];
bool is_parked;

inline claim(use, has_won)
{
    atomic {
#ifdef CLAIM_ANY_USE
        has_won = (id < CLAIMED);
#else
        has_won = (id == OPEN(use));
#endif
        if
        :: has_won -> id = CLAIMED
        :: else
        fi
    }
}

/* The claimant writes the outcome, then wakes who has parked. */
inline finish(use, what)
{
    atomic {
        assert(current == use); /* the caller's memory is still there */
        outcomes[use]++;
        status = what;
    }
#ifdef ON_THREAD
    atomic {
        assert(!is_woken);
        is_woken = true;
    }
#else
    atomic {
        before = phase;
        phase = DONE;
    }
    if
    :: before == PARKED ->
        atomic {
            assert(!is_woken);
            is_woken = true;
        }
    :: else
    fi
#endif
}

proctype replier(byte use)
{
    bool has_won;
    byte before;
end_not_called:
    is_sent[use];
    if
    :: goto unanswered
    :: true
    fi;
#ifdef FINISH_BEFORE_CLAIM
    finish(use, REPLY);
    claim(use, has_won);
#else
    claim(use, has_won);
    if
    :: has_won -> finish(use, REPLY)
    :: else
    fi;
#endif
unanswered:
}

proctype killer()
{
    byte seen;
    bool has_won;
    byte before;
#ifdef KILL_LOOKS_FIRST
    seen = waiting;
    is_killed = true;
#else
    is_killed = true;
    seen = waiting;
#endif
    if
    :: seen != 0 ->
        claim(seen, has_won);
        if
        :: has_won -> finish(seen, CANCELED)
        :: else
        fi
    :: else
    fi
}

/* Runs on the waiter's worker, so only while the waiter is suspended. */
#ifndef ON_THREAD
active proctype wheel()
{
    byte use;
    bool has_won;
    byte before;
end_no_timer:
    do
    :: atomic {
           is_parked && !is_woken && deadline_of != 0 ->
           use = deadline_of;
           deadline_of = 0;
       }
       /* The worker is here: it cannot go on with the waiter until this is over. */
       atomic {
           has_won = (id == OPEN(use));
           if
           :: has_won ->
               id = CLAIMED;
               assert(current == use);
               outcomes[use]++;
               status = TIMEOUT;
               assert(phase == PARKED && !is_woken);
               phase = DONE;
               is_woken = true;
           :: else
           fi
       }
    od
}
#endif

proctype caller(bool has_deadline)
{
    byte use = 1;
    bool has_won;
    byte before;
    do
    :: use <= N_CALLS ->
        /* rt_slot_take */
        phase = PENDING;
        atomic {
            current = use;
            id = OPEN(use);
        }
        is_sent[use] = true;

        /* announce_wait */
        waiting = use;
        if
        :: is_killed ->
            claim(use, has_won);
            if
            :: has_won -> finish(use, CANCELED)
            :: else
            fi
        :: else
        fi;

#ifdef ON_THREAD
end_parked: /* the judge says whether for good */
        if
        :: is_woken -> is_woken = false
        :: has_deadline -> /* it has passed */
            claim(use, has_won);
            if
            :: has_won ->
                outcomes[use]++;
                status = TIMEOUT;
            :: else ->
                atomic { is_woken -> is_woken = false } /* the outcome is being written */
            fi
        fi;
#else
        if
        :: phase == DONE
        :: else ->
            if
            :: has_deadline -> deadline_of = use
            :: else
            fi;
            atomic {
                if
                :: phase == PENDING ->
                    phase = PARKED;
                    is_parked = true;
                :: else -> assert(phase == DONE)
                fi
            }
            if
            :: is_parked ->
end_parked: /* the judge says whether for good */
                atomic {
                    is_woken ->
                    is_woken = false;
                    is_parked = false;
                }
            :: else
            fi;
            deadline_of = 0;
        fi;
#endif
        /* withdraw_wait, rt_slot_give */
        waiting = 0;
        atomic {
            assert(outcomes[use] == 1 && status != NOTHING);
            assert(id == CLAIMED && !is_woken);
            current = 0;
            status = NOTHING;
            use++;
        }
    :: else -> break
    od
}

/* A caller without a deadline may wait for ever when nobody answers, unless it is killed. */
proctype judge(bool has_deadline)
{
    timeout ->
        assert(current == 0 || (!has_deadline && !is_killed && outcomes[current] == 0));
}

init
{
    bool has_deadline;
    bool has_killer;
    if
    :: has_deadline = true
    :: has_deadline = false
    fi;
    if
    :: has_killer = true
    :: has_killer = false
    fi;
    atomic {
        run caller(has_deadline);
        run replier(1);
        run replier(2);
        if
        :: has_killer -> run killer()
        :: else
        fi;
        run judge(has_deadline);
    }
}
