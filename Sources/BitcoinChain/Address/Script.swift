/// The scripts that addresses stand for. What has no address is never a deposit.
enum Script: Hashable {
    case publicKeyHash([UInt8])
    /// 20 bytes; 32 on Bitcoin Cash (P2SH32).
    case scriptHash([UInt8])
    case witness(version: UInt8, program: [UInt8])

    var bytes: [UInt8] {
        switch self {
        case .publicKeyHash(let hash): [0x76, 0xa9, 20] + hash + [0x88, 0xac]
        case .scriptHash(let hash): [hash.count == 32 ? 0xaa : 0xa9, UInt8(hash.count)] + hash + [0x87]
        case .witness(let version, let program):
            [version == 0 ? 0 : 0x50 + version, UInt8(program.count)] + program
        }
    }

    /// Nil for a script of any other form, such as a bare multisig or a bare public key.
    init?(_ bytes: [UInt8]) {
        switch bytes.count {
        case 25 where bytes.starts(with: [0x76, 0xa9, 20]) && bytes.hasSuffix([0x88, 0xac]):
            self = .publicKeyHash(Array(bytes[3..<23]))
        case 23 where bytes.starts(with: [0xa9, 20]) && bytes.hasSuffix([0x87]):
            self = .scriptHash(Array(bytes[2..<22]))
        case 35 where bytes.starts(with: [0xaa, 32]) && bytes.hasSuffix([0x87]):
            self = .scriptHash(Array(bytes[2..<34]))
        case 4...42
        where Int(bytes[1]) == bytes.count - 2 && (bytes[0] == 0 || (0x51...0x60).contains(bytes[0])):
            self = .witness(version: bytes[0] == 0 ? 0 : bytes[0] - 0x50, program: Array(bytes[2...]))
        default:
            return nil
        }
    }

    /// The first output of Litecoin's HogEx: witness version 8 and the extension block's hash.
    ///
    /// Unlike the HogEx mark, the transaction's id commits to it. Source: LIP-0003; seen on litecoind
    /// 0.21.2.1.
    @inline(__always)
    static func isHogExBalance(_ script: UnsafeRawBufferPointer) -> Bool {
        script.count == 34 && script[0] == 0x58 && script[1] == 32
    }
}

extension [UInt8] {
    fileprivate func hasSuffix(_ end: [UInt8]) -> Bool {
        suffix(end.count).elementsEqual(end)
    }
}
