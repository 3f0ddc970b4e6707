import ArgumentParser
import Foundation
import NodeRPC

extension AddressCommand {
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Issue the addresses of a CSV file.",
            discussion: """
                The first line names the columns: address, and any of chain, memo, label, from. Goes out in calls of \
                10,000; run it again after a failure, for an address issued twice is issued once.
                """)

        @OptionGroup var options: APIOptions
        @Argument(help: "The file; - for standard input.") var file: String
        @Option(help: "The chain of every address, where the file has no such column.") var chain: String?

        func run() async throws {
            try await reportingErrors {
                let rows = try AddressCSV(at: file, chain: chain)
                var bar = ProgressBar(total: rows.lines, label: "issuing")
                var batch: [AddressRow] = []
                for index in 0..<rows.lines {
                    guard let row = try rows.row(index) else { continue }
                    if let first = batch.first, first.chain != row.chain || batch.count == AddressRow.limit {
                        try await send(&batch, &bar)
                    }
                    batch.append(row)
                }
                try await send(&batch, &bar)
                bar.finish()
            }
        }

        private func send(_ batch: inout [AddressRow], _ bar: inout ProgressBar) async throws {
            guard let chain = batch.first?.chain else { return }
            _ = try await options.client.call(.put, "/v1/addresses", body: try AddressRow.body(chain, batch))
            bar.advance(by: batch.count)
            batch.removeAll(keepingCapacity: true)
        }
    }
}
