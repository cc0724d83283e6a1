/* Croissant 1.1, the description of a dataset for loaders and search engines, as JSON-LD.
 *
 *  1. Files are named by SHA-256: that is how Croissant tells them, so the version must publish it.
 *  2. Columns are fields in the order of the schema, a record set for each file.
 *  3. Croissant has no place for a proof. What is proven, signed and declared stands under terms of
 *     our own, `zkl:`, which its readers pass over; its own terms hold what is signed or declared,
 *     and `zkl:standing` says which is which. */
#include <string.h>

#include "service/export_facts.h"

/* The context that the specification prescribes, and our own prefix. */
static const char context[] =
    "{\n"
    "    \"@language\": \"en\",\n"
    "    \"@vocab\": \"https://schema.org/\",\n"
    "    \"arrayShape\": \"cr:arrayShape\",\n"
    "    \"citeAs\": \"cr:citeAs\",\n"
    "    \"column\": \"cr:column\",\n"
    "    \"conformsTo\": \"dct:conformsTo\",\n"
    "    \"containedIn\": \"cr:containedIn\",\n"
    "    \"cr\": \"http://mlcommons.org/croissant/\",\n"
    "    \"rai\": \"http://mlcommons.org/croissant/RAI/\",\n"
    "    \"data\": { \"@id\": \"cr:data\", \"@type\": \"@json\" },\n"
    "    \"dataType\": { \"@id\": \"cr:dataType\", \"@type\": \"@vocab\" },\n"
    "    \"dct\": \"http://purl.org/dc/terms/\",\n"
    "    \"description\": { \"@container\": \"@language\" },\n"
    "    \"equivalentProperty\": \"cr:equivalentProperty\",\n"
    "    \"examples\": { \"@id\": \"cr:examples\", \"@type\": \"@json\" },\n"
    "    \"extract\": \"cr:extract\",\n"
    "    \"field\": \"cr:field\",\n"
    "    \"fileProperty\": \"cr:fileProperty\",\n"
    "    \"fileObject\": \"cr:fileObject\",\n"
    "    \"fileSet\": \"cr:fileSet\",\n"
    "    \"format\": \"cr:format\",\n"
    "    \"includes\": \"cr:includes\",\n"
    "    \"isArray\": \"cr:isArray\",\n"
    "    \"isLiveDataset\": \"cr:isLiveDataset\",\n"
    "    \"jsonPath\": \"cr:jsonPath\",\n"
    "    \"key\": \"cr:key\",\n"
    "    \"md5\": \"cr:md5\",\n"
    "    \"name\": { \"@container\": \"@language\" },\n"
    "    \"parentField\": \"cr:parentField\",\n"
    "    \"path\": \"cr:path\",\n"
    "    \"recordSet\": \"cr:recordSet\",\n"
    "    \"references\": \"cr:references\",\n"
    "    \"regex\": \"cr:regex\",\n"
    "    \"repeated\": \"cr:repeated\",\n"
    "    \"replace\": \"cr:replace\",\n"
    "    \"samplingRate\": \"cr:samplingRate\",\n"
    "    \"sc\": \"https://schema.org/\",\n"
    "    \"separator\": \"cr:separator\",\n"
    "    \"source\": \"cr:source\",\n"
    "    \"subField\": \"cr:subField\",\n"
    "    \"transform\": \"cr:transform\",\n"
    "    \"zkl\": \"urn:zkp-ledger:terms:\"\n"
    "  }";

static const char *const fields[] = { "license",  "url",         "creator",  "citation",
                                      "keywords", "description", "published" };

/* A word of schema.org for a type. What has no word of its own is a text. */
static const char *data_type(const char *type)
{
    static const char *const types[][2] = {
        { "bool", "sc:Boolean" },  { "int", "sc:Integer" },   { "uint", "sc:Integer" },
        { "float", "sc:Float" },   { "decimal", "sc:Float" }, { "date", "sc:Date" },
        { "time", "sc:DateTime" },
    };
    if (strcmp(type, "time") == 0) /* a time of day: "timestamp" begins so too */
        return "sc:Text";
    for (size_t i = 0; i < ZKL_COUNT(types); i++)
        if (strncmp(type, types[i][0], strlen(types[i][0])) == 0)
            return types[i][1];
    return "sc:Text";
}

/* Of a compressed file its media type is that of the compression. */
static const char *media_type_of(const export_facts *f, const char *file)
{
    const size_t size = strlen(file);
    if (size > 3 && strcmp(file + size - 3, ".gz") == 0)
        return "application/gzip";
    if (size > 4 && strcmp(file + size - 4, ".zst") == 0)
        return "application/zstd";
    return export_media_type(f);
}

static void put_files(zkl_json_writer *w, const export_facts *f)
{
    const zkl_read_info *read = &f->verdict.read;
    zkl_json_open(w, "distribution", '[');
    for (size_t i = 0; i < read->digest_count; i++) {
        zkl_json_open(w, NULL, '{');
        zkl_json_text(w, "@type", "cr:FileObject");
        zkl_json_format(w, "@id", "file-%zu", i);
        zkl_json_text(w, "name", read->digests[i].name);
        zkl_json_text(w, "contentUrl", read->digests[i].name);
        zkl_json_format(w, "contentSize", "%llu B", (unsigned long long)read->digests[i].size);
        zkl_json_text(w, "encodingFormat", media_type_of(f, read->digests[i].name));
        zkl_json_digest(w, "sha256", &read->digests[i].sha256);
        zkl_json_close(w);
    }
    zkl_json_close(w);
}

