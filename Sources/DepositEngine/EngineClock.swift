public import DepositCore
internal import Foundation

/// The engine's only source of time: for the moment written into events, and for pauses between turns.
public protocol EngineClock: Sendable {
    var now: Timestamp { get }
    func sleep(milliseconds: Int) async throws

    /// Ends what a node takes too long for; nil when it took longer.
    func within<Value: Sendable>(
        _ milliseconds: Int, _ body: @escaping @Sendable () async -> Value
    ) async -> Value?
}

extension EngineClock {
    /// A clock that is moved by hand lets everything take its time.
    public func within<Value: Sendable>(
        _ milliseconds: Int, _ body: @escaping @Sendable () async -> Value
    ) async -> Value? {
        await body()
    }
}

public struct SystemClock: EngineClock {
    public init() {}

    public var now: Timestamp { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }

    public func sleep(milliseconds: Int) async throws {
        try await Task.sleep(for: .milliseconds(milliseconds))
    }

    public func within<Value: Sendable>(
        _ milliseconds: Int, _ body: @escaping @Sendable () async -> Value
    ) async -> Value? {
        await withTaskGroup(of: Value?.self) { group in
            group.addTask { await body() }
            group.addTask {
                try? await Task.sleep(for: .milliseconds(milliseconds))
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}
