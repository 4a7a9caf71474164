/* re_engine.c -- see re_engine.h. Source: pcre2api(3), pcre2jit(3). */
#define PCRE2_CODE_UNIT_WIDTH 0
#include <pcre2.h>
#include <stdlib.h>
#include "gc/event.h"
#include "gc/heap.h"
#include "interp/modules/re/re_engine.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"

enum { OPTIONS = PCRE2_DOTALL | PCRE2_MULTILINE | PCRE2_ALT_CIRCUMFLEX | PCRE2_ALLOW_EMPTY_CLASS | PCRE2_NEVER_UTF };
enum { JIT_AFTER = 3, JIT_LENGTH = 2000, JIT_STACK_FIRST = 32 << 10, JIT_STACK_MOST = 32 << 20, NESTING = 20000, FIRST_LIMIT = 1000000, POLL_EVERY = 4096,
       HEAP_KIB = 1 << 20 };

/* What a match in progress needs; as many as there are nested ones. */
typedef struct Run {
    struct Run *next;
    pcre2_match_context_8 *context8;
    pcre2_match_context_16 *context16;
    pcre2_match_context_32 *context32;
    void *stack8, *stack16, *stack32;
    uint32_t calls;
    bool failed;
} Run;
static Run *free_runs;

/* --- memory: PCRE2's is counted like everybody's -------------------------------------------------------------------------- */

typedef union Block { size_t size; max_align_t align; } Block;

static void *counted_alloc(size_t size, void *context)
{
    (void)context;
    if (size > PTRDIFF_MAX || !heap_account((int64_t)(size + sizeof(Block))))
        return NULL;
    Block *block = malloc(size + sizeof(Block));
    if (!block) {
        (void)!heap_account(-(int64_t)(size + sizeof(Block)));
        return NULL;
    }
    block->size = size;
    return block + 1;
}

static void counted_free(void *memory, void *context)
{
    (void)context;
    if (!memory)
        return;
    Block *block = (Block *)memory - 1;
    (void)!heap_account(-(int64_t)(block->size + sizeof(Block)));
    free(block);
}

/* --- one width ---------------------------------------------------------------------------------------------------------------- */

/* Interrupts a match: called before each item of a pattern compiled with callouts. */
#define DEFINE_CALLOUT(W)                                                                             \
    static int callout##W(pcre2_callout_block_##W *block, void *data)                                 \
    {                                                                                                 \
        (void)block;                                                                                  \
        Run *run = data;                                                                              \
        if (++run->calls % POLL_EVERY || poll_events())                                               \
            return 0;                                                                                 \
        run->failed = true;                                                                           \
        return PCRE2_ERROR_CALLOUT;                                                                   \
    }

