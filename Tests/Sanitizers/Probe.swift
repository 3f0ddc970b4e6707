import Dispatch
import Synchronization

/// Whether the thread sanitizer can be believed here: it must report `Probe race`, and neither `lock` nor `answer`.
@main struct Probe {
    static func main() async {
        switch CommandLine.arguments.last {
        case "race": await Counter().count(locked: false)
        case "lock": await Counter().count(locked: true)
        case "answer": await Counter().beAnswered()
        default: preconditionFailure("say race, lock or answer")
        }
    }
}

final class Counter: @unchecked Sendable {
    private let guarded = Mutex(0)
    private var unguarded = 0

    /// Long enough for the tasks to meet.
    func count(locked: Bool) async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<200_000 {
                        if locked { self.guarded.withLock { $0 += 1 } } else { self.unguarded += 1 }
                    }
                }
            }
        }
    }

    /// By another thread, before the task has begun to wait.
    func beAnswered() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                self.unguarded += 1
                continuation.resume()
            }
            // Nothing here may order the two, as a lock or a semaphore would.
            let beginning = ContinuousClock.now
            while ContinuousClock.now - beginning < .milliseconds(200) {}
        }
        unguarded += 1
    }
}
