#include "disk.h"
#include <stdlib.h>
#include <string.h>

// SQLite allots this much and as much again as the real file needs, which lies right behind.
typedef struct {
    sqlite3_file base;
    dw_disk *disk;
    dw_history *history;
} faulty_file;

static sqlite3_vfs *real_vfs;
static sqlite3_vfs faulty_vfs;

static faulty_file *faulty(sqlite3_file *file) { return (faulty_file *)file; }
static sqlite3_file *real(sqlite3_file *file) { return (sqlite3_file *)(faulty(file) + 1); }

static int64_t size_of(sqlite3_file *file) {
    sqlite3_int64 size = 0;
    return real(file)->pMethods->xFileSize(real(file), &size) == SQLITE_OK ? size : 0;
}

// Remembers what a write of `length` bytes, or a cut (-1), is about to change; 0 when there is no memory for it.
static int remember(sqlite3_file *file, const void *bytes, int64_t length, int64_t offset) {
    dw_change *change = calloc(1, sizeof *change);
    if (!change) return 0;
    int64_t size = size_of(file);
    int64_t end = length < 0 ? size : offset + length;
    int64_t before = (end < size ? end : size) - offset;
    *change = (dw_change){.offset = offset, .length = length, .size_before = size};
    change->length_before = before > 0 ? before : 0;
    change->bytes_before = malloc((size_t)change->length_before + 1);
    change->bytes = malloc(length > 0 ? (size_t)length : 1);
    if (!change->bytes_before || !change->bytes) abort();
    if (length > 0) memcpy(change->bytes, bytes, (size_t)length);
    if (before > 0) real(file)->pMethods->xRead(real(file), change->bytes_before, (int)before, offset);
    dw_history_add(faulty(file)->disk, faulty(file)->history, change);
    return 1;
}

static int read_file(sqlite3_file *file, void *bytes, int length, sqlite3_int64 offset) {
    if (dw_disk_strike(faulty(file)->disk, DW_READ)) return SQLITE_IOERR_READ;
    return real(file)->pMethods->xRead(real(file), bytes, length, offset);
}

static int write_file(sqlite3_file *file, const void *bytes, int length, sqlite3_int64 offset) {
    dw_operation operation = offset + length > size_of(file) ? DW_GROW : DW_OVERWRITE;
    int struck = dw_disk_strike(faulty(file)->disk, operation);
    if (struck == 1 + DW_DISK_FULL) return SQLITE_FULL;
    if (struck && struck != 1 + DW_SHORT_WRITE) return SQLITE_IOERR_WRITE;
    int part = struck ? length / 2 : length;
    if (!remember(file, bytes, part, offset)) return SQLITE_NOMEM;
    int result = real(file)->pMethods->xWrite(real(file), bytes, part, offset);
    // The real VFS calls a short write a full disk.
    return struck ? SQLITE_FULL : result;
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 size) {
    if (dw_disk_strike(faulty(file)->disk, DW_TRUNCATE)) return SQLITE_IOERR_TRUNCATE;
    if (!remember(file, NULL, -1, size)) return SQLITE_NOMEM;
    return real(file)->pMethods->xTruncate(real(file), size);
}

static int sync_file(sqlite3_file *file, int flags) {
    (void)flags;
    int struck = dw_disk_strike(faulty(file)->disk, DW_SYNC);
    if (struck == 1 + DW_FAILED_SYNC) dw_history_poison(faulty(file)->disk, faulty(file)->history);
    if (struck) return SQLITE_IOERR_FSYNC;
    dw_history_flush(faulty(file)->disk, faulty(file)->history);
    return SQLITE_OK;
}

static int map_shared(sqlite3_file *file, int page, int size, int extend, void volatile **memory) {
    int struck = dw_disk_strike(faulty(file)->disk, DW_SHARED_MEMORY);
    if (struck == 1 + DW_DISK_FULL) return SQLITE_IOERR_SHMSIZE;
    if (struck) return SQLITE_IOERR_SHMMAP;
    return real(file)->pMethods->xShmMap(real(file), page, size, extend, memory);
}

// What never fails: a process that is told to let go must be able to.

static int close_file(sqlite3_file *file) { return real(file)->pMethods->xClose(real(file)); }
static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
    return real(file)->pMethods->xFileSize(real(file), size);
}
static int lock_file(sqlite3_file *file, int level) { return real(file)->pMethods->xLock(real(file), level); }
static int unlock_file(sqlite3_file *file, int level) {
    return real(file)->pMethods->xUnlock(real(file), level);
}
static int check_lock(sqlite3_file *file, int *is_locked) {
    return real(file)->pMethods->xCheckReservedLock(real(file), is_locked);
}
static int control(sqlite3_file *file, int code, void *argument) {
    return real(file)->pMethods->xFileControl(real(file), code, argument);
}
static int sector_size(sqlite3_file *file) { return real(file)->pMethods->xSectorSize(real(file)); }
static int characteristics(sqlite3_file *file) {
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
}
static int lock_shared(sqlite3_file *file, int offset, int count, int flags) {
    return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}
static void barrier(sqlite3_file *file) { real(file)->pMethods->xShmBarrier(real(file)); }
static int unmap_shared(sqlite3_file *file, int deletes) {
    return real(file)->pMethods->xShmUnmap(real(file), deletes);
}

static sqlite3_io_methods faulty_methods = {
    // Version 2: with shared memory, without a mapped file, whose reads and writes nobody could count.
    2, close_file, read_file, write_file, truncate_file, sync_file, file_size, lock_file, unlock_file, check_lock,
    control, sector_size, characteristics, map_shared, lock_shared, barrier, unmap_shared,
};

static int open_file(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *given) {
    (void)vfs;
    dw_disk *disk = dw_disk_at(path);
    if (!disk) return real_vfs->xOpen(real_vfs, path, file, flags, given);
    int exists = 0;
    real_vfs->xAccess(real_vfs, path, SQLITE_ACCESS_EXISTS, &exists);
    file->pMethods = NULL;
    if (dw_disk_strike(disk, exists ? DW_OPEN : DW_CREATE)) return SQLITE_CANTOPEN;
    faulty(file)->disk = disk;
    faulty(file)->history = dw_history_of(disk, path);
    if (!faulty(file)->history) return SQLITE_NOMEM;
    int result = real_vfs->xOpen(real_vfs, path, real(file), flags, given);
    if (result == SQLITE_OK) file->pMethods = &faulty_methods;
    return result;
}

static int delete_file(sqlite3_vfs *vfs, const char *path, int flushes) {
    (void)vfs;
    dw_disk *disk = dw_disk_at(path);
    if (disk && dw_disk_strike(disk, DW_DELETE)) return SQLITE_IOERR_DELETE;
    if (disk) dw_history_forget(disk, path);
    return real_vfs->xDelete(real_vfs, path, disk ? 0 : flushes);
}

static void register_vfs(void) {
    real_vfs = sqlite3_vfs_find(NULL);
    if (!real_vfs) return;
    // Everything else is the real one's, which finds its own data in the copy.
    faulty_vfs = *real_vfs;
    faulty_vfs.zName = "faulty-disk";
    faulty_vfs.pNext = NULL;
    faulty_vfs.szOsFile = (int)sizeof(faulty_file) + real_vfs->szOsFile;
    faulty_vfs.xOpen = open_file;
    faulty_vfs.xDelete = delete_file;
    sqlite3_vfs_register(&faulty_vfs, 1);
}

int dw_vfs_register(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, register_vfs);
    return real_vfs ? SQLITE_OK : SQLITE_ERROR;
}
