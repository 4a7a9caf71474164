/* time_module.c -- the time module (docs.python.org/3.11/library/time.html). */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "gc/heap.h"
#include "interp/builtins/import.h"
#include "interp/object/class.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/vm/thread.h"

#define NS 1000000000LL

static int64_t clock_ns(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return t.tv_sec * NS + t.tv_nsec;
}
#define CLOCK(name, id) \
    static Value time_##name(Value *args, size_t n) { return float_value((double)clock_ns(id) / 1e9); } \
    static Value time_##name##_ns(Value *args, size_t n) { return int_value(clock_ns(id)); }
CLOCK(time, CLOCK_REALTIME) CLOCK(monotonic, CLOCK_MONOTONIC) CLOCK(perf_counter, CLOCK_MONOTONIC)
CLOCK(process_time, CLOCK_PROCESS_CPUTIME_ID) CLOCK(thread_time, CLOCK_THREAD_CPUTIME_ID)

static bool clock_id(Value v, clockid_t *id)
{
    int64_t i;
    if (!obj_index_i64(v, &i, OverflowError))
        return false;
    *id = (clockid_t)i;
    return true;
}
static Value clock_get(Value which, bool ns, bool resolution)
{
    clockid_t id;
    struct timespec t;
    if (!clock_id(which, &id))
        return ERROR;
    if ((resolution ? clock_getres(id, &t) : clock_gettime(id, &t)) < 0) {
        error_set_errno(errno, UNBOUND);
        return ERROR;
    }
    int64_t all = t.tv_sec * NS + t.tv_nsec;
    return ns ? int_value(all) : float_value((double)all / 1e9);
}
static Value time_clock_gettime(Value *args, size_t n) { return clock_get(args[0], false, false); }
static Value time_clock_gettime_ns(Value *args, size_t n) { return clock_get(args[0], true, false); }
static Value time_clock_getres(Value *args, size_t n) { return clock_get(args[0], false, true); }

/* sleep: the lock is dropped; a signal wakes us, is handled, and the rest is slept. */
static Value time_sleep(Value *args, size_t n)
{
    double seconds;
    if (!obj_double(args[0], &seconds))
        return ERROR;
    if (isnan(seconds))
        return raise(ValueError, "Invalid value NaN (not a number)");
    if (seconds < 0)
        return raise(ValueError, "sleep length must be non-negative");
    if (seconds > 9e9)
        return raise(OverflowError, "timestamp too large to convert to C _PyTime_t");
    int64_t end = clock_ns(CLOCK_MONOTONIC) + (int64_t)ceil(seconds * 1e9);
    for (;;) {
        int64_t left = end - clock_ns(CLOCK_MONOTONIC);
        struct timespec until = { end / NS, end % NS };
        int failed = 0;
        if (left <= 0 && seconds > 0)
            return NONE;
        BLOCKING(failed = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL));
        if (!poll_events())
            return ERROR;
        if (failed != EINTR)
            return NONE;
    }
}

/* --- broken-down time ----------------------------------------------------------------------------------------------- */
static Value struct_time_type = UNBOUND_INIT;
static const StructField fields[] = {
    { "tm_year", "year, for example, 1993" }, { "tm_mon", "month of year, range [1, 12]" }, { "tm_mday", "day of month, range [1, 31]" },
    { "tm_hour", "hours, range [0, 23]" }, { "tm_min", "minutes, range [0, 59]" }, { "tm_sec", "seconds, range [0, 61])" },
    { "tm_wday", "day of week, range [0, 6], Monday is 0" }, { "tm_yday", "day of year, range [1, 366]" },
    { "tm_isdst", "1 if summer time is in effect, 0 if not, and -1 if unknown" }, { "tm_zone", "abbreviation of timezone name" }, { "tm_gmtoff", "offset from UTC in seconds" }, { 0 },
};

static Value from_tm(const struct tm *t)
{
    Value v[11] = { int_value((int64_t)t->tm_year + 1900), int_value(t->tm_mon + 1), int_value(t->tm_mday), int_value(t->tm_hour), int_value(t->tm_min), int_value(t->tm_sec),
        int_value((t->tm_wday + 6) % 7), int_value(t->tm_yday + 1), int_value(t->tm_isdst), str_from(t->tm_zone ? t->tm_zone : ""), int_value(t->tm_gmtoff) };
    return structseq_new_take(struct_time_type, v, 11);
}

