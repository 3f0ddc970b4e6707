/// Lets in one piece of work after the other, in the order they come. What has begun is ended, even where whoever asked
/// for it has gone.
actor OneAtATime {
    private var last: Task<Void, Never>?

    func run<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let before = last
        let task = Task {
            await before?.value
            return try await work()
        }
        last = Task { _ = await task.result }
        return try await task.value
    }
}
