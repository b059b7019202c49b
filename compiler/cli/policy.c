/* SPDX-License-Identifier: MIT */
#include "cli/policy.h"

#include <string.h>

bool rc_cli_set_warning(bool *flags, const char *name, bool value)
{
    bool is_found = name == NULL;
    for (size_t i = 0; i < RC_N_CODES; i++) {
        const char *option = rc_code_switch((enum rc_code)i);
        if (option[0] == '\0' || (name != NULL && strcmp(option, name) != 0))
            continue;
        flags[i] = value;
        is_found = true;
    }
    return is_found;
}

bool rc_cli_set_policy(struct rc_diag_policy *policy, const char *argument)
{
    if (strcmp(argument, "error") == 0)
        return rc_cli_set_warning(policy->is_error, NULL, true);
    if (strcmp(argument, "no-error") == 0)
        return rc_cli_set_warning(policy->is_error, NULL, false);
    if (strcmp(argument, "all") == 0 || strcmp(argument, "extra") == 0)
        return rc_cli_set_warning(policy->is_off, NULL, false);
    if (strncmp(argument, "error=", 6) == 0)
        return rc_cli_set_warning(policy->is_error, argument + 6, true);
    if (strncmp(argument, "no-error=", 9) == 0)
        return rc_cli_set_warning(policy->is_error, argument + 9, false);
    if (strncmp(argument, "no-", 3) == 0)
        return rc_cli_set_warning(policy->is_off, argument + 3, true);
    return rc_cli_set_warning(policy->is_off, argument, false);
}