/* The time_t of an optional argument; now when absent. */
static bool seconds_of(Value v, time_t *t)
{
    double d;
    if (is_unbound(v) || is_none(v)) {
        *t = time(NULL);
        return true;
    }
    if (!float_check(v)) {
        own Value number = obj_index(v);
        int64_t i;
        if (is_error(number))
            return false;
        if (!int_to_i64(number, &i))
            return raise_false(OverflowError, "timestamp out of range for platform time_t");
        *t = i;
        return true;
    }
    d = floor(float_of(v));
    if (isnan(d))
        return raise_false(ValueError, "Invalid value NaN (not a number)");
    if (fabs(d) > 9e18)
        return raise_false(OverflowError, "timestamp out of range for platform time_t");
    *t = (time_t)d;
    return true;
}
typedef struct tm *TmFn(const time_t *, struct tm *);
/* The optional argument broken down by gmtime_r or localtime_r. False: error pending. */
static bool break_down(Value v, TmFn *convert, struct tm *tm)
{
    time_t t;
    if (!seconds_of(v, &t))
        return false;
    errno = 0;
    if (convert(&t, tm))
        return true;
    error_set_errno(errno ? errno : EINVAL, UNBOUND);
    return false;
}
static Value broken_down(Value v, TmFn *convert)
{
    struct tm tm;
    return break_down(v, convert, &tm) ? from_tm(&tm) : ERROR;
}
static Value time_gmtime(Value *args, size_t n) { return broken_down(args[0], gmtime_r); }
static Value time_localtime(Value *args, size_t n) { return broken_down(args[0], localtime_r); }

/* A 9-tuple as struct tm. `checked`: ranges as asctime and strftime want them. */
static bool to_tm(Value v, struct tm *tm, bool checked)
{
    int64_t i[9];
    if (!tuple_check(v))
        return raise_false(TypeError, "Tuple or struct_time argument required");
    if (tuple_len(v) < 9)
        return raise_false(TypeError, "time tuple must have exactly 9 items");
    for (int k = 0; k < 9; k++)
        if (!obj_index_i64(tuple_peek(v, (uint64_t)k), &i[k], OverflowError))
            return false;
    if (i[0] - 1900 > INT32_MAX || i[0] - 1900 < INT32_MIN)
        return raise_false(OverflowError, "year out of range");
    *tm = (struct tm){ .tm_year = (int)(i[0] - 1900), .tm_mon = (int)i[1] - 1, .tm_mday = (int)i[2], .tm_hour = (int)i[3], .tm_min = (int)i[4], .tm_sec = (int)i[5],
        .tm_wday = (int)((i[6] + 1) % 7), .tm_yday = (int)i[7] - 1, .tm_isdst = (int)i[8] };
    if (tuple_len(v) >= 11 && int_check(tuple_peek(v, 10))) {
        int64_t offset;
        int_to_i64(tuple_peek(v, 10), &offset);
        tm->tm_gmtoff = offset;
        tm->tm_zone = str_check(tuple_peek(v, 9)) ? str_utf8_peek(tuple_peek(v, 9), NULL) : NULL;
    }
    if (!checked)
        return true;
    if (tm->tm_mon == -1)
        tm->tm_mon = 0;
    if (tm->tm_mday == 0)
        tm->tm_mday = 1;
    if (tm->tm_yday == -1)
        tm->tm_yday = 0;
    if (tm->tm_mon < 0 || tm->tm_mon > 11)
        return raise_false(ValueError, "month out of range");
    if (tm->tm_mday < 0 || tm->tm_mday > 31)
        return raise_false(ValueError, "day of month out of range");
    if (tm->tm_hour < 0 || tm->tm_hour > 23)
        return raise_false(ValueError, "hour out of range");
    if (tm->tm_min < 0 || tm->tm_min > 59)
        return raise_false(ValueError, "minute out of range");
    if (tm->tm_sec < 0 || tm->tm_sec > 61)
        return raise_false(ValueError, "seconds out of range");
    if (tm->tm_wday < 0)
        return raise_false(ValueError, "day of week out of range");
    return tm->tm_yday >= 0 && tm->tm_yday <= 365 ? true : raise_false(ValueError, "day of year out of range");
}
static bool tm_argument(Value v, struct tm *tm)
{
    if (!is_unbound(v) && !is_none(v))
        return to_tm(v, tm, true);
    time_t t = time(NULL);
    localtime_r(&t, tm);
    return true;
}