#define DEFINE_WIDTH(W)                                                                               \
    static pcre2_general_context_##W *general##W;                                                     \
    static pcre2_compile_context_##W *compiler##W;                                                    \
    DEFINE_CALLOUT(W)                                                                                 \
    static bool start##W(void)                                                                        \
    {                                                                                                 \
        if (!general##W && !(general##W = pcre2_general_context_create_##W(counted_alloc, counted_free, NULL))) \
            return false;                                                                             \
        if (!compiler##W && !(compiler##W = pcre2_compile_context_create_##W(general##W)))            \
            return false;                                                                             \
        pcre2_set_newline_##W(compiler##W, PCRE2_NEWLINE_LF);                                         \
        pcre2_set_parens_nest_limit_##W(compiler##W, NESTING);                                        \
        return true;                                                                                  \
    }                                                                                                 \
    static int make##W(ReCode *c, const uint##W##_t *text, size_t len, uint32_t options)              \
    {                                                                                                 \
        int error;                                                                                    \
        PCRE2_SIZE at;                                                                                \
        if (!start##W())                                                                              \
            return PCRE2_ERROR_NOMEMORY;                                                              \
        c->code = pcre2_compile_##W(text, len, options, &error, &at, compiler##W);                    \
        if (!c->code)                                                                                 \
            return error;                                                                             \
        c->data = pcre2_match_data_create_from_pattern_##W(c->code, general##W);                      \
        return c->data ? 0 : PCRE2_ERROR_NOMEMORY;                                                    \
    }                                                                                                 \
    static bool context_ready##W(Run *run, bool jit)                                                  \
    {                                                                                                 \
        if (!run->context##W) {                                                                       \
            if (!start##W() || !(run->context##W = pcre2_match_context_create_##W(general##W)))       \
                return false;                                                                         \
            pcre2_set_heap_limit_##W(run->context##W, HEAP_KIB);                                      \
        }                                                                                             \
        if (jit && !run->stack##W) {                                                                  \
            run->stack##W = pcre2_jit_stack_create_##W(JIT_STACK_FIRST, JIT_STACK_MOST, NULL);        \
            pcre2_jit_stack_assign_##W(run->context##W, NULL, run->stack##W);                         \
        }                                                                                             \
        return true;                                                                                  \
    }                                                                                                 \
    static int run##W(ReCode *c, Run *run, const void *text, size_t len, size_t start, uint32_t options, uint32_t limit, bool polls, int64_t *spans) \
    {                                                                                                 \
        if (!c->jitted && !c->no_jit && (c->uses >= JIT_AFTER || len - start > JIT_LENGTH)) {         \
            c->jitted = pcre2_jit_compile_##W(c->code, PCRE2_JIT_COMPLETE) == 0;                      \
            c->no_jit = !c->jitted;                                                                   \
        }                                                                                             \
        if (!context_ready##W(run, c->jitted))                                                        \
            return PCRE2_ERROR_NOMEMORY;                                                              \
        pcre2_set_match_limit_##W(run->context##W, limit);                                            \
        if (polls)                                                                                    \
            pcre2_set_callout_##W(run->context##W, callout##W, run);                                  \
        bool shared = !c->busy;                                                                       \
        pcre2_match_data_##W *data = shared ? c->data : pcre2_match_data_create_from_pattern_##W(c->code, general##W); \
        if (!data)                                                                                    \
            return PCRE2_ERROR_NOMEMORY;                                                              \
        c->busy = true;                                                                               \
        int n = c->jitted ? pcre2_jit_match_##W(c->code, text, len, start, options, data, run->context##W) \
                          : pcre2_match_##W(c->code, text, len, start, options, data, run->context##W); \
        if (n == PCRE2_ERROR_JIT_STACKLIMIT)                                                          \
            n = pcre2_match_##W(c->code, text, len, start, options | PCRE2_NO_JIT, data, run->context##W); \
        if (polls)                                                                                    \
            pcre2_set_callout_##W(run->context##W, NULL, NULL);                                       \
        if (n > 0) {                                                                                  \
            const PCRE2_SIZE *at = pcre2_get_ovector_pointer_##W(data);                               \
            size_t n_all = 2 * pcre2_get_ovector_count_##W(data);                                     \
            for (size_t i = 0; i < n_all; i++)                                                        \
                spans[i] = (int64_t)at[i];       /* PCRE2_UNSET is -1 */                              \
        }                                                                                             \
        if (shared)                                                                                   \
            c->busy = false;                                                                          \
        else                                                                                          \
            pcre2_match_data_free_##W(data);                                                          \
        return n;                                                                                     \
    }
DEFINE_WIDTH(8)
DEFINE_WIDTH(16)
DEFINE_WIDTH(32)

/* --- all widths --------------------------------------------------------------------------------------------------------------------- */

static int make(ReCode *c, const uint32_t *text, size_t len, unsigned width, uint32_t options)
{
    if (width == 4)
        return make32(c, text, len, options);
    uint8_t *narrow = malloc(len * width + 1);
    if (!narrow)
        return PCRE2_ERROR_NOMEMORY;
    for (size_t i = 0; i < len; i++)                 /* the text itself is ASCII */
        if (width == 1)
            narrow[i] = (uint8_t)text[i];
        else
            ((uint16_t *)narrow)[i] = (uint16_t)text[i];
    int error = width == 1 ? make8(c, narrow, len, options) : make16(c, (uint16_t *)narrow, len, options);
    free(narrow);
    return error;
}

static void code_free(ReCode *c)
{
    if (c->width == 1) {
        pcre2_match_data_free_8(c->data);
        pcre2_code_free_8(c->code);
    } else if (c->width == 2) {
        pcre2_match_data_free_16(c->data);
        pcre2_code_free_16(c->code);
    } else if (c->width == 4) {
        pcre2_match_data_free_32(c->data);
        pcre2_code_free_32(c->code);
    }
    *c = (ReCode){ 0 };
}

static bool compile(ReEngine *engine, ReCode *c, ReMode mode, unsigned width, bool polls)
{
    size_t len;
    uint32_t *text = re_emit(engine->program, width == 1 ? 0xff : width == 2 ? 0xffff : 0x10ffff, mode == RE_FULLMATCH, &len);
    if (!text)
        return false;
    uint32_t options = OPTIONS | (mode == RE_SEARCH ? 0 : PCRE2_ANCHORED) | (engine->program->unicode_words ? PCRE2_UCP : 0) | (polls ? PCRE2_AUTO_CALLOUT : 0);
    c->width = (uint8_t)width;
    int error = make(c, text, len, width, options);
    if (error && error != PCRE2_ERROR_NOMEMORY && width < 4) {       /* too large for 16-bit links: the 32-bit library has wider ones */
        code_free(c);
        free(text);
        text = re_emit(engine->program, 0x10ffff, mode == RE_FULLMATCH, &len);
        if (!text)
            return false;
        c->width = 4;
        error = make(c, text, len, 4, options);
    }
    free(text);
    if (!error)
        return true;
    code_free(c);
    if (error == PCRE2_ERROR_NOMEMORY || error == 121)
        return raise_memory_false();
    unsigned char message[200];
    pcre2_get_error_message_8(error, message, sizeof message);
    re_error(str_format("the pattern is beyond what the matcher can do: %s", (char *)message), NONE, -1);
    return false;
}

static Run *run_take(void)
{
    Run *run = free_runs;
    if (run)
        free_runs = run->next;
    else
        run = calloc(1, sizeof *run);
    if (run)
        run->failed = false;
    else
        error_set_memory();
    return run;
}

static void run_give(Run *run)
{
    run->next = free_runs;
    free_runs = run;
}

static int run_code(ReCode *c, Run *run, const void *text, unsigned width, size_t len, size_t start, uint32_t options, uint32_t limit, bool polls, int64_t *spans)
{
    void *wide = NULL;
    if (UNLIKELY(c->width != width)) {
        wide = counted_alloc(len * c->width + 4, NULL);
        if (!wide)
            return PCRE2_ERROR_NOMEMORY;
        str_widen(wide, c->width, text, width, len);
        text = wide;
    }
    c->uses++;
    int n = c->width == 1 ? run8(c, run, text, len, start, options, limit, polls, spans)
          : c->width == 2 ? run16(c, run, text, len, start, options, limit, polls, spans)
                          : run32(c, run, text, len, start, options, limit, polls, spans);
    counted_free(wide, NULL);
    return n;
}

static ReCode *ready(ReEngine *engine, ReMode mode, unsigned width, bool polls)
{
    ReCode *c = &engine->codes[width == 4 ? 2 : width - 1][mode][polls];
    return c->width || compile(engine, c, mode, width, polls) ? c : NULL;
}

/* More steps than the first limit allows. */
static int run_long(ReEngine *engine, ReMode mode, Run *run, ReCode *c, const void *text, unsigned width, size_t len, size_t start, uint32_t options, uint32_t limit,
                    int64_t *spans)
{
    if (!poll_events())
        return PCRE2_ERROR_CALLOUT;
    int n = run_code(c, run, text, width, len, start, options, limit > UINT32_MAX / 10 ? UINT32_MAX : limit * 10, false, spans);
    if (n != PCRE2_ERROR_MATCHLIMIT)
        return n;
    ReCode *polling = ready(engine, mode, width, true);
    if (!polling || !poll_events())
        return PCRE2_ERROR_CALLOUT;
    return run_code(polling, run, text, width, len, start, options, UINT32_MAX, true, spans);
}

Truth re_engine_match(ReEngine *engine, ReMode mode, const void *text, unsigned width, size_t len, size_t start, bool not_empty, int64_t *spans)
{
    ReCode *c = ready(engine, mode, width, false);
    if (UNLIKELY(!c))
        return TRUTH_FAILED;
    Run *run = run_take();
    if (!run)
        return TRUTH_FAILED;
    uint32_t options = not_empty ? PCRE2_NOTEMPTY_ATSTART : 0;
    uint32_t limit = len > UINT32_MAX / 8 ? UINT32_MAX / 2 : FIRST_LIMIT + (uint32_t)len * 4;
    int n = run_code(c, run, text, width, len, start, options, limit, false, spans);
    if (UNLIKELY(n == PCRE2_ERROR_MATCHLIMIT))
        n = run_long(engine, mode, run, c, text, width, len, start, options, limit, spans);
    run_give(run);
    if (LIKELY(n > 0))
        return YES;
    if (n == PCRE2_ERROR_NOMATCH)
        return NO;
    if (n == PCRE2_ERROR_CALLOUT) {
        assert(error_pending());
        return TRUTH_FAILED;
    }
    if (n == PCRE2_ERROR_MATCHLIMIT)
        error_set(RuntimeError, "the match takes too many steps");
    else
        error_set_memory();
    return TRUTH_FAILED;
}

void re_engine_free(ReEngine *engine)
{
    for (int width = 0; width < 3; width++)
        for (int mode = 0; mode < RE_N_MODES; mode++)
            for (int polls = 0; polls < 2; polls++)
                code_free(&engine->codes[width][mode][polls]);
}
