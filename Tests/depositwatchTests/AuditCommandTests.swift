import ArgumentParser
import DepositCore
import DepositTestKit
import Foundation
import Testing

@testable import DepositStore
@testable import depositwatch

@Suite struct AuditCommandTests {
    /// Something wrong in the store, and the differences that an audit must find.
    struct Rot: CustomTestStringConvertible {
        let sql: [String]
        let found: [String]
        var testDescription: String { found.joined(separator: ", ") }

        static let all = [
            Rot(sql: ["DELETE FROM event", "DELETE FROM deposit"], found: ["missing"]),
            Rot(
                sql: ["UPDATE deposit SET status = 'orphaned', due_tip = NULL, due_final = NULL"],
                found: ["missing"]),
            Rot(sql: ["UPDATE deposit SET tx = '0xfeed', id = 'dep_x'"], found: ["unfounded", "missing"]),
            Rot(sql: ["UPDATE deposit SET hash = '0xfeed'"], found: ["block"]),
            Rot(sql: ["UPDATE deposit SET amount = '5001'"], found: ["amount"]),
            Rot(sql: ["UPDATE deposit SET asset = 'TOK'"], found: ["asset"]),
            Rot(sql: ["UPDATE deposit SET address = '0xfeed'"], found: ["recipient"]),
            Rot(sql: ["UPDATE deposit SET maturity = 100"], found: ["maturity"]),
            Rot(sql: ["UPDATE header SET hash = '0xfeed' WHERE height = 9"], found: ["header"]),
            Rot(sql: ["DELETE FROM header WHERE height = 9"], found: ["unscanned"]),
        ]
    }

    @Test(arguments: Rot.all)
    func `what is wrong in the store is found, named and ends with 1`(rot: Rot) async throws {
        let stage = try await AuditStage()
        try await stage.daemon.store.write { db in
            for statement in rot.sql { try db.run(statement) }
        }
        try await stage.serving {
            #expect(try await stage.exit("scripted-evm", "0", "12", "--output", "ndjson") == 1)
            let items = try await stage.audit("scripted-evm", "0", "12", "--output", "ndjson").map {
                try JSONDecoder().decode(JSONValue.self, from: Data($0.utf8))
            }
            #expect(items.map { $0["difference"].string } == rot.found)
            let list = try await stage.audit("scripted-evm", "0", "12", "--output", "json")
                .joined(separator: "\n")
            #expect(try JSONDecoder().decode(JSONValue.self, from: Data(list.utf8)).array == items)
            let table = try await stage.audit("scripted-evm", "0", "12")
            #expect(table.count == rot.found.count + 1)
            #expect(zip(table.dropFirst(), rot.found).allSatisfy { $0.contains(" \($1) ") })
        }
    }

    @Test func `it runs beside a daemon that holds the store, and after it`() async throws {
        let stage = try await AuditStage()
        try await stage.serving {
            try await stage.daemon.running {
                #expect(try await stage.exit("scripted-evm", "0", "12") == 0)
                try stage.chain.mine(count: 3)
                #expect(try await stage.daemon.reachesHead())
                #expect(try await stage.exit("scripted-evm", "10", "15") == 0)
            }
            await stage.daemon.store.close()
            #expect(try await stage.exit("scripted-evm", "0", "15") == 0)
            #expect(try await stage.audit("scripted-evm", "0", "15", "--output", "json") == ["[]"])
            // Nothing is kept: the daemon may have its store again.
            await (try Store(at: .file(stage.store))).close()
        }
    }

    @Test func `bad input has its exit code`() async throws {
        let stage = try await AuditStage()
        try await stage.serving {
            let codes = [
                try await stage.exit("ethereum", "0", "12"), try await stage.exit("scripted-evm", "12", "0"),
                try await stage.exit("scripted-evm", "0", "13"),
                try await stage.exit("scripted-evm", "0", "12", "--node", "ftp://x"),
            ]
            #expect(codes == [64, 64, 64, 64])
            #expect(throws: (any Error).self) { try AuditCommand.parse(["scripted-evm", "-1", "12"]) }
        }
    }

    @Test func `a range above what was scanned says how far that is`() async throws {
        let stage = try await AuditStage()
        try await stage.serving {
            let exit = await #expect(throws: Exit.self) { try await stage.audit("scripted-evm", "0", "13") }
            #expect(exit?.message.contains("the newest that has is 12") == true)
        }
    }

    @Test func `a node that lies, or is not there, is no difference`() async throws {
        let stage = try await AuditStage()
        try await stage.serving {
            stage.node.inflict(.droppedTransaction)
            let code = try await stage.exit("scripted-evm", "0", "12")
            #expect(code == 69)
        }
        #expect(try await stage.exit("scripted-evm", "0", "12") == 69)
        // One named in its place is asked alone.
        stage.node.cure()
        try await stage.serving {
            let code = try await stage.exit("scripted-evm", "0", "12", "--node", "http://127.0.0.1:9")
            #expect(code == 69)
        }
    }

    @Test func `a store that is not there is not made`() async throws {
        let stage = try await AuditStage()
        await stage.daemon.store.close()
        try FileManager.default.removeItem(atPath: stage.store)
        try stage.configure(node: "http://127.0.0.1:9")
        #expect(try await stage.exit("scripted-evm", "0", "12") == 69)
        #expect(!FileManager.default.fileExists(atPath: stage.store))
    }
}
