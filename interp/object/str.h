/* str.h -- Python's str: latin-1, UCS-2 or UCS-4 by its widest character (always the narrowest that fits), ASCII flag, cached hash,
 * interned identifiers. Immutable. Surrogates are ordinary characters. Index and length in code points, O(1). */
#ifndef OBJECT_STR_H
#define OBJECT_STR_H
#include "interp/object/type.h"

typedef struct Str {
    Object head;
    int64_t hash;                /* -1: not computed */
    uint64_t len : 56;           /* characters */
    uint64_t width : 6;          /* 1, 2 or 4 bytes a character */
    uint64_t has_utf8 : 1;       /* its UTF-8 is in the side table of str.c */
    uint64_t ascii : 1;
    union { uint8_t c1[8]; uint16_t c2[4]; uint32_t c4[2]; } u;   /* len + 1 characters, the last is 0 */
} Str;
extern Type str_type;
#define STR_INTERNED BIRTH_TYPE_BIT

static inline bool str_check(Value v) { return has_flag(v, TYPE_IS_STR); }            /* subclasses too */
static inline bool str_exact(Value v) { return is_exact(v, &str_type); }
static inline Str *as_str(Value v) { assert(str_check(v)); return (Str *)as_obj(v); }
static inline uint64_t str_len(Value v) { return as_str(v)->len; }
static inline uint32_t str_char(const Str *s, uint64_t i)
{
    assert(i <= s->len);         /* the terminator may be read */
    return s->width == 1 ? s->u.c1[i] : s->width == 2 ? s->u.c2[i] : s->u.c4[i];
}
static inline const void *str_data(const Str *s) { return s->u.c1; }

must_use Value str_new(const char *utf8, size_t len);            /* WTF-8 in: surrogates kept; invalid bytes: U+FFFD */
must_use Value str_from_valid_utf8(const char *utf8, size_t len);        /* the same for what utf8_valid has found good */
must_use Value str_from(const char *utf8);                       /* NUL-terminated */
must_use Value str_format(const char *format, ...);              /* the directives of error_set */
must_use Value str_intern(const char *utf8);                     /* interned, owned */
must_use Value str_intern_take(Value s);                         /* the interned equal of s (exact str) */
Value str_name_peek(const char *literal);                        /* interned for ever, borrowed: names in C code; cached by address */
must_use Value str_from_char(uint32_t code_point);               /* cached below 256 */
must_use Value str_from_latin1(const uint8_t *s, size_t n);
must_use Value str_from_ucs4(const uint32_t *s, size_t n);
must_use Str *str_alloc(uint64_t len, unsigned width, bool ascii);     /* characters unset; terminator set */
must_use Str *str_alloc_room(uint64_t len, unsigned width, bool ascii, uint64_t room);     /* with room for more behind, when there is memory */
extern Value str_empty;                                          /* static, borrowed */
/* UTF-8 (WTF-8 for surrogates) of a str: borrowed, NUL-terminated, valid while s lives (ASCII: its own bytes; else cached in a side table). NULL: memory */
const char *str_utf8_peek(Value s, size_t *len);
/* Strict UTF-8 for the outside; UnicodeEncodeError on a lone surrogate. malloc'd: caller frees. */
char *str_utf8(Value s, size_t *len);
extern void (*str_surrogate_hook)(Value s, uint64_t position);    /* raises the UnicodeEncodeError; set at start */
int64_t str_hash(Str *s);                                        /* never -1; SipHash-1-3 with a per-process key (PYTHONHASHSEED honoured) */
bool str_equal(const Str *a, const Str *b);
bool str_equal_c(Value s, const char *ascii);
int str_compare(const Str *a, const Str *b);
must_use Value str_concat(Value a, Value b);                     /* both str */
/* *s (owned) becomes *s + tail; grows in place when nobody else owns it. False: memory, *s unchanged. Amortised O(len tail). */
must_use bool str_append(Value *s, Value tail);
must_use Value str_slice(Value s, int64_t start, int64_t stop);  /* 0 <= start <= stop <= len */
must_use Value str_slice_step(Value s, int64_t start, int64_t step, int64_t n);
must_use Value str_join(Value separator, const Value *items, size_t n);    /* TypeError: sequence item %zd: expected str instance, %s found */
must_use Value str_repeat(Value s, int64_t n);
int64_t str_find(const Str *s, const Str *sub, int64_t start, int64_t stop, bool backwards);    /* -1: absent */
/* The same for bytes: -1 absent; an empty needle is found at the near end. */
int64_t bytes_find_raw(const uint8_t *text, size_t n, const uint8_t *needle, size_t m, bool backwards);
Truth str_contains(Value s, Value sub);
must_use Value str_repr(Value s);

