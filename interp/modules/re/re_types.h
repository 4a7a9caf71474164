/* re_types.h -- compiled patterns, matches, scanners; what the files of the module re share. */
#ifndef RE_TYPES_H
#define RE_TYPES_H
#include "interp/modules/re/re_engine.h"
#include "interp/object/bytes.h"
#include "interp/object/native.h"

/* A replacement text in pieces: literals[0] group[0] literals[1] ... */
typedef struct ReTemplate { size_t n_groups; uint32_t *groups; Value *literals; /* n_groups + 1, of the text's kind */ } ReTemplate;

typedef struct Pattern {
    Object head;
    Value pattern, group_index /* dict of name -> number */, literal /* the text itself of a literal pattern; UNBOUND */;
    Value template_text;         /* the replacement `replacement` was made from; UNBOUND */
    ReProgram program;
    ReEngine engine;
    ReTemplate replacement;
    uint32_t n_groups;           /* without the whole */
    bool is_text;
} Pattern;

typedef struct Match {
    Object head;
    Value pattern, string;
    int64_t pos, endpos, n_groups;       /* with the whole */
    int64_t spans[];             /* start, end of each; -1: absent */
} Match;

typedef struct Scanner { Object head; Value pattern, string; int64_t pos, endpos; bool not_empty, exhausted, holds; Buffer held; /* keeps a buffer from changing its size */ } Scanner;

extern Type re_pattern_type, re_match_type, re_scanner_type, re_find_iterator_type;
static inline Pattern *as_pattern(Value v) { return (Pattern *)as_obj(v); }
static inline Match *as_match(Value v) { return (Match *)as_obj(v); }

/* What is searched: characters of a str or bytes of a buffer, in place. Between subject_open and subject_close the text stays. */
typedef struct Subject {
    Value string;                /* borrowed */
    const void *data;
    size_t len;                  /* up to endpos */
    size_t pos;
    unsigned width;
    Buffer buffer;
    bool has_buffer, empty_range;        /* pos behind endpos: nothing matches */
} Subject;
/* False: TypeError. pos and endpos are clipped. */
must_use bool re_subject_open(Subject *, const Pattern *, Value string, int64_t pos, int64_t endpos);
void re_subject_close(Subject *);
must_use Value re_subject_slice(const Subject *, int64_t start, int64_t stop);
/* One match from `start`; spans has room for 2 * (n_groups + 1). */
must_use Truth re_find(Pattern *, const Subject *, ReMode, size_t start, bool not_empty, int64_t *spans);

must_use Value re_compile(Value pattern, uint32_t flags);        /* uncached */
must_use Value re_match_new(Value pattern, const Subject *, const int64_t *spans, int64_t pos);

/* re_template.c */
must_use bool re_template_parse(ReTemplate *, Pattern *, Value text);
void re_template_free(ReTemplate *);

extern const Method re_pattern_methods[];         /* join re_pattern_type in re_module.c */
#endif
