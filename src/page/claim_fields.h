#pragma once
/* Fields that several forms have. */
#include "page/write.h"

/* Claims in words and as they are written. columns: of the dataset, offered while one types; NULL:
 * they are not known yet. */
void page_put_claim_fields(const page *p, const json_t *columns);
/* The table again, for operations that need its rows; it may stay empty. Last in its form. */
void page_put_table_field(const page *p);
/* <div class="field"> with a label, an input of that name and what it is for. more: further
 * attributes. help: markup; NULL: none. */
void page_put_input(const page *p, const char *name, const char *label, const char *more,
                    const char *help);
/* The name that a dataset gets. help: as above. */
void page_put_name_field(const page *p, const char *label, const char *help);
