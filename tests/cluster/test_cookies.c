/* SPDX-License-Identifier: MIT */
/* Cookies from files, and two of them while a cluster changes over. */
#include "cluster/cookies.h"
#include "sample.h"
#include "suite.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OLD "the cookie on its way out"
#define NEW "the cookie that takes its place"

static char folder[] = "/tmp/ractor-cookies-XXXXXX";
static char path[64];
static struct sample_node alpha, beta;

static void setup(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/cookie", folder);
}

static void teardown(void)
{
    (void)unlink(path);
    (void)rmdir(folder);
    if (alpha.runtime != NULL)
        sample_node_stop(&alpha);
    if (beta.runtime != NULL)
        sample_node_stop(&beta);
}

/* ------------------------------------------------------------------ files */

static void write_file(const char *bytes, size_t length, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, bytes, length), (ssize_t)length);
    ck_assert_int_eq(fchmod(fd, mode), 0);
    (void)close(fd);
}

static void expect_cookie(const char *content, const char *wanted)
{
    struct rt_cookie cookie = {NULL, 0};
    char why[RT_COOKIE_WHY_BYTES] = "";
    write_file(content, strlen(content), 0600);
    ck_assert_msg(rt_cookie_read(path, why, &cookie) == RACTOR_OK, "%s", why);
    ck_assert_uint_eq(cookie.length, strlen(wanted));
    ck_assert_mem_eq(cookie.bytes, wanted, cookie.length);
    rt_cookie_wipe(&cookie);
}

static void expect_fault(const char *fault)
{
    struct rt_cookie cookie = {NULL, 0};
    char why[RT_COOKIE_WHY_BYTES] = "";
    ck_assert_int_eq(rt_cookie_read(path, why, &cookie), RACTOR_EAUTH);
    ck_assert_msg(strstr(why, fault) != NULL, "\"%s\" does not say \"%s\"", why, fault);
    ck_assert_ptr_nonnull(strstr(why, path));
    ck_assert_ptr_null(cookie.bytes);
}

START_TEST(a_files_cookie_is_what_stands_before_its_last_lines_end)
{
    expect_cookie("secret", "secret");
    expect_cookie("secret\n", "secret");
    expect_cookie("secret\r\n", "secret");
    expect_cookie("secret\r", "secret\r");
    expect_cookie("secret\n\n", "secret\n");
    expect_cookie(" two words ", " two words ");
}
END_TEST

START_TEST(a_file_that_others_can_look_into_or_change_is_refused)
{
    static const mode_t modes[] = {0640, 0604, 0620, 0602, 0610, 0601, 0644, 0777};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        write_file("secret", 6, modes[i]);
        expect_fault("its mode");
    }
    write_file("secret", 6, 0400);
    struct rt_cookie cookie;
    char why[RT_COOKIE_WHY_BYTES];
    ck_assert_int_eq(rt_cookie_read(path, why, &cookie), RACTOR_OK);
    rt_cookie_wipe(&cookie);
}
END_TEST

START_TEST(what_is_no_file_is_refused_without_waiting_for_it)
{
    expect_fault("No such file");
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    expect_fault("not a regular file");
    (void)unlink(path);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    expect_fault("not a regular file");
    (void)rmdir(path);
}
END_TEST

START_TEST(an_empty_a_long_and_a_binary_file_are_refused)
{
    static char text[RACTOR_COOKIE_MAX_BYTES + 100];
    write_file("", 0, 0600);
    expect_fault("empty");
    write_file("\n", 1, 0600);
    expect_fault("empty");
    write_file("a\0b", 3, 0600);
    expect_fault("NUL");
    memset(text, 'x', sizeof text);
    text[RACTOR_COOKIE_MAX_BYTES] = '\n';
    write_file(text, RACTOR_COOKIE_MAX_BYTES + 2, 0600);
    expect_fault("too long");
    write_file(text, sizeof text, 0600);
    expect_fault("too long");
    text[RACTOR_COOKIE_MAX_BYTES + 1] = '\0';
    char cut[RACTOR_COOKIE_MAX_BYTES + 1];
    memset(cut, 'x', RACTOR_COOKIE_MAX_BYTES);
    cut[RACTOR_COOKIE_MAX_BYTES] = '\0';
    expect_cookie(text, cut);
}
END_TEST

