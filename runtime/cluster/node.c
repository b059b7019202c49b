/* SPDX-License-Identifier: MIT */
#include "cluster/node.h"

#include "base/alloc.h"
#include "cluster/cookies.h"
#include "cluster/dial.h"
#include "cluster/discovery.h"
#include "cluster/keep.h"
#include "cluster/link.h"
#include "cluster/network.h"
#include "cluster/offers.h"
#include "cluster/session.h"
#include "cluster/socket.h"

#include <stdio.h>
#include <string.h>

#define DEFAULT_OUT_LIMIT_BYTES ((size_t)4 << 20)
#define DEFAULT_ANNOUNCED_LIMIT_BYTES ((size_t)512 << 20)
#define DEFAULT_HANDSHAKE_MS 7000
#define DEFAULT_SILENCE_MS 20000
#define DEFAULT_MAX_HANDSHAKES 256
#define DEFAULT_MAX_PER_ADDRESS 64
#define SHORT_COOKIE_BYTES 16

/* Who hears of session events. */
struct rt_hearer {
    struct rt_hearer *next;
    uint64_t id;
    ractor_session_fn hear;
    void *user;
};

/* ------------------------------------------------------------------ options */

static ractor_status random_of_runtime(void *runtime, void *bytes, size_t length)
{
    return ractor_random(runtime, bytes, length);
}

static ractor_status set_identity(ractor_node *node, const ractor_node_options *options)
{
    struct rt_identity *identity = &node->identity;
    const char *host = options->host != NULL ? options->host : "localhost";
    int length = snprintf(identity->name, sizeof identity->name, "%s@%s", options->name, host);
    if (length < 0 || (size_t)length >= sizeof identity->name || strchr(options->name, '@') != NULL)
        return RACTOR_EINVAL;
    ractor_bytes name = {(const uint8_t *)identity->name, (size_t)length};
    if (!rt_wire_is_name(name))
        return RACTOR_EINVAL;
    const char *advertised = options->advertised_host != NULL ? options->advertised_host : host;
    uint16_t port = options->advertised_port != 0 ? options->advertised_port : node->port;
    if (strlen(advertised) >= RT_DIAL_HOST_BYTES)
        return RACTOR_EINVAL;
    /* A Unix-domain socket cannot be dialled from elsewhere. */
    if (!options->is_dial_only && port != 0)
        (void)snprintf(identity->connection_string, sizeof identity->connection_string, "%s:%u",
                       advertised, port);
    identity->extensions = RT_EXTENSIONS;
    if (options->accepts_other_schemas)
        identity->extensions &= ~RT_EXTENSION_FINGERPRINT;
    identity->requires_hmac = options->requires_hmac;
    identity->random.fill = random_of_runtime;
    identity->random.user = node->runtime;
    return RACTOR_OK;
}

static void warn_of_short_cookies(const ractor_node *node, const struct rt_cookie_set *set)
{
    for (int i = 0; i < RT_COOKIES; i++) {
        const struct rt_cookie *cookie = &set->cookies[i];
        if (cookie->bytes != NULL && cookie->length < SHORT_COOKIE_BYTES)
            rt_logf(node->log, RACTOR_LOG_WARN,
                    "the cookie has %zu bytes: one of less than %d can be guessed from one "
                    "handshake",
                    cookie->length, SHORT_COOKIE_BYTES);
    }
}

ractor_status ractor_node_set_cookies(ractor_node *node, const ractor_cookies *cookies)
{
    struct rt_cookie_set *set = NULL;
    char why[RT_COOKIE_WHY_BYTES];
    if (node == NULL || cookies == NULL)
        return RACTOR_EINVAL;
    ractor_status status = rt_cookie_set_new(cookies, why, &set);
    if (status != RACTOR_OK) {
        rt_logf(node->log, RACTOR_LOG_ERROR, "the cookies are not set: %s", why);
        return status;
    }
    warn_of_short_cookies(node, set);
    rt_cookies_set(&node->cookies, set);
    return RACTOR_OK;
}

