internal import DepositCore
internal import NodeRPC

/// The receipts and traces of a block, in whichever form they were asked for, or why another form is to be tried.
extension RPCReplies {
    /// Of one call: an array, whatever it is of.
    private func list(
        _ index: Int, _ part: FormRefusal.Part, of header: Header
    ) -> Swift.Result<JSON, FormRefusal> {
        let isAbsent = absence(index) != nil
        func refused(_ error: NodeError, isDefinite: Bool = false) -> Swift.Result<JSON, FormRefusal> {
            .failure(
                FormRefusal(part: part, error: error, isAbsent: isAbsent, isDefinite: isDefinite || isAbsent))
        }
        let words = "\(part == .receipts ? "receipts" : "traces") of block \(header.height)"
        do throws(NodeError) {
            switch try answer(index) {
            case .error(let error) where error.saysMissing:
                return refused(fault(.missing("\(words) (\(header.hash)): \(error.message)"), at: index))
            case .error(let error):
                do throws(NodeError) { return .success(try result(index)) } catch let told {
                    return refused(told, isDefinite: error.code == -32_602)
                }
            case .result(let json):
                if json.isNull { return refused(fault(.missing(words), at: index)) }
                guard json.isArray else { return refused(fault(.malformed("\(words): no array"), at: index)) }
                return .success(json)
            }
        } catch {
            return refused(error)
        }
    }

    /// Receipts that are not there yet, of a block that is carried out after it is accepted, are waited for and in no
    /// other form to be had.
    func receipts(
        _ places: Range<Int>, of header: Header, _ block: JSON, _ form: ReceiptForm, _ rules: ScanRules
    ) throws(NodeError) -> Swift.Result<[JSON], FormRefusal> {
        let given: Swift.Result<[JSON], FormRefusal>
        do throws(NodeError) { given = try receipts(places, of: header, form) } catch {
            throw pending(error, header, block, rules) ?? error
        }
        if case .failure(let refusal) = given, let wait = pending(refusal.error, header, block, rules) {
            throw wait
        }
        return given
    }

    private func pending(_ error: NodeError, _ header: Header, _ block: JSON, _ rules: ScanRules)
        -> NodeError?
    {
        guard case .missing = error.fault else { return nil }
        let flaw = Flaw.noReceipts(of: header, block, rules)
        guard case .pending = flaw.fault else { return nil }
        return fault(flaw.fault)
    }

    private func receipts(
        _ places: Range<Int>, of header: Header, _ form: ReceiptForm
    ) throws(NodeError) -> Swift.Result<[JSON], FormRefusal> {
        guard form.isOfBlockReceipts else {
            if let refusal = absence(of: .receipts, places) { return .failure(refusal) }
            var receipts: [JSON] = []
            for index in places { receipts.append(try receipt(index)) }
            return .success(receipts)
        }
        switch list(places.lowerBound, .receipts, of: header) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let json):
            let receipts = Array(json.elements)
            if form == .byNumber { try expect(receipts, of: header) }
            return .success(receipts)
        }
    }

    /// By number the node may meanwhile have come to another block: no lie, and no help.
    private func expect(_ receipts: [JSON], of header: Header) throws(NodeError) {
        for receipt in receipts {
            guard let block = receipt.member("blockHash")?.hex?.bytes32?.text, block != header.hash.text
            else {
                continue
            }
            throw fault(.missing("block \(header.height) (\(header.hash)): its receipts are of \(block)"))
        }
    }

    /// Nil where the node has the method that the first of these calls asks for.
    private func absence(of part: FormRefusal.Part, _ places: Range<Int>) -> FormRefusal? {
        guard let first = places.first, absence(first) != nil else { return nil }
        do throws(NodeError) { _ = try result(first) } catch {
            return FormRefusal(part: part, error: error, isAbsent: true, isDefinite: true)
        }
        return nil
    }

    func receipt(_ index: Int) throws(NodeError) -> JSON {
        let json = try result(index)
        guard !json.isNull else {
            throw fault(.missing("the receipt of a transaction of its own block"), at: index)
        }
        return json
    }

    /// The logs of a block.
    func logs(_ index: Int, of header: Header) -> Swift.Result<JSON, FormRefusal> {
        list(index, .receipts, of: header)
    }

    func traces(
        _ places: Range<Int>, of header: Header, _ form: TraceForm, _ tracer: ScanRules.Tracer
    ) throws(NodeError) -> Swift.Result<BlockTraces, FormRefusal> {
        guard form == .each else {
            if let words = absence(places.lowerBound) { throw fault(tracer.absence(words)) }
            return list(places.lowerBound, .traces, of: header).map { .block($0) }
        }
        if let refusal = absence(of: .traces, places) { return .failure(refusal) }
        var traces: [BlockTraces.Trace] = []
        for index in places {
            do throws(NodeError) {
                let json = try result(index)
                traces.append(json.isNull ? .none(why: "null") : .json(json))
            } catch {
                traces.append(.none(why: error.words))
            }
        }
        return .success(.each(traces))
    }
}