/* ------------------------------------------------------------------ sets */

static ractor_status try_set(const ractor_cookies *from)
{
    struct rt_cookie_set *set = NULL;
    char why[RT_COOKIE_WHY_BYTES] = "";
    ractor_status status = rt_cookie_set_new(from, why, &set);
    ck_assert_int_eq(status == RACTOR_OK, set != NULL);
    ck_assert(status == RACTOR_OK || why[0] != '\0');
    rt_cookie_set_drop(set);
    return status;
}

START_TEST(a_set_has_one_cookie_at_least_and_one_source_for_each)
{
    write_file("secret", 6, 0600);
    ck_assert_int_eq(try_set(&(ractor_cookies){.cookie = NEW}), RACTOR_OK);
    ck_assert_int_eq(try_set(&(ractor_cookies){.cookie_file = path}), RACTOR_OK);
    ck_assert_int_eq(try_set(&(ractor_cookies){.cookie_file = path, .old_cookie = OLD}), RACTOR_OK);
    ck_assert_int_eq(try_set(&(ractor_cookies){.cookie = NEW, .old_cookie_file = path}), RACTOR_OK);
    ck_assert_int_eq(try_set(&(ractor_cookies){.old_cookie = OLD}), RACTOR_EINVAL);
    ck_assert_int_eq(try_set(&(ractor_cookies){.cookie = NEW, .cookie_file = path}), RACTOR_EINVAL);
    ck_assert_int_eq(try_set(&(ractor_cookies){.cookie = ""}), RACTOR_EAUTH);
    ck_assert_int_eq(try_set(&(ractor_cookies){.cookie = NEW, .old_cookie_file = "/no/such"}),
                     RACTOR_EAUTH);
}
END_TEST

/* ------------------------------------------------------------------ nodes */

static void start(struct sample_node *node, const char *name, ractor_cookies cookies)
{
    ractor_node_options options = {.cookies = &cookies, .listen_addr = "127.0.0.1"};
    sample_node_start(node, name, &options);
}

static ractor_status dial(struct sample_node *from, struct sample_node *to)
{
    return ractor_cluster_connect(from->node, "127.0.0.1", ractor_node_port(to->node), 20000);
}

/* Ends the session, so that the next dial makes a new one. */
static void part(void)
{
    sample_node_stop(&beta);
    memset(&beta, 0, sizeof beta);
    sample_wait_sessions(&alpha, 0);
}

START_TEST(a_node_starts_with_the_cookie_of_a_file)
{
    write_file(NEW "\n", strlen(NEW) + 1, 0600);
    start(&alpha, "alpha", (ractor_cookies){.cookie_file = path});
    start(&beta, "beta", (ractor_cookies){.cookie = NEW});
    ck_assert_int_eq(dial(&beta, &alpha), RACTOR_OK);
}
END_TEST

START_TEST(a_node_does_not_start_with_a_file_that_others_can_read)
{
    ractor_cookies cookies = {.cookie_file = path};
    ractor_node_options options = {.name = "gamma", .cookies = &cookies};
    ractor_node *node = NULL;
    write_file(NEW, strlen(NEW), 0644);
    start(&alpha, "alpha", (ractor_cookies){.cookie = NEW});
    ck_assert_int_eq(ractor_node_start(alpha.runtime, &options, &node), RACTOR_EAUTH);
    sample_wait_log(&alpha, "its mode lets others");
    options.cookie = NEW;
    ck_assert_int_eq(ractor_node_start(alpha.runtime, &options, &node), RACTOR_EINVAL);
    options.cookie = NULL;
    options.cookies = NULL;
    ck_assert_int_eq(ractor_node_start(alpha.runtime, &options, &node), RACTOR_EINVAL);
}
END_TEST

