/* int_job.c -- see int_limbs.h. One thread per long computation; its operands and results are its own (malloc), so that an
 * interrupted one can be abandoned: whoever is last frees it. The memory is accounted to the heap while we wait. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "gc/event.h"
#include "gc/heap.h"
#include "interp/base/clock.h"
#include "interp/object/int_limbs.h"
#include "interp/object/protocol.h"

typedef struct Work {
    pthread_mutex_t lock;
    pthread_cond_t done;
    bool finished, abandoned, failed;
    JobKind kind;
    uint64_t number;
    char *text, *text_out;
    mpz_t a, b, c, r, r2;
} Work;

static void operand(mpz_t z, const Limbs *l)
{
    mpz_init(z);
    if (l->n == 0)
        return;
    mp_limb_t *to = mpz_limbs_write(z, l->n);
    memcpy(to, l->at, (size_t)l->n * 8);
    mpz_limbs_finish(z, l->negative ? -l->n : l->n);
}

static void work_free(Work *w)
{
    mpz_clears(w->a, w->b, w->c, w->r, w->r2, NULL);
    free(w->text);
    free(w->text_out);
    pthread_mutex_destroy(&w->lock);
    pthread_cond_destroy(&w->done);
    free(w);
}

static void compute(Work *w)
{
    switch (w->kind) {
    case JOB_MUL: mpz_mul(w->r, w->a, w->b); break;
    case JOB_DIVMOD: mpz_fdiv_qr(w->r, w->r2, w->a, w->b); break;
    case JOB_POW: mpz_pow_ui(w->r, w->a, w->number); break;
    case JOB_POWM: mpz_powm(w->r, w->a, w->b, w->c); break;
    case JOB_TO_TEXT: w->text_out = mpz_get_str(NULL, (int)w->number, w->a); break;
    case JOB_FROM_TEXT: w->failed = mpz_set_str(w->r, w->text, (int)w->number) != 0; break;
    case JOB_GCD: mpz_gcd(w->r, w->a, w->b); break;
    case JOB_SQRT: mpz_sqrt(w->r, w->a); break;
    }
}

static void *thread_main(void *context)
{
    Work *w = context;
    compute(w);
    pthread_mutex_lock(&w->lock);
    bool abandoned = w->abandoned;
    w->finished = true;
    pthread_cond_signal(&w->done);
    pthread_mutex_unlock(&w->lock);
    if (abandoned)
        work_free(w);
    return NULL;
}

static bool start(Work *w)
{
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t all, before;
    sigfillset(&all);
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, 8u << 20);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&thread, &attributes, thread_main, w);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return !failed;
}

/* True: finished. False: an event handler raised; the work is abandoned. */
static bool wait_for(Work *w)
{
    pthread_mutex_lock(&w->lock);
    while (!w->finished) {
        struct timespec until = clock_timespec(clock_ns() + 5 * CLOCK_NS_PER_MS);
        pthread_cond_timedwait(&w->done, &w->lock, &until);
        if (w->finished)
            break;
        pthread_mutex_unlock(&w->lock);
        bool go_on = poll_events();
        pthread_mutex_lock(&w->lock);
        if (!go_on) {
            bool finished = w->finished;
            w->abandoned = true;
            pthread_mutex_unlock(&w->lock);
            if (finished)
                work_free(w);
            return false;
        }
    }
    pthread_mutex_unlock(&w->lock);
    return true;
}

static Value result_of(mpz_t z)
{
    assert(!error_pending());
    return int_from_limbs(mpz_limbs_read(z), (mp_size_t)mpz_size(z), mpz_sgn(z) < 0);
}

bool int_job_run(IntJob *job, uint64_t room_bytes)
{
    if (!int_check_room(room_bytes))
        return false;
    uint64_t accounted = room_bytes + (uint64_t)(job->a.n + job->b.n + job->c.n) * 8;
    if (!heap_account((int64_t)accounted))
        return raise_memory_false();
    Work *w = calloc(1, sizeof *w);
    char *text = job->text ? strdup(job->text) : NULL;
    bool ok = false;
    job->result = job->result2 = UNBOUND;
    if (!w || (job->text && !text)) {
        free(w);
        free(text);
        error_set_memory();
        goto out;
    }
    pthread_condattr_t clock_choice;
    pthread_condattr_init(&clock_choice);
    pthread_condattr_setclock(&clock_choice, CLOCK_MONOTONIC);
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->done, &clock_choice);
    pthread_condattr_destroy(&clock_choice);
    w->kind = job->kind;
    w->number = job->number;
    w->text = text;
    operand(w->a, &job->a);
    operand(w->b, &job->b);
    operand(w->c, &job->c);
    mpz_inits(w->r, w->r2, NULL);
    if (!start(w)) {
        compute(w);
        w->finished = true;
    }
    if (!wait_for(w))
        goto out;
    if (w->kind == JOB_TO_TEXT) {
        job->text_out = w->text_out;
        w->text_out = NULL;
        ok = true;
    } else {
        job->result = w->failed ? raise(ValueError, "invalid digits") : result_of(w->r);
        job->result2 = w->kind == JOB_DIVMOD && !is_error(job->result) ? result_of(w->r2) : UNBOUND;
        ok = !is_error(job->result) && !is_error(job->result2);
        if (!ok && !is_error(job->result))
            release(job->result);
    }
    work_free(w);
out:;
    bool fits = heap_account(-(int64_t)accounted);
    assert(fits);
    (void)fits;
    assert_error_iff(!ok);
    return ok;
}
