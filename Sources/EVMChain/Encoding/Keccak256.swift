/// Keccak-256 with Ethereum's original padding (0x01, not SHA-3's 0x06): Keccak submission 3.0, rate 1088 bits.
enum Keccak256 {
    /// Bytes that one permutation takes in.
    static let rate = 136

    static func hash(_ bytes: UnsafeRawBufferPointer) -> Bytes32 {
        var state = KeccakState()
        var offset = 0
        while bytes.count - offset >= rate {
            state.absorb(bytes, from: offset)
            state.permute()
            offset += rate
        }
        state.absorbTail(bytes, from: offset)
        state.permute()
        return Bytes32(state.lanes.0, state.lanes.1, state.lanes.2, state.lanes.3)
    }

    static func hash(_ bytes: [UInt8]) -> Bytes32 {
        bytes.withUnsafeBytes { hash($0) }
    }
}

/// The 1600 bits that are permuted: 25 lanes, lane (x, y) at x + 5y.
private struct KeccakState {
    typealias Lanes = (
        UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64,
        UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64,
        UInt64
    )
    var lanes: Lanes = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)

    @inline(__always)
    mutating func absorb(_ bytes: UnsafeRawBufferPointer, from offset: Int) {
        @inline(__always) func lane(_ index: Int) -> UInt64 {
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + index * 8, as: UInt64.self))
        }
        lanes.0 ^= lane(0)
        lanes.1 ^= lane(1)
        lanes.2 ^= lane(2)
        lanes.3 ^= lane(3)
        lanes.4 ^= lane(4)
        lanes.5 ^= lane(5)
        lanes.6 ^= lane(6)
        lanes.7 ^= lane(7)
        lanes.8 ^= lane(8)
        lanes.9 ^= lane(9)
        lanes.10 ^= lane(10)
        lanes.11 ^= lane(11)
        lanes.12 ^= lane(12)
        lanes.13 ^= lane(13)
        lanes.14 ^= lane(14)
        lanes.15 ^= lane(15)
        lanes.16 ^= lane(16)
    }

    /// The last, short piece with its padding: 0x01 behind the message, 0x80 in the rate's last byte.
    @inline(__always)
    mutating func absorbTail(_ bytes: UnsafeRawBufferPointer, from offset: Int) {
        withUnsafeTemporaryAllocation(byteCount: Keccak256.rate, alignment: 8) { block in
            block.initializeMemory(as: UInt8.self, repeating: 0)
            let tail = UnsafeRawBufferPointer(rebasing: bytes[offset...])
            block.copyMemory(from: tail)
            block[tail.count] = 0x01
            block[Keccak256.rate - 1] |= 0x80
            absorb(UnsafeRawBufferPointer(block), from: 0)
        }
    }

    /// Keccak-f[1600], 24 rounds. Every lane is a local, so that the optimiser keeps them in registers.
    mutating func permute() {
        var (a00, a01, a02, a03, a04, a05, a06, a07, a08, a09, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19,
            a20, a21, a22, a23, a24) = lanes
        for round in 0..<24 {
            let c0 = a00 ^ a05 ^ a10 ^ a15 ^ a20
            let c1 = a01 ^ a06 ^ a11 ^ a16 ^ a21
            let c2 = a02 ^ a07 ^ a12 ^ a17 ^ a22
            let c3 = a03 ^ a08 ^ a13 ^ a18 ^ a23
            let c4 = a04 ^ a09 ^ a14 ^ a19 ^ a24
            let d0 = c4 ^ rotate(c1, 1)
            let d1 = c0 ^ rotate(c2, 1)
            let d2 = c1 ^ rotate(c3, 1)
            let d3 = c2 ^ rotate(c4, 1)
            let d4 = c3 ^ rotate(c0, 1)

            let b00 = a00 ^ d0
            let b01 = rotate(a06 ^ d1, 44)
            let b02 = rotate(a12 ^ d2, 43)
            let b03 = rotate(a18 ^ d3, 21)
            let b04 = rotate(a24 ^ d4, 14)
            let b05 = rotate(a03 ^ d3, 28)
            let b06 = rotate(a09 ^ d4, 20)
            let b07 = rotate(a10 ^ d0, 3)
            let b08 = rotate(a16 ^ d1, 45)
            let b09 = rotate(a22 ^ d2, 61)
            let b10 = rotate(a01 ^ d1, 1)
            let b11 = rotate(a07 ^ d2, 6)
            let b12 = rotate(a13 ^ d3, 25)
            let b13 = rotate(a19 ^ d4, 8)
            let b14 = rotate(a20 ^ d0, 18)
            let b15 = rotate(a04 ^ d4, 27)
            let b16 = rotate(a05 ^ d0, 36)
            let b17 = rotate(a11 ^ d1, 10)
            let b18 = rotate(a17 ^ d2, 15)
            let b19 = rotate(a23 ^ d3, 56)
            let b20 = rotate(a02 ^ d2, 62)
            let b21 = rotate(a08 ^ d3, 55)
            let b22 = rotate(a14 ^ d4, 39)
            let b23 = rotate(a15 ^ d0, 41)
            let b24 = rotate(a21 ^ d1, 2)

            (a00, a01, a02, a03, a04) = chi(b00, b01, b02, b03, b04)
            (a05, a06, a07, a08, a09) = chi(b05, b06, b07, b08, b09)
            (a10, a11, a12, a13, a14) = chi(b10, b11, b12, b13, b14)
            (a15, a16, a17, a18, a19) = chi(b15, b16, b17, b18, b19)
            (a20, a21, a22, a23, a24) = chi(b20, b21, b22, b23, b24)
            a00 ^= roundConstant(round)
        }
        lanes = (
            a00, a01, a02, a03, a04, a05, a06, a07, a08, a09, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19,
            a20, a21, a22, a23, a24
        )
    }
}

@inline(__always)
private func rotate(_ lane: UInt64, _ bits: UInt64) -> UInt64 {
    (lane &<< bits) | (lane &>> (64 &- bits))
}

@inline(__always)
private func chi(
    _ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64, _ e: UInt64
) -> (UInt64, UInt64, UInt64, UInt64, UInt64) {
    (a ^ (~b & c), b ^ (~c & d), c ^ (~d & e), d ^ (~e & a), e ^ (~a & b))
}

/// The constants of the iota step, as a switch: a table would be a global behind a lazy initialiser.
@inline(__always)
private func roundConstant(_ round: Int) -> UInt64 {
    switch round {
    case 0: 0x0000_0000_0000_0001
    case 1: 0x0000_0000_0000_8082
    case 2: 0x8000_0000_0000_808a
    case 3: 0x8000_0000_8000_8000
    case 4: 0x0000_0000_0000_808b
    case 5: 0x0000_0000_8000_0001
    case 6: 0x8000_0000_8000_8081
    case 7: 0x8000_0000_0000_8009
    case 8: 0x0000_0000_0000_008a
    case 9: 0x0000_0000_0000_0088
    case 10: 0x0000_0000_8000_8009
    case 11: 0x0000_0000_8000_000a
    case 12: 0x0000_0000_8000_808b
    case 13: 0x8000_0000_0000_008b
    case 14: 0x8000_0000_0000_8089
    case 15: 0x8000_0000_0000_8003
    case 16: 0x8000_0000_0000_8002
    case 17: 0x8000_0000_0000_0080
    case 18: 0x0000_0000_0000_800a
    case 19: 0x8000_0000_8000_000a
    case 20: 0x8000_0000_8000_8081
    case 21: 0x8000_0000_0000_8080
    case 22: 0x0000_0000_8000_0001
    default: 0x8000_0000_8000_8008
    }
}
