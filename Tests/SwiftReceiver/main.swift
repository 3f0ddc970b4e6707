import Crypto
import Foundation
import GRDB
import HTTPTypes
import Hummingbird

struct Event: Decodable {
    struct Deposit: Decodable {
        let id: String?
        let sequence: Int?
        let label: String?
        let asset: String?
        let amount: String?
    }

    let type: String
    let data: Deposit
}

let environment = ProcessInfo.processInfo.environment
let keys = (environment["DEPOSITWATCH_SECRET"] ?? "").split(separator: " ").compactMap {
    Data(base64Encoded: String($0.trimmingPrefix("whsec_"))).map { SymmetricKey(data: $0) }
}
let database = try DatabaseQueue(path: environment["DATABASE"] ?? "ledger.db")
try database.write { db in
    try db.execute(
        sql: """
            CREATE TABLE IF NOT EXISTS taken (id TEXT PRIMARY KEY);
            CREATE TABLE IF NOT EXISTS deposit (id TEXT PRIMARY KEY, sequence INTEGER, customer TEXT, asset TEXT,
                amount TEXT, credited INTEGER)
            """)
}

@Sendable func holds(_ headers: HTTPFields, _ body: Data) -> Bool {
    func header(_ name: String) -> String { HTTPField.Name(name).flatMap { headers[$0] } ?? "" }
    let stamp = header("webhook-timestamp")
    guard let seconds = Int64(stamp), (-300...300).contains(Int64(Date().timeIntervalSince1970) - seconds)
    else { return false }
    let signed = Data("\(header("webhook-id")).\(stamp).".utf8) + body
    return header("webhook-signature").split(separator: " ").contains { given in
        guard given.hasPrefix("v1,"), let code = Data(base64Encoded: String(given.dropFirst(3))) else {
            return false
        }
        return keys.contains {
            HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: signed, using: $0)
        }
    }
}

/// Returns the status to answer.
@Sendable func take(_ id: String, _ event: Event, _ db: Database) throws -> HTTPResponse.Status {
    try db.execute(sql: "INSERT INTO taken VALUES (?) ON CONFLICT DO NOTHING", arguments: [id])
    guard db.changesCount > 0, event.type.hasPrefix("deposit.") else { return .noContent }
    let data = event.data
    let last = try Int.fetchOne(db, sql: "SELECT sequence FROM deposit WHERE id = ?", arguments: [data.id])
    guard data.sequence == (last ?? 0) + 1 else { return .conflict }
    let credited = ["deposit.confirmed": 1, "deposit.reversed": 0][event.type]
    try db.execute(
        sql: """
            INSERT INTO deposit VALUES (?, ?, ?, ?, ?, coalesce(?, 0)) ON CONFLICT (id) DO UPDATE SET
                sequence = excluded.sequence, amount = excluded.amount, credited = coalesce(?, credited)
            """,
        arguments: [data.id, data.sequence, data.label, data.asset, data.amount, credited, credited])
    return .noContent
}

let router = Router()
router.post("**") { request, _ -> HTTPResponse.Status in
    let body = Data(buffer: try await request.body.collect(upTo: 20_000))
    guard holds(request.headers, body), let name = HTTPField.Name("webhook-id"),
        let id = request.headers[name]
    else { return .unauthorized }
    let event = try JSONDecoder().decode(Event.self, from: body)
    return try await database.write { db in
        var status = HTTPResponse.Status.noContent
        try db.inSavepoint {
            status = try take(id, event, db)
            return status == .noContent ? .commit : .rollback
        }
        return status
    }
}
let address = BindAddress.hostname("127.0.0.1", port: Int(environment["PORT"] ?? "") ?? 8080)
try await Application(router: router, configuration: .init(address: address)).runService()
