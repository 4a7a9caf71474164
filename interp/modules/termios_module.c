/* termios_module.c -- termios: control of terminals (docs.python.org/3.11/library/termios.html). */
#include <errno.h>
#include <signal.h>
#include <asm/ioctls.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <linux/serial.h>
#include <linux/tty.h>

#include "interp/modules/arg.h"
#include "interp/object/bytes.h"
#include "interp/object/exception.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/vm/thread.h"

static Value error_class = UNBOUND_INIT;
static Value fail(void)
{
    own Value number = int_value(errno), text = str_from(strerror(errno));
    own Value error = is_error(text) ? ERROR : call2(error_class, number, text);
    if (!is_error(error))
        exception_raise_take(give(error));
    return ERROR;
}
static Value none_or_error(int failed) { return failed < 0 ? fail() : NONE; }

static Value tcgetattr_(Value *args, size_t n)
{
    struct termios t;
    int fd;
    if (!arg_fd(args[0], &fd))
        return ERROR;
    if (tcgetattr(fd, &t) < 0)
        return fail();
    own Value cc = list_new(NCCS);
    for (int i = 0; !is_error(cc) && i < NCCS; i++) {
        bool number = !(t.c_lflag & ICANON) && (i == VMIN || i == VTIME);
        if (!list_append_take(cc, number ? int_value(t.c_cc[i]) : bytes_from_byte(t.c_cc[i])))
            return ERROR;
    }
    if (is_error(cc))
        return ERROR;
    Value v[7] = { int_value(t.c_iflag), int_value(t.c_oflag), int_value(t.c_cflag), int_value(t.c_lflag), int_value(cfgetispeed(&t)), int_value(cfgetospeed(&t)), retain(cc) };
    return list_from_take(v, 7);
}
static bool control_characters(Value cc, struct termios *t)
{
    if (!list_check(cc) || list_len(cc) != NCCS)
        return raise_false(TypeError, "tcsetattr: attributes[6] must be %d element list", NCCS);
    for (int i = 0; i < NCCS; i++) {
        Value v = list_peek(cc, (uint64_t)i);
        int number;
        if (bytes_check(v) && as_bytes(v)->len == 1)
            t->c_cc[i] = as_bytes(v)->data[0];
        else if (int_check(v) && arg_int(v, 0, &number))
            t->c_cc[i] = (cc_t)number;
        else
            return raise_false(TypeError, "tcsetattr: elements of attributes must be characters or integers");
    }
    return true;
}
static Value tcsetattr_(Value *args, size_t n)
{
    struct termios t;
    int fd, when, failed;
    uint32_t v[6];
    if (!arg_fd(args[0], &fd) || !arg_int(args[1], 0, &when))
        return ERROR;
    if (!list_check(args[2]) || list_len(args[2]) != 7)
        return raise(TypeError, "tcsetattr, arg 3: must be 7 element list");
    if (tcgetattr(fd, &t) < 0)
        return fail();
    for (uint64_t i = 0; i < 6; i++)
        if (!arg_u32(list_peek(args[2], i), 0, &v[i]))
            return ERROR;
    t.c_iflag = v[0];
    t.c_oflag = v[1];
    t.c_cflag = v[2];
    t.c_lflag = v[3];
    if (!control_characters(list_peek(args[2], 6), &t))
        return ERROR;
    if (cfsetispeed(&t, v[4]) < 0 || cfsetospeed(&t, v[5]) < 0)
        return fail();
    BLOCKING(failed = tcsetattr(fd, when, &t));
    return none_or_error(failed);
}
static Value with_number(Value *args, int (*fn)(int, int))
{
    int fd, number, failed;
    if (!arg_fd(args[0], &fd) || !arg_int(args[1], 0, &number))
        return ERROR;
    BLOCKING(failed = fn(fd, number));
    return none_or_error(failed);
}
static Value tcsendbreak_(Value *args, size_t n) { return with_number(args, tcsendbreak); }
static Value tcflush_(Value *args, size_t n) { return with_number(args, tcflush); }
static Value tcflow_(Value *args, size_t n) { return with_number(args, tcflow); }
static Value tcdrain_(Value *args, size_t n)
{
    int fd, failed;
    if (!arg_fd(args[0], &fd))
        return ERROR;
    BLOCKING(failed = tcdrain(fd));
    return none_or_error(failed);
}
static Value tcgetwinsize_(Value *args, size_t n)
{
    struct winsize w;
    int fd;
    if (!arg_fd(args[0], &fd))
        return ERROR;
    return ioctl(fd, TIOCGWINSZ, &w) < 0 ? fail() : tuple_of2(int_value(w.ws_row), int_value(w.ws_col));
}
static Value tcsetwinsize_(Value *args, size_t n)
{
    struct winsize w;
    int fd, rows, columns;
    own Value pair = tuple_from_iterable(args[1]);
    if (is_error(pair) || tuple_len(pair) != 2)
        return raise(TypeError, "tcsetwinsize, arg 2: must be a two-item sequence");
    if (!arg_fd(args[0], &fd) || !arg_int(tuple_peek(pair, 0), 0, &rows) || !arg_int(tuple_peek(pair, 1), 0, &columns))
        return ERROR;
    if (ioctl(fd, TIOCGWINSZ, &w) < 0)
        return fail();
    if (rows < 0 || rows > 65535 || columns < 0 || columns > 65535)
        return raise(OverflowError, "winsize value(s) out of range.");
    w.ws_row = (unsigned short)rows;
    w.ws_col = (unsigned short)columns;
    return none_or_error(ioctl(fd, TIOCSWINSZ, &w));
}
static const Method functions[] = {
    { "tcgetattr", "(fd, /)", tcgetattr_, "Get the tty attributes for file descriptor fd." }, { "tcsetattr", "(fd, when, attributes, /)", tcsetattr_, "Set the tty attributes for file descriptor fd." },
    { "tcsendbreak", "(fd, duration, /)", tcsendbreak_, "Send a break on file descriptor fd." }, { "tcdrain", "(fd, /)", tcdrain_, "Wait until all output written to file descriptor fd has been transmitted." },
    { "tcflush", "(fd, queue, /)", tcflush_, "Discard queued data on file descriptor fd." }, { "tcflow", "(fd, action, /)", tcflow_, "Suspend or resume input or output on file descriptor fd." },
    { "tcgetwinsize", "(fd, /)", tcgetwinsize_, "Get the tty winsize for file descriptor fd." }, { "tcsetwinsize", "(fd, winsize, /)", tcsetwinsize_, "Set the tty winsize for file descriptor fd." },
    { 0 },
};
#define C(name) { #name, (int64_t)(name) }
static const IntRow constants[] = {
    C(B0), C(B1000000), C(B110), C(B115200), C(B1152000), C(B1200), C(B134), C(B150), C(B1500000), C(B1800), C(B19200), C(B200), C(B2000000),
    C(B230400), C(B2400), C(B2500000), C(B300), C(B3000000), C(B3500000), C(B38400), C(B4000000), C(B460800), C(B4800), C(B50), C(B500000),
    C(B57600), C(B576000), C(B600), C(B75), C(B921600), C(B9600), C(BRKINT), C(BS0), C(BS1), C(BSDLY), C(CBAUD), C(CBAUDEX), C(CDSUSP), C(CEOF),
    C(CEOL), C(CEOT), C(CERASE), C(CFLUSH), C(CIBAUD), C(CINTR), C(CKILL), C(CLNEXT), C(CLOCAL), C(CQUIT), C(CR0), C(CR1), C(CR2), C(CR3), C(CRDLY),
    C(CREAD), C(CRPRNT), C(CRTSCTS), C(CS5), C(CS6), C(CS7), C(CS8), C(CSIZE), C(CSTART), C(CSTOP), C(CSTOPB), C(CSUSP), C(CWERASE), C(ECHO),
    C(ECHOCTL), C(ECHOE), C(ECHOK), C(ECHOKE), C(ECHONL), C(ECHOPRT), C(EXTA), C(EXTB), C(FF0), C(FF1), C(FFDLY), C(FIOASYNC), C(FIOCLEX),
    C(FIONBIO), C(FIONCLEX), C(FIONREAD), C(FLUSHO), C(HUPCL), C(ICANON), C(ICRNL), C(IEXTEN), C(IGNBRK), C(IGNCR), C(IGNPAR), C(IMAXBEL), C(INLCR),
    C(INPCK), C(IOCSIZE_MASK), C(IOCSIZE_SHIFT), C(ISIG), C(ISTRIP), C(IUCLC), C(IXANY), C(IXOFF), C(IXON), C(NCC), C(NCCS), C(NL0), C(NL1),
    C(NLDLY), C(NOFLSH), C(N_MOUSE), C(N_PPP), C(N_SLIP), C(N_STRIP), C(N_TTY), C(OCRNL), C(OFDEL), C(OFILL), C(OLCUC), C(ONLCR), C(ONLRET),
    C(ONOCR), C(OPOST), C(PARENB), C(PARMRK), C(PARODD), C(PENDIN), C(TAB0), C(TAB1), C(TAB2), C(TAB3), C(TABDLY), C(TCFLSH), C(TCGETA), C(TCGETS),
    C(TCIFLUSH), C(TCIOFF), C(TCIOFLUSH), C(TCION), C(TCOFLUSH), C(TCOOFF), C(TCOON), C(TCSADRAIN), C(TCSAFLUSH), C(TCSANOW), C(TCSBRK), C(TCSBRKP),
    C(TCSETA), C(TCSETAF), C(TCSETAW), C(TCSETS), C(TCSETSF), C(TCSETSW), C(TCXONC), C(TIOCCONS), C(TIOCEXCL), C(TIOCGETD), C(TIOCGICOUNT),
    C(TIOCGLCKTRMIOS), C(TIOCGPGRP), C(TIOCGSERIAL), C(TIOCGSOFTCAR), C(TIOCGWINSZ), C(TIOCINQ), C(TIOCLINUX), C(TIOCMBIC), C(TIOCMBIS), C(TIOCMGET),
    C(TIOCMIWAIT), C(TIOCMSET), C(TIOCM_CAR), C(TIOCM_CD), C(TIOCM_CTS), C(TIOCM_DSR), C(TIOCM_DTR), C(TIOCM_LE), C(TIOCM_RI), C(TIOCM_RNG),
    C(TIOCM_RTS), C(TIOCM_SR), C(TIOCM_ST), C(TIOCNOTTY), C(TIOCNXCL), C(TIOCOUTQ), C(TIOCPKT), C(TIOCPKT_DATA), C(TIOCPKT_DOSTOP),
    C(TIOCPKT_FLUSHREAD), C(TIOCPKT_FLUSHWRITE), C(TIOCPKT_NOSTOP), C(TIOCPKT_START), C(TIOCPKT_STOP), C(TIOCSCTTY), C(TIOCSERCONFIG),
    C(TIOCSERGETLSR), C(TIOCSERGETMULTI), C(TIOCSERGSTRUCT), C(TIOCSERGWILD), C(TIOCSERSETMULTI), C(TIOCSERSWILD), C(TIOCSER_TEMT), C(TIOCSETD),
    C(TIOCSLCKTRMIOS), C(TIOCSPGRP), C(TIOCSSERIAL), C(TIOCSSOFTCAR), C(TIOCSTI), C(TIOCSWINSZ), C(TOSTOP), C(VDISCARD), C(VEOF), C(VEOL), C(VEOL2),
    C(VERASE), C(VINTR), C(VKILL), C(VLNEXT), C(VMIN), C(VQUIT), C(VREPRINT), C(VSTART), C(VSTOP), C(VSUSP), C(VSWTC), { "VSWTCH", VSWTC }, C(VT0), C(VT1),
    C(VTDLY), C(VTIME), C(VWERASE), C(XCASE), C(XTABS),
};
static bool init(Value module)
{
    return ADD_INTS(module, constants) && ready_exception(&error_class, "termios.error", exception_class_peek(Exception)) && module_add(module, "error", error_class);
}
const NativeModule termios_module = { "termios", "This module provides an interface to the Posix calls for tty I/O control.", functions, init };
