/* Croissant 1.1, the description of a dataset for loaders and search engines, as JSON-LD.
 *
 *  1. Files are named by SHA-256: that is how Croissant tells them, so the version must publish it.
 *  2. Columns are fields in the order of the schema, a record set for each file.
 *  3. Croissant has no place for a proof. What is proven, signed and declared stands under terms of
 *     our own, `zkl:`, which its readers pass over; its own terms hold what is signed or declared,
 *     and `zkl:standing` says which is which. */
#include <string.h>

#include "service/export_croissant.h"
#include "service/export_facts.h"

/* Columns times files: some hundred megabytes. */
#define FIELDS_MAX 1000000

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
static const char *media_type_of(const char *format, const char *file)
{
    const size_t size = strlen(file);
    if (size > 3 && strcmp(file + size - 3, ".gz") == 0)
        return "application/gzip";
    if (size > 4 && strcmp(file + size - 4, ".zst") == 0)
        return "application/zstd";
    return export_media_type_of(format);
}

static void put_file_id(zkl_json_writer *w, const export_croissant *c, size_t file)
{
    if (c->file_ids)
        zkl_json_text(w, "@id", c->file_ids[file]);
    else
        zkl_json_format(w, "@id", "file-%zu", file);
}

static void put_files(zkl_json_writer *w, const export_croissant *c)
{
    zkl_json_open(w, "distribution", '[');
    for (size_t i = 0; i < c->file_count; i++) {
        zkl_json_open(w, NULL, '{');
        zkl_json_text(w, "@type", "cr:FileObject");
        put_file_id(w, c, i);
        zkl_json_text(w, "name", c->files[i].name);
        zkl_json_text(w, "contentUrl", c->files[i].name);
        zkl_json_format(w, "contentSize", "%llu B", (unsigned long long)c->files[i].size);
        zkl_json_text(w, "encodingFormat", media_type_of(c->format, c->files[i].name));
        zkl_json_digest(w, "sha256", &c->files[i].sha256);
        zkl_json_close(w);
    }
    zkl_json_close(w);
}

static void put_column(zkl_json_writer *w, const export_croissant *c, size_t file, size_t at)
{
    const zkl_column_info *const column = &c->columns[at];
    zkl_json_open(w, NULL, '{');
    zkl_json_text(w, "@type", "cr:Field");
    zkl_json_format(w, "@id", "%srows-%zu/%zu", c->prefix, file, at);
    zkl_json_text(w, "name", column->name);
    zkl_json_format(w, "description", "%s%s", export_type(column),
                    column->nullable ? ", nullable" : "");
    zkl_json_text(w, "dataType", data_type(column->type));
    zkl_json_open(w, "source", '{');
    zkl_json_open(w, "fileObject", '{');
    put_file_id(w, c, file);
    zkl_json_close(w);
    zkl_json_open(w, "extract", '{');
    zkl_json_text(w, "column", column->name);
    zkl_json_close(w);
    zkl_json_close(w);
    zkl_json_close(w);
}

/* A record set is read from one source, and a table may be of several files: one for each. */
void export_put_croissant_files(zkl_json_writer *w, const export_croissant *c)
{
    put_files(w, c);
    zkl_json_open(w, "recordSet", '[');
    for (size_t file = 0; file < c->file_count; file++) {
        zkl_json_open(w, NULL, '{');
        zkl_json_text(w, "@type", "cr:RecordSet");
        zkl_json_format(w, "@id", "%srows-%zu", c->prefix, file);
        zkl_json_format(w, "name", "rows-%zu", file);
        zkl_json_format(w, "description", "all files together: %llu rows; read as: %s",
                        (unsigned long long)c->row_count, c->read);
        zkl_json_open(w, "field", '[');
        for (size_t i = 0; i < c->column_count; i++)
            put_column(w, c, file, i);
        zkl_json_close(w);
        zkl_json_close(w);
    }
    zkl_json_close(w);
}

void export_put_croissant_head(zkl_json_writer *w, const export_croissant *c)
{
    char hex[65];
    zkl_hex_encode(hex, c->dataset->bytes, sizeof c->dataset->bytes);
    zkl_json_raw(w, "@context", context);
    zkl_json_text(w, "@type", "sc:Dataset");
    zkl_json_text(w, "conformsTo", "http://mlcommons.org/croissant/1.1");
    zkl_json_text(w, "name", c->name);
    zkl_json_text(w, "description", c->description);
    zkl_json_format(w, "version", "%u.0.0", c->version);
    zkl_json_format(w, "identifier", "urn:zkp-ledger:dataset:%s", hex);
    zkl_json_text(w, "dateCreated", c->time);
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
    if (f.verdict.read.digest_count * f.verdict.column_count > FIELDS_MAX)
        return zkl_fail(err, ZKL_LIMIT,
                        "%zu columns of %zu files: Croissant tells each of each, "
                        "%d at most are written",
                        f.verdict.column_count, f.verdict.read.digest_count, FIELDS_MAX);
    ZKL_AUTO_CLEAR(zkl_buffer) words = { 0 };
    zkl_buffer_format(&words, "%s, notarised in log '%s'", f.reference, f.verdict.origin);
    zkl_buffer_put_u8(&words, 0);
    ZKL_TRY(zkl_buffer_status(&words, err));
    const char *description = export_declared(source, "description");
    const export_croissant c = { .prefix = "",
                                 .name = f.verdict.name,
                                 .description = description ? description : (char *)words.data,
                                 .time = f.verdict.time,
                                 .version = f.verdict.version,
                                 .dataset = &f.verdict.dataset,
                                 .row_count = f.verdict.row_count,
                                 .read = f.verdict.read.words,
                                 .format = f.verdict.read.reading.format,
                                 .files = f.verdict.read.digests,
                                 .file_count = f.verdict.read.digest_count,
                                 .columns = f.verdict.columns,
                                 .column_count = f.verdict.column_count };
    zkl_json_open(&w, NULL, '{');
    export_put_croissant_head(&w, &c);
    put_declared(&w, source);
    export_put_croissant_files(&w, &c);
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
