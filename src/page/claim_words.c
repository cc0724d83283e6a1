/* Claims that are chosen by their words. What stands in their places is put so that it is one name,
 * or one bound, whatever it holds: the claim's grammar is docs/formats/claims.md. */
#include "page/form.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"

const page_claim_word page_claim_words[] = {
    { "range", "every value of [column] lies from [A] to [B]", "range(%c, %a, %b)" },
    { "not_null", "[column] has a value in every row", "not_null(%c)" },
    { "unique", "no two rows agree in [column]", "unique(%c)" },
    { "sum", "the sum of [column]", "sum(%c)" },
    { "mean", "the mean of [column]", "mean(%c)" },
    { "min", "the least value of [column]", "min(%c)" },
    { "max", "the greatest value of [column]", "max(%c)" },
    { "median", "the median of [column]", "median(%c)" },
    { "count", "how many values of [column] lie from [A] to [B]", "count(%c, %a, %b)" },
    { "distinct", "how many different values [column] has", "distinct(%c)" },
    { "class_balance", "how many rows have each text of [column]", "class_balance(%c)" },
    { "null_rate", "at most the share [A] of [column] is missing", "null_rate(%c) <= %a" },
    { "k_anonymous", "each combination of [column] that occurs, occurs in [A] rows or more",
      "k_anonymous(%c, %a)" },
    { 0 },
};

/* In quotes, without the blanks around it. */
static void put_quoted(zkl_buffer *out, const char *text, size_t size)
{
    while (size && text[0] == ' ') {
        text++;
        size--;
    }
    while (size && text[size - 1] == ' ')
        size--;
    zkl_buffer_put_u8(out, '"');
    for (size_t i = 0; i < size; i++) {
        const uint8_t byte = (uint8_t)text[i];
        if (byte < ' ' || byte == 0x7f)
            zkl_buffer_format(out, "\\x%02x", (unsigned)byte);
        else
            zkl_buffer_format(out, "%s%c", byte == '"' || byte == '\\' ? "\\" : "", byte);
    }
    zkl_buffer_put_u8(out, '"');
}

/* Several have a comma between them. */
static void put_columns(zkl_buffer *out, const char *columns)
{
    for (bool is_first = true; is_first || *columns; is_first = false) {
        const size_t size = strcspn(columns, ",");
        zkl_buffer_put_text(out, is_first ? "" : ", ");
        put_quoted(out, columns, size);
        columns += size + (columns[size] == ',');
    }
}

/* An open bound when there is none. What could be more than one bound stands in quotes. */
static void put_bound(zkl_buffer *out, const char *text)
{
    static const char plain[] = "0123456789.-+:/ eETZ%";
    if (!*text)
        zkl_buffer_put_u8(out, '*');
    else if (strspn(text, plain) == strlen(text))
        zkl_buffer_put_text(out, text);
    else
        put_quoted(out, text, strlen(text));
}

static const char *place_of(const json_t *form, const char *name, size_t number)
{
    char field[24];
    snprintf(field, sizeof field, "%s%zu", name, number);
    return page_form_text(form, field);
}

static const page_claim_word *find_word(const char *name)
{
    for (size_t i = 0; page_claim_words[i].name; i++)
        if (strcmp(page_claim_words[i].name, name) == 0)
            return &page_claim_words[i];
    return NULL;
}

static void add_claim(json_t *all, const json_t *form, size_t number)
{
    ZKL_AUTO_CLEAR(zkl_buffer) claim = { 0 };
    const page_claim_word *const word = find_word(place_of(form, "words", number));
    if (!word)
        return;
    for (const char *c = word->claim; *c; c++)
        if (*c != '%')
            zkl_buffer_put_u8(&claim, (uint8_t)*c);
        else if (*++c == 'c')
            put_columns(&claim, place_of(form, "column", number));
        else
            put_bound(&claim, place_of(form, *c == 'a' ? "a" : "b", number));
    if (!claim.failed)
        json_array_append_new(all, json_stringn((const char *)claim.data, claim.size));
}

json_t *page_form_claims(const json_t *form)
{
    json_t *const all = json_array(), *const lines = page_form_lines(form, "claims");
    for (size_t i = 1; i <= PAGE_CLAIMS_IN_WORDS; i++)
        add_claim(all, form, i);
    json_array_extend(all, lines);
    json_decref(lines);
    return all;
}
