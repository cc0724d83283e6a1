/* The delimiter has CR at its begin and nowhere else, so that what looked like one and is none can
 * begin anew at the byte that differs, and nowhere before. */
#include "page/multipart.h"

#include <string.h>
#include <strings.h>

/* ---- the boundary */

static bool is_boundary_byte(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c && strchr("'()+_,-./:=?", c));
}

bool page_multipart_begin(page_multipart *m, zkl_bytes type, const page_part_handler *handler,
                          void *context)
{
    static const char begin[] = "multipart/form-data; boundary=";
    const size_t skip = sizeof begin - 1;
    *m = (page_multipart){ .state = PAGE_PART_DATA, .handler = handler, .context = context };
    if (type.size <= skip || strncasecmp((const char *)type.data, begin, skip) != 0)
        return false;
    zkl_bytes boundary = zkl_bytes_of(type.data + skip, type.size - skip);
    if (boundary.size > 2 && boundary.data[0] == '"' && boundary.data[boundary.size - 1] == '"')
        boundary = zkl_bytes_of(boundary.data + 1, boundary.size - 2);
    if (boundary.size > PAGE_BOUNDARY_MAX)
        return false;
    for (size_t i = 0; i < boundary.size; i++)
        if (!is_boundary_byte(boundary.data[i]))
            return false;
    memcpy(m->delimiter, "\r\n--", 4);
    memcpy(m->delimiter + 4, boundary.data, boundary.size);
    m->delimiter_size = 4 + boundary.size;
    m->matched = 2; /* the first has no line in front of it */
    return true;
}

/* ---- heads */

/* The value of `name="..."` behind a ';'. NULL: there is none; "" when its end is not there. */
static bool take_value(char *out, size_t size, bool *is_there, const char *line, const char *name)
{
    const size_t name_size = strlen(name);
    *is_there = false;
    for (const char *at = strchr(line, ';'); at; at = strchr(at, ';')) {
        at += 1 + strspn(at + 1, " ");
        if (strncasecmp(at, name, name_size) == 0 && at[name_size] == '=' &&
            at[name_size + 1] == '"') {
            const char *const value = at + name_size + 2, *const end = strchr(value, '"');
            if (!end || (size_t)(end - value) >= size)
                return false;
            memcpy(out, value, (size_t)(end - value));
            out[end - value] = 0;
            *is_there = true;
            return true;
        }
        const char *const quote = strchr(at, '"'), *const next = strchr(at, ';');
        if (quote && next && quote < next) { /* a ';' within quotes ends nothing */
            at = strchr(quote + 1, '"');
            if (!at)
                return false;
        }
    }
    return true;
}

/* The head's lines; false: it is no part of a form. */
static bool parse_head(page_part *out, char *head)
{
    static const char wanted[] = "content-disposition: form-data;";
    bool has_name = false;
    *out = (page_part){ 0 };
    for (char *line = head, *end; line; line = end ? end + 2 : NULL) {
        end = strstr(line, "\r\n");
        if (end)
            *end = 0;
        if (!*line)
            return false;
        for (const char *c = line; *c; c++)
            if ((uint8_t)*c < ' ')
                return false;
        if (strncasecmp(line, wanted, sizeof wanted - 1) != 0)
            continue;
        if (has_name || !take_value(out->name, sizeof out->name, &has_name, line, "name") ||
            !has_name ||
            !take_value(out->file_name, sizeof out->file_name, &out->is_file, line, "filename"))
            return false; /* without a name, or the second such line */
    }
    return has_name && out->name[0];
}

/* ---- input */

static size_t take_head(page_multipart *m, zkl_bytes in)
{
    for (size_t i = 0; i < in.size; i++) {
        page_part part;
        if (m->head_size == PAGE_PART_HEAD_MAX || !in.data[i]) {
            m->state = PAGE_PART_BROKEN;
            return i;
        }
        m->head[m->head_size++] = (char)in.data[i];
        if (m->head_size < 4 || memcmp(m->head + m->head_size - 4, "\r\n\r\n", 4) != 0)
            continue;
        m->head[m->head_size - 4] = 0;
        const bool goes_on = ++m->part_count <= PAGE_PARTS_MAX && parse_head(&part, m->head) &&
                             m->handler->begin(m->context, &part);
        m->state = goes_on ? PAGE_PART_DATA : PAGE_PART_BROKEN;
        m->matched = 0;
        return i + 1;
    }
    return in.size;
}

/* What is content of a part; in front of the first there is none. */
static void pass(page_multipart *m, const void *data, size_t size)
{
    if (size && m->state == PAGE_PART_DATA &&
        (!m->part_count || !m->handler->data(m->context, zkl_bytes_of(data, size))))
        m->state = PAGE_PART_BROKEN;
}

static size_t take_data(page_multipart *m, zkl_bytes in)
{
    size_t i = 0;
    while (i < in.size && m->state == PAGE_PART_DATA) {
        if (!m->matched) {
            const uint8_t *const cr = memchr(in.data + i, '\r', in.size - i);
            const size_t run = cr ? (size_t)(cr - in.data) - i : in.size - i;
            pass(m, in.data + i, run);
            i += run;
        }
        if (i == in.size || m->state != PAGE_PART_DATA)
            break;
        if (in.data[i] == (uint8_t)m->delimiter[m->matched]) {
            i++;
            if (++m->matched < m->delimiter_size)
                continue;
            m->state = PAGE_PART_BEHIND;
            m->behind = 0;
            if (m->part_count && !m->handler->end(m->context))
                m->state = PAGE_PART_BROKEN;
        } else {
            const size_t matched = m->matched;
            m->matched = 0;
            if (!m->part_count)
                m->state = PAGE_PART_BROKEN;
            pass(m, m->delimiter, matched);
        }
    }
    return i;
}

static size_t take_behind(page_multipart *m, zkl_bytes in)
{
    const uint8_t c = in.data[0];
    if (!m->behind && (c == '\r' || c == '-'))
        m->behind = c;
    else if (m->behind == '\r' && c == '\n')
        m->state = PAGE_PART_HEAD;
    else if (m->behind == '-' && c == '-' && m->part_count)
        m->state = PAGE_PART_OVER;
    else
        m->state = PAGE_PART_BROKEN;
    m->head_size = 0;
    return 1;
}

bool page_multipart_feed(page_multipart *m, zkl_bytes input)
{
    while (input.size && m->state != PAGE_PART_BROKEN && m->state != PAGE_PART_OVER) {
        const size_t taken = m->state == PAGE_PART_HEAD     ? take_head(m, input)
                             : m->state == PAGE_PART_BEHIND ? take_behind(m, input)
                                                            : take_data(m, input);
        input = zkl_bytes_of(input.data + taken, input.size - taken);
    }
    return m->state != PAGE_PART_BROKEN;
}

bool page_multipart_is_whole(const page_multipart *m)
{
    return m->state == PAGE_PART_OVER;
}
