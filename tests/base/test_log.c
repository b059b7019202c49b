/* SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "suite.h"

#include <string.h>

static char last_line[2048];
static int n_lines;

static void remember(void *user, ractor_log_level level, const char *line)
{
    (void)user;
    (void)level;
    n_lines++;
    (void)strncpy(last_line, line, sizeof last_line - 1);
}

static struct rt_log log_at(ractor_log_level level, int quiet)
{
    struct rt_log log;
    ractor_runtime_options options = {.log = remember, .log_level = level, .log_quiet = quiet};
    rt_log_init(&log, &options);
    n_lines = 0;
    return log;
}

START_TEST(a_peers_text_cannot_forge_a_line)
{
    struct rt_log log = log_at(RACTOR_LOG_INFO, 0);
    rt_logf(&log, RACTOR_LOG_INFO, "peer %s closed", "evil\nerror all is lost\x1b[2J");
    ck_assert_str_eq(last_line, "peer evil\\x0aerror all is lost\\x1b[2J closed");
}
END_TEST

START_TEST(lines_below_the_level_are_dropped)
{
    struct rt_log log = log_at(RACTOR_LOG_WARN, 0);
    rt_logf(&log, RACTOR_LOG_INFO, "no");
    rt_logf(&log, RACTOR_LOG_WARN, "yes");
    ck_assert_int_eq(n_lines, 1);
}
END_TEST

START_TEST(a_quiet_log_drops_errors_too)
{
    struct rt_log log = log_at(RACTOR_LOG_DEBUG, 1);
    rt_logf(&log, RACTOR_LOG_ERROR, "no");
    ck_assert_int_eq(n_lines, 0);
}
END_TEST

START_TEST(an_endless_line_is_cut)
{
    static char text[5000];
    struct rt_log log = log_at(RACTOR_LOG_INFO, 0);
    memset(text, '\n', sizeof text - 1);
    rt_logf(&log, RACTOR_LOG_INFO, "%s", text);
    ck_assert_uint_lt(strlen(last_line), 1024);
}
END_TEST

START_TEST(every_status_has_a_name_and_a_text)
{
#define KNOWN(name, value, text)                                                                   \
    ck_assert_str_eq(ractor_strerror(RACTOR_##name), text);                                        \
    ck_assert_str_eq(ractor_status_name(RACTOR_##name), "RACTOR_" #name);
    RACTOR_STATUS_LIST(KNOWN)
#undef KNOWN
    ck_assert_str_eq(ractor_strerror((ractor_status)-9999), "unknown status");
    ck_assert_str_eq(ractor_status_name((ractor_status)-9999), "RACTOR_?");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("log and status");
    TCase *all = suite_case(suite, "log", 10);
    tcase_add_test(all, a_peers_text_cannot_forge_a_line);
    tcase_add_test(all, lines_below_the_level_are_dropped);
    tcase_add_test(all, a_quiet_log_drops_errors_too);
    tcase_add_test(all, an_endless_line_is_cut);
    tcase_add_test(all, every_status_has_a_name_and_a_text);
    return suite_run(suite);
}
