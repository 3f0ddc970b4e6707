import ChainKit
import DepositCore
import DepositStore
import Foundation

@testable import DepositAPI

extension FuzzTarget {
    /// The body of `PUT /v1/addresses`: whatever is taken is spelled as the chain spells it.
    static let addressBatch = FuzzTarget(
        name: "address-batch", shape: .json,
        seeds: [
            """
            {"chain":"dev-evm","addresses":[{"address":"0x52908400098527886E0F7030069857D2E4169EE7","label":"user-1"},
            {"address":"0xde709f2102306220921060314715629080e2fb77","from":5,"memo":null}]}
            """,
            #"{"chain":"bitcoin","addresses":[{"address":"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa","from":null}]}"#,
        ].map { Array($0.utf8) },
        tokens: ["address", "addresses", "label", "from", "memo", "1e400", "0x", "\u{202e}", "\\ud800"],
        executions: 4_000
    ) { input, _ in
        guard let batch = try? StrictJSON.decode(AddressBatch.self, from: Data(input)) else {
            return .refused
        }
        guard let chain = Repository.chains.first(where: { $0.spec.id.text == batch.chain }),
            let addresses = try? batch.resolved(on: chain)
        else { return .refused }
        for new in addresses {
            try require(
                try chain.address(new.address.text) == new.address, "\(new.address) is not spelled in one way"
            )
            try require((new.label?.utf8.count ?? 0) <= 256, "a label of more than 256 bytes")
        }
        return .accepted
    }

    /// A request's query, read strictly.
    static let query = FuzzTarget(
        name: "query", shape: .bytes,
        seeds: ["chain=ethereum&after=a%20b&limit=10&label=vip-*", "limit=1000", ""].map { Array($0.utf8) },
        tokens: ["&", "=", "%", "%00", "%ff", "+", "limit", "after", "-1", "1e3", "é"], executions: 10_000
    ) { input, _ in
        let known = ["chain", "after", "limit", "label"]
        guard let query = try? Query(String(decoding: input, as: UTF8.self), known: known) else {
            return .refused
        }
        if let limit = try? query.limit() { try require((1...1_000).contains(limit), "a page of \(limit)") }
        for name in known { try require(query.text(name) != "", "an empty \(name)") }
        return .accepted
    }
}
