import Glibc

// Tells the thread sanitizer of answers that came before their task had begun to wait. Preloaded by `run`.
//
// The runtime tells it when a continuation is resumed, and when its task goes on after it was suspended. It does not
// when the task finds the answer there and goes on at once: then all that was written for the answer looks like a
// race. Both functions stand in for the standard library's of the same name: each is what that is, and says it.

@_silgen_name("$ss23withCheckedContinuation9isolation8function_xScA_pSgYi_SSyScCyxs5NeverOGXEtYalF")
public func answer<Value>(
    isolation: isolated (any Actor)?, function: String, _ body: (CheckedContinuation<Value, Never>) -> Void
) async -> sending Value {
    let answer = await withUnsafeContinuation(isolation: isolation) { continuation in
        body(CheckedContinuation(continuation: continuation, function: function))
    }
    acquireTask()
    return answer
}

@_silgen_name("$ss31withCheckedThrowingContinuation9isolation8function_xScA_pSgYi_SSyScCyxs5Error_pGXEtYaKlF")
public func answerOrThrow<Value>(
    isolation: isolated (any Actor)?, function: String,
    _ body: (CheckedContinuation<Value, any Error>) -> Void
) async throws -> sending Value {
    defer { acquireTask() }
    return try await withUnsafeThrowingContinuation(isolation: isolation) { continuation in
        body(CheckedContinuation(continuation: continuation, function: function))
    }
}

/// `resume` has released the task's address.
private func acquireTask() {
    withUnsafeCurrentTask { acquire?(unsafeBitCast($0, to: UnsafeMutableRawPointer?.self)) }
}

/// Nil in a program without the sanitizer, which gets this library too when a test starts it.
private let acquire = dlsym(nil, "__tsan_acquire").map {
    unsafeBitCast($0, to: (@convention(c) (UnsafeMutableRawPointer?) -> Void).self)
}
