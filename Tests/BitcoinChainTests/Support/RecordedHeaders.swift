import DepositTestKit
import Foundation
import NodeRPC

@testable import BitcoinChain

/// Headers of public chains, a line each, from the recordings.
enum RecordedHeaders {
    static var areThere: Bool {
        FileManager.default.fileExists(atPath: Recordings.folder.appending(path: "headers").path())
    }

    static func lines(_ name: String) throws -> [Substring] {
        let url = Recordings.folder.appending(path: "headers/\(name)")
        return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").filter {
            !$0.hasPrefix("#")
        }
    }

    /// The bytes of each header, and what stands behind them on merge-mined chains.
    static func bytes(_ name: String) throws -> [[UInt8]] {
        try lines("\(name).hex").map { Hex.decode(String($0)) ?? [] }
    }

    static func raw(_ bytes: [UInt8], auxiliaryWork: Bool = false) throws -> RawHeader {
        try bytes.withUnsafeBytes { bytes in
            Result { () throws(BlockFault) in
                try RawHeader(bytes, format: .init(auxiliaryWork: auxiliaryWork))
            }
        }.get()
    }

    static func raw(_ name: String, auxiliaryWork: Bool = false) throws -> [RawHeader] {
        try bytes(name).map { try raw($0, auxiliaryWork: auxiliaryWork) }
    }
}

extension Consensus {
    static func of(_ name: String) throws -> Consensus {
        guard let consensus = named(name) else { throw UnknownNetwork(name: name) }
        return consensus
    }

    struct UnknownNetwork: Error {
        let name: String
    }

    /// Why these headers do not stand on one another, the first at `height` and believed; nil where all do.
    ///
    /// - Parameters:
    ///   - believed: how many more are believed, such as those that the rules look back on.
    func objection(
        to headers: [RawHeader], at height: UInt64, believed: Int = 1, now: Int64? = nil
    ) -> String? {
        let proven = ProvenHeaders()
        let judgement = Judgement(consensus: self, now: now)
        for (index, header) in headers.enumerated() {
            guard index >= believed else {
                proven.insert(header, at: height + UInt64(index))
                continue
            }
            do throws(BlockFault) {
                try proven.stand(header, claimed: height + UInt64(index), under: judgement)
            } catch {
                return "\(error)"
            }
        }
        return nil
    }
}
