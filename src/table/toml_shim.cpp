#include "table/toml_shim.h"

#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 1
#define TOML_MAX_NESTED_VALUES 60
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#endif
#include <toml++/toml.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

#include <algorithm>
#include <cstdio>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct walk {
    zkl_toml_make *make;
    void *context;
};

/* The kinds, as in toml.h. */
enum { kind_table, kind_array, kind_string, kind_integer, kind_float, kind_boolean, kind_time };

template <typename T> std::string iso_text(const T &value)
{
    std::ostringstream out;
    out << value;
    return out.str();
}

bool tell(const walk &w, void *parent, size_t index, const toml::key *key, const toml::node &node);

bool tell_table(const walk &w, void *self, const toml::table &table)
{
    std::vector<std::pair<const toml::key *, const toml::node *>> members;
    for (auto &&[key, node] : table)
        members.emplace_back(&key, &node);
    std::stable_sort(members.begin(), members.end(), [](const auto &a, const auto &b) {
        const auto &x = a.first->source().begin, &y = b.first->source().begin;
        return x.line != y.line ? x.line < y.line : x.column < y.column;
    });
    for (size_t i = 0; i < members.size(); i++)
        if (!tell(w, self, i, members[i].first, *members[i].second))
            return false;
    return true;
}

bool tell_array(const walk &w, void *self, const toml::array &array)
{
    for (size_t i = 0; i < array.size(); i++)
        if (!tell(w, self, i, nullptr, *array.get(i)))
            return false;
    return true;
}

bool tell(const walk &w, void *parent, size_t index, const toml::key *key, const toml::node &node)
{
    zkl_toml_value value = {};
    std::string iso;
    value.line = node.source().begin.line;
    value.column = node.source().begin.column;
    if (key) {
        value.key = key->str().data();
        value.key_size = key->str().size();
        value.key_line = key->source().begin.line;
        value.key_column = key->source().begin.column;
    }
    if (const auto *table = node.as_table()) {
        value.kind = kind_table;
        value.item_count = table->size();
    } else if (const auto *array = node.as_array()) {
        value.kind = kind_array;
        value.item_count = array->size();
    } else if (const auto *string = node.as_string()) {
        value.kind = kind_string;
        value.text = string->get().data();
        value.text_size = string->get().size();
    } else if (const auto *integer = node.as_integer()) {
        value.kind = kind_integer;
        value.integer = integer->get();
    } else if (const auto *real = node.as_floating_point()) {
        value.kind = kind_float;
        value.real = real->get();
    } else if (const auto *boolean = node.as_boolean()) {
        value.kind = kind_boolean;
        value.boolean = boolean->get();
    } else {
        value.kind = kind_time;
        if (const auto *date = node.as_date())
            iso = iso_text(date->get());
        else if (const auto *time = node.as_time())
            iso = iso_text(time->get());
        else if (const auto *both = node.as_date_time())
            iso = iso_text(both->get());
        value.text = iso.data();
        value.text_size = iso.size();
    }
    void *self = w.make(w.context, parent, index, &value);
    if (!self)
        return false;
    if (const auto *table = node.as_table())
        return tell_table(w, self, *table);
    if (const auto *array = node.as_array())
        return tell_array(w, self, *array);
    return true;
}

} // namespace

extern "C" bool zkl_toml_shim_parse(const char *text, size_t size, zkl_toml_make *make, void *context,
                                    zkl_toml_fault *fault)
{
    *fault = {};
    try {
        const auto result = toml::parse(std::string_view(text, size), std::string_view("toml"));
        if (!result) {
            const auto &error = result.error();
            const auto words = error.description();
            fault->line = error.source().begin.line;
            fault->column = error.source().begin.column;
            std::snprintf(fault->text, sizeof fault->text, "%.*s", static_cast<int>(std::min<size_t>(words.size(), 255)),
                          words.data());
            return false;
        }
        if (tell(walk{ make, context }, nullptr, 0, nullptr, result.table()))
            return true;
        fault->no_memory = true;
    } catch (const std::bad_alloc &) {
        fault->no_memory = true;
    } catch (...) {
        std::snprintf(fault->text, sizeof fault->text, "the parser gave up");
    }
    return false;
}