static ractor_status set_first_cookies(ractor_node *node, const ractor_node_options *options)
{
    const ractor_cookies one = {.cookie = options->cookie};
    node->identity.cookies = &node->cookies;
    return ractor_node_set_cookies(node, options->cookies != NULL ? options->cookies : &one);
}

static void set_limits(ractor_node *node, const ractor_node_options *options)
{
    node->frame_limit_bytes = options->frame_limit_bytes != 0 ? options->frame_limit_bytes
                                                              : RACTOR_NODE_FRAME_LIMIT_BYTES;
    node->out_limit_bytes =
        options->out_limit_bytes != 0 ? options->out_limit_bytes : DEFAULT_OUT_LIMIT_BYTES;
    node->announced_limit_bytes = options->announced_limit_bytes != 0
                                      ? options->announced_limit_bytes
                                      : DEFAULT_ANNOUNCED_LIMIT_BYTES;
    node->handshake_ms = options->handshake_ms != 0 ? options->handshake_ms : DEFAULT_HANDSHAKE_MS;
    node->silence_ms = options->silence_ms != 0 ? options->silence_ms : DEFAULT_SILENCE_MS;
    node->ping_ms = options->ping_ms;
    node->phi_limit = options->phi_limit;
    node->refuses_when_full = options->refuses_when_full;
    node->is_transitive = options->is_transitive;
    node->is_legacy_dialler = options->is_legacy_dialler;
}

/* After the seed is there. */
static void set_budget(ractor_node *node, const ractor_node_options *options)
{
    uint32_t max_all = options->max_handshakes;
    uint32_t max_per_address = options->max_handshakes_per_address;
    if (max_all == 0)
        max_all = DEFAULT_MAX_HANDSHAKES;
    if (max_per_address == 0)
        max_per_address = DEFAULT_MAX_PER_ADDRESS;
    rt_budget_init(&node->budget, max_all, max_per_address, node->seed);
}

/* ------------------------------------------------------------------ start and stop */

void rt_node_check_end(ractor_node *node)
{
    if (!node->is_stopping || node->has_ended || node->sessions != NULL || node->dials != NULL ||
        node->keeps != NULL || node->discoveries != NULL)
        return;
    node->has_ended = true;
    rt_loop_end(&node->loop);
}

static void on_stop(struct rt_task *task)
{
    ractor_node *node = (ractor_node *)(void *)((char *)task - offsetof(ractor_node, stop_task));
    node->is_stopping = true;
    rt_listener_close(node);
    rt_discovery_cancel_all(node);
    rt_keep_cancel_all(node);
    rt_dial_cancel_all(node);
    for (struct rt_session *s = node->sessions; s != NULL; s = s->next)
        rt_session_close(s, RACTOR_ECANCELED, "this node is being stopped");
    rt_node_check_end(node);
}

static ractor_status check_options(const ractor_node_options *options)
{
    if (options == NULL || options->name == NULL || options->name[0] == '\0' ||
        (options->cookie == NULL) == (options->cookies == NULL))
        return RACTOR_EINVAL;
    return RACTOR_OK;
}

static ractor_node *new_node(ractor_runtime *runtime, const ractor_node_options *options)
{
    ractor_node *node = rt_calloc(1, sizeof *node);
    if (node == NULL)
        return NULL;
    node->runtime = runtime;
    node->log = ractor_runtime_log(runtime);
    node->listen_fd = -1;
    node->reserve_fd = -1;
    node->port = options->port;
    node->stop_task.run = on_stop;
    set_limits(node, options);
    node->audit = options->audit;
    node->audit_user = options->audit_user;
    node->is_visible = options->is_visible;
    node->visible_user = options->visible_user;
    if (pthread_mutex_init(&node->lock, NULL) != 0)
        goto no_lock;
    if (pthread_mutex_init(&node->hearers_lock, NULL) != 0)
        goto no_hearers_lock;
    if (pthread_mutex_init(&node->tls.lock, NULL) != 0)
        goto no_tls_lock;
    if (!rt_names_init(&node->names))
        goto no_names;
    if (!rt_rings_init(&node->rings))
        goto no_rings;
    if (rt_cookies_init(&node->cookies) != RACTOR_OK)
        goto no_cookies;
    return node;
no_cookies:
    rt_rings_fini(&node->rings);
no_rings:
    rt_names_fini(&node->names);
no_names:
    (void)pthread_mutex_destroy(&node->tls.lock);
no_tls_lock:
    (void)pthread_mutex_destroy(&node->hearers_lock);
no_hearers_lock:
    (void)pthread_mutex_destroy(&node->lock);
no_lock:
    rt_free(node);
    return NULL;
}

