/* Which members of a request are paths, and what may stand there. */
#include "daemon/paths.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/operation.h"
#include "base/file.h"
#include "testing.h"

static int64_t now = 1000000;

static int64_t now_ms(void *opaque)
{
    (void)opaque;
    return now;
}

static const zkl_env env = { .clock = { now_ms, NULL } };

typedef struct world {
    char folder[64], job[96], readable[96], store[96];
    const char *readables[1];
    daemon_files *files;
    daemon_file file;
} world;

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[256];
    zkl_error err;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    (void)!zkl_file_write(path, zkl_bytes_of_text(text), 0600, &err);
}

static bool begin(zkl_test *t, world *w)
{
    static const daemon_file_limits limits = { 100, 3, 1000 };
    zkl_error err = { 0 };
    char path[256];
    *w = (world){ .folder = "/tmp/zkl-paths-XXXXXX" };
    if (!mkdtemp(w->folder))
        return false;
    snprintf(w->job, sizeof w->job, "%s/job", w->folder);
    snprintf(w->readable, sizeof w->readable, "%s/data", w->folder);
    snprintf(w->store, sizeof w->store, "%s/files", w->folder);
    w->readables[0] = w->readable;
    mkdir(w->job, 0700);
    mkdir(w->readable, 0700);
    write_file(w->readable, "a.csv", "a");
    write_file(w->folder, "secret", "s");
    snprintf(path, sizeof path, "%s/link", w->readable);
    if (symlink("../secret", path) != 0 ||
        daemon_files_open(&w->files, w->store, &limits, NULL, &env, &err) != ZKL_OK ||
        daemon_files_begin(&w->file, w->files, "me", "b.csv", &err) != ZKL_OK ||
        daemon_files_part(path, sizeof path, w->files, &w->file, &err) != ZKL_OK)
        return false;
    write_file(w->store, path + strlen(w->store) + 1, "b");
    CHECK_STATUS(t, ZKL_OK, daemon_files_grow(w->files, &w->file, 1, &err));
    return daemon_files_commit(w->files, &w->file, &err) == ZKL_OK;
}

static void end(world *w)
{
    char command[96];
    daemon_files_free(w->files);
    snprintf(command, sizeof command, "rm -r %s", w->folder);
    if (system(command) != 0)
        perror(command);
}

static zkl_status take(world *w, const char *operation, json_t *request, zkl_error *err)
{
    daemon_paths paths = { .files = w->files,
                           .owner = "me",
                           .readable = w->readables,
                           .readable_count = 1,
                           .folder = w->job };
    const zkl_status status = daemon_paths_take(&paths, request, api_find(operation)->request, err);
    daemon_paths_close(&paths);
    json_decref(paths.sources);
    return status;
}

static void check(zkl_test *t, world *w, const char *operation, const char *text, zkl_status want)
{
    zkl_error err = { 0 };
    json_t *const request = json_loads(text, 0, NULL);
    const zkl_status got = take(w, operation, request, &err);
    if (got != want)
        FAIL(t, "%s %s: %s (%s), want %s", operation, text, zkl_status_text(got), err.text,
             zkl_status_text(want));
    json_decref(request);
}

