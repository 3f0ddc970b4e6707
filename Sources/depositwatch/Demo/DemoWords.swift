import DepositCore
import DepositTestKit
import Foundation

/// What the demo says.
enum DemoWords {
    static func welcome(port: Int, token: String, folder: String) -> String {
        """
        depositwatch is running on recorded nodes. Its configuration: \(folder)/depositwatch.yaml
        Console: http://127.0.0.1:\(port)/   token: \(token)
        """
    }

    /// A callback that was verified and taken.
    static func callback(_ received: RecordingReceiver.Received) -> String {
        guard let event = try? JSONDecoder().decode(JSONValue.self, from: Data(received.body.utf8)) else {
            return "callback   \(received.id)"
        }
        let data = event["data"]
        let block =
            data["block"]["height"].string.map { "in block \($0)" }
            ?? data["displaced_block"]["height"].string.map { "its block \($0) left the chain" } ?? ""
        let repeated = received.isRepeated ? " (again)" : ""
        return [
            "callback  ", pad(event["type"].string ?? "?", 18), pad(data["chain"].string ?? "?", 17),
            pad(amount(data), 14), "#\(data["sequence"].string ?? "-")", block,
            "signature verified" + repeated,
        ].joined(separator: " ")
    }

    /// How far a detected deposit has counted up; nil before anything is known.
    static func counting(_ deposit: JSONValue) -> String? {
        guard let confirmations = deposit["confirmations"].string, let chain = deposit["chain"].string else {
            return nil
        }
        let needed = deposit["required"]["depth"].string.map { "/\($0)" } ?? ", waits for finality"
        return [
            "counting  ", pad("\(confirmations)\(needed)", 18), pad(chain, 17), pad(amount(deposit), 14),
            deposit["label"].string ?? deposit["address"].string ?? "",
        ].joined(separator: " ")
    }

    static func farewell(_ receiver: RecordingReceiver) -> String {
        let received = receiver.received
        let refused = receiver.refusedSignatures
        return "The recorded blocks have ended: \(received.count) callbacks, every signature verified"
            + (refused == 0 ? "." : ", but \(refused) refused.")
    }

    private static func amount(_ data: JSONValue) -> String {
        let decimals = Int(data["decimals"].string ?? "0") ?? 0
        let units = data["amount"].string.flatMap { Amount(decimal: $0) }?.wholeUnits(decimals: decimals)
        return "\(units ?? "?") \(data["asset"].string ?? "")"
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text.padding(toLength: max(width, text.count), withPad: " ", startingAt: 0)
    }
}
