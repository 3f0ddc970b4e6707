#pragma once
#include <stdint.h>

// A disk that fails when a test says so: an SQLite VFS over the real one, for the files of one folder.
//
// The first disk makes itself SQLite's default VFS; what lies outside of every disk's folder goes straight to the real
// one. Nothing on such a disk is really flushed: what was not flushed is remembered instead, so that it can be lost.
#ifdef __cplusplus
extern "C" {
#endif

typedef struct dw_disk dw_disk;

typedef enum {
    // Reading, writing, flushing, cutting, opening, deleting, or shared memory fails once.
    DW_IO_ERROR,
    // From here on nothing can grow.
    DW_DISK_FULL,
    // Half of it is written, once.
    DW_SHORT_WRITE,
    // A flush fails, once; what it should have made durable never will be, whatever later flushes say.
    DW_FAILED_SYNC,
    // From here on everything fails; what was not flushed is lost, kept or torn.
    DW_POWER_LOSS,
} dw_fault;

// The disk below `folder`, which must exist; NULL when there is no memory or no such folder. Files must be closed
// before it is freed.
dw_disk *dw_disk_new(const char *folder);
void dw_disk_free(dw_disk *disk);

// Lets `fault` strike the `at`th operation from now on that it can strike; counted from 1.
void dw_disk_arm(dw_disk *disk, dw_fault fault, uint64_t at);

// How many operations there were, since the disk was new or mended, that `fault` could strike.
uint64_t dw_disk_count(dw_disk *disk, dw_fault fault);

// Whether the armed fault has struck.
int dw_disk_struck(dw_disk *disk);

// Makes it a good disk again. After a power loss or a failed flush, what was never flushed is lost, kept or torn write
// by write, as `seed` says; its files must be closed.
void dw_disk_mend(dw_disk *disk, uint64_t seed);

#ifdef __cplusplus
}
#endif
