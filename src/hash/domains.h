#pragma once
/* Every string and byte that keeps one use of a hash, a PRF or a signature apart from the others.
 * They are part of the formats: none of them ever changes, and a new use gets a new one. Code names
 * them from here and spells none.
 *
 * A group holds what enters one function. In a group no value is a prefix of another, so no message
 * of one use is a message of another (tests/unit/hash/test_domains.c reads this file). A text goes
 * in with its NUL unless its line says otherwise. */

/* ---- SHA3-512 (fr_hash.c, hash.c): "zkl/v1/" LABEL 0x00 and "zkl/v1/prf/" LABEL 0x00. No label of
 * either has a '/'. docs/proof-system.md section 9 */
#define ZKL_SHA3_512_CHALLENGE "zkl/v1/" /* without its NUL: a label follows */
#define ZKL_SHA3_512_PRF "zkl/v1/prf/"   /* without its NUL: a label follows */

/* Scalars that both sides of a proof compute: challenges, and t0 of a statement.
 * docs/proof-system.md sections 3, 4 and 9 */
#define ZKL_CHALLENGE_T0 "t0"       /* proof/statement.c: the statement's bytes */
#define ZKL_CHALLENGE_KAPPA "kappa" /* claim/shape.c */
#define ZKL_CHALLENGE_ETA "eta"     /* claim/shape.c */
#define ZKL_CHALLENGE_S "s"         /* claim/shape.c */
#define ZKL_CHALLENGE_THETA "theta" /* claim/shape.c, verify/direct.c */
#define ZKL_CHALLENGE_BETA "beta"   /* claim/shape.c */
#define ZKL_CHALLENGE_GAMMA "gamma" /* verify/challenges.c */
#define ZKL_CHALLENGE_CHI "chi"     /* verify/challenges.c */
#define ZKL_CHALLENGE_Z "z"         /* verify/challenges.c: the place of the opening */
#define ZKL_CHALLENGE_DELTA "delta" /* verify/challenges.c */
#define ZKL_CHALLENGE_RHO "rho"     /* verify/challenges.c: weighs the pairings of one proof */
#define ZKL_CHALLENGE_DIRECT_CHI "direct-chi" /* verify/direct.c */
#define ZKL_CHALLENGE_DIRECT_Z "direct-z"     /* verify/direct.c */
#define ZKL_CHALLENGE_SAMPLE "sample"         /* record/sample.c */

/* Numbers of rows of a sample, from its seed: claim/assertion_pick.c. docs/proof-system.md
 * section 8 */

/* Secrets. Keys of several kinds are used with them: each label has one kind of key.
 * docs/proof-system.md section 9; the last two of the owner secret: docs/formats/ledger.md */
#define ZKL_PRF_CHUNK "chunk"           /* owner secret -> chunk key; prove/commit.c */
#define ZKL_PRF_DICTIONARY "dictionary" /* owner secret -> dictionary key; keys/owner_secret.c */
#define ZKL_PRF_CONTENT "content"       /* owner secret -> content salt; keys/owner_secret.c */
#define ZKL_PRF_DATA_KEY "data-key"     /* owner secret -> wrapping key; service/private.c */
#define ZKL_PRF_DICTIONARY_ENTRIES "dictionary-entries" /* as the one before */
#define ZKL_PRF_SPOOL "spool"           /* owner secret -> key of a spool; service/spools.c */
#define ZKL_PRF_UNFINISHED "unfinished" /* owner secret -> key of an unfinished run; unfinished.c */
#define ZKL_PRF_BLINDER "blinder"       /* chunk key -> a block's blinder; prove/commit.c */
#define ZKL_PRF_ROW "row"               /* chunk key -> a row's salt; prove/commit.c */
#define ZKL_PRF_ENTRY "entry"           /* dictionary key -> an entry's salt; types/dictionary.c */
#define ZKL_PRF_PROOF "proof"           /* a proof's own key -> its secrets; prove/prove.c */
#define ZKL_PRF_ENTROPY "ceremony-entropy" /* a party's; ceremony/entropy.c */
#define ZKL_PRF_API_KEY "api-key" /* the service's own key -> hash of an API key; daemon/access.c */
#define ZKL_PRF_WEB_FORM "web-form" /* a session's token -> its forms'; daemon/page_log_in.c */
#define ZKL_PRF_TOKEN "token"       /* a secret seed -> tokens of values; service/tokens.c */

/* ---- SHA3-256: what begins with a text. Files that end in their own hash begin with a magic of 8
 * bytes instead. */
