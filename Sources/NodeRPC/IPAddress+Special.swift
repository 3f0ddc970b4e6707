/// The one table of addresses that are no host of the public Internet, by IANA's registries of special-purpose IPv4 and
/// IPv6 addresses (RFC 6890) and of IPv6 address space.
extension IPAddress {
    /// What this address is instead of one of the public Internet, such as `private (10.0.0.0/8)`; nil for one that is.
    public var special: String? {
        let address = plain
        if let row = Self.table.first(where: { $0.network.contains(address) }) {
            return "\(row.what) (\(row.network))"
        }
        guard let carried = address.carried else {
            guard address.bytes.count == 16, !Self.global.contains(address) else { return nil }
            return "outside of the global unicast addresses (\(Self.global))"
        }
        return carried.special.map { "\($0) by way of \(carried)" }
    }

    /// The IPv4 address that a translator (NAT64, RFC 6052) or a tunnel (6to4, RFC 3056) makes of an IPv6 address.
    private var carried: IPAddress? {
        if Self.nat64.contains(self) { return IPAddress(bytes: Array(bytes[12...])) }
        if Self.sixToFour.contains(self) { return IPAddress(bytes: Array(bytes[2..<6])) }
        return nil
    }

    private static let nat64 = network("64:ff9b::/96")
    private static let sixToFour = network("2002::/16")
    /// All of IPv6 that has been given out; what lies elsewhere is refused without a row of its own.
    private static let global = network("2000::/3")

    private static let table = [
        row("0.0.0.0/8", "unspecified"), row("10.0.0.0/8", "private"),
        row("100.64.0.0/10", "shared by a carrier"),
        row("127.0.0.0/8", "loopback"), row("169.254.0.0/16", "link-local"), row("172.16.0.0/12", "private"),
        row("192.0.0.0/24", "for protocols"), row("192.0.2.0/24", "for documentation"),
        row("192.88.99.0/24", "a 6to4 relay"), row("192.168.0.0/16", "private"),
        row("198.18.0.0/15", "for benchmarks"), row("198.51.100.0/24", "for documentation"),
        row("203.0.113.0/24", "for documentation"), row("224.0.0.0/4", "multicast"),
        row("240.0.0.0/4", "reserved"),

        row("::", "unspecified"), row("::1", "loopback"), row("::/96", "IPv4-compatible"),
        row("64:ff9b:1::/48", "a translator's own"), row("100::/64", "discarded"),
        row("2001::/23", "for protocols"), row("2001:db8::/32", "for documentation"),
        row("3fff::/20", "for documentation"), row("5f00::/16", "for segment routing"),
        row("fc00::/7", "private"), row("fe80::/10", "link-local"), row("fec0::/10", "site-local"),
        row("ff00::/8", "multicast"),
    ]

    private static func row(_ text: String, _ what: String) -> (network: IPNetwork, what: String) {
        (network(text), what)
    }

    private static func network(_ text: String) -> IPNetwork {
        guard let network = IPNetwork(text) else { preconditionFailure("\(text) is no network") }
        return network
    }
}
