#pragma once
/* What the files of encryption at rest share. */
#include <pthread.h>

#include "base/arena.h"
#include "daemon/at_rest.h"

#define EARLY_MAX 64

typedef struct guarded_kek {
    zkl_kek kek; /* first */
    zkl_kek *of;
    zkl_kek_ops ops;
    daemon_breaker breaker;
} guarded_kek;

typedef struct told_use {
    zkl_vault_act act;
    uint32_t version;
    zkl_status status;
    char object[64];
} told_use;

struct daemon_at_rest {
    const daemon_at_rest_settings *settings;
    const char *folder;
    zkl_arena memory;
    const char *covered[7]; /* paths that hold envelopes; ended by NULL */
    zkl_crypto *crypto;
    guarded_kek guarded;
    zkl_vault vault;
    /* Held for reading from the wrapping of a new key to when a file has it, and for writing while
     * versions are retired: none goes that a file is about to need. */
    pthread_rwlock_t creating;
    char *passphrase; /* zkl_secret_new; NULL: not taken yet */
    const char *passphrase_file;
    int work; /* the work folder, open and locked */
    /* Of all below. */
    pthread_mutex_t mutex;
    daemon_audit *audit;
    told_use early[EARLY_MAX];
    size_t early_count;
    daemon_at_rest_counts counts;
    bool is_changing;
};

/* Of a path below `covered`: is it no object, and may it be in clear? */
bool at_rest_is_passed_over(const char *path);