static void free_node(ractor_node *node)
{
    while (node->hearers != NULL) {
        struct rt_hearer *next = node->hearers->next;
        rt_free(node->hearers);
        node->hearers = next;
    }
    if (node->network != NULL)
        node->network->leave(node->network, node);
    rt_tls_unload(&node->tls);
    rt_names_fini(&node->names);
    rt_offers_free(node);
    rt_rings_fini(&node->rings);
    rt_budget_fini(&node->budget);
    (void)pthread_mutex_destroy(&node->tls.lock);
    (void)pthread_mutex_destroy(&node->hearers_lock);
    (void)pthread_mutex_destroy(&node->lock);
    if (node->listen_fd >= 0)
        rt_socket_close_listening(node->listen_fd);
    rt_cookies_fini(&node->cookies);
    rt_free(node);
}

ractor_status ractor_node_reload_tls(ractor_node *node, const ractor_tls_options *options)
{
    char why[RT_TLS_WHY_BYTES];
    if (node == NULL || options == NULL)
        return RACTOR_EINVAL;
    bool is_for_listener = options->cert_file != NULL || options->server_ctx != NULL;
    if (!rt_tls_has_client(&node->tls) || rt_tls_has_server(&node->tls) != is_for_listener)
        return RACTOR_EINVAL; /* a port does not become plain, nor cease to be */
    ractor_status status = rt_tls_load(&node->tls, options, why);
    if (status != RACTOR_OK)
        rt_logf(node->log, RACTOR_LOG_ERROR, "TLS stays as it was: %s", why);
    return status;
}

static ractor_status load_tls(ractor_node *node, const ractor_node_options *options)
{
    char why[RT_TLS_WHY_BYTES];
    ractor_status status = rt_tls_load(&node->tls, options->tls, why);
    if (status != RACTOR_OK)
        rt_logf(node->log, RACTOR_LOG_ERROR, "TLS: %s", why);
    return status;
}

/* Whether strangers on other machines can reach the port, and nothing keeps them from listening. */
static void warn_of_plain_port(ractor_node *node, const char *address)
{
    bool is_near = address != NULL && (address[0] == '/' || strncmp(address, "127.", 4) == 0 ||
                                       strcmp(address, "::1") == 0);
    if (node->listen_fd >= 0 && !is_near && !rt_tls_has_server(&node->tls))
        rt_logf(node->log, RACTOR_LOG_WARN,
                "port %u is open to other machines without encryption: see docs/security.md",
                node->port);
}

static ractor_status listen_if_wanted(ractor_node *node, const ractor_node_options *options)
{
    if (node->network != NULL)
        return node->network->join(node->network, node, options, &node->port);
    if (options->is_dial_only) {
        node->port = 0;
        return RACTOR_OK;
    }
    if (ractor_guest_is_wanted(node->runtime))
        return RACTOR_ENOTSUP; /* a simulation's time stands still while a socket is waited for */
    ractor_status status = rt_socket_listen(options->listen_addr, options->port, &node->listen_fd);
    if (status != RACTOR_OK) {
        rt_logf(node->log, RACTOR_LOG_ERROR, "cannot listen on %s port %u: %s",
                options->listen_addr != NULL ? options->listen_addr : "all addresses",
                options->port, ractor_strerror(status));
        return status;
    }
    node->port = rt_socket_port(node->listen_fd);
    warn_of_plain_port(node, options->listen_addr);
    return RACTOR_OK;
}