#define ZKL_SHA3_256_LEDGER "zkl/v1/ledger" /* ledger id; record/ids.c, docs/formats/entry.md */
#define ZKL_SHA3_256_PARAMETERS "zkl/v1/parameters" /* tau, alpha, beta; proof/srs.c */
#define ZKL_SHA3_256_BEARER "zkl/v1/bearer"         /* a token that was checked; daemon/tokens.c */
/* Whose token or certificate it is: issuer and subject, as fields; daemon/token_identity.c */
#define ZKL_SHA3_256_IDENTITY "zkl/v1/identity"
/* A ceremony's terms and records; ceremony/transcript.c, docs/formats/ceremony.md */
#define ZKL_SHA3_256_CEREMONY "zkl/v1/ceremony-terms"
#define ZKL_SHA3_256_CEREMONY_RECORD "zkl/v1/ceremony-record"
#define ZKL_SHA3_256_CEREMONY_CONTRIBUTION "zkl/v1/ceremony-points"

/* ---- H, the ledger's own hash: the first byte of what goes into a tree or a salted commitment.
 * docs/proof-system.md section 9, docs/formats/manifest.md */
#define ZKL_H_CHUNK_LEAF 0x00      /* record/manifest.c */
#define ZKL_H_CHUNK_NODE 0x01      /* record/manifest.c */
#define ZKL_H_ROW_LEAF 0x02        /* prove/commit.c */
#define ZKL_H_ROW_NODE 0x03        /* prove/commit.c */
#define ZKL_H_CONTENT 0x04         /* notary/table_facts.c, service/verify_data.c */
#define ZKL_H_DICTIONARY_LEAF 0x05 /* types/dictionary.c */
#define ZKL_H_DICTIONARY_NODE 0x06 /* types/dictionary.c */
#define ZKL_H_DICTIONARY_ROOT 0x07 /* types/dictionary.c */

/* ---- SHA-256 in the log's tree: RFC 6962 section 2.1, docs/formats/log.md */
#define ZKL_RFC6962_LEAF 0x00 /* hash/rfc6962.c */
/* The same in segments of an audit log (docs/formats/segment.md): a line begins with {"action",
 * what stands before the first one with {"class", and neither is an envelope. */
#define ZKL_RFC6962_NODE 0x01 /* hash/rfc6962.c, src/log, record/tlog_proof.c, verify/receipt.c */

/* ---- Signatures. One key signs several kinds of message: the log's key checkpoints, key entries
 * and trust records. A checkpoint's text begins with the log's origin, which has no space and no
 * NUL and ends in a newline, where each of these has one of the two before its first newline;
 * "cosignature/v1" as an origin is followed by a number, a cosignature by "time ". */
#define ZKL_SIGNED_DSSE "DSSEv1 " /* without its NUL; record/dsse.c, docs/formats/dsse.md */
/* Of COSE, behind the bytes 84 6a: no text begins with the first of them. docs/formats/cose.md */
#define ZKL_SIGNED_COSE "Signature1" /* without its NUL; record/cose.c */
/* docs/formats/checkpoint.md */
#define ZKL_SIGNED_COSIGNATURE "cosignature/v1\ntime " /* without its NUL; record/note.c */
/* With its NUL: 12 bytes. An ML-DSA-44 key of a witness signs nothing else. */
#define ZKL_SIGNED_SUBTREE "subtree/v1\n" /* record/note.c */
/* docs/formats/trust.md */
#define ZKL_SIGNED_TRUST_RECORD "zkl/v1/trust-record" /* ledger/trust_record.c */

/* docs/formats/ceremony.md */
#define ZKL_SIGNED_CONTRIBUTION "zkl/v1/ceremony-contribution" /* ceremony/transcript.c */

/* ---- Poseidon: the capacity element of a new state. algebra/poseidon.h,
 * circuit/circuit_poseidon.h, docs/proof-system.md section 9 */
#define ZKL_POSEIDON_F 1      /* the circuits F_n */
#define ZKL_POSEIDON_INPUTS 2 /* the circuit's one public input */
#define ZKL_POSEIDON_P 3      /* the circuits P_m, which are designed and not built */

/* ---- What a statement begins with, as a field (with its length, without its NUL): its version.
 * docs/formats/statement.md */
#define ZKL_STATEMENT_LABEL "zkl/table/1" /* proof/statement.c */

/* ---- What the body of a disclosure begins with, in the same way. docs/formats/disclosure.md */
#define ZKL_DISCLOSURE_LABEL "zkl/disclosure/1" /* record/disclosure.c */
