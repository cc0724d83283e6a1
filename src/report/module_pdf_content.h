#pragma once
/* What stands in a PDF report, out of the model as JSON. */
#include <jansson.h>

#include "report/module_pdf_page.h"

void pdf_put_report(pdf_document *d, const json_t *model);
/* module_pdf_drawing.c: the lineage, scaled to the page's width. svg: as lineage_svg.c writes it;
 * anything else draws less, and never worse. */
void pdf_put_drawing(pdf_document *d, const char *svg);
