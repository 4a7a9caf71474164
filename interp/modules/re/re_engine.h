/* re_engine.h -- PCRE2 in three widths behind one door.
 *
 * A program is compiled when first needed: once a width of subject and a mode. The first matches run interpreted, then PCRE2's JIT is asked.
 * Long matches: a limit of steps that grows tenfold, then a variant with callouts that polls events, so that every match can be interrupted.
 * While a match polls, other Python code runs: whoever holds pointers into a subject keeps the subject alive. */
#ifndef RE_ENGINE_H
#define RE_ENGINE_H
#include "interp/modules/re/re_program.h"

typedef enum ReMode { RE_SEARCH, RE_MATCH, RE_FULLMATCH, RE_N_MODES } ReMode;
typedef struct ReCode {          /* one compiled variant */
    void *code, *data;
    uint8_t width;               /* 1, 2, 4; 0: not compiled */
    bool busy, jitted, no_jit;
    uint32_t uses;
} ReCode;
typedef struct ReEngine { const ReProgram *program; ReCode codes[3][RE_N_MODES][2]; } ReEngine;      /* [width 1 2 4][mode][with callouts] */

/* re_engine_match -- YES: spans[2 * n_groups] (groups with the whole) are filled, -1 for absent ones. NO: no match. TRUTH_FAILED: interrupted, memory.
 * Text: `len` characters of `width` bytes; the match begins at `start` or later; not_empty: not with an empty match at `start`. */
Truth re_engine_match(ReEngine *, ReMode mode, const void *text, unsigned width, size_t len, size_t start, bool not_empty, int64_t *spans);
void re_engine_free(ReEngine *);
#endif