/* The loop, the listener on it, and the actor. Undoes what it did when one fails. */
static ractor_status start_parts(ractor_node *node)
{
    ractor_status status = rt_loop_init(&node->loop, node->runtime);
    if (status != RACTOR_OK)
        return status;
    if (node->listen_fd >= 0)
        status = rt_listener_open(node);
    if (status == RACTOR_OK)
        status = rt_node_server_spawn(node);
    if (status == RACTOR_OK) {
        status = rt_loop_start(&node->loop);
        if (status == RACTOR_OK)
            return RACTOR_OK;
        (void)ractor_stop_and_wait(node->server, "no thread", RACTOR_TIMEOUT_NONE);
    }
    rt_listener_close(node);
    rt_loop_end(&node->loop);
    rt_loop_fini(&node->loop, false);
    return status;
}

ractor_status rt_node_start_in(struct rt_network *network, ractor_runtime *runtime,
                               const ractor_node_options *options, ractor_node **result)
{
    ractor_status status = check_options(options);
    if (status != RACTOR_OK)
        return status;
    ractor_node *node = new_node(runtime, options);
    if (node == NULL)
        return RACTOR_ENOMEM;
    node->network = network;
    status = ractor_random(runtime, &node->seed, sizeof node->seed);
    set_budget(node, options);
    if (status == RACTOR_OK)
        status = ractor_random(runtime, &node->identity.incarnation, sizeof(uint64_t));
    node->identity.incarnation |= node->identity.incarnation == 0; /* 0 means that it is unknown */
    if (status == RACTOR_OK)
        status = load_tls(node, options);
    if (status == RACTOR_OK)
        status = listen_if_wanted(node, options);
    if (status == RACTOR_OK)
        status = set_identity(node, options);
    if (status == RACTOR_OK)
        status = set_first_cookies(node, options);
    if (status == RACTOR_OK)
        status = start_parts(node);
    if (status != RACTOR_OK) {
        free_node(node);
        return status;
    }
    rt_logf(node->log, RACTOR_LOG_INFO, "node %s listens on port %u", node->identity.name,
            node->port);
    *result = node;
    return RACTOR_OK;
}

ractor_status ractor_node_start(ractor_runtime *runtime, const ractor_node_options *options,
                                ractor_node **node)
{
    return rt_node_start_in(NULL, runtime, options, node);
}

void ractor_node_stop(ractor_node *node)
{
    if (node == NULL)
        return;
    /* First, so that no dial is asked for any more. */
    (void)ractor_stop_and_wait(node->server, "node stopped", RACTOR_TIMEOUT_NONE);
    rt_loop_post(&node->loop, &node->stop_task);
    rt_loop_fini(&node->loop, true);
    rt_logf(node->log, RACTOR_LOG_INFO, "node %s has stopped", node->identity.name);
    free_node(node);
}

/* ------------------------------------------------------------------ what it says of itself */

uint16_t ractor_node_port(const ractor_node *node)
{
    return node->port;
}

const char *ractor_node_name(const ractor_node *node)
{
    return node->identity.name;
}

uint64_t ractor_node_incarnation(const ractor_node *node)
{
    return node->identity.incarnation;
}

ractor_ref ractor_node_server(const ractor_node *node)
{
    return node->server;
}

static bool set_host(const ractor_node *node, struct rt_dial_target *target, const char *host)
{
    size_t length = host != NULL ? strlen(host) : 0;
    if (node == NULL || length == 0 || length >= sizeof target->host ||
        (target->port == 0 && host[0] != '/'))
        return false;
    memcpy(target->host, host, length + 1);
    return true;
}

ractor_status ractor_cluster_connect(ractor_node *node, const char *host, uint16_t port,
                                     uint32_t timeout_ms)
{
    struct rt_dial_target target = {.port = port, .timeout_ms = timeout_ms};
    if (!set_host(node, &target, host))
        return RACTOR_EINVAL;
    return rt_node_server_connect(node, &target);
}

ractor_status ractor_cluster_connect_enc(ractor_node *node, const char *host, uint16_t port,
                                         const char *server_name, uint32_t timeout_ms)
{
    struct rt_dial_target target = {.port = port, .timeout_ms = timeout_ms, .is_encrypted = true};
    if (!set_host(node, &target, host))
        return RACTOR_EINVAL;
    if (server_name == NULL)
        server_name = host[0] != '/' ? host : "localhost";
    size_t length = strlen(server_name);
    if (length == 0 || length >= sizeof target.server_name || !rt_tls_has_client(&node->tls))
        return RACTOR_EINVAL;
    memcpy(target.server_name, server_name, length + 1);
    return rt_node_server_connect(node, &target);
}

