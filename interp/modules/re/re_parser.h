/* re_parser.h -- the state of a parse, shared by re_reader.c (tokens, errors, what comes out), re_escape.c (escapes, sets) and re_parse.c (the grammar).
 *
 * The next token is one character, or a backslash with the one behind it. After the first error `failed` is set and every token is RE_END, so
 * that callers need to look only where they would go on for long; an error is then pending. */
#ifndef RE_PARSER_H
#define RE_PARSER_H
#include "interp/modules/re/re_program.h"
#include "interp/object/str.h"

#define RE_END UINT32_MAX
#define RE_NO_GROUP UINT64_MAX

typedef struct ReParser {
    ReProgram *program;
    Value pattern, text;         /* borrowed */
    const Str *s;
    uint64_t index;              /* behind the next token */
    uint32_t next, escaped;      /* RE_END at the end; '\\' with the character behind it */
    bool failed, is_text;
    bool variable_lookbehind;
    uint64_t lookbehind_groups;  /* groups open to lookbehind; RE_NO_GROUP: not in one */
    uint32_t flags;              /* global */
    uint32_t n_closed;
    VEC(ReRange) conditions;     /* group asked for, position */
} ReParser;

/* --- re_reader.c: errors ----------------------------------------------------------------------------------------------- */
static inline uint64_t re_tell(const ReParser *p) { return p->index - (p->next == RE_END ? 0 : p->next == '\\' ? 2 : 1); }
/* An error is pending. */
static inline void re_stop(ReParser *p) { p->failed = true; p->next = RE_END; }
void re_fail(ReParser *, Value message_take, uint64_t offset);           /* re.error, `offset` before `index`; the first one counts */
/* `offset` characters before where we are. */
#define RE_FAIL(p, offset, ...) do { if (!(p)->failed) { uint64_t back_ = (offset); p->index = re_tell(p); re_fail((p), str_format(__VA_ARGS__), back_); } } while (0)
void re_out_of_memory(ReParser *);

/* --- re_reader.c: tokens ------------------------------------------------------------------------------------------------ */
void re_advance(ReParser *);
bool re_accept(ReParser *, uint32_t c);                  /* the next token is `c` (no backslash): take it */
uint32_t re_get(ReParser *);
void re_seek(ReParser *, uint64_t index);
must_use Value re_piece(ReParser *, uint64_t start, uint64_t stop);      /* of the pattern's text; owned */
must_use Value re_get_until(ReParser *, uint32_t terminator, const char *what);          /* the text up to `terminator`, owned; ERROR: failed */
bool re_is_identifier(Value name);
void re_check_name(ReParser *, Value name);              /* of a group */
void re_warn_name(ReParser *, Value name);               /* DeprecationWarning: a group named by other than ASCII in a pattern of bytes */
static inline bool re_digit(uint32_t c) { return c >= '0' && c <= '9'; }
static inline bool re_octal(uint32_t c) { return c >= '0' && c <= '7'; }
static inline bool re_letter(uint32_t c) { return c < 128 && (c | 32) >= 'a' && (c | 32) <= 'z'; }

/* --- re_reader.c: what comes out ------------------------------------------------------------------------------------------ */
static inline ReCase re_case_of(uint32_t flags) { return !(flags & RE_IGNORECASE) ? RE_EXACT : flags & RE_UNICODE ? RE_CASELESS : RE_CASELESS_ASCII; }
void re_put(ReParser *, ReItem);
void re_put_text(ReParser *, const char *text);
void re_insert_text(ReParser *, size_t at, const char *text);            /* before item `at` */
void re_put_literal(ReParser *, uint32_t c, uint32_t flags);
void re_put_set_take(ReParser *, ReSet set);
void re_add_range(ReParser *, ReSet *, uint32_t low, uint32_t high);

/* --- re_escape.c ----------------------------------------------------------------------------------------------------------- */
typedef enum ReEscape { RE_ESCAPE_CHAR, RE_ESCAPE_CATEGORY, RE_ESCAPE_AT, RE_ESCAPE_GROUP } ReEscape;
/* What backslash `c` at `start`, already taken, means outside of sets: *value is the character, the letter, or the group. */
ReEscape re_read_escape(ReParser *, uint32_t c, uint64_t start, uint32_t *value);
bool re_check_lookbehind_group(ReParser *, uint64_t group);              /* may a lookbehind refer to it? */
void re_read_set(ReParser *, uint32_t flags);            /* behind '[' */
void re_add_category(ReSet *, uint32_t letter);          /* what \d, \W ... adds to a set */
#endif
