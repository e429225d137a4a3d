/* Counts what is synced to disk, then syncs it, later by PAYDESK_SYNC_MS. Preloaded; read by ctypes as paydesk_syncs. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

int paydesk_syncs = 0;

static int counted(const char *name, int descriptor) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    const char *later = getenv("PAYDESK_SYNC_MS");
    __sync_fetch_and_add(&paydesk_syncs, 1);
    if (later) usleep(1000 * atoi(later));
    return real(descriptor);
}

int fsync(int descriptor) { return counted("fsync", descriptor); }
int fdatasync(int descriptor) { return counted("fdatasync", descriptor); }
