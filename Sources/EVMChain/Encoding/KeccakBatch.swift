internal import CKeccak

/// Keccak-256 of many messages, four at a time where the processor has registers for that.
///
/// A block's transactions do not depend on each other, nor do its receipts. Four at once take a third of the time with
/// AVX-512, and half with AVX2.
struct KeccakBatch: ~Copyable {
    private static let width = 4
    private static let lanes = 25

    /// Nil: one by one.
    private let form: CInt?
    private let states = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: width * lanes)
    private var order: [Int] = []

    /// In the way that is the fastest here.
    init() {
        let widest = dw_keccak_widest_form()
        self.init(form: widest > 0 ? widest : nil)
    }

    /// - Parameter form: of the permutation, one that the processor runs; nil: one by one.
    init(form: CInt?) {
        self.form = form
    }

    deinit {
        states.deallocate()
    }

    /// The hashes of `messages`, ranges of what `writer` holds, each in its message's place.
    mutating func hash(_ messages: [Range<Int>], in writer: borrowing RLPWriter, to hashes: inout [Bytes32]) {
        hashes.removeAll(keepingCapacity: true)
        guard let form else {
            for message in messages { hashes.append(Keccak256.hash(writer.bytes(message))) }
            return
        }
        hashes.append(contentsOf: repeatElement(.zero, count: messages.count))
        sort(messages)
        for start in stride(from: 0, to: order.count, by: Self.width) {
            let group = start..<min(start + Self.width, order.count)
            if group.count == 1 {
                hashes[order[start]] = Keccak256.hash(writer.bytes(messages[order[start]]))
            } else {
                hash(group, messages, writer, form, &hashes)
            }
        }
    }

    /// Those first that take the most permutations, so that the four of a group end nearly together.
    private mutating func sort(_ messages: [Range<Int>]) {
        let most = messages.reduce(0) { max($0, Self.blocks($1)) }
        // How many take more permutations than that: where the first of them comes.
        var places = [Int](repeating: 0, count: most + 1)
        for message in messages { places[most - Self.blocks(message)] += 1 }
        var before = 0
        for index in places.indices { (places[index], before) = (before, before + places[index]) }
        order.removeAll(keepingCapacity: true)
        order.append(contentsOf: repeatElement(0, count: messages.count))
        for (index, message) in messages.enumerated() {
            order[places[most - Self.blocks(message)]] = index
            places[most - Self.blocks(message)] += 1
        }
    }

    private static func blocks(_ message: Range<Int>) -> Int { message.count / Keccak256.rate + 1 }

    private func hash(
        _ group: Range<Int>, _ messages: [Range<Int>], _ writer: borrowing RLPWriter, _ form: CInt,
        _ hashes: inout [Bytes32]
    ) {
        states.update(repeating: 0)
        for block in 0..<Self.blocks(messages[order[group.lowerBound]]) {
            for (state, place) in group.enumerated() {
                let message = messages[order[place]]
                absorb(block, of: writer.bytes(message), isLast: block == Self.blocks(message) - 1, state)
            }
            dw_keccak_permute_four(form, states.baseAddress)
            for (state, place) in group.enumerated() where block == Self.blocks(messages[order[place]]) - 1 {
                hashes[order[place]] = digest(state)
            }
        }
    }

    /// Nothing of a message that has ended: its state is permuted on, and not looked at again.
    @inline(__always)
    private func absorb(_ block: Int, of message: UnsafeRawBufferPointer, isLast: Bool, _ state: Int) {
        let offset = block * Keccak256.rate
        if message.count - offset >= Keccak256.rate {
            absorb(UnsafeRawBufferPointer(rebasing: message[offset..<(offset + Keccak256.rate)]), state)
        } else if isLast {
            Keccak256.withPadded(UnsafeRawBufferPointer(rebasing: message[offset...])) { absorb($0, state) }
        }
    }

    @inline(__always)
    private func absorb(_ bytes: UnsafeRawBufferPointer, _ state: Int) {
        for lane in 0..<(Keccak256.rate / 8) {
            let word = bytes.loadUnaligned(fromByteOffset: lane * 8, as: UInt64.self)
            states[lane * Self.width + state] ^= UInt64(littleEndian: word)
        }
    }

    private func digest(_ state: Int) -> Bytes32 {
        func word(_ lane: Int) -> UInt64 { states[lane * Self.width + state].littleEndian }
        return Bytes32(word(0), word(1), word(2), word(3))
    }
}