static Value time_mktime(Value *args, size_t n)
{
    struct tm tm;
    if (!to_tm(args[0], &tm, false))
        return ERROR;
    tm.tm_wday = -1;
    time_t t = mktime(&tm);
    return t == (time_t)-1 && tm.tm_wday == -1 ? raise(OverflowError, "mktime argument out of range") : float_value((double)t);
}

static Value ascii_time(const struct tm *tm)
{
    static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char text[64];
    snprintf(text, sizeof text, "%.3s %.3s%3d %.2d:%.2d:%.2d %lld", days + tm->tm_wday * 3, months + tm->tm_mon * 3, tm->tm_mday, tm->tm_hour, tm->tm_min, tm->tm_sec,
             1900 + (long long)tm->tm_year);
    return str_from(text);
}
static Value time_asctime(Value *args, size_t n)
{
    struct tm tm;
    return tm_argument(args[0], &tm) ? ascii_time(&tm) : ERROR;
}
static Value time_ctime(Value *args, size_t n)
{
    struct tm tm;
    return break_down(args[0], localtime_r, &tm) ? ascii_time(&tm) : ERROR;
}

static Value time_strftime(Value *args, size_t n)
{
    struct tm tm;
    if (!str_check(args[0]))
        return raise(TypeError, "strftime() argument 1 must be str, not %W", args[0]);
    if (!tm_argument(args[1], &tm))
        return ERROR;
    size_t len;
    const char *format = str_utf8_peek(args[0], &len);
    if (!format)
        return ERROR;
    if (memchr(format, 0, len))
        return raise(ValueError, "embedded null character");
    tm.tm_isdst = tm.tm_isdst < -1 ? -1 : tm.tm_isdst > 1 ? 1 : tm.tm_isdst;
    for (size_t cap = len * 4 + 256;; cap *= 4) {
        char *text = heap_buf(cap);
        if (!text)
            return raise_memory();
        size_t used = strftime(text, cap, format, &tm);
        if (used > 0 || len == 0 || cap > 256 * (len + 256)) {
            Value v = str_new(text, used);
            heap_buf_free(text, cap);
            return v;
        }
        heap_buf_free(text, cap);
    }
}
static Value time_strptime(Value *args, size_t n)
{
    own Value fn = import_attr("_strptime", "_strptime_time");
    return is_error(fn) ? ERROR : is_unbound(args[1]) ? call1(fn, args[0]) : call2(fn, args[0], args[1]);
}

static bool set_zone(Value module)
{
    tzset();
    own Value standard = str_from(tzname[0]), summer = str_from(tzname[1]);
    own Value names = is_error(standard) || is_error(summer) ? ERROR : tuple_of2(standard, summer);
    time_t january = 1704067200, july = 1719792000;            /* 2024, for the two offsets */
    struct tm a, b;
    localtime_r(&january, &a);
    localtime_r(&july, &b);
    long winter_offset = a.tm_isdst ? b.tm_gmtoff : a.tm_gmtoff, summer_offset = a.tm_isdst ? a.tm_gmtoff : b.tm_gmtoff;
    return !is_error(names) && module_add(module, "tzname", names) && module_add_int(module, "timezone", -winter_offset) && module_add_int(module, "altzone", -summer_offset) &&
           module_add_int(module, "daylight", a.tm_gmtoff != b.tm_gmtoff);
}
static Value time_tzset(Value *args, size_t n)
{
    own Value module = import_module_c("time");
    return !is_error(module) && set_zone(module) ? NONE : ERROR;
}

static Value time_get_clock_info(Value *args, size_t n)
{
    static const struct { const char *name, *implementation; clockid_t id; bool adjustable, monotonic; } rows[] = {
        { "time", "clock_gettime(CLOCK_REALTIME)", CLOCK_REALTIME, true, false }, { "monotonic", "clock_gettime(CLOCK_MONOTONIC)", CLOCK_MONOTONIC, false, true },
        { "perf_counter", "clock_gettime(CLOCK_MONOTONIC)", CLOCK_MONOTONIC, false, true },
        { "process_time", "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", CLOCK_PROCESS_CPUTIME_ID, false, true },
        { "thread_time", "clock_gettime(CLOCK_THREAD_CPUTIME_ID)", CLOCK_THREAD_CPUTIME_ID, false, true },
    };
    extern Type simple_namespace_type;
    if (!str_check(args[0]))
        return raise(TypeError, "get_clock_info() argument 1 must be str, not %W", args[0]);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!str_equal_c(args[0], rows[i].name))
            continue;
        struct timespec t;
        clock_getres(rows[i].id, &t);
        own Value ns = instance_new(&simple_namespace_type), how = str_from(rows[i].implementation), resolution = float_value((double)t.tv_sec + (double)t.tv_nsec / 1e9);
        return !is_error(ns) && !is_error(how) && obj_setattr_c(ns, "implementation", how) && obj_setattr_c(ns, "monotonic", bool_value(rows[i].monotonic)) &&
               obj_setattr_c(ns, "adjustable", bool_value(rows[i].adjustable)) && obj_setattr_c(ns, "resolution", resolution) ? give(ns) : ERROR;
    }
    return raise(ValueError, "unknown clock");
}

