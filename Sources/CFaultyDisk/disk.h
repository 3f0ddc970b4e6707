#pragma once
#include "CFaultyDisk.h"
#include <pthread.h>
#include <sqlite3.h>

enum { DW_FAULTS = DW_POWER_LOSS + 1 };

// What SQLite asks of a disk, as far as faults tell it apart.
typedef enum {
    DW_OPEN, DW_CREATE, DW_DELETE, DW_READ, DW_OVERWRITE, DW_GROW, DW_SYNC, DW_TRUNCATE, DW_SHARED_MEMORY,
} dw_operation;

// One write or cut that no flush has made durable yet.
typedef struct dw_change {
    struct dw_change *older;
    int64_t offset;
    // Bytes that were written; -1: the file was cut at `offset`.
    int64_t length;
    uint8_t *bytes;
    // What a rewind must put back.
    int64_t size_before;
    int64_t length_before;
    uint8_t *bytes_before;
    enum { DW_UNFLUSHED, DW_DOOMED, DW_DURABLE } fate;
} dw_change;

// A file's changes since its last flush, newest first; once a flush has failed, all from there on.
typedef struct dw_history {
    struct dw_history *next;
    char *path;
    dw_change *newest;
    int is_poisoned;
} dw_history;

struct dw_disk {
    dw_disk *next;
    char *folder;
    pthread_mutex_t lock;
    uint64_t counts[DW_FAULTS];
    int is_armed;
    dw_fault fault;
    uint64_t at;
    int has_struck;
    dw_history *histories;
};

// Counts an operation and says whether it must fail: 0, or 1 + the fault that strikes it.
int dw_disk_strike(dw_disk *disk, dw_operation operation);

// What remembers a file's changes; NULL when there is no memory.
dw_history *dw_history_of(dw_disk *disk, const char *path);
void dw_history_add(dw_disk *disk, dw_history *history, dw_change *change);
void dw_history_flush(dw_disk *disk, dw_history *history);
void dw_history_poison(dw_disk *disk, dw_history *history);
void dw_history_forget(dw_disk *disk, const char *path);
void dw_histories_lose(dw_disk *disk, uint64_t seed);
void dw_histories_clear(dw_disk *disk);

// The disk that a path lies on, or NULL; and the VFS that asks.
dw_disk *dw_disk_at(const char *path);
int dw_vfs_register(void);
