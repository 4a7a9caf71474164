/* opcode_module.c -- _opcode: what CPython 3.11's instructions do to its stack, for tools that write its bytecode. Ouro's own instructions have no
 * stack (code/opcodes.def). */
#include "interp/modules/arg.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"

enum { HAVE_ARGUMENT = 90, SPECIAL = -100 };
enum { UNPACK_EX = 94, LOAD_GLOBAL = 116, MAKE_FUNCTION = 132, BUILD_SLICE = 133, CALL_FUNCTION_EX = 142, FORMAT_VALUE = 155 };

/* Number, effect without the jump, per unit of the argument, with the jump. Source: Python/compile.c of CPython 3.11, stack_effect. */
static const struct Effect { uint8_t opcode; int8_t plain, each, jump; } effects[] = {
    { 0, 0, 0, 0 }, { 1, -1, 0, -1 }, { 2, 1, 0, 1 }, { 9, 0, 0, 0 }, { 10, 0, 0, 0 }, { 11, 0, 0, 0 }, { 12, 0, 0, 0 }, { 15, 0, 0, 0 },
    { 25, -1, 0, -1 }, { 30, 1, 0, 1 }, { 31, 1, 0, 1 }, { 32, 1, 0, 1 }, { 33, 1, 0, 1 }, { 35, 1, 0, 1 }, { 36, 0, 0, 0 }, { 37, 0, 0, 0 },
    { 49, 1, 0, 1 }, { 50, 0, 0, 0 }, { 51, 1, 0, 1 }, { 52, 1, 0, 1 }, { 53, 1, 0, 1 }, { 54, -2, 0, -2 }, { 60, -3, 0, -3 }, { 61, -2, 0, -2 },
    { 68, 0, 0, 0 }, { 69, 0, 0, 0 }, { 70, -1, 0, -1 }, { 71, 1, 0, 1 }, { 74, 1, 0, 1 }, { 75, 0, 0, 0 }, { 82, 0, 0, 0 }, { 83, -1, 0, -1 },
    { 84, -1, 0, -1 }, { 85, 0, 0, 0 }, { 86, 0, 0, 0 }, { 87, 0, 0, 0 }, { 88, -1, 0, -1 }, { 89, -1, 0, -1 }, { 90, -1, 0, -1 }, { 91, 0, 0, 0 },
    { 92, -1, 1, -1 }, { 93, 1, 0, -1 }, { 94, SPECIAL }, { 95, -2, 0, -2 }, { 96, -1, 0, -1 }, { 97, -1, 0, -1 }, { 98, 0, 0, 0 }, { 99, 0, 0, 0 },
    { 100, 1, 0, 1 }, { 101, 1, 0, 1 }, { 102, 1, -1, 1 }, { 103, 1, -1, 1 }, { 104, 1, -1, 1 }, { 105, 1, -2, 1 }, { 106, 0, 0, 0 },
    { 107, -1, 0, -1 }, { 108, -1, 0, -1 }, { 109, 1, 0, 1 }, { 110, 0, 0, 0 }, { 111, -1, 0, 0 }, { 112, -1, 0, 0 }, { 114, -1, 0, -1 },
    { 115, -1, 0, -1 }, { 116, SPECIAL }, { 117, -1, 0, -1 }, { 118, -1, 0, -1 }, { 119, -1, 0, -1 }, { 120, 1, 0, 1 }, { 122, -1, 0, -1 },
    { 123, 0, 0, -1 }, { 124, 1, 0, 1 }, { 125, -1, 0, -1 }, { 126, 0, 0, 0 }, { 128, -1, 0, -1 }, { 129, -1, 0, -1 }, { 130, 0, -1, 0 },
    { 131, 0, 0, 0 }, { 132, SPECIAL }, { 133, SPECIAL }, { 134, 0, 0, 0 }, { 135, 0, 0, 0 }, { 136, 1, 0, 1 }, { 137, 1, 0, 1 }, { 138, -1, 0, -1 },
    { 139, 0, 0, 0 }, { 140, 0, 0, 0 }, { 142, SPECIAL }, { 144, 0, 0, 0 }, { 145, -1, 0, -1 }, { 146, -1, 0, -1 }, { 147, -2, 0, -2 },
    { 148, 1, 0, 1 }, { 149, 0, 0, 0 }, { 151, 0, 0, 0 }, { 152, -2, 0, -2 }, { 155, SPECIAL }, { 156, 0, -1, 0 }, { 157, 1, -1, 1 },
    { 160, 1, 0, 1 }, { 162, -1, 0, -1 }, { 163, -1, 0, -1 }, { 164, -1, 0, -1 }, { 165, -1, 0, -1 }, { 166, 0, -1, 0 }, { 171, -1, 0, -1 },
    { 172, 0, 0, 0 }, { 173, -1, 0, -1 }, { 174, -1, 0, -1 }, { 175, -1, 0, -1 }, { 176, -1, 0, -1 },
};

static int special_effect(int opcode, int arg)
{
    switch (opcode) {
    case UNPACK_EX: return (arg & 0xff) + (arg >> 8);
    case LOAD_GLOBAL: return (arg & 1) + 1;
    case MAKE_FUNCTION: return -__builtin_popcount((unsigned)arg & 15);
    case BUILD_SLICE: return arg == 3 ? -2 : -1;
    case CALL_FUNCTION_EX: return -2 - (arg & 1);
    default: return (arg & 4) ? -1 : 0;          /* FORMAT_VALUE */
    }
}

static Value stack_effect(Value *args, size_t n)
{
    int opcode, arg = 0;
    if (!arg_int(args[0], 0, &opcode))
        return ERROR;
    bool given = !is_unbound(args[1]) && !is_none(args[1]);
    if (opcode >= HAVE_ARGUMENT) {
        if (!given)
            return raise(ValueError, "stack_effect: opcode requires oparg but oparg was not specified");
        if (!arg_int(args[1], 0, &arg))
            return ERROR;
    } else if (given) {
        return raise(ValueError, "stack_effect: opcode does not permit oparg but oparg was specified");
    }
    bool either = is_unbound(args[2]) || is_none(args[2]), jumps = same(args[2], TRUE);
    if (!either && !jumps && !same(args[2], FALSE))
        return raise(ValueError, "stack_effect: jump must be False, True or None");
    for (size_t i = 0; i < sizeof effects / sizeof *effects; i++) {
        const struct Effect *e = &effects[i];
        if (e->opcode != opcode)
            continue;
        if (e->plain == SPECIAL)
            return int_value(special_effect(opcode, arg));
        int plain = e->plain + e->each * arg, jump = e->jump + e->each * arg;
        return int_value(either ? plain > jump ? plain : jump : jumps ? jump : plain);
    }
    return raise(ValueError, "invalid opcode or oparg");
}
static Value nothing(Value *args, size_t n) { return NONE; }

static const Method functions[] = {
    { "stack_effect", "(opcode, oparg=None, /, *, jump=None)", stack_effect, "Compute the stack effect of the opcode." },
    { "get_specialization_stats", "()", nothing, "Return the specialization stats" },
    { 0 },
};

const NativeModule opcode_module = { "_opcode", "Opcode support module.", functions, NULL };
