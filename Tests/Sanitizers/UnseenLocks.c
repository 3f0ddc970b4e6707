// Tells the thread sanitizer of the half of the standard library's `Mutex` that it cannot see. Preloaded by `run`.
//
// On Linux `Mutex` is a futex. Its fast path is inlined into our code, where the sanitizer sees its atomics. The slow
// one, taken when threads meet, lies in libswiftSynchronization, which is not instrumented: there the lock changes
// hands unseen, and what it guards looks like a race. Both slow calls are stood in for: each does what it did, and
// says what that means. Nothing is suppressed: a race of ours is reported as before, also inside a lock.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

// Weak: absent in programs without the sanitizer, which get this library too when a test starts them.
__attribute__((weak)) void __tsan_acquire(void *address);
__attribute__((weak)) void __tsan_release(void *address);

SWIFT void lockSlow(uint32_t thread, SELF void *mutex) __asm__(LOCK_SLOW);
SWIFT void unlockSlow(SELF void *mutex) __asm__(UNLOCK_SLOW);

SWIFT void lockSlow(uint32_t thread, SELF void *mutex) {
    SWIFT void (*lock)(uint32_t, SELF void *) = dlsym(RTLD_NEXT, LOCK_SLOW);
    lock(thread, mutex);
    if (__tsan_acquire) __tsan_acquire(mutex);
}

SWIFT void unlockSlow(SELF void *mutex) {
    SWIFT void (*unlock)(SELF void *) = dlsym(RTLD_NEXT, UNLOCK_SLOW);
    if (__tsan_release) __tsan_release(mutex);
    unlock(mutex);
}
