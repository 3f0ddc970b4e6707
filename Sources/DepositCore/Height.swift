/// A block's number on its chain; a slot where the chain counts slots.
///
/// Never above `Int64.max`, so that every height can be stored and added to without overflow.
public struct Height: Hashable, Comparable, Sendable {
    public let rawValue: UInt64

    /// Nil above `Int64.max / 2`: no chain is that long, so the number is a lie.
    public init?(_ rawValue: UInt64) {
        guard rawValue <= UInt64(Int64.max / 2) else { return nil }
        self.rawValue = rawValue
    }

    private init(trusted: UInt64) {
        rawValue = trusted
    }

    public static func < (left: Height, right: Height) -> Bool {
        left.rawValue < right.rawValue
    }

    public static func + (height: Height, blocks: UInt64) -> Height {
        Height(trusted: height.rawValue + blocks)
    }

    /// `blocks` lower, or zero where the chain does not reach that far down.
    public static func - (height: Height, blocks: UInt64) -> Height {
        Height(trusted: height.rawValue > blocks ? height.rawValue - blocks : 0)
    }

    /// Confirmations of a transfer at this height under `tip`: its own block counts as 1; 0 when the tip is below it.
    public func confirmations(under tip: Height) -> UInt64 {
        tip < self ? 0 : tip.rawValue - rawValue + 1
    }
}

extension Height: ExpressibleByIntegerLiteral, CustomStringConvertible {
    public init(integerLiteral value: UInt32) {
        rawValue = UInt64(value)
    }

    public var description: String { String(rawValue) }
}