/* Absolute paths, relative ones, links, other forms: of every operation, however deep. */
static void test_paths__refuse_the_machines_own(zkl_test *t)
{
    world w;
    REQUIRE(t, begin(t, &w));
    static const struct {
        const char *operation, *request;
        zkl_status want;
    } cases[] = {
        { "notarize", "{\"files\": [\"/etc/passwd\"]}", ZKL_DENIED },
        { "notarize", "{\"files\": \"x.csv\"}", ZKL_DENIED },
        { "notarize", "{\"files\": [\"../x\"]}", ZKL_DENIED },
        { "notarize", "{\"files\": [null]}", ZKL_USAGE },
        { "notarize", "{\"files\": [[\"file:x\"]]}", ZKL_USAGE },
        { "notarize", "{\"files\": 1}", ZKL_USAGE },
        { "notarize", "{\"files\": [\"file:0123456789abcdef\"]}", ZKL_NOT_FOUND },
        { "notarize", "{\"files\": \"folder:1\"}", ZKL_USAGE },
        { "notarize", "{\"output\": \"/tmp/x\"}", ZKL_DENIED },
        { "notarize", "{\"output\": \"out:a/b\"}", ZKL_USAGE },
        { "notarize", "{\"output\": \"out:.\"}", ZKL_USAGE },
        { "notarize", "{\"policy\": \"a/b\"}", ZKL_DENIED },
        { "notarize", "{\"policy\": \"-.toml\"}", ZKL_DENIED },
        { "transform", "{\"mapping\": {\"file\": \"/tmp/x\"}}", ZKL_DENIED },
        { "transform", "{\"result\": \"/tmp/x\"}", ZKL_DENIED },
        { "split", "{\"parts\": [{}, {\"file\": \"/tmp/x\"}]}", ZKL_DENIED },
        { "prove", "{\"with\": [{\"data\": [\"/tmp/x\"]}]}", ZKL_DENIED },
        { "init", "{\"folder\": \"out:x\"}", ZKL_DENIED },
        { "init", "{\"keys\": {\"passphrase_file\": \"x\"}}", ZKL_DENIED },
        { "pipeline", "{\"steps\": \"out:x\"}", ZKL_DENIED },
        { "export", "{\"from\": \"12x\"}", ZKL_DENIED },
        { "export", "{\"from\": \"\"}", ZKL_DENIED },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++)
        check(t, &w, cases[i].operation, cases[i].request, cases[i].want);
    end(&w);
}

static void test_paths__take_what_is_the_callers(zkl_test *t)
{
    world w;
    char text[512], path[256];
    zkl_error err = { 0 };
    REQUIRE(t, begin(t, &w));
    snprintf(text, sizeof text,
             "{\"files\": [\"file:%s\", \"%s/a.csv\"], \"output\": \"out:r.zkl\", "
             "\"policy\": \"usual\"}",
             w.file.id, w.readable);
    json_t *const request = json_loads(text, 0, NULL);
    REQUIRE_OK(t, &err, take(&w, "notarize", request, &err));
    json_t *const files = json_object_get(request, "files");
    snprintf(path, sizeof path, "%s/in/0/b.csv", w.job);
    CHECK(t, strcmp(json_string_value(json_array_get(files, 0)), path) == 0);
    CHECK(t, access(path, R_OK) == 0);
    snprintf(path, sizeof path, "%s/in/0/a.csv", w.job);
    CHECK(t, strcmp(json_string_value(json_array_get(files, 1)), path) == 0);
    snprintf(path, sizeof path, "%s/out/r.zkl", w.job);
    CHECK(t, strcmp(json_string_value(json_object_get(request, "output")), path) == 0);
    CHECK(t, strcmp(json_string_value(json_object_get(request, "policy")), "usual") == 0);
    json_decref(request);
    snprintf(text, sizeof text, "{\"files\": \"%s/link\"}", w.readable);
    check(t, &w, "notarize", text, ZKL_DENIED);
    snprintf(text, sizeof text, "{\"files\": \"%s/../secret\"}", w.readable);
    check(t, &w, "notarize", text, ZKL_DENIED);
    snprintf(text, sizeof text, "{\"files\": \"%sx\"}", w.readable);
    check(t, &w, "notarize", text, ZKL_DENIED);
    end(&w);
}

/* No row of the table lets a path through: with nothing permitted, each is refused. */
static void test_paths__know_every_row(zkl_test *t)
{
    size_t count = 0;
    const api_operation *row;
    for (size_t i = 0; (row = api_at(i)) != NULL; i++)
        for (size_t k = 0; row->request && k < row->request->field_count; k++) {
            const api_field *const f = &row->request->fields[k];
            json_t *value = json_string("/etc/passwd");
            const char *dot = strrchr(f->name, '.'), *end_at = f->name + strlen(f->name);
            for (const char *from; f->is_path; end_at = from - 1) { /* inside out */
                dot = NULL;
                for (const char *c = f->name; c < end_at; c++)
                    dot = *c == '.' ? c : dot;
                from = dot ? dot + 1 : f->name;
                char name[64];
                snprintf(name, sizeof name, "%.*s", (int)(end_at - from), from);
                json_t *const outer = json_object();
                json_object_set_new(outer, name, value);
                value = outer;
                if (!dot)
                    break;
            }
            if (f->is_path) {
                count++;
                if (!daemon_paths_any(value, row->request))
                    FAIL(t, "%s: '%s' passes", row->name, f->name);
            }
            json_decref(value);
        }
    CHECK(t, count > 50);
}

