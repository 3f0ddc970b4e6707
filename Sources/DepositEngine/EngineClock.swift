public import DepositCore
internal import Foundation

/// The engine's only source of time: for the moment written into events, and for pauses between turns.
public protocol EngineClock: Sendable {
    var now: Timestamp { get }
    func sleep(milliseconds: Int) async throws
}

public struct SystemClock: EngineClock {
    public init() {}

    public var now: Timestamp { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }

    public func sleep(milliseconds: Int) async throws {
        try await Task.sleep(for: .milliseconds(milliseconds))
    }
}
