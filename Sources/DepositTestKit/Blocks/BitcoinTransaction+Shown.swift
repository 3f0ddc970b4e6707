extension BitcoinTransaction {
    /// The transaction as `getblock` with verbosity 2 shows it (Bitcoin Core 29).
    package func show(in json: inout JSONWriter, address: ([UInt8]) -> String?) {
        let raw = raw
        let stripped = stripped
        let weight = stripped.count * 3 + raw.count
        json.object { json in
            json.member("txid", hex: doubleSHA256(stripped).reversed())
            json.member("hash", hex: doubleSHA256(raw).reversed())
            json.member("version", number: version)
            json.member("size", number: raw.count)
            json.member("vsize", number: (weight + 3) / 4)
            json.member("weight", number: weight)
            json.member("locktime", number: lockTime)
            json.name("vin")
            json.list(inputs) { $1.show(in: &$0) }
            json.name("vout")
            json.list(Array(outputs.enumerated())) { json, output in
                output.element.show(in: &json, output.offset, address(output.element.script))
            }
            json.member("fee", raw: "0.00001410")
            json.member("hex", hex: raw)
        }
    }
}

extension BitcoinTransaction.Input {
    fileprivate func show(in json: inout JSONWriter) {
        json.object { json in
            if index == .max {
                json.member("coinbase", hex: script)
            } else {
                json.member("txid", hex: spent.reversed())
                json.member("vout", number: index)
                json.name("scriptSig")
                json.object { json in
                    json.member("asm", text: assembly)
                    json.member("hex", hex: script)
                }
            }
            if !witness.isEmpty {
                json.name("txinwitness")
                json.list(witness) { $0.hex($1) }
            }
            json.member("sequence", number: sequence)
        }
    }

    /// A signature and a key, where the script has them.
    private var assembly: String {
        script.count < 106 ? "" : "\(script[1..<71].hexDigits)[ALL] \(script[73...].hexDigits)"
    }
}

extension BitcoinTransaction.Output {
    fileprivate func show(in json: inout JSONWriter, _ index: Int, _ address: String?) {
        let fraction = String(value % 100_000_000)
        let zeros = String(repeating: "0", count: 8 - fraction.count)
        json.object { json in
            json.member("value", raw: "\(value / 100_000_000).\(zeros)\(fraction)")
            json.member("n", number: index)
            json.name("scriptPubKey")
            json.object { json in
                json.member("asm", text: assembly)
                json.member(
                    "desc", text: (address.map { "addr(\($0))" } ?? "raw(\(script.hexDigits))") + "#a8r0krtl")
                json.member("hex", hex: script)
                if let address { json.member("address", text: address) }
                json.member("type", text: kind)
            }
        }
    }

    private var assembly: String {
        switch (script.first, script.count) {
        case (0, 22): "0 \(script[2...].hexDigits)"
        case (0x51, 34): "1 \(script[2...].hexDigits)"
        case (0xa9, 23): "OP_HASH160 \(script[2..<22].hexDigits) OP_EQUAL"
        case (0x76, 25): "OP_DUP OP_HASH160 \(script[3..<23].hexDigits) OP_EQUALVERIFY OP_CHECKSIG"
        default: script.hexDigits
        }
    }

    private var kind: String {
        switch (script.first, script.count) {
        case (0, 22): "witness_v0_keyhash"
        case (0x51, 34): "witness_v1_taproot"
        case (0xa9, 23): "scripthash"
        case (0x76, 25): "pubkeyhash"
        default: "nonstandard"
        }
    }
}