static void test_files__have_limits_and_owners(zkl_test *t)
{
    world w;
    zkl_error err = { 0 };
    daemon_file file, more;
    REQUIRE(t, begin(t, &w));
    CHECK_STATUS(t, ZKL_NOT_FOUND, daemon_files_find(&file, w.files, w.file.id, "you", &err));
    CHECK_STATUS(t, ZKL_OK, daemon_files_find(&file, w.files, w.file.id, NULL, &err));
    REQUIRE_OK(t, &err, daemon_files_begin(&file, w.files, "me", "c", &err));
    CHECK_STATUS(t, ZKL_NOT_FOUND, daemon_files_find(&more, w.files, file.id, "me", &err));
    CHECK_STATUS(t, ZKL_OK, daemon_files_grow(w.files, &file, 99, &err));
    CHECK_STATUS(t, ZKL_LIMIT, daemon_files_grow(w.files, &file, 1, &err));
    CHECK_STATUS(t, ZKL_LIMIT, daemon_files_grow(w.files, &file, UINT64_MAX, &err));
    REQUIRE_OK(t, &err, daemon_files_begin(&more, w.files, "me", "d", &err));
    CHECK_STATUS(t, ZKL_LIMIT, daemon_files_begin(&more, w.files, "me", "e", &err));
    CHECK_STATUS(t, ZKL_OK, daemon_files_begin(&more, w.files, "you", "e", &err));
    CHECK_STATUS(t, ZKL_NOT_FOUND, daemon_files_remove(w.files, w.file.id, "you", &err));
    daemon_files_abandon(w.files, &file);
    CHECK_STATUS(t, ZKL_OK, daemon_files_remove(w.files, w.file.id, "me", &err));
    CHECK_STATUS(t, ZKL_NOT_FOUND, daemon_files_find(&file, w.files, w.file.id, NULL, &err));
    end(&w);
}

/* After its time one that is used stays, and so does one that is being sent. */
static void test_files__go_when_nobody_uses_them(zkl_test *t)
{
    world w;
    zkl_error err = { 0 };
    daemon_file file, sent;
    REQUIRE(t, begin(t, &w));
    REQUIRE_OK(t, &err, daemon_files_begin(&sent, w.files, "me", "c", &err));
    now += 1000;
    daemon_files_sweep(w.files);
    CHECK_STATUS(t, ZKL_OK, daemon_files_find(&file, w.files, w.file.id, "me", &err));
    const int at = open(w.job, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    CHECK_STATUS(t, ZKL_OK, daemon_files_link(w.files, w.file.id, "me", at, "x", &err));
    CHECK_STATUS(t, ZKL_CONFLICT, daemon_files_link(w.files, w.file.id, "me", at, "x", &err));
    now += 1000;
    daemon_files_sweep(w.files);
    CHECK_STATUS(t, ZKL_OK, daemon_files_find(&file, w.files, w.file.id, "me", &err));
    now++;
    daemon_files_sweep(w.files);
    CHECK_STATUS(t, ZKL_NOT_FOUND, daemon_files_find(&file, w.files, w.file.id, "me", &err));
    CHECK(t, faccessat(at, "x", R_OK, 0) == 0);
    CHECK_STATUS(t, ZKL_OK, daemon_files_grow(w.files, &sent, 1, &err));
    CHECK(t, sent.size == 1);
    close(at);
    end(&w);
}

ZKL_TESTS(TEST(test_files__go_when_nobody_uses_them), TEST(test_paths__refuse_the_machines_own),
          TEST(test_paths__take_what_is_the_callers), TEST(test_paths__know_every_row),
          TEST(test_files__have_limits_and_owners))
