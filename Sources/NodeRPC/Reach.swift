/// Which addresses a request may connect to, whatever its host's name leads to.
///
/// Asked for each socket before it is connected, and for a connection that is used again: what a name was looked up to
/// before says nothing, for the next answer may be another (DNS rebinding).
public struct Reach: Hashable, Sendable {
    private let isPublic: Bool
    private let isSpecial: Bool
    private let networks: [IPNetwork]
    /// What to do about an address that lies outside: the end of a sentence.
    private let cure: String

    /// The public Internet, and these networks besides.
    public static func publicInternet(besides networks: [IPNetwork], cure: String) -> Reach {
        Reach(isPublic: true, isSpecial: false, networks: networks, cure: cure)
    }

    /// These networks alone.
    public static func networks(_ networks: [IPNetwork], cure: String) -> Reach {
        Reach(isPublic: false, isSpecial: false, networks: networks, cure: cure)
    }

    /// All but the public Internet: this machine and the networks around it.
    public static func aroundHere(cure: String) -> Reach {
        Reach(isPublic: false, isSpecial: true, networks: [], cure: cure)
    }

    /// Why an address may not be connected to, and what to do; nil where it may.
    public func refusal(of address: IPAddress) -> String? {
        if networks.contains(where: { $0.contains(address) || $0.contains(address.plain) }) { return nil }
        let special = address.special
        if special == nil ? isPublic : isSpecial { return nil }
        return "not connected to \(address), which is \(special ?? "a public address"); \(cure)"
    }
}
