import ChainKit
import DepositCore
import DepositStore
import DepositTestKit
import Foundation
import NodeRPC

/// One chain of the demo: a fixture, served as a node.
struct DemoScene: Sendable {
    let chain: String
    let from: Height
    let port = Box<Int>()
    private let addresses: [AddressRow]
    private let tape: Tape

    init(_ folder: String) throws {
        let fixture = try fixture(at: folder, chainFiles: nil)
        chain = fixture.chain.spec.id.text
        from = fixture.watch.from ?? 0
        tape = try fixture.tape()
        addresses = fixture.watch.addresses.map { [chain] new in
            AddressRow(chain: chain, address: new.address.text, memo: nil, label: new.label, from: nil)
        }
    }

    func serve() async throws {
        try await NodeServer(ScriptStage(tape: tape)) { [port] in port.set($0) }.run()
    }

    /// Issues the addresses as a backend would.
    func issue(_ client: APIClient) async throws {
        _ = try await client.call(.put, "/v1/addresses", body: try AddressRow.body(chain, addresses))
        say("issued     \(chain): \(addresses.count) addresses")
    }

    func advance(every seconds: Int) async throws {
        repeat { try await Task.sleep(for: .seconds(seconds)) } while tape.advance()
    }
}

/// A value that somebody will have, waited for.
final class Box<Value: Sendable>: Sendable {
    private let stream: AsyncStream<Value>
    private let continuation: AsyncStream<Value>.Continuation
    private let first: Task<Value?, Never>

    init() {
        (stream, continuation) = AsyncStream.makeStream()
        first = Task { [stream] in
            for await value in stream { return value }
            return nil
        }
    }

    func set(_ value: Value) {
        continuation.yield(value)
    }

    var value: Value {
        get async {
            guard let value = await first.value else {
                preconditionFailure("the box was dropped while waited for")
            }
            return value
        }
    }
}