static const Method functions[] = {
    { "asctime", "(tuple=None, /)", time_asctime, "Convert a time tuple to a string, e.g. 'Sat Jun 06 16:26:11 1998'." },
    { "clock_getres", "(clk_id, /)", time_clock_getres, "Return the resolution (precision) of the specified clock clk_id." },
    { "clock_gettime", "(clk_id, /)", time_clock_gettime, "Return the time of the specified clock clk_id as a float." },
    { "clock_gettime_ns", "(clk_id, /)", time_clock_gettime_ns, "Return the time of the specified clock clk_id as nanoseconds (int)." },
    { "ctime", "(seconds=None, /)", time_ctime, "Convert a time in seconds since the Epoch to a string in local time." },
    { "get_clock_info", "(name, /)", time_get_clock_info, "Get information of the specified clock." },
    { "gmtime", "(seconds=None, /)", time_gmtime, "Convert seconds since the Epoch to a time tuple expressing UTC." },
    { "localtime", "(seconds=None, /)", time_localtime, "Convert seconds since the Epoch to a time tuple expressing local time." },
    { "mktime", "(tuple, /)", time_mktime, "Convert a time tuple in local time to seconds since the Epoch." },
    { "monotonic", "()", time_monotonic, "Monotonic clock, cannot go backward." },
    { "monotonic_ns", "()", time_monotonic_ns, "Monotonic clock, cannot go backward, as nanoseconds." },
    { "perf_counter", "()", time_perf_counter, "Performance counter for benchmarking." },
    { "perf_counter_ns", "()", time_perf_counter_ns, "Performance counter for benchmarking as nanoseconds." },
    { "process_time", "()", time_process_time, "Process time for profiling: sum of the kernel and user-space CPU time." },
    { "process_time_ns", "()", time_process_time_ns, "Process time for profiling as nanoseconds." },
    { "sleep", "(seconds, /)", time_sleep, "Delay execution for a given number of seconds." },
    { "strftime", "(format, tuple=None, /)", time_strftime, "Convert a time tuple to a string according to a format specification." },
    { "strptime", "(string, format=None, /)", time_strptime, "Parse a string to a time tuple according to a format specification." },
    { "thread_time", "()", time_thread_time, "Thread time for profiling." },
    { "thread_time_ns", "()", time_thread_time_ns, "Thread time for profiling as nanoseconds." },
    { "time", "()", time_time, "Return the current time in seconds since the Epoch." },
    { "time_ns", "()", time_time_ns, "Return the current time in nanoseconds since the Epoch." },
    { "tzset", "()", time_tzset, "Initialize, or reinitialize, the local timezone to the value stored in os.environ['TZ']." },
    { 0 },
};

static bool init(Value module)
{
    static const struct { const char *name; int64_t id; } clocks[] = { { "CLOCK_REALTIME", CLOCK_REALTIME }, { "CLOCK_MONOTONIC", CLOCK_MONOTONIC },
        { "CLOCK_MONOTONIC_RAW", CLOCK_MONOTONIC_RAW }, { "CLOCK_PROCESS_CPUTIME_ID", CLOCK_PROCESS_CPUTIME_ID }, { "CLOCK_THREAD_CPUTIME_ID", CLOCK_THREAD_CPUTIME_ID },
        { "CLOCK_BOOTTIME", CLOCK_BOOTTIME }, { "CLOCK_TAI", CLOCK_TAI }, { "_STRUCT_TM_ITEMS", 11 } };
    if (!structseq_ready(&struct_time_type, "time.struct_time", "The time value as returned by gmtime(), localtime(), and strptime().", fields, 9))
        return false;
    for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++)
        if (!module_add_int(module, clocks[i].name, clocks[i].id))
            return false;
    return module_add(module, "struct_time", struct_time_type) && set_zone(module);
}

const NativeModule time_module = { "time", "This module provides various functions to manipulate time values.", functions, init };
