/* re_program.h -- a regular expression between Python's syntax and PCRE2's: a list of items, each with one exact meaning.
 *
 * re_parse.c makes it (with re_reader.c and re_escape.c), re_emit.c writes it as PCRE2 text for one width of characters. Options are resolved: no item depends on flags. */
#ifndef RE_PROGRAM_H
#define RE_PROGRAM_H
#include "interp/base/vec.h"
#include "interp/object/type.h"

enum {  /* CPython's bits */
    RE_TEMPLATE = 1, RE_IGNORECASE = 2, RE_LOCALE = 4, RE_MULTILINE = 8, RE_DOTALL = 16, RE_UNICODE = 32, RE_VERBOSE = 64, RE_DEBUG = 128, RE_ASCII = 256,
};
#define RE_MAX_REPEAT 4294967295ull
#define RE_MAX_GROUPS 1073741823ull

typedef enum ReCase { RE_EXACT, RE_CASELESS_ASCII, RE_CASELESS } ReCase;
typedef enum ReOp {
    RE_TEXT,        /* a piece of PCRE2 syntax: `text` */
    RE_LITERAL,     /* one character, `arg`; `mode` is its ReCase */
    RE_SET,         /* one character of sets.at[arg] */
    RE_REPEAT,      /* the item before, `arg` to `most` times (RE_MAX_REPEAT: any); `mode` is 0, '?' or '+' */
    RE_BACKREF,     /* what group `arg` matched; `mode` is its ReCase */
    RE_CONDITION,   /* (?( of group `arg` */
    RE_BOUNDARY,    /* `arg` 0: \b, 1: \B; `mode` 1: Unicode words, 0: ASCII */
} ReOp;
typedef struct ReItem { uint8_t op, mode; uint32_t arg; union { uint32_t most; const char *text; }; } ReItem;

typedef struct ReRange { uint32_t low, high; } ReRange;
enum { RE_DIGIT = 1, RE_SPACE = 2, RE_WORD = 4 };
typedef struct ReSet {
    bool negate, ascii;          /* ascii: the categories mean ASCII's */
    uint8_t in, not_in;          /* categories: RE_DIGIT ...; those of not_in are \D, \S, \W */
    VEC(ReRange) ranges;         /* closed under case already */
} ReSet;

typedef struct ReGroup { Value name; /* str or UNBOUND */ uint64_t low, high; uint32_t close_order; bool closed; } ReGroup;

typedef struct ReProgram {
    VEC(ReItem) items;
    VEC(ReSet) sets;
    VEC(ReGroup) groups;         /* [0] is the whole */
    uint32_t flags;
    bool unicode_words;          /* needs PCRE2_UCP: \b of Unicode, or a caseless Unicode backreference */
    bool groups_repeat;          /* a group lies inside a repetition */
    bool literal;                /* nothing but exact characters, at least one */
} ReProgram;

/* re_parse -- `pattern` (str, or bytes seen as latin-1 in `text`) with `flags`. False: re.error, OverflowError, ValueError. Runs Python code
 * (warnings, the class re.error). The program is freed by re_program_free, also after failure. */
must_use bool re_parse(ReProgram *, Value pattern, Value text, uint32_t flags);
void re_program_free(ReProgram *);
/* Raise re.error(message, pattern, position). position < 0: without pattern. */
void re_error(Value message_take, Value pattern, int64_t position);
must_use bool re_warn(const char *category, Value message_take, int stack_level);

/* re_emit -- PCRE2 text as code points, malloc'd (free()); NULL: MemoryError. `max_char` 0xff, 0xffff, 0x10ffff; `whole`: to the end of the text. */
uint32_t *re_emit(const ReProgram *, uint32_t max_char, bool whole, size_t *len);

/* re_case.c. Case as CPython's matcher sees it: simple lower case, and letters of the same upper case. */
uint32_t re_lower(uint32_t c, ReCase mode);
/* Add to the set every character that matches one of it when case is ignored. False: memory (no error set). */
must_use bool re_case_close(ReSet *, ReCase mode);
bool re_set_has(const ReSet *, uint32_t c);
#endif
