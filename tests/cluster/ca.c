/* SPDX-License-Identifier: MIT */
#include "ca.h"

#include <check.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char folder[64];
static EVP_PKEY *ca_key, *stranger_key;
static X509 *ca_certificate;
static long serial;

const char *ca_path(const char *file)
{
    static char paths[8][160];
    static unsigned next;
    char *path = paths[next++ % 8];
    (void)snprintf(path, sizeof paths[0], "%s/%s", folder, file);
    return path;
}

static void add(X509 *certificate, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    ck_assert_ptr_nonnull(extension);
    ck_assert_int_eq(X509_add_ext(certificate, extension, -1), 1);
    X509_EXTENSION_free(extension);
}

static X509 *new_certificate(const char *name, EVP_PKEY *key, const char *issuer)
{
    X509 *certificate = X509_new();
    X509_NAME *of = X509_NAME_new();
    X509_NAME *by = X509_NAME_new();
    ck_assert_ptr_nonnull(certificate);
    (void)X509_set_version(certificate, 2);
    (void)ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
    (void)X509_NAME_add_entry_by_txt(of, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1,
                                     0);
    (void)X509_NAME_add_entry_by_txt(by, "CN", MBSTRING_ASC, (const unsigned char *)issuer, -1, -1,
                                     0);
    ck_assert_int_eq(X509_set_subject_name(certificate, of), 1);
    ck_assert_int_eq(X509_set_issuer_name(certificate, by), 1);
    X509_NAME_free(of);
    X509_NAME_free(by);
    (void)X509_gmtime_adj(X509_getm_notBefore(certificate), -7200);
    (void)X509_gmtime_adj(X509_getm_notAfter(certificate), 7200);
    ck_assert_int_eq(X509_set_pubkey(certificate, key), 1);
    return certificate;
}

static void write_certificate(const char *file, X509 *certificate)
{
    FILE *out = fopen(ca_path(file), "w");
    ck_assert_ptr_nonnull(out);
    ck_assert_int_eq(PEM_write_X509(out, certificate), 1);
    (void)fclose(out);
}

static void write_key(const char *file, EVP_PKEY *key)
{
    FILE *out = fopen(ca_path(file), "w");
    ck_assert_ptr_nonnull(out);
    ck_assert_int_eq(PEM_write_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL), 1);
    (void)fclose(out);
}

void ca_init(void)
{
    (void)snprintf(folder, sizeof folder, "/tmp/ractor-ca-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ca_key = EVP_EC_gen("P-256");
    stranger_key = EVP_EC_gen("P-256");
    ca_certificate = new_certificate("ca", ca_key, "ca");
    add(ca_certificate, ca_certificate, NID_basic_constraints, "critical,CA:TRUE");
    add(ca_certificate, ca_certificate, NID_subject_key_identifier, "hash");
    ck_assert_int_gt(X509_sign(ca_certificate, ca_key, EVP_sha256()), 0);
    write_certificate("ca.pem", ca_certificate);
}

void ca_fini(void)
{
    char command[96];
    (void)snprintf(command, sizeof command, "rm -r %s", folder);
    ck_assert_int_eq(system(command), 0);
    X509_free(ca_certificate);
    EVP_PKEY_free(ca_key);
    EVP_PKEY_free(stranger_key);
}

void ca_sign(const char *name, const struct ca_subject *subject)
{
    char file[64];
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = new_certificate(name, key, "ca");
    if (subject->has_expired)
        (void)X509_gmtime_adj(X509_getm_notAfter(certificate), -3600);
    if (subject->names != NULL)
        add(certificate, ca_certificate, NID_subject_alt_name, subject->names);
    EVP_PKEY *signer = subject->is_by_a_stranger ? stranger_key : ca_key;
    ck_assert_int_gt(X509_sign(certificate, signer, EVP_sha256()), 0);
    (void)snprintf(file, sizeof file, "%s.pem", name);
    write_certificate(file, certificate);
    (void)snprintf(file, sizeof file, "%s.key", name);
    write_key(file, key);
    X509_free(certificate);
    EVP_PKEY_free(key);
}
