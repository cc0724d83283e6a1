/* The member `standing` of a verdict: which version is the newest, by whose word. */
#include "api/standing.h"

static const api_field fields[] = {
    { "latest_version", API_NUMBER, API_AT(zkl_standing_word, latest_version),
      .help = "the newest version of the name" },
    { "latest_index", API_NUMBER, API_AT(zkl_standing_word, latest_index), .help = "its entry" },
    { "size", API_NUMBER, API_AT(zkl_standing_word, size),
      .help = "it speaks of so many entries of the log" },
    { "time", API_TEXT, API_AT(zkl_standing_word, time), .help = "when: its signer's word" },
    { "signer", API_TEXT, API_AT(zkl_standing_word, signer), .help = "key that signed it" },
    { "checked", API_BOOL, API_AT(zkl_standing_word, is_checked),
      .help = "was it compared with these entries; false: that none is missing is its signer's "
              "word" },
};
const api_object api_standing_word = API_OBJECT(zkl_standing_word, fields);