static void put_column(zkl_json_writer *w, const zkl_column_info *column, size_t file, size_t at)
{
    zkl_json_open(w, NULL, '{');
    zkl_json_text(w, "@type", "cr:Field");
    zkl_json_format(w, "@id", "rows-%zu/%zu", file, at);
    zkl_json_text(w, "name", column->name);
    zkl_json_format(w, "description", "%s%s", export_type(column),
                    column->nullable ? ", nullable" : "");
    zkl_json_text(w, "dataType", data_type(column->type));
    zkl_json_open(w, "source", '{');
    zkl_json_open(w, "fileObject", '{');
    zkl_json_format(w, "@id", "file-%zu", file);
    zkl_json_close(w);
    zkl_json_open(w, "extract", '{');
    zkl_json_text(w, "column", column->name);
    zkl_json_close(w);
    zkl_json_close(w);
    zkl_json_close(w);
}

/* A record set is read from one source, and a table may be of several files: one for each. */
static void put_columns(zkl_json_writer *w, const export_facts *f)
{
    zkl_json_open(w, "recordSet", '[');
    for (size_t file = 0; file < f->verdict.read.digest_count; file++) {
        zkl_json_open(w, NULL, '{');
        zkl_json_text(w, "@type", "cr:RecordSet");
        zkl_json_format(w, "@id", "rows-%zu", file);
        zkl_json_format(w, "name", "rows-%zu", file);
        zkl_json_format(w, "description", "all files together: %llu rows; read as: %s",
                        (unsigned long long)f->verdict.row_count, f->verdict.read.words);
        zkl_json_open(w, "field", '[');
        for (size_t i = 0; i < f->verdict.column_count; i++)
            put_column(w, &f->verdict.columns[i], file, i);
        zkl_json_close(w);
        zkl_json_close(w);
    }
    zkl_json_close(w);
}

/* The usual terms of schema.org, as far as they are declared. */
static void put_declared(zkl_json_writer *w, const export_source *source)
{
    static const char *const terms[][2] = {
        { "license", "license" },         { "url", "url" },
        { "citation", "citeAs" },         { "keywords", "keywords" },
        { "published", "datePublished" },
    };
    for (size_t i = 0; i < ZKL_COUNT(terms); i++) {
        const char *value = export_declared(source, terms[i][0]);
        if (value)
            zkl_json_text(w, terms[i][1], value);
    }
    const char *creator = export_declared(source, "creator");
    if (creator) {
        zkl_json_open(w, "creator", '{');
        zkl_json_text(w, "@type", "sc:Organization");
        zkl_json_text(w, "name", creator);
        zkl_json_close(w);
    }
}

static void put_evidence(zkl_json_writer *w, const export_source *source, const export_facts *f)
{
    zkl_json_open(w, "zkl:standing", '{');
    zkl_json_text(w, "zkl:signed", "name, version, distribution, recordSet, dateCreated");
    zkl_json_open(w, "zkl:declared", '[');
    for (size_t i = 0; i < source->declared_count; i++)
        zkl_json_text(w, NULL, source->declared[i].name);
    zkl_json_close(w);
    zkl_json_close(w);
    export_put_claims(w, "zkl:claims", f);
    export_put_not_proven(w, "zkl:notProven", f);
    export_put_evidence(w, "zkl:evidence", f);
}

static zkl_status make_file(zkl_buffer *out, const export_source *source, zkl_error *err)
{
    ZKL_AUTO_CLEAR(export_facts) f = { 0 };
    zkl_json_writer w = zkl_json_writer_of(out);
    ZKL_TRY(export_facts_gather(&f, source, err));
    ZKL_TRY(export_need_digests(&f, "Croissant", err));
    const char *description = export_declared(source, "description");
    zkl_json_open(&w, NULL, '{');
    zkl_json_raw(&w, "@context", context);
    zkl_json_text(&w, "@type", "sc:Dataset");
    zkl_json_text(&w, "conformsTo", "http://mlcommons.org/croissant/1.1");
    zkl_json_text(&w, "name", f.verdict.name);
    if (description)
        zkl_json_text(&w, "description", description);
    else
        zkl_json_format(&w, "description", "%s, notarised in log '%s'", f.reference,
                        f.verdict.origin);
    zkl_json_format(&w, "version", "%u.0.0", f.verdict.version);
    zkl_json_format(&w, "identifier", "urn:zkp-ledger:dataset:%s", f.dataset);
    zkl_json_text(&w, "dateCreated", f.verdict.time);
    put_declared(&w, source);
    put_files(&w, &f);
    put_columns(&w, &f);
    put_evidence(&w, source, &f);
    zkl_json_close(&w);
    return zkl_buffer_status(out, err);
}

const export_module service_export_croissant = {
    .kind = { .ending = ".croissant.json" },
    .fields = fields,
    .field_count = ZKL_COUNT(fields),
    .make_file = make_file,
};
