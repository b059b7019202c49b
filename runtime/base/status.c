/* SPDX-License-Identifier: MIT */
#include <ractor/status.h>

const char *ractor_strerror(ractor_status status)
{
    switch (status) {
#define STATUS_TEXT(name, value, text)                                                             \
    case RACTOR_##name:                                                                            \
        return text;
        RACTOR_STATUS_LIST(STATUS_TEXT)
#undef STATUS_TEXT
    }
    return "unknown status";
}

const char *ractor_status_name(ractor_status status)
{
    switch (status) {
#define STATUS_NAME(name, value, text)                                                             \
    case RACTOR_##name:                                                                            \
        return "RACTOR_" #name;
        RACTOR_STATUS_LIST(STATUS_NAME)
#undef STATUS_NAME
    }
    return "RACTOR_?";
}
