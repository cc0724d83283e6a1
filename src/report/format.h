#pragma once
/* What a format of reports is: one function from the model to bytes. To add one: a line of
 * ZKL_REPORT_FORMATS, and src/report/export_<module>.c. */
#include "report/model.h"
#include "text/counted.h"

typedef struct report_format {
    /* The whole file. */
    zkl_status (*put)(zkl_buffer *out, const report_model *model, const zkl_env *env,
                      zkl_error *err);
} report_format;

#define REPORT_FORMAT_DECLARE(constant, module, name, ending, about)                               \
    extern const report_format report_export_##module;
ZKL_REPORT_FORMATS(REPORT_FORMAT_DECLARE)
#undef REPORT_FORMAT_DECLARE

/* The model as JSON for the helper that makes PDF: nothing hidden is in its texts, and the drawing
 * of the lineage stands beside (export_json.c). */
zkl_status report_put_json_shown(zkl_buffer *out, const report_model *model,
                                 zkl_error *err) ZKL_MUST_USE;
/* The drawing of the lineage; nothing without one (export_html.c's and the PDF's). */
zkl_status report_put_drawing(zkl_buffer *out, const report_model *model,
                              zkl_error *err) ZKL_MUST_USE;
/* How far a step is proven: "proven", "proven in part", "claimed" (not verified), "recorded". */
const char *report_step_state(const report_model *model, const zkl_lineage_step *step);
/* One sentence on the whole: what holds, or what does not. */
void report_put_verdict(zkl_buffer *out, const report_model *model);
/* One of the functions here that say something in words: its text, for a format to escape. In
 * `text`, which the caller clears; "" without memory, and out has failed then. */
typedef void report_words(zkl_buffer *out, const report_model *model);
const char *report_words_of(zkl_buffer *text, zkl_buffer *out, const report_model *model,
                            report_words *words);
/* 64 lower-case digits. */
void report_put_hex(zkl_buffer *out, const zkl_digest *digest);
/* In the place of a clock's name. */
#define REPORT_NO_CLOCK "a clock that this ledger's trust does not name"
/* Of timestamps and witnesses: what stands above their tables. */
void report_put_clocks(zkl_buffer *out, const report_model *model);
/* Whom its proofs bind, as a sentence; nothing where there are no proofs. */
void report_put_set_up(zkl_buffer *out, const report_model *model);
/* What the report is about, in words. */
void report_put_scope(zkl_buffer *out, const report_model *model);
/* For people, who revoke versions and keys by one word: `withdraw` is "revoke". */
const char *report_kind_word(const char *kind);
