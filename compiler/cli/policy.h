/* SPDX-License-Identifier: MIT */
/* -W options: which warnings there are, and which are errors. */
#ifndef RCGEN_CLI_POLICY_H
#define RCGEN_CLI_POLICY_H

#include "base/diag.h"

/* Sets `flags` of the warning with this name, or of all when it is NULL. False: there is none. */
bool rc_cli_set_warning(bool *flags, const char *name, bool value);

/* What follows -W: name, no-name, error, error=name, no-error. False: no such warning. */
bool rc_cli_set_policy(struct rc_diag_policy *policy, const char *argument);

#endif
