/* The public summary of training content that Article 53(1)(d) of Regulation (EU) 2024/1689 asks
 * for, in the sections of the Commission's template of 24 July 2025, as Markdown and as JSON.
 *
 *  1. The template asks what a ledger cannot know: who provides the model, where data come from.
 *     All of that is declared, or stands as "not stated". It is never guessed from the data.
 *  2. What the ledger knows stands in an annex of its own: sizes, the lineage, what is proven. The
 *     kind of a source (public, licensed, crawled, ..) is declared even there.
 *  3. The labels are ours. The template's own words are the Commission's, and bind. */
#include <stdio.h>
#include <string.h>

#include "service/export_page.h"

/* A field: the number and title of its section, its name, its label. A section begins where the
 * number changes. */
#define TEMPLATE(FIELD)                                                                            \
    FIELD("1.1", "Provider", provider, "Name and contact")                                         \
    FIELD("1.1", "Provider", representative, "Authorised representative")                          \
    FIELD("1.2", "Model", model, "Name and version")                                               \
    FIELD("1.2", "Model", model_base, "Models it depends on")                                      \
    FIELD("1.2", "Model", placed_on_market, "Date of placing on the Union market")                 \
    FIELD("1.3", "Training data as a whole", modalities, "Modalities")                             \
    FIELD("1.3", "Training data as a whole", size, "Size of each modality")                        \
    FIELD("1.3", "Training data as a whole", content_types, "Types of content")                    \
    FIELD("1.3", "Training data as a whole", latest_acquisition, "Date of the latest acquisition") \
    FIELD("1.3", "Training data as a whole", languages, "Languages")                               \
    FIELD("1.3", "Training data as a whole", characteristics, "Other characteristics")             \
    FIELD("2.1", "Publicly available datasets", public_datasets, "Datasets")                       \
    FIELD("2.2", "Private datasets of third parties", licensed_datasets,                           \
          "Licensed by rightsholders")                                                             \
    FIELD("2.2", "Private datasets of third parties", private_datasets, "Of other third parties")  \
    FIELD("2.3", "Data crawled from online sources", crawlers, "Crawlers")                         \
    FIELD("2.3", "Data crawled from online sources", crawled_period, "Period")                     \
    FIELD("2.3", "Data crawled from online sources", crawled_domains, "Domains")                   \
    FIELD("2.4", "Data of users", user_data, "Services and modalities")                            \
    FIELD("2.5", "Synthetic data", synthetic_data, "How and by which models")                      \
    FIELD("2.6", "Other sources", other_sources, "Sources")                                        \
    FIELD("3.1", "Reservations of rights", rights_reservations,                                    \
          "How reservations from text and data mining are respected")                              \
    FIELD("3.2", "Illegal content", illegal_content, "How it is kept out")                         \
    FIELD("3.3", "Other processing", other_processing, "Steps")

static const struct {
    const char *number, *section, *name, *label;
} rows[] = {
#define ROW(number, section, name, label) { number, section, #name, label },
    TEMPLATE(ROW)
#undef ROW
};
static const char *const fields[] = {
#define NAME(number, section, name, label) #name,
    TEMPLATE(NAME)
#undef NAME
};

static void put_template(export_page *page, const export_source *source)
{
    for (size_t i = 0; i < ZKL_COUNT(rows); i++) {
        if (!i || strcmp(rows[i].number, rows[i - 1].number) != 0)
            export_page_section(page, rows[i].number, rows[i].section);
        export_page_item(page,
                         &(export_item){ rows[i].name, rows[i].label,
                                         export_declared(source, rows[i].name), EXPORT_DECLARED });
    }
}

/* Datasets and files that the version was made of, and how, as far as that was recorded. */
static void put_lineage(export_page *page, const zkl_lineage *lineage)
{
    char text[160];
    export_page_section(page, "A.1", "Datasets and files that the ledger knows");
    for (size_t i = 0; i < lineage->node_count; i++) {
        const zkl_lineage_node *node = &lineage->nodes[i];
        char hex[2 * sizeof node->id.bytes + 1];
        zkl_hex_encode(hex, node->id.bytes, sizeof node->id.bytes);
        if (node->is_file)
            snprintf(text, sizeof text, "file, SHA-256 %s", hex);
        else
            snprintf(text, sizeof text, "%llu rows, dataset id %s",
                     (unsigned long long)node->row_count, hex);
        const size_t size = strlen(text);
        if (node->revoked)
            snprintf(text + size, sizeof text - size, ", REVOKED by entry %llu",
                     (unsigned long long)node->revoked->index);
        export_page_item(page, &(export_item){ node->is_file ? "file" : "dataset", node->name, text,
                                               EXPORT_SIGNED });
    }
    export_page_section(page, "A.2", "Steps that led to it");
    for (size_t i = 0; i < lineage->step_count; i++) {
        const zkl_lineage_step *step = &lineage->steps[i];
        snprintf(text, sizeof text, "Entry %llu", (unsigned long long)step->index);
        export_page_item(page, &(export_item){ "operation", text, step->operation, EXPORT_SIGNED });
    }
}

static void put_steps_proven(export_page *page, const zkl_lineage_result *result)
{
    const char *standing =
        result->is_development ? EXPORT_PROVEN " under a development set-up" : EXPORT_PROVEN;
    export_page_section(page, "A.3", "What is proven of these steps");
    for (size_t i = 0; i < result->lineage.step_count; i++) {
        const zkl_lineage_step *step = &result->lineage.steps[i];
        for (size_t k = 0; k < step->claim_count; k++)
            export_page_item(page, &(export_item){ "claim", step->claims[k].about,
                                                   step->claims[k].text, standing });
    }
}

static zkl_status make(zkl_buffer *out, const export_source *source, bool is_json, zkl_error *err)
{
    ZKL_AUTO_CLEAR(export_facts) f = { 0 };
    ZKL_AUTO_CLEAR(export_lineage) lineage = { 0 };
    export_page page = export_page_of(out, is_json);
    ZKL_TRY(export_facts_gather(&f, source, err));
    ZKL_TRY(export_lineage_gather(&lineage, source, &f, err));
    export_page_begin(&page, "Public summary of training content");
    put_template(&page, source);
    put_lineage(&page, &lineage.result.lineage);
    put_steps_proven(&page, &lineage.result);
    export_page_claims(&page, "A.4", &f);
    export_page_not_proven(&page, "A.5", &f);
    export_page_evidence(&page, "A.6", &f);
    export_page_end(&page);
    return zkl_buffer_status(out, err);
}

EXPORT_PAGE_MAKERS(make)

const export_module service_export_training_summary = {
    .kind = { .ending = ".training-summary.md", .tells_lineage = true },
    .fields = fields,
    .field_count = ZKL_COUNT(fields),
    .make_file = make_markdown,
};
const export_module service_export_training_summary_json = {
    .kind = { .ending = ".training-summary.json", .tells_lineage = true },
    .fields = fields,
    .field_count = ZKL_COUNT(fields),
    .make_file = make_json,
};
