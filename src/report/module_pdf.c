/* zkl-report-pdf: the model of an audit as JSON on standard input, PDF on standard output.
 *
 * It draws texts that strangers chose, with libraries that parse fonts. So it locks itself in
 * before it reads a byte:
 *
 *  1. No new privileges, no core dump; memory, time and the size of what it writes are bounded.
 *  2. A filter on system calls refuses networks, other programs, other processes, and opening a
 *     file to write it. It may read: fonts lie in files.
 *
 * Where the kernel has no such filter it ends, and no report is made. */
#include <cairo-pdf.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/standard_streams.h"
#include "report/module_pdf_content.h"

#define MEMORY_MAX ((rlim_t)4 << 30)
#define OUTPUT_MAX ((rlim_t)1 << 28)
#define SECONDS_MAX 600

/* ---- The lock. */

#define DENY(number)                                                                               \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1),                                           \
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES)
/* The low half of an argument, on this little-endian machine. */
#define ARGUMENT(at) (offsetof(struct seccomp_data, args) + 8 * (at))
/* Refused when argument `at` has one of the bits that open a file to change it. */
#define DENY_WRITING(number, at)                                                                   \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 4),                                           \
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARGUMENT(at)),                                          \
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND, 0,  \
                 1),                                                                               \
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),                                     \
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

static bool filter_calls(void)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        /* The other numbering of the same calls (x32). */
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        DENY(SYS_socket),
        DENY(SYS_socketpair),
        DENY(SYS_connect),
        DENY(SYS_bind),
        DENY(SYS_sendto),
        DENY(SYS_sendmsg),
        DENY(SYS_execve),
        DENY(SYS_execveat),
        DENY(SYS_fork),
        DENY(SYS_vfork),
        DENY(SYS_ptrace),
        DENY(SYS_process_vm_readv),
        DENY(SYS_process_vm_writev),
        DENY(SYS_pidfd_getfd),
        DENY(SYS_kill),
        DENY(SYS_tkill),
        DENY(SYS_io_uring_setup),
        DENY(SYS_openat2),
        DENY(SYS_creat),
        DENY(SYS_unlink),
        DENY(SYS_unlinkat),
        DENY(SYS_rename),
        DENY(SYS_renameat),
        DENY(SYS_renameat2),
        DENY(SYS_link),
        DENY(SYS_linkat),
        DENY(SYS_symlink),
        DENY(SYS_symlinkat),
        DENY(SYS_mkdir),
        DENY(SYS_mkdirat),
        DENY(SYS_mknod),
        DENY(SYS_mknodat),
        DENY(SYS_chmod),
        DENY(SYS_fchmod),
        DENY(SYS_fchmodat),
        DENY(SYS_truncate),
        DENY(SYS_mount),
        DENY(SYS_unshare),
        DENY(SYS_setns),
        DENY(SYS_bpf),
        DENY(SYS_keyctl),
        DENY_WRITING(SYS_open, 1),
        DENY_WRITING(SYS_openat, 2),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = { sizeof filter / sizeof filter[0], filter };
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static bool bound(__rlimit_resource_t what, rlim_t most)
{
    const struct rlimit limit = { most, most };
    return setrlimit(what, &limit) == 0;
}

static bool lock_in(void)
{
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && bound(RLIMIT_CORE, 0) &&
           bound(RLIMIT_AS, MEMORY_MAX) && bound(RLIMIT_CPU, SECONDS_MAX) &&
           bound(RLIMIT_FSIZE, OUTPUT_MAX) && filter_calls();
}

/* ---- The two passes. */

static cairo_status_t count_only(void *closure, const unsigned char *bytes, unsigned size)
{
    (void)closure;
    (void)bytes;
    (void)size;
    return CAIRO_STATUS_SUCCESS;
}

static cairo_status_t write_out(void *closure, const unsigned char *bytes, unsigned size)
{
    return fwrite(bytes, 1, size, closure) == size ? CAIRO_STATUS_SUCCESS
                                                   : CAIRO_STATUS_WRITE_ERROR;
}

static int fail(const char *why)
{
    fprintf(stderr, "%s\n", why);
    return 1;
}

int main(void)
{
    pdf_document document;
    json_error_t error;
    if (!zkl_standard_streams_fill())
        return fail("it has no standard streams");
    if (!lock_in())
        return fail("this system cannot lock it in");
    json_t *model = json_loadf(stdin, 0, &error);
    if (!json_is_object(model))
        return fail("what it is given is no report");
    const char *title = json_string_value(json_object_get(model, "title"));
    pdf_open(&document, count_only, NULL, title ? title : "", 0);
    pdf_put_report(&document, model);
    const unsigned count = document.page;
    if (!pdf_close(&document))
        return fail("cairo cannot draw it");
    pdf_open(&document, write_out, stdout, title ? title : "", count);
    pdf_put_report(&document, model);
    if (!pdf_close(&document) || fflush(stdout) != 0)
        return fail("it cannot be written");
    json_decref(model);
    return 0;
}