/* The same characters in another width (to_width >= from_width). */
void str_widen(void *to, unsigned to_width, const void *from, unsigned from_width, size_t n);
/* The least of 0x7f 0xff 0xffff 0x10ffff that is >= every character. */
uint32_t str_max_char(const void *data, unsigned width, size_t n);
static inline unsigned str_width_for(uint32_t max_char) { return max_char < 0x100 ? 1 : max_char < 0x10000 ? 2 : 4; }
/* str_from_chars -- a str of the narrowest width. str_shrink_take -- the first `len` characters of a str nobody has seen yet, narrowed. */
must_use Value str_from_chars(const void *data, unsigned width, size_t n);
must_use Value str_shrink_take(Str *s, size_t len);
must_use Value str_exact_of(Value s);                            /* the plain str of the same text (a subclass instance is copied) */
must_use Value str_subclass_new(Type *type, Value s);             /* an instance of a subclass of str */
must_use int64_t str_count(const Str *s, const Str *sub, int64_t start, int64_t stop, int64_t at_most);     /* never fails; an empty sub counts gaps */
void str_check_valid(const Str *);                               /* asserts the invariants; cost: every character */

/* Growing text, any width: the way to build a str piece by piece. {0} is valid (an empty one); str_builder_free is idempotent. */
typedef struct StrBuilder { void *data; size_t len, cap; unsigned width; uint32_t max; Value first; /* all there is so far, if not 0 */ } StrBuilder;
must_use bool str_builder_char_slow(StrBuilder *, uint32_t c);
must_use bool str_builder_fill(StrBuilder *, uint32_t c, size_t n);       /* n times c */
must_use bool str_builder_ascii_slow(StrBuilder *, const char *s, size_t n);
must_use bool str_builder_utf8(StrBuilder *, const char *s, size_t n);
must_use bool str_builder_str(StrBuilder *, Value s);
must_use bool str_builder_slice(StrBuilder *, Value s, uint64_t start, uint64_t stop);
must_use Value str_builder_finish(StrBuilder *);                 /* the str; the builder is empty again, also on failure */
must_use Value str_builder_end(StrBuilder *, bool ok);            /* finish, or with ok false free and ERROR: the last line of most users */
void str_builder_free(StrBuilder *);
static inline must_use bool str_builder_char(StrBuilder *b, uint32_t c)
{
    if (UNLIKELY(b->len == b->cap || b->width == 4 || c >> (8 * b->width)))
        return str_builder_char_slow(b, c);
    if (b->width == 1)
        ((uint8_t *)b->data)[b->len++] = (uint8_t)c;
    else
        ((uint16_t *)b->data)[b->len++] = (uint16_t)c;
    if (c > b->max)
        b->max = c;
    return true;
}
static inline must_use bool str_builder_ascii(StrBuilder *b, const char *s, size_t n)
{
    if (UNLIKELY(b->width != 1 || b->cap - b->len < n || n == 0))
        return str_builder_ascii_slow(b, s, n);
    memcpy((uint8_t *)b->data + b->len, s, n);
    b->len += n;
    if (b->max < 0x7f)
        b->max = 0x7f;
    return true;
}
#endif
