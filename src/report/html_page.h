#pragma once
/* What every page has, out of page.css and page.js beside this file: the build makes C of them. It
 * stands in the page, which loads nothing. */
extern const char report_html_style[];
extern const char report_html_script[];
