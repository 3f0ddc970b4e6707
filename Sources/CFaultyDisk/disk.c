#include "disk.h"
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t all_lock = PTHREAD_MUTEX_INITIALIZER;
static dw_disk *all = NULL;

dw_disk *dw_disk_new(const char *folder) {
    char *path = realpath(folder, NULL);
    dw_disk *disk = calloc(1, sizeof *disk);
    if (!path || !disk || dw_vfs_register() != SQLITE_OK) {
        free(path);
        free(disk);
        return NULL;
    }
    disk->folder = path;
    pthread_mutex_init(&disk->lock, NULL);
    pthread_mutex_lock(&all_lock);
    disk->next = all;
    all = disk;
    pthread_mutex_unlock(&all_lock);
    return disk;
}

void dw_disk_free(dw_disk *disk) {
    pthread_mutex_lock(&all_lock);
    dw_disk **link = &all;
    while (*link != disk) link = &(*link)->next;
    *link = disk->next;
    pthread_mutex_unlock(&all_lock);
    dw_histories_clear(disk);
    pthread_mutex_destroy(&disk->lock);
    free(disk->folder);
    free(disk);
}

dw_disk *dw_disk_at(const char *path) {
    if (!path) return NULL;
    pthread_mutex_lock(&all_lock);
    dw_disk *disk = all;
    for (; disk; disk = disk->next) {
        size_t length = strlen(disk->folder);
        if (strncmp(path, disk->folder, length) == 0 && path[length] == '/') break;
    }
    pthread_mutex_unlock(&all_lock);
    return disk;
}

static int can_strike(dw_fault fault, dw_operation operation) {
    switch (fault) {
    case DW_IO_ERROR:
    case DW_POWER_LOSS: return 1;
    case DW_DISK_FULL: return operation == DW_GROW || operation == DW_CREATE || operation == DW_SHARED_MEMORY;
    case DW_SHORT_WRITE: return operation == DW_GROW || operation == DW_OVERWRITE;
    case DW_FAILED_SYNC: return operation == DW_SYNC;
    }
    return 0;
}

int dw_disk_strike(dw_disk *disk, dw_operation operation) {
    pthread_mutex_lock(&disk->lock);
    for (int fault = 0; fault < DW_FAULTS; fault++) disk->counts[fault] += can_strike(fault, operation);
    int strikes = 0;
    if (disk->is_armed && can_strike(disk->fault, operation)) {
        int lasts = disk->fault == DW_DISK_FULL || disk->fault == DW_POWER_LOSS;
        strikes = disk->at == 1 || (lasts && disk->has_struck);
        if (disk->at > 0) disk->at--;
        disk->has_struck |= strikes;
    }
    int result = strikes ? 1 + (int)disk->fault : 0;
    pthread_mutex_unlock(&disk->lock);
    return result;
}

void dw_disk_arm(dw_disk *disk, dw_fault fault, uint64_t at) {
    pthread_mutex_lock(&disk->lock);
    disk->is_armed = 1;
    disk->fault = fault;
    disk->at = at;
    disk->has_struck = 0;
    pthread_mutex_unlock(&disk->lock);
}

uint64_t dw_disk_count(dw_disk *disk, dw_fault fault) {
    pthread_mutex_lock(&disk->lock);
    uint64_t count = disk->counts[fault];
    pthread_mutex_unlock(&disk->lock);
    return count;
}

int dw_disk_struck(dw_disk *disk) {
    pthread_mutex_lock(&disk->lock);
    int has_struck = disk->has_struck;
    pthread_mutex_unlock(&disk->lock);
    return has_struck;
}

void dw_disk_mend(dw_disk *disk, uint64_t seed) {
    pthread_mutex_lock(&disk->lock);
    int loses = disk->has_struck && (disk->fault == DW_POWER_LOSS || disk->fault == DW_FAILED_SYNC);
    disk->is_armed = disk->has_struck = 0;
    memset(disk->counts, 0, sizeof disk->counts);
    pthread_mutex_unlock(&disk->lock);
    if (loses) dw_histories_lose(disk, seed);
    dw_histories_clear(disk);
}