START_TEST(a_cluster_changes_its_cookie_without_an_end_of_sessions)
{
    uint64_t sum = 0;
    start(&alpha, "alpha", (ractor_cookies){.cookie = OLD});
    start(&beta, "beta", (ractor_cookies){.cookie = OLD});
    (void)sample_spawn(alpha.runtime, "adder", NULL);
    ck_assert_int_eq(dial(&beta, &alpha), RACTOR_OK);
    ractor_ref adder = sample_find(&beta, "adder");
    const ractor_cookies both = {.cookie = NEW, .old_cookie = OLD};
    const ractor_cookies new_alone = {.cookie = NEW};
    ck_assert_int_eq(ractor_node_set_cookies(alpha.node, &both), RACTOR_OK);
    ck_assert_int_eq(ractor_node_set_cookies(beta.node, &both), RACTOR_OK);
    ck_assert_int_eq(ractor_node_set_cookies(alpha.node, &new_alone), RACTOR_OK);
    ck_assert_int_eq(ractor_node_set_cookies(beta.node, &new_alone), RACTOR_OK);
    ck_assert_int_eq(sample_sum(adder, 1, 2, &sum), RACTOR_OK);
    ck_assert_uint_eq(ractor_node_sessions(alpha.node, NULL, 0), 1);
}
END_TEST

START_TEST(between_the_rounds_every_pair_of_nodes_comes_together)
{
    static const ractor_cookies rounds[] = {
        {.cookie = OLD}, {.cookie = NEW, .old_cookie = OLD}, {.cookie = NEW}};
    for (int of_alpha = 0; of_alpha < 3; of_alpha++) {
        start(&alpha, "alpha", rounds[of_alpha]);
        for (int of_beta = 0; of_beta < 3; of_beta++) {
            bool is_one_apart = abs(of_alpha - of_beta) < 2;
            start(&beta, "beta", rounds[of_beta]);
            ck_assert_int_eq(dial(&beta, &alpha), is_one_apart ? RACTOR_OK : RACTOR_ENODE);
            part();
        }
        sample_node_stop(&alpha);
        memset(&alpha, 0, sizeof alpha);
    }
}
END_TEST

START_TEST(cookies_that_cannot_be_used_leave_those_that_are_there)
{
    start(&alpha, "alpha", (ractor_cookies){.cookie = OLD});
    const ractor_cookies none = {.cookie = NULL};
    const ractor_cookies missing = {.cookie_file = "/no/such/file"};
    ck_assert_int_eq(ractor_node_set_cookies(alpha.node, &none), RACTOR_EINVAL);
    ck_assert_int_eq(ractor_node_set_cookies(alpha.node, &missing), RACTOR_EAUTH);
    sample_wait_log(&alpha, "the cookies are not set: the cookie's file /no/such/file");
    start(&beta, "beta", (ractor_cookies){.cookie = OLD});
    ck_assert_int_eq(dial(&beta, &alpha), RACTOR_OK);
}
END_TEST

START_TEST(with_two_wrong_cookies_a_dial_ends_after_two_attempts)
{
    start(&alpha, "alpha", (ractor_cookies){.cookie = NEW});
    start(&beta, "beta", (ractor_cookies){.cookie = "wrong and long enough", .old_cookie = OLD});
    ck_assert_int_eq(dial(&beta, &alpha), RACTOR_ENODE);
    sample_wait_sessions(&alpha, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cookies");
    TCase *tcase = suite_case(suite, "cookies", 120);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, a_files_cookie_is_what_stands_before_its_last_lines_end);
    tcase_add_test(tcase, a_file_that_others_can_look_into_or_change_is_refused);
    tcase_add_test(tcase, what_is_no_file_is_refused_without_waiting_for_it);
    tcase_add_test(tcase, an_empty_a_long_and_a_binary_file_are_refused);
    tcase_add_test(tcase, a_set_has_one_cookie_at_least_and_one_source_for_each);
    tcase_add_test(tcase, a_node_starts_with_the_cookie_of_a_file);
    tcase_add_test(tcase, a_node_does_not_start_with_a_file_that_others_can_read);
    tcase_add_test(tcase, a_cluster_changes_its_cookie_without_an_end_of_sessions);
    tcase_add_test(tcase, between_the_rounds_every_pair_of_nodes_comes_together);
    tcase_add_test(tcase, cookies_that_cannot_be_used_leave_those_that_are_there);
    tcase_add_test(tcase, with_two_wrong_cookies_a_dial_ends_after_two_attempts);
    return suite_run(suite);
}
