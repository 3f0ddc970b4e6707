public import ChainKit
public import DepositCore
public import DepositStore
internal import Foundation

/// `watch.yaml`: who is watched in a fixture, from which height, under which policy.
///
/// ```yaml
/// from: 1                       # the first height that is scanned
/// addresses:
///   - {address: "0x…", label: user-1, from: 1}
/// policy: [{depth: 3}]          # replaces the chain file's
/// ```
public struct WatchFile: Sendable {
    public let from: Height?
    public let addresses: [NewAddress]
    public let policy: StrictValue?

    public init(at path: String, chain: any Chain) throws {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw FixtureError("\(path): cannot be read")
        }
        try self.init(parsing: text, file: path, chain: chain)
    }

    public init(parsing text: String, file: String, chain: any Chain) throws {
        var map = try StrictValue(parsing: text, file: file).map()
        from = try map.optional("from").map { try Self.height($0) }
        addresses = try map.required("addresses").list().map { try Self.address($0, on: chain) }
        policy = map.optional("policy")
        try map.finish()
    }

    private static func address(_ value: StrictValue, on chain: any Chain) throws -> NewAddress {
        var map = try value.map()
        let place = try map.required("address")
        let text = try place.string()
        let label = try map.optional("label")?.string()
        let from = try map.optional("from").map { try height($0) }
        try map.finish()
        do throws(AddressError) {
            return NewAddress(try chain.address(text), label: label, from: from)
        } catch {
            throw place.fail("\(error)")
        }
    }

    private static func height(_ value: StrictValue) throws -> Height {
        guard let height = Height(UInt64(try value.integer())) else { throw value.fail("expected a height") }
        return height
    }
}
