/* pwd_module.c -- pwd and grp: the users and groups of the system. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>

#include "interp/modules/arg.h"
#include "interp/object/class.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/vm/thread.h"

static Value user_type = UNBOUND_INIT, group_type = UNBOUND_INIT;
static Value text(const char *s) { return s ? fs_decode(s, strlen(s)) : NONE; }

static Value user_value(const struct passwd *p)
{
    Value v[7] = { text(p->pw_name), text(p->pw_passwd), int_value(p->pw_uid), int_value(p->pw_gid), text(p->pw_gecos), text(p->pw_dir), text(p->pw_shell) };
    return structseq_new_take(user_type, v, 7);
}
static Value group_value(const struct group *g)
{
    Value members = list_new(0);
    for (char **m = g->gr_mem; !is_error(members) && m && *m; m++)
        if (!list_append_take(members, text(*m))) {
            release(members);
            members = ERROR;
        }
    Value v[4] = { text(g->gr_name), text(g->gr_passwd), int_value(g->gr_gid), members };
    return structseq_new_take(group_type, v, 4);
}

/* An id; false with KeyError when it cannot be one. */
static bool id_arg(Value v, const char *function, const char *what, uint32_t *id)
{
    int64_t i;
    own Value index = obj_index(v);
    if (is_error(index))
        return false;
    if (int_to_i64(index, &i) && i >= -1 && i <= UINT32_MAX) {
        *id = (uint32_t)i;
        return true;
    }
    own Value message = str_format("%s(): %s not found: %S", function, what, index);
    if (!is_error(message))
        error_set_value(KeyError, message);
    return false;
}
static Value missing(const char *function, const char *what, Value key)
{
    own Value message = str_format("%s(): %s not found: %R", function, what, key);
    return is_error(message) ? ERROR : raise_value(KeyError, message);
}

static Value getpwuid_(Value *args, size_t n)
{
    uint32_t id;
    struct passwd p, *found = NULL;
    char room[16384];
    if (!id_arg(args[0], "getpwuid", "uid", &id))
        return ERROR;
    BLOCKING(getpwuid_r(id, &p, room, sizeof room, &found));
    return found ? user_value(found) : missing("getpwuid", "uid", args[0]);
}
static Value getpwnam_(Value *args, size_t n)
{
    PathArg name;
    struct passwd p, *found = NULL;
    char room[16384];
    if (!str_check(args[0]))
        return raise(TypeError, "getpwnam() argument must be str, not %W", args[0]);
    Value v = ERROR;
    if (path_arg(args[0], NULL, NULL, 0, &name)) {
        BLOCKING(getpwnam_r(name.text, &p, room, sizeof room, &found));
        v = found ? user_value(found) : missing("getpwnam", "name", args[0]);
    }
    path_free(&name);
    return v;
}
static Value getpwall_(Value *args, size_t n)
{
    own Value list = list_new(0);
    setpwent();
    for (struct passwd *p; !is_error(list) && (p = getpwent());)
        if (!list_append_take(list, user_value(p)))
            set_slot(&list, ERROR);
    endpwent();
    return give(list);
}
static Value getgrgid_(Value *args, size_t n)
{
    uint32_t id;
    struct group g, *found = NULL;
    static const size_t size = 1 << 20;
    if (!id_arg(args[0], "getgrgid", "gid", &id))
        return ERROR;
    char *room = malloc(size);
    if (!room)
        return raise_memory();
    BLOCKING(getgrgid_r(id, &g, room, size, &found));
    Value v = found ? group_value(found) : missing("getgrgid", "gid", args[0]);
    free(room);
    return v;
}
static Value getgrnam_(Value *args, size_t n)
{
    PathArg name;
    struct group g, *found = NULL;
    static const size_t size = 1 << 20;
    if (!str_check(args[0]))
        return raise(TypeError, "getgrnam() argument 'name' must be str, not %W", args[0]);
    Value v = ERROR;
    char *room = malloc(size);
    if (room && path_arg(args[0], NULL, NULL, 0, &name)) {
        BLOCKING(getgrnam_r(name.text, &g, room, size, &found));
        v = found ? group_value(found) : missing("getgrnam", "name", args[0]);
        path_free(&name);
    }
    free(room);
    return v;
}
static Value getgrall_(Value *args, size_t n)
{
    own Value list = list_new(0);
    setgrent();
    for (struct group *g; !is_error(list) && (g = getgrent());)
        if (!list_append_take(list, group_value(g)))
            set_slot(&list, ERROR);
    endgrent();
    return give(list);
}

static const Method pwd_functions[] = {
    { "getpwuid", "(uidobj, /)", getpwuid_, "Return the password database entry for the given numeric user ID." }, { "getpwnam", "(name, /)", getpwnam_, "Return the password database entry for the given user name." },
    { "getpwall", "()", getpwall_, "Return a list of all available password database entries, in arbitrary order." }, { 0 },
};
static const Method grp_functions[] = {
    { "getgrgid", "(id)", getgrgid_, "Return the group database entry for the given numeric group ID." }, { "getgrnam", "(name)", getgrnam_, "Return the group database entry for the given group name." },
    { "getgrall", "()", getgrall_, "Return a list of all available group entries, in arbitrary order." }, { 0 },
};
static bool pwd_init(Value module)
{
    static const StructField fields[] = { { "pw_name", "user name" }, { "pw_passwd", "password" }, { "pw_uid", "user id" }, { "pw_gid", "group id" }, { "pw_gecos", "real name" },
        { "pw_dir", "home directory" }, { "pw_shell", "shell program" }, { 0 } };
    if (!structseq_ready(&user_type, "pwd.struct_passwd", "pwd.struct_passwd: Results from getpw*() routines.\n\nThis object may be accessed either as a tuple of\n  (pw_name,pw_passwd,pw_uid,pw_gid,pw_gecos,pw_dir,pw_shell)\nor via the object attributes as named in the above tuple.", fields, 7))
        return false;
    return module_add(module, "struct_passwd", user_type);
}
static bool grp_init(Value module)
{
    static const StructField fields[] = { { "gr_name", "group name" }, { "gr_passwd", "password" }, { "gr_gid", "group id" }, { "gr_mem", "group members" }, { 0 } };
    if (!structseq_ready(&group_type, "grp.struct_group", "grp.struct_group: Results from getgr*() routines.\n\nThis object may be accessed either as a tuple of\n  (gr_name,gr_passwd,gr_gid,gr_mem)\nor via the object attributes as named in the above tuple.", fields, 4))
        return false;
    return module_add(module, "struct_group", group_type);
}
const NativeModule pwd_module = { "pwd", "This module provides access to the Unix password database.\nIt is available on all Unix versions.", pwd_functions, pwd_init };
const NativeModule grp_module = { "grp", "Access to the Unix group database.", grp_functions, grp_init };
