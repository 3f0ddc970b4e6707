import DepositCore
import HTTPTypes
import Synchronization
import Testing

@testable import DepositAPI

struct AddressCallTests {
    @Test func `issued addresses are stored and watched before the answer leaves`() async throws {
        let world = try await World()
        let answer = try await world.call(
            .put, "/v1/addresses", as: .write,
            body: #"{"chain":"alpha","addresses":[{"address":"A-One","label":"user-1"},{"address":"a-two"}]}"#
        )
        #expect(answer.text == #"{"chain":"alpha","accepted":2,"added":2,"backfill":false}"#)
        let added = world.watch.state.withLock { $0.added }
        #expect(added.map(\.keys) == [[Array("a-one".utf8), Array("a-two".utf8)]])
        #expect(added.first?.generation ?? 0 > 0)
        let shown = try await world.call(.get, "/v1/addresses/alpha/A-ONE", as: .read)
        #expect(shown.json["address"] as? String == "a-one")
        #expect(shown.json["label"] as? String == "user-1")
    }

    @Test func `issuing the same again changes nothing`() async throws {
        let world = try await World()
        let entry = #"{"address":"a-one","label":"x","from":3}"#
        let body = #"{"chain":"alpha","addresses":[\#(entry),\#(entry)]}"#
        let first = try await world.call(.put, "/v1/addresses", body: body)
        #expect(first.json["added"] as? Int == 1)
        let second = try await world.call(.put, "/v1/addresses", body: body)
        #expect(second.status == 200)
        #expect(second.json["added"] as? Int == 0)
        #expect(try await world.call(.get, "/v1/addresses").items.count == 1)
    }

    @Test func `an address issued late says that old blocks are scanned for it`() async throws {
        let world = try await World()
        for height in 1...5 as ClosedRange<UInt32> { try await world.mine(Height(integerLiteral: height)) }
        let answer = try await world.call(
            .put, "/v1/addresses", body: #"{"chain":"alpha","addresses":[{"address":"a-late","from":2}]}"#)
        #expect(answer.json["backfill"] as? Bool == true)
        let chains = try await world.call(.get, "/v1/chains")
        let backfills = try #require(chains.items.first?["backfills"] as? [[String: Any]])
        #expect(backfills.first?["from"] as? Int == 2)
        #expect(backfills.first?["up_to"] as? Int == 5)
    }

    @Test func `every malformed address is named in one problem, and nothing is stored`() async throws {
        let world = try await World()
        let body = """
            {"chain":"alpha","addresses":[{"address":"a-good"},{"address":"b-wrong"},{"address":"a-good2"},
            {"address":""},{"address":"a-memo","memo":"7"},{"address":"a-label","label":"x\\u0000y"},
            {"address":"a-good","label":"other"},{"address":"a-far","from":18446744073709551615},
            {"address":"a-low","from":-1},{"address":"a-text","from":"12"},{"address":"a-null","from":null}]}
            """
        let answer = try await world.call(.put, "/v1/addresses", body: body)
        #expect(answer.status == 422)
        #expect(answer.headers[.contentType] == "application/problem+json")
        #expect(answer.problem == "malformed-address")
        let named = try #require(answer.json["addresses"] as? [[String: Any]])
        #expect(named.compactMap { $0["index"] as? Int } == [1, 3, 4, 5, 6, 7, 8, 9])
        #expect(named.first?["address"] as? String == "b-wrong")
        #expect((named.first?["reason"] as? String)?.contains("begins with a-") == true)
        #expect(try await world.call(.get, "/v1/addresses").items.isEmpty)
        #expect(world.watch.state.withLock { $0.added.isEmpty })
    }

    @Test func `ten thousand are taken at once and one more is not`() async throws {
        let world = try await World()
        func body(_ count: Int) -> String {
            let entries = (0..<count).map {
                #"{"address":"a-\#($0)","label":"customer number \#($0) of the shop"}"#
            }
            return #"{"chain":"alpha","addresses":[\#(entries.joined(separator: ","))]}"#
        }
        let all = try await world.call(.put, "/v1/addresses", body: body(10_000))
        #expect(all.json["added"] as? Int == 10_000)
        let more = try await world.call(.put, "/v1/addresses", body: body(10_001))
        #expect(more.status == 422)
        #expect(more.problem == "too-many-addresses")
    }

    @Test(arguments: [
        (#"{"chain":"gamma","addresses":[]}"#, 422, "unknown-chain", "alpha, beta"),
        (
            #"{"chain":"alpha","addresses":[{"address":"a-x","lable":"y"}]}"#, 400, "bad-body",
            "addresses[0]: unknown field \"lable\"; known fields are address, memo, label, from"
        ),
        (
            #"{"chain":"alpha","addresses":[{"address":7}]}"#, 400, "bad-body",
            "addresses[0].address is not a text"
        ),
        (
            #"{"chain":"alpha","addresses":[{"label":"x"}]}"#, 400, "bad-body",
            "addresses[0].address is missing"
        ),
        (#"{"chain":"alpha"}"#, 400, "bad-body", "addresses is missing"),
        (#"{"chain":"#, 400, "bad-body", "not valid JSON"), ("", 400, "bad-body", "not valid JSON"),
        ("[]", 400, "bad-body", "The body is not an object"),
    ])
    func `a body that cannot be used says where and why`(
        body: String, status: Int, problem: String, words: String
    ) async throws {
        let world = try await World()
        let answer = try await world.call(.put, "/v1/addresses", body: body)
        #expect(answer.status == status)
        #expect(answer.problem == problem)
        #expect(answer.detail.contains(words), "\(answer.detail)")
    }

    @Test(arguments: ["", "chain=alpha&", "label=l*&", "chain=alpha&label=l*&"])
    func `a walk through the pages meets every address once`(filter: String) async throws {
        let world = try await World()
        for chain in ["alpha", "beta"] {
            let entries = (0..<25).map { #"{"address":"a-\#($0)","label":"l\#($0 % 3)"}"# }.joined(
                separator: ",")
            _ = try await world.call(
                .put, "/v1/addresses", body: #"{"chain":"\#(chain)","addresses":[\#(entries)]}"#)
        }
        var met: [String] = []
        var after = ""
        for _ in 0..<20 {
            let page = try await world.call(.get, "/v1/addresses?\(filter)limit=7&after=\(after)", as: .read)
            #expect(page.status == 200, "\(page.text)")
            met += page.items.map { "\($0["chain"] ?? "")/\($0["address"] ?? "")" }
            guard let next = page.next else { break }
            after = next
        }
        #expect(met.count == (filter.contains("chain") ? 25 : 50))
        #expect(Set(met).count == met.count)
    }

    @Test func `a removed address is gone, and removing it again is a 404`() async throws {
        let world = try await World()
        _ = try await world.call(
            .put, "/v1/addresses", body: #"{"chain":"alpha","addresses":[{"address":"a-one"}]}"#)
        #expect(try await world.call(.delete, "/v1/addresses/alpha/a-one", as: .write).status == 204)
        #expect(try await world.call(.delete, "/v1/addresses/alpha/a-one").status == 404)
        #expect(try await world.call(.get, "/v1/addresses/alpha/a-one").status == 404)
        #expect(try await world.call(.get, "/v1/addresses/gamma/a-one").status == 404)
        #expect(try await world.call(.get, "/v1/addresses/alpha/b-one").problem == "malformed-address")
    }
}
