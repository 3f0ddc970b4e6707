import Testing

@testable import DepositCore

@Suite struct EventFilterTests {
    private let ethereum = ChainID("ethereum")

    private func wants(
        _ filter: EventFilter, _ type: EventType = .depositConfirmed, asset: String = "USDT",
        label: String? = "vip-1"
    ) -> Bool {
        filter.wants(type, on: ethereum) { (AssetID(asset), label) }
    }

    @Test func `a filter that asks for nothing takes everything`() {
        for type in EventType.allCases { #expect(wants(EventFilter(), type, label: nil)) }
    }

    @Test func `every field narrows what is taken`() {
        #expect(wants(EventFilter(types: [.depositConfirmed])))
        #expect(!wants(EventFilter(types: [.depositReversed])))
        #expect(wants(EventFilter(chains: [ethereum])))
        #expect(!wants(EventFilter(chains: [ChainID("bitcoin")])))
        #expect(wants(EventFilter(assets: [AssetID("USDT")])))
        #expect(!wants(EventFilter(assets: [AssetID("USDC")])))
        #expect(!wants(EventFilter(chains: [ethereum], assets: [AssetID("USDC")])))
    }

    @Test func `a label fits whole or by its beginning, and no label fits nothing`() throws {
        let vip = EventFilter(labels: [
            try #require(LabelPattern("vip-*")), try #require(LabelPattern("house")),
        ])
        #expect(wants(vip, label: "vip-1") && wants(vip, label: "vip-") && wants(vip, label: "house"))
        for label in ["vip", "a-vip-1", "house-2", "VIP-1", nil] { #expect(!wants(vip, label: label)) }
        #expect(LabelPattern("") == nil && LabelPattern("v*p") == nil && LabelPattern("**") == nil)
        #expect(LabelPattern("*")?.fits("") == true)
    }

    @Test func `asset and label ask nothing of a chain's event, and only the type of a callback's`() throws {
        let narrow = EventFilter(
            chains: [ChainID("bitcoin")], assets: [AssetID("BTC")], labels: [try #require(LabelPattern("x"))])
        #expect(!wants(narrow, .chainHalted))
        #expect(wants(EventFilter(assets: [AssetID("BTC")]), .chainHalted))
        for type in [EventType.callbackExhausted, .callbackPaused, .callbackResumed] {
            #expect(wants(narrow, type))
        }
    }

    @Test func `the deposit is asked for only where the answer hangs on it`() {
        var count = 0
        func ask(_ filter: EventFilter) {
            _ = filter.wants(.depositConfirmed, on: ethereum) {
                count += 1
                return (AssetID("USDT"), nil)
            }
        }
        ask(EventFilter(types: [.depositConfirmed], chains: [ethereum]))
        ask(EventFilter(chains: [ChainID("bitcoin")], assets: []))
        #expect(count == 0)
        ask(EventFilter(assets: [AssetID("USDT")]))
        #expect(count == 1)
    }
}