uint64_t rt_now_ms(const ractor_node *node)
{
    return ractor_now_ns(node->runtime) / 1000000;
}

size_t ractor_node_sessions(ractor_node *node, ractor_session_info *sessions, size_t capacity)
{
    size_t n = 0;
    (void)pthread_mutex_lock(&node->lock);
    for (const struct rt_session *s = node->sessions; s != NULL; s = s->next) {
        if (s->is_closed)
            continue;
        if (n < capacity) {
            sessions[n] = s->info;
            sessions[n].phi = rt_detector_phi(&s->detector, rt_now_ms(node));
            rt_link_measure(s->link, &sessions[n]);
        }
        n++;
    }
    (void)pthread_mutex_unlock(&node->lock);
    return n;
}

ractor_status ractor_node_find_in(ractor_node *node, const char *peer, uint64_t incarnation,
                                  const char *name, ractor_ref *ref)
{
    ractor_status status = RACTOR_ENODE;
    if (peer == NULL || name == NULL)
        return RACTOR_EINVAL;
    (void)pthread_mutex_lock(&node->lock);
    for (const struct rt_session *s = node->sessions; s != NULL && status != RACTOR_OK;
         s = s->next) {
        if (!s->info.is_ready || s->is_closed || strcmp(peer, s->info.peer_name) != 0)
            continue;
        status = rt_session_is_stale(s, incarnation) ? RACTOR_ESTALE
                                                     : rt_link_find_name(s->link, name, ref);
    }
    (void)pthread_mutex_unlock(&node->lock);
    return status;
}

ractor_status ractor_node_find(ractor_node *node, const char *peer, const char *name,
                               ractor_ref *ref)
{
    ractor_status status = RACTOR_ENOENT;
    if (name == NULL)
        return RACTOR_EINVAL;
    (void)pthread_mutex_lock(&node->lock);
    for (const struct rt_session *s = node->sessions; s != NULL && status != RACTOR_OK;
         s = s->next) {
        if (s->info.is_ready && !s->is_closed &&
            (peer == NULL || strcmp(peer, s->info.peer_name) == 0))
            status = rt_link_find_name(s->link, name, ref);
    }
    (void)pthread_mutex_unlock(&node->lock);
    return status;
}

/* ------------------------------------------------------------------ session events */

void rt_node_tell(ractor_node *node, ractor_session_event event, const ractor_session_info *session)
{
    (void)pthread_mutex_lock(&node->hearers_lock);
    for (const struct rt_hearer *hearer = node->hearers; hearer != NULL; hearer = hearer->next)
        hearer->hear(hearer->user, event, session);
    (void)pthread_mutex_unlock(&node->hearers_lock);
}

ractor_status ractor_node_subscribe(ractor_node *node, ractor_session_fn hear, void *user,
                                    uint64_t *subscription)
{
    if (hear == NULL)
        return RACTOR_EINVAL;
    struct rt_hearer *hearer = rt_calloc(1, sizeof *hearer);
    if (hearer == NULL)
        return RACTOR_ENOMEM;
    hearer->hear = hear;
    hearer->user = user;
    (void)pthread_mutex_lock(&node->hearers_lock);
    hearer->id = ++node->last_hearer_id;
    hearer->next = node->hearers;
    node->hearers = hearer;
    if (subscription != NULL)
        *subscription = hearer->id;
    (void)pthread_mutex_unlock(&node->hearers_lock);
    return RACTOR_OK;
}

void ractor_node_unsubscribe(ractor_node *node, uint64_t subscription)
{
    (void)pthread_mutex_lock(&node->hearers_lock);
    struct rt_hearer **at = &node->hearers;
    while (*at != NULL && (*at)->id != subscription)
        at = &(*at)->next;
    struct rt_hearer *hearer = *at;
    if (hearer != NULL)
        *at = hearer->next;
    (void)pthread_mutex_unlock(&node->hearers_lock);
    rt_free(hearer);
}
