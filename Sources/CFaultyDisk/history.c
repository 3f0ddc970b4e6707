#include "disk.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void free_change(dw_change *change) {
    free(change->bytes);
    free(change->bytes_before);
    free(change);
}

static void clear(dw_history *history) {
    while (history->newest) {
        dw_change *change = history->newest;
        history->newest = change->older;
        free_change(change);
    }
}

dw_history *dw_history_of(dw_disk *disk, const char *path) {
    pthread_mutex_lock(&disk->lock);
    dw_history *history = disk->histories;
    while (history && strcmp(history->path, path) != 0) history = history->next;
    if (!history && (history = calloc(1, sizeof *history))) {
        if ((history->path = strdup(path))) {
            history->next = disk->histories;
            disk->histories = history;
        } else {
            free(history);
            history = NULL;
        }
    }
    pthread_mutex_unlock(&disk->lock);
    return history;
}

void dw_history_add(dw_disk *disk, dw_history *history, dw_change *change) {
    pthread_mutex_lock(&disk->lock);
    change->older = history->newest;
    history->newest = change;
    pthread_mutex_unlock(&disk->lock);
}

void dw_history_flush(dw_disk *disk, dw_history *history) {
    pthread_mutex_lock(&disk->lock);
    if (!history->is_poisoned) clear(history);
    for (dw_change *change = history->newest; change; change = change->older)
        if (change->fate == DW_UNFLUSHED) change->fate = DW_DURABLE;
    pthread_mutex_unlock(&disk->lock);
}

// After a failed flush the kernel forgets that the pages were to be written: a later flush tells nothing of them, only
// of what was written after it.
void dw_history_poison(dw_disk *disk, dw_history *history) {
    pthread_mutex_lock(&disk->lock);
    history->is_poisoned = 1;
    for (dw_change *change = history->newest; change; change = change->older)
        if (change->fate == DW_UNFLUSHED) change->fate = DW_DOOMED;
    pthread_mutex_unlock(&disk->lock);
}

// A deleted file: SQLite flushes the folder itself where that matters.
void dw_history_forget(dw_disk *disk, const char *path) {
    pthread_mutex_lock(&disk->lock);
    for (dw_history *history = disk->histories; history; history = history->next)
        if (strcmp(history->path, path) == 0) clear(history);
    pthread_mutex_unlock(&disk->lock);
}

void dw_histories_clear(dw_disk *disk) {
    pthread_mutex_lock(&disk->lock);
    while (disk->histories) {
        dw_history *history = disk->histories;
        disk->histories = history->next;
        clear(history);
        free(history->path);
        free(history);
    }
    pthread_mutex_unlock(&disk->lock);
}

static uint64_t next_random(uint64_t *state) {  // splitmix64
    uint64_t z = (*state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

static void put(int file, const uint8_t *bytes, int64_t length, int64_t offset) {
    while (length > 0) {
        ssize_t count = pwrite(file, bytes, (size_t)length, offset);
        if (count <= 0) abort();  // the real disk has failed: no test can go on
        bytes += count;
        offset += count;
        length -= count;
    }
}

static void cut(int file, int64_t size) {
    if (ftruncate(file, size) != 0) abort();
}

static void undo(int file, const dw_change *change) {
    cut(file, change->size_before);
    put(file, change->bytes_before, change->length_before, change->offset);
}

// Lets a change reach the disk whole, not at all, or up to the end of one of its sectors.
static void redo(int file, const dw_change *change, uint64_t *random) {
    uint64_t luck = change->fate == DW_DURABLE ? 3 : next_random(random) % 4;
    if (luck == 0) return;
    if (change->length < 0) return cut(file, change->offset);
    int64_t kept = change->length;
    if (luck == 1) kept = (int64_t)(next_random(random) % (uint64_t)(change->length / 512 + 1)) * 512;
    put(file, change->bytes, kept, change->offset);
}

static dw_change *reversed(dw_change *change) {
    dw_change *head = NULL;
    while (change) {
        dw_change *older = change->older;
        change->older = head;
        head = change;
        change = older;
    }
    return head;
}

void dw_histories_lose(dw_disk *disk, uint64_t seed) {
    for (dw_history *history = disk->histories; history; history = history->next) {
        int file = open(history->path, O_RDWR | O_CLOEXEC);
        if (file < 0) continue;
        for (dw_change *change = history->newest; change; change = change->older) undo(file, change);
        history->newest = reversed(history->newest);
        for (dw_change *change = history->newest; change; change = change->older) redo(file, change, &seed);
        close(file);
    }
}
