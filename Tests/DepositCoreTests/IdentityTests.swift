@testable internal import DepositCore
internal import Testing

/// The ids below were computed with Python's hashlib and base64.
@Suite struct IdentityTests {
    @Test(arguments: [
        ("ethereum", "t1", "log:0", "dep_447f7q4kimssh7e63tcr7kcvbh"),
        (
            "bitcoin", "a1075db55d416d3ca199f55b6084e2115b9345e16c5cf302fc80e9d5fbf5d48d", "output:1",
            "dep_spvcprukcdy7u3lenocfyngpmc"
        ),
        (
            "ethereum", "0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060", "call:0.2",
            "dep_vvxtxxr5ozpuassfwdnamjlv6p"
        ),
        ("", "", "", "dep_owqr3jcmqasinpdpmvsavjekom"),
    ])
    func `a deposit's id is made of chain, transaction and position`(
        _ chain: String, _ transaction: String, _ position: String, _ id: String
    ) {
        let made = Deposit.id(
            chain: ChainID(chain), transaction: TransactionID(transaction), position: Position(position))
        #expect(made.text == id)
    }

    @Test func `parts that read the same when put together give different ids`() {
        let one = Deposit.id(chain: ChainID("a"), transaction: TransactionID("bc"), position: Position("d"))
        let other = Deposit.id(chain: ChainID("ab"), transaction: TransactionID("c"), position: Position("d"))
        #expect(one != other)
    }

    @Test func `an event's id is made of deposit, sequence, type and block`() {
        var world = World(depth(2))
        world.connect(header(100), [transfer()])
        world.connect(header(101))
        world.disconnect()
        world.disconnect()
        #expect(
            world.events.map(\.id.text) == [
                "evt_4zomogug4xrr6auvzqzdw3b26b", "evt_7xzuyonh432acxgh4oy6srea46",
                "evt_i2m3v3asbyps6z5idyq2obarps",
            ])
    }

    @Test func `the events of a chain and of a callback have ids of their own`() {
        let chain = ChainID("ethereum")
        let halted = Event.halted(chain, at: block(100), reason: "r", occurrence: 1, now: now)
        let resumed = Event.resumed(chain, at: block(100), reason: "r", occurrence: 1, now: now)
        let again = Event.halted(chain, at: block(100), reason: "r", occurrence: 2, now: now)
        let exhausted = Event.exhausted(
            callback: "ledger", event: EventID("evt_x"), chain: chain, attempts: 10, lastError: "e", now: now)
        #expect(halted.id.text == "evt_ddlhvz5yulr5b6r4gshsd3d3zt")
        #expect(resumed.id.text == "evt_3p573s2jt7wfqhi6kalpqdue33")
        #expect(again.id != halted.id)
        #expect(exhausted.id.text == "evt_yf4h3cxdciqibs2iy42vypbbjk")
    }

    @Test func `a rescan gives the same ids, and another block other ids`() {
        func ids(_ fork: String, at now: Timestamp) -> [EventID] {
            let view = ChainView(tip: block(100, fork), finalized: nil)
            return Settlement.settle(
                [Incoming(transfer(), on: rules(depth(1)).chain, label: nil)], in: block(100, fork),
                move: .connect(header(100, fork)), known: [], rules: rules(depth(1)), view: view, now: now
            ).events.map(\.id)
        }
        #expect(ids("a", at: now).count == 2)
        #expect(ids("a", at: now) == ids("a", at: Timestamp(seconds: 0)))
        #expect(Set(ids("a", at: now)).isDisjoint(with: ids("b", at: now)))
    }
}
