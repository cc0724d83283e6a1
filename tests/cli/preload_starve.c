/* Preloaded by service_starved_long.sh. $STARVE is a file of 16 bytes that says, while it runs,
 * what is wrong:
 *
 *     byte 0: 'f': no file of the service takes a byte more (ENOSPC)
 *     byte 1: 'f': nothing is synced (EIO)
 *     byte 2: 's': what is synced waits until it is another one
 *     bytes 8 to 15: seconds, little-endian, by which the wall clock is ahead
 *
 * Sockets, pipes and standard streams are left alone. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static volatile const uint8_t *wrong;

__attribute__((constructor)) static void begin(void)
{
    const int fd = open(getenv("STARVE"), O_RDONLY | O_CLOEXEC);
    void *const at = fd >= 0 ? mmap(NULL, 16, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
    if (at == MAP_FAILED)
        abort();
    wrong = at;
    close(fd);
}

static bool is_file(int fd)
{
    struct stat st;
    return fd > 2 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_dev != 0;
}

static bool is_full(int fd)
{
    if (!wrong || wrong[0] != 'f' || !is_file(fd))
        return false;
    errno = ENOSPC;
    return true;
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    return is_full(fd) ? -1 : NEXT(write)(fd, bytes, size);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at)
{
    return is_full(fd) ? -1 : NEXT(pwrite)(fd, bytes, size, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at)
{
    return is_full(fd) ? -1 : NEXT(pwrite64)(fd, bytes, size, at);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    return is_full(fd) ? -1 : NEXT(writev)(fd, parts, count);
}

int fallocate(int fd, int mode, off_t at, off_t size)
{
    return is_full(fd) ? -1 : NEXT(fallocate)(fd, mode, at, size);
}

/* Whether it fails. */
static bool sync_one(int fd)
{
    if (!wrong || !is_file(fd))
        return false;
    while (wrong[2] == 's')
        nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
    if (wrong[1] != 'f')
        return false;
    errno = EIO;
    return true;
}

int fsync(int fd)
{
    return sync_one(fd) ? -1 : NEXT(fsync)(fd);
}

int fdatasync(int fd)
{
    return sync_one(fd) ? -1 : NEXT(fdatasync)(fd);
}

static int64_t ahead(void)
{
    int64_t seconds = 0;
    for (int i = 7; wrong && i >= 0; i--)
        seconds = (int64_t)((uint64_t)seconds << 8 | wrong[8 + i]);
    return seconds;
}

int clock_gettime(clockid_t clock, struct timespec *out)
{
    static int (*real)(clockid_t, struct timespec *);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
    const int result = real(clock, out);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        out->tv_sec += ahead();
    return result;
}

time_t time(time_t *out)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out)
        *out = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(struct timeval *out, void *zone)
{
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    *out = (struct timeval){ now.tv_sec, now.tv_nsec / 1000 };
    return 0;
}
