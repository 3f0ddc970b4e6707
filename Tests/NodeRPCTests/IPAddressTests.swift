@testable internal import NodeRPC
internal import Testing

@Suite struct IPAddressTests {
    /// Both ends of every range, and what lies beside it.
    @Test(
        arguments: [
            ("0.0.0.0", "unspecified (0.0.0.0/8)"), ("0.255.255.255", "unspecified (0.0.0.0/8)"),
            ("1.0.0.0", nil),
            ("9.255.255.255", nil), ("10.0.0.0", "private (10.0.0.0/8)"),
            ("10.255.255.255", "private (10.0.0.0/8)"),
            ("11.0.0.0", nil), ("100.63.255.255", nil), ("100.64.0.0", "shared by a carrier (100.64.0.0/10)"),
            ("100.127.255.255", "shared by a carrier (100.64.0.0/10)"), ("100.128.0.0", nil),
            ("126.255.255.255", nil), ("127.0.0.1", "loopback (127.0.0.0/8)"),
            ("127.255.255.255", "loopback (127.0.0.0/8)"), ("128.0.0.0", nil), ("169.253.255.255", nil),
            ("169.254.169.254", "link-local (169.254.0.0/16)"), ("169.255.0.0", nil), ("172.15.255.255", nil),
            ("172.16.0.0", "private (172.16.0.0/12)"), ("172.31.255.255", "private (172.16.0.0/12)"),
            ("172.32.0.0", nil), ("192.0.0.192", "for protocols (192.0.0.0/24)"), ("192.0.1.0", nil),
            ("192.0.2.1", "for documentation (192.0.2.0/24)"),
            ("192.88.99.1", "a 6to4 relay (192.88.99.0/24)"),
            ("192.167.255.255", nil), ("192.168.0.0", "private (192.168.0.0/16)"), ("192.169.0.0", nil),
            ("198.19.255.255", "for benchmarks (198.18.0.0/15)"), ("198.20.0.0", nil),
            ("198.51.100.7", "for documentation (198.51.100.0/24)"),
            ("203.0.113.7", "for documentation (203.0.113.0/24)"), ("223.255.255.255", nil),
            ("224.0.0.1", "multicast (224.0.0.0/4)"), ("239.255.255.255", "multicast (224.0.0.0/4)"),
            ("240.0.0.0", "reserved (240.0.0.0/4)"), ("255.255.255.255", "reserved (240.0.0.0/4)"),
            ("93.184.216.34", nil), ("8.8.8.8", nil),
        ] as [(String, String?)])
    func `an IPv4 address is of the public Internet or of one row of the table`(
        _ text: String, _ what: String?
    ) throws {
        #expect(try #require(IPAddress(text)).special == what)
    }

    @Test(
        arguments: [
            ("::", "unspecified (::)"), ("::1", "loopback (::1)"), ("::7f00:1", "IPv4-compatible (::/96)"),
            ("::ffff:127.0.0.1", "loopback (127.0.0.0/8)"),
            ("::ffff:a9fe:a9fe", "link-local (169.254.0.0/16)"),
            ("::ffff:8.8.8.8", nil), ("64:ff9b::8.8.8.8", nil),
            ("64:ff9b::10.0.0.1", "private (10.0.0.0/8) by way of 10.0.0.1"),
            ("64:ff9b:1::a00:1", "a translator's own (64:ff9b:1::/48)"),
            ("2002:0a00:0001::1", "private (10.0.0.0/8) by way of 10.0.0.1"), ("2002:808:808::1", nil),
            ("2001:0:4136:e378::1", "for protocols (2001::/23)"), ("2001:200::1", nil),
            ("2001:db8::1", "for documentation (2001:db8::/32)"),
            ("3fff::1", "for documentation (3fff::/20)"),
            ("5f00::1", "for segment routing (5f00::/16)"), ("100::1", "discarded (100::/64)"),
            ("fc00::1", "private (fc00::/7)"), ("fdff::1", "private (fc00::/7)"),
            ("fe80::1", "link-local (fe80::/10)"), ("febf::1", "link-local (fe80::/10)"),
            ("fec0::1", "site-local (fec0::/10)"), ("ff02::1", "multicast (ff00::/8)"),
            ("4000::1", "outside of the global unicast addresses (2000::/3)"),
            ("::2:0:0:1", "outside of the global unicast addresses (2000::/3)"),
            ("2606:4700::1111", nil), ("2a00:1450::1", nil),
        ] as [(String, String?)])
    func `an IPv6 address is judged by where it leads`(_ text: String, _ what: String?) throws {
        #expect(try #require(IPAddress(text)).special == what)
    }

    @Test(arguments: [
        "", "10.5", "0x0a000005", "167772165", "010.0.0.1", "10.0.0.1 ", "10.0.0.256", "::g", "fe80::1%lo",
        "localhost",
    ]) func `another spelling is no address`(_ text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func `an address is written in its one spelling`() throws {
        #expect(try #require(IPAddress("10.0.0.5")).description == "10.0.0.5")
        #expect(try #require(IPAddress("FD00:0:0:0:0:0:0:5")).description == "fd00::5")
    }

    @Test(arguments: [
        ("10.0.0.0/8", ["10.0.0.0", "10.255.255.255"], ["9.255.255.255", "11.0.0.0", "::ffff:10.0.0.1"]),
        ("10.32.0.0/11", ["10.32.0.0", "10.63.255.255"], ["10.31.255.255", "10.64.0.0"]),
        ("10.0.0.5", ["10.0.0.5"], ["10.0.0.4"]), ("0.0.0.0/0", ["1.2.3.4"], ["::1"]),
        ("fd00::/8", ["fd00::1", "fdff::1"], ["fc00::1", "10.0.0.1"]), ("::1", ["::1"], ["::2"]),
    ]) func `a network contains its addresses and no other`(text: String, inside: [String], outside: [String])
        throws
    {
        let network = try #require(IPNetwork(text))
        #expect(network.description == text)
        for address in inside { #expect(network.contains(try #require(IPAddress(address))), "\(address)") }
        for address in outside { #expect(!network.contains(try #require(IPAddress(address))), "\(address)") }
    }

    @Test(arguments: [
        "10.1.2.3/8", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/", "10.0.0.0/-1", "fd00::1/8", "x/8", "/8", "",
    ])
    func `a text that names no network, or perhaps another, is none`(_ text: String) {
        #expect(IPNetwork(text) == nil)
    }
}
